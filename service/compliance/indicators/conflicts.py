"""Where policy papers disagree on one thing, found in the register of targets itself.

Targets of one measure are held against each other in the unit they share or, failing that, as the
multiple of the level before the period that each one leads to. Nothing is chosen here: which
figure is shown first is somebody's decision, and undecided until it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Final

from geodata.errors import LawBookError
from geodata.model.law_lists import Bound, DisagreementKind, FigureKind, TargetUnit
from service.compliance.law import LawBook, Target

_NONE_CHOSEN: Final[Mapping[str, str]] = {}
_GRAVE: Final = {DisagreementKind.VALUE, DisagreementKind.EXACTNESS}
"""What makes a conflict; other differences are told with it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a paper wants, as one number.

    Attributes
    ----------
    quantity_id
        Id of the target, with ``#parts`` where the number is the sum of its parts.
    target, parts
        The target that says so, and those that add up to it.
    value, unit
        The number in the unit of the paper.
    multiple
        The level at the end of the period as a multiple of the one before it, where the paper
        gives what that takes; None otherwise.
    """

    quantity_id: str
    target: Target
    parts: tuple[Target, ...]
    value: Fraction
    unit: TargetUnit
    multiple: Fraction | None

    @property
    def target_ids(self) -> frozenset[str]:
        """Ids of the targets it speaks of."""
        return frozenset(target.target_id for target in (self.target, *self.parts))

    @property
    def stated_in(self) -> Target:
        """The target in whose words the number stands: the first part where they are added."""
        return self.target if self.quantity_id == self.target.target_id else self.parts[0]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two quantities of one measure that do not agree.

    Attributes
    ----------
    conflict_id
        The ids of both quantities, joined by ``/``: what a choice is stored under.
    first, second
        The two sides, in the order of the register.
    difference, unit
        Second less first, in the unit of both papers, or in `TargetUnit.TIMES` for multiples of
        the level before the period.
    kinds
        In what respects the papers differ.
    shown_first
        Id of the quantity chosen to be shown first; None while nobody has decided.
    """

    conflict_id: str
    first: Quantity
    second: Quantity
    difference: Fraction
    unit: TargetUnit
    kinds: tuple[DisagreementKind, ...]
    shown_first: str | None = None

    @property
    def is_undecided(self) -> bool:
        """True while nobody has chosen which figure is shown first."""
        return self.shown_first is None

    def concerns(self, target_id: str) -> bool:
        """Whether a target is on one of the sides."""
        return target_id in self.first.target_ids | self.second.target_ids

    @property
    def sides(self) -> tuple[Quantity, Quantity]:
        """Both sides, the one chosen first."""
        chosen = self.second.quantity_id == self.shown_first
        return (self.second, self.first) if chosen else (self.first, self.second)


def conflicts(law: LawBook, chosen: Mapping[str, str] = _NONE_CHOSEN) -> tuple[Conflict, ...]:
    """Every disagreement between the targets of a book, in the order of the register.

    Parameters
    ----------
    law
        Book with the register.
    chosen
        By conflict, the quantity that somebody decided to show first.

    Raises
    ------
    LawBookError
        When a choice names no conflict of the book, or neither of its two sides.
    """
    found = {conflict.conflict_id: conflict for conflict in _found(law)}
    for conflict_id, quantity_id in chosen.items():
        sides = found[conflict_id].sides if conflict_id in found else ()
        if quantity_id not in {side.quantity_id for side in sides}:
            raise LawBookError(
                "There is no conflict {conflict} with a side {side}.",
                "Choose a side of one of these conflicts: {known}.",
                conflict=conflict_id,
                side=quantity_id,
                known=", ".join(found),
            )
        found[conflict_id] = replace(found[conflict_id], shown_first=quantity_id)
    return tuple(found.values())


def _found(law: LawBook) -> Iterator[Conflict]:
    by_measure: dict[str, list[Quantity]] = {}
    for target in law.targets:
        by_measure.setdefault(target.measure, []).extend(_quantities(target, law))
    for quantities in by_measure.values():
        for first, second in combinations(quantities, 2):
            yield from _compared(first, second)


def _quantities(target: Target, law: LawBook) -> Iterator[Quantity]:
    """The target itself and, where they do not just add up to it, the sum of its parts."""
    parts = tuple(map(law.target, target.parts))
    summed = _sum(parts)
    adds_up = summed == target.value and parts[0].unit is target.unit if parts else True
    if target.value is not None:
        own = parts if adds_up else ()
        multiple = _multiple(target)
        yield Quantity(target.target_id, target, own, target.value, target.unit, multiple)
    if summed and not adds_up:
        unit, level = parts[0].unit, target.baseline.level if target.baseline else None
        multiple = summed / level if level else None
        yield Quantity(f"{target.target_id}#parts", target, parts, summed, unit, multiple)


def _sum(parts: tuple[Target, ...]) -> Fraction | None:
    """What the parts add up to; None where one of them has no number."""
    values = [part.value for part in parts if part.value is not None]
    return sum(values, Fraction(0)) if parts and len(values) == len(parts) else None


def _multiple(target: Target) -> Fraction | None:
    """Where a target leads to, as a multiple of the level before its period."""
    value, baseline = target.value, target.baseline
    assert value is not None
    if target.figure is FigureKind.GROWTH_RATE and target.years:
        return (1 + value / 100) ** target.years
    if target.figure is FigureKind.MULTIPLE:
        return value
    if target.figure is FigureKind.INCREASE_MULTIPLE and baseline and baseline.increase:
        return 1 + value * baseline.increase / baseline.level
    return None


def _compared(first: Quantity, second: Quantity) -> Iterator[Conflict]:
    """The conflict of two quantities, if they can be compared and do not agree."""
    if first.unit is second.unit:
        difference, unit = second.value - first.value, first.unit
    elif first.multiple is not None and second.multiple is not None:
        difference, unit = second.multiple - first.multiple, TargetUnit.TIMES
    else:
        return  # the papers do not say what a comparison takes
    kinds = tuple(_kinds(first.stated_in, second.stated_in, difference))
    if _GRAVE & set(kinds):
        conflict_id = f"{first.quantity_id}/{second.quantity_id}"
        yield Conflict(conflict_id, first, second, difference, unit, kinds)


def _kinds(first: Target, second: Target, difference: Fraction) -> Iterator[DisagreementKind]:
    """In what respects two targets differ."""
    if difference:
        yield DisagreementKind.VALUE
    if (first.bound is Bound.ABOUT) is not (second.bound is Bound.ABOUT):
        yield DisagreementKind.EXACTNESS
    if first.force is not second.force:
        yield DisagreementKind.FORCE
    if first.zh != second.zh:
        yield DisagreementKind.WORDING
    if first.starts_year != second.starts_year:
        yield DisagreementKind.PERIOD
    if first.document != second.document:
        yield DisagreementKind.PAPER
