"""Two judgements side by side: what is new, worse, better or resolved, and the land and money.

A contract that stands in one judgement only counts as not adverse in the other. Money is what the
groups have at stake (`Group.at_stake`), area is contract area; both are summed exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import Group, Verdict
from geodata.model.columns import NO_CODE, Codes, Exact, Flags, Whole
from geodata.model.judgements import Judgements
from geodata.model.movements import Movement
from service.compliance.rules.exact import total

Rows = npt.NDArray[np.intp]
Array = TypeVar("Array", bound=npt.NDArray[Any])

_ABSENT: Final = -1
_ADDS_IN_INT64: Final = 1 << 60  # five findings of a contract have money at stake
_STAKES: Final = frozenset(code for group in Group for code in group.at_stake)
_ADVERSE: Final = tuple(verdict.position for verdict in Verdict if verdict.is_adverse)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two judgements, in the rows of the comparison.

    Attributes
    ----------
    row
        Position in the judgement; -1 for a contract that it does not hold.
    verdict
        `Verdict` codes, `NO_CODE` where it does not hold the contract.
    stake_fen, unknown_stakes
        Sum of the amounts at stake that are known, and how many are not.
    groups
        Members of the three groups.
    """

    row: Rows
    verdict: Codes
    stake_fen: Whole
    unknown_stakes: npt.NDArray[np.int64]
    groups: Mapping[Group, Flags]

    @property
    def is_held(self) -> Flags:
        """True for the contracts that the judgement holds."""
        return np.asarray(self.row != _ABSENT)

    @property
    def is_adverse(self) -> Flags:
        """True where something stands against the contract."""
        return np.isin(self.verdict, _ADVERSE)


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts at stake: the sum of those that are known, and how many are not."""

    yuan: Decimal
    missing_count: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a number of contracts adds up to, before and after.

    Attributes
    ----------
    area_m2, unknown_area_count
        Contract area that is known; contracts whose area is not.
    """

    count: int
    area_m2: Fraction
    unknown_area_count: int
    before: Money
    after: Money

    @property
    def moved_yuan(self) -> Decimal:
        """By how much the money that is known grew."""
        return self.after.yuan - self.before.yuan


Pair = tuple[Verdict | None, Verdict | None]
"""Verdict before and after; None where the judgement does not hold the contract."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every contract of two judgements.

    Attributes
    ----------
    contract_id
        Ascending; the contracts that at least one of the two holds.
    movement
        `Movement` codes.
    """

    contract_id: Whole
    before: Side
    after: Side
    movement: Codes

    def __len__(self) -> int:
        return len(self.contract_id)

    @property
    def is_flipped(self) -> Flags:
        """True where the verdict is another one."""
        return np.asarray(self.before.verdict != self.after.verdict)

    @property
    def is_repriced(self) -> Flags:
        """True where the money at stake is another one, or is known on one side only."""
        return np.asarray(
            (self.before.stake_fen != self.after.stake_fen)
            | (self.before.unknown_stakes != self.after.unknown_stakes),
            dtype=np.bool_,
        )

    def moving(self, movement: Movement) -> Flags:
        """Rows with one movement."""
        return np.asarray(self.movement == movement.position)

    def entered(self, group: Group) -> Flags:
        """Rows that are in a group now and were not before."""
        return self.after.groups[group] & ~self.before.groups[group]

    def left(self, group: Group) -> Flags:
        """Rows that were in a group and are not any more."""
        return self.before.groups[group] & ~self.after.groups[group]

    def latest(self, before: Array, after: Array) -> Array:
        """One value for each row: the later fact, the earlier one where there is no later."""
        values = np.empty(len(self), dtype=np.result_type(before, after))
        for side, column in ((self.before, before), (self.after, after)):
            values[side.is_held] = column[side.row[side.is_held]]
        return values  # type: ignore[return-value]  # the dtype is that of the columns

    def moved(self, rows: Flags, area: Exact) -> Moved:
        """Add up some of the rows; `area` in m² has one entry for each row."""
        chosen = np.flatnonzero(rows)
        areas = area.take(chosen)
        return Moved(
            count=len(chosen),
            area_m2=total(areas),
            unknown_area_count=int((~areas.known).sum()),
            before=_money(self.before, chosen),
            after=_money(self.after, chosen),
        )

    def pairs(self, area: Exact) -> dict[Pair, Moved]:
        """Rows that were flipped or repriced by verdict before and after, in verdict order."""
        width = len(Verdict) + 1
        pair = (self.before.verdict.astype(np.int64) + 1) * width + self.after.verdict + 1
        touched = self.is_flipped | self.is_repriced
        return {
            (_verdict(int(code) // width), _verdict(int(code) % width)): self.moved(
                touched & (pair == code), area
            )
            for code in np.unique(pair[touched])
        }


def compare(
    before: Judgements, after: Judgements, before_ids: Whole, after_ids: Whole
) -> Comparison:
    """Set two judgements side by side.

    Parameters
    ----------
    before, after
        Of the same contracts or of others, on the same day or on two.
    before_ids, after_ids
        The contract of each row, ascending.
    """
    contract_id = np.union1d(before_ids, after_ids)
    earlier = _side(before, before_ids, contract_id)
    later = _side(after, after_ids, contract_id)
    return Comparison(contract_id, earlier, later, _movement(earlier, later))


def _movement(before: Side, after: Side) -> Codes:
    was, now = before.is_adverse, after.is_adverse
    cases = {
        Movement.NEW: now & ~was,
        Movement.RESOLVED: was & ~now,
        Movement.CHANGED: ~was & ~now & (before.verdict != after.verdict),
        Movement.WORSE: was & now & (after.verdict < before.verdict),
        Movement.BETTER: was & now & (after.verdict > before.verdict),
    }
    codes = np.full(len(was), Movement.UNCHANGED.position, dtype=np.int8)
    for movement, rows in cases.items():
        codes[rows] = movement.position
    return codes


def _side(judged: Judgements, ids: Whole, contract_id: Whole) -> Side:
    row = np.full(len(contract_id), _ABSENT, dtype=np.intp)
    row[np.searchsorted(contract_id, ids)] = np.arange(len(ids))
    fen, unknown = _stakes(judged)
    return Side(
        row=row,
        verdict=_spread(judged.verdict, row, NO_CODE),
        stake_fen=_spread(fen, row, 0),
        unknown_stakes=_spread(unknown, row, 0),
        groups={group: _spread(judged.group(group), row, fill=False) for group in Group},
    )


def _spread(values: Array, row: Rows, fill: int) -> Array:
    """The values in the rows of the comparison, `fill` where there is none."""
    spread = np.full(len(row), fill, dtype=values.dtype)
    spread[row != _ABSENT] = values[row[row != _ABSENT]]
    return spread  # type: ignore[return-value]  # the dtype is that of the values


def _stakes(judged: Judgements) -> tuple[Whole, npt.NDArray[np.int64]]:
    """For each contract the known amounts at stake in fen, and the number of unknown ones."""
    findings = judged.findings
    chosen = np.flatnonzero(findings.with_code(*_STAKES))
    amount, owner = findings.amount.take(chosen), findings.row[chosen]
    is_wide = amount.fen.max(initial=0) >= _ADDS_IN_INT64
    fen: Whole = np.zeros_like(amount.fen, dtype="O" if is_wide else None, shape=len(judged))
    np.add.at(fen, owner[amount.known], amount.fen[amount.known])
    return fen, np.bincount(owner[~amount.known], minlength=len(judged))


def _money(side: Side, rows: Rows) -> Money:
    fen = Decimal(sum(side.stake_fen[rows].tolist()))
    return Money(fen.scaleb(-2), int(side.unknown_stakes[rows].sum()))


def _verdict(code: int) -> Verdict | None:
    return Verdict.at(code - 1) if code else None
