"""Programmes in whole numbers: the cheapest set of choices that keeps to rows of conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, gcd
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from geodata.errors import UsageError
from service.compliance.indicators.quiet import without_output

if TYPE_CHECKING:
    from scipy.sparse import coo_array

Chosen = npt.NDArray[np.bool_]

_IMPOSSIBLE: Final = 2  # status of the solver


@dataclass(frozen=True, slots=True)
class Row:
    """A condition: the amounts of what is chosen add up to something within bounds.

    Attributes
    ----------
    amounts
        What each choice adds, by its place.
    at_least, at_most
        Bounds; None for none.
    price
        What one unit outside the bounds costs; None where they must be kept.
    """

    amounts: Mapping[int, int]
    at_least: int | None = None
    at_most: int | None = None
    price: float | None = None

    def missed_by(self, chosen: Chosen) -> int:
        """How far outside the bounds a choice is, exactly."""
        total = sum(amount for place, amount in self.amounts.items() if chosen[place])
        short = 0 if self.at_least is None else self.at_least - total
        over = 0 if self.at_most is None else total - self.at_most
        return max(0, short, over)


@dataclass(frozen=True, slots=True)
class Solution:
    """A choice that keeps to all rows.

    Attributes
    ----------
    chosen
        Which of the choices are taken.
    cost
        What they cost; what rows are missed by is not in it.
    lower_bound
        What any such choice costs at least.
    is_proven
        Nothing is cheaper, rows missed included; False where time was up before that was shown.
    """

    chosen: Chosen
    cost: int
    lower_bound: int
    is_proven: bool


def solve(costs: Sequence[int], rows: Sequence[Row], seconds: float) -> Solution | None:
    """The cheapest choice; None if there is none.

    The solver counts in floating point. What it proposes is checked in whole numbers; a choice that
    fails there is forbidden, and the rest searched again.

    Parameters
    ----------
    costs
        Cost of each choice, not negative.
    rows
        The conditions.
    seconds
        After how long the best choice found is taken, proven or not.

    Raises
    ------
    UsageError
        When time is up before any choice is found.
    """
    if not costs:
        nothing = np.zeros(0, dtype=np.bool_)
        is_kept = all(row.price is not None or not row.missed_by(nothing) for row in rows)
        return Solution(nothing, 0, 0, is_proven=True) if is_kept else None
    rows = list(rows)
    unit = gcd(*costs) or 1
    while True:
        found = _searched(np.array([cost // unit for cost in costs]), rows, seconds)
        if found is None:
            return None
        chosen = found.x[: len(costs)] > 0.5  # noqa: PLR2004 - true and false as numbers
        if not any(row.missed_by(chosen) for row in rows if row.price is None):
            break
        rows.append(_anything_but(chosen))
    cost = sum(cost for cost, taken in zip(costs, chosen, strict=True) if taken)
    is_proven = found.status == 0
    bound = ceil(max(0.0, found.mip_dual_bound or 0.0) * (1 - 1e-9)) * unit
    return Solution(chosen, cost, cost if is_proven else min(cost, bound), is_proven)


def _searched(costs: npt.NDArray[np.int64], rows: Sequence[Row], seconds: float) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - takes long to load

    priced = [row.price for row in rows if row.price is not None]
    matrix, low, high = _matrix(rows, len(costs))
    whole = np.concatenate([np.ones(len(costs)), np.zeros(len(priced))])
    with without_output():  # the solver prints a line for its developers in large searches
        found = milp(
            np.concatenate([costs, priced]),
            integrality=whole,
            bounds=Bounds(0, np.where(whole, 1, np.inf)),
            constraints=LinearConstraint(matrix, low, high),
            options={"mip_rel_gap": 0, "time_limit": seconds},
        )
    if found.status == _IMPOSSIBLE:
        return None
    if found.x is None:
        raise UsageError(
            "No plan was found within {seconds:g} seconds.",
            "Allow more time, or ask for fewer limits.",
            seconds=seconds,
        )
    return found


def _matrix(
    rows: Sequence[Row], width: int
) -> tuple[coo_array, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Coefficients and bounds of the rows, each in units of its greatest common divisor.

    Every row with a price has a column of its own after the choices, in which it may be missed.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - takes long to load

    values: list[float] = []
    places: list[tuple[int, int]] = []
    low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    for number, row in enumerate(rows):
        unit = gcd(*row.amounts.values()) or 1
        values.extend(amount // unit for amount in row.amounts.values())
        places.extend((number, place) for place in row.amounts)
        if row.at_least is not None:
            low[number] = row.at_least / unit
        if row.at_most is not None:
            high[number] = row.at_most / unit
        if row.price is not None:
            values.append((1 if row.at_most is None else -1) / unit)
            places.append((number, width))
            width += 1
    at = np.array(places, dtype=np.int32).reshape(-1, 2).T
    return coo_array((values, (at[0], at[1])), shape=(len(rows), width)), low, high


def _anything_but(chosen: Chosen) -> Row:
    """At least one of the choices is made otherwise."""
    amounts = {place: -1 if taken else 1 for place, taken in enumerate(chosen.tolist())}
    return Row(amounts, at_least=1 - int(chosen.sum()))
