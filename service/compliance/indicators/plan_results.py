"""What a plan comes to: what to take up, or why the goals cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from service.compliance.indicators.goals import Goal
from service.compliance.indicators.limits import Limit


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry to take up, by the end of a year."""

    claim_code: str
    until_year: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A goal and the land missing to it."""

    goal: Goal
    mu: Fraction


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit and what has to be added to it, in its own measure."""

    limit: Limit
    by: Fraction


@dataclass(frozen=True, slots=True)
class Plan:
    """The cheapest way to the goals.

    Attributes
    ----------
    taken
        What to take up, in the order of the register.
    cost_yuan, lower_bound_yuan
        What it costs, and what any plan costs at least: the same where the plan is proven to be
        the cheapest, less where time was up before that.
    unpriced
        Open entries without a cost, which no plan takes up.
    """

    taken: tuple[Taken, ...]
    cost_yuan: Fraction
    lower_bound_yuan: Fraction
    unpriced: tuple[str, ...]

    @property
    def is_cheapest(self) -> bool:
        """No plan costs less."""
        return self.cost_yuan == self.lower_bound_yuan


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why the goals cannot be reached.

    Attributes
    ----------
    shortfalls
        What is missing while all limits are kept, least in sum.
    excesses
        The limits that bind and how far they have to be raised, least in shares of each; none
        where the goals are out of reach without limits too.
    is_least
        Both are proven to be the least; False where time was up before that.
    unpriced
        Open entries without a cost, which were not counted on.
    """

    shortfalls: tuple[Shortfall, ...]
    excesses: tuple[Excess, ...]
    is_least: bool
    unpriced: tuple[str, ...]
