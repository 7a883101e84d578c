"""What a check returns, as columns: made by the rules, kept by the store, shown by the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import FindingCode, Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.columns import Codes, Days, Flags, Whole

NO_COUNT: Final = -1
"""A day count that is not known or does not apply."""

NEVER: Final = int(np.iinfo(np.int32).max)
"""A day that does not come while the facts stay the same."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money in fen (1/100 yuan), rounded once.

    Attributes
    ----------
    fen
        int64, or Python integers in an object array where one exceeds int64.
    known
        False where an input of the amount is unknown.
    """

    fen: Whole
    known: Flags

    def take(self, rows: npt.NDArray[np.intp]) -> Amounts:
        """The rows given, in that order."""
        return Amounts(self.fen[rows], self.known[rows])

    def yuan(self, row: int) -> Decimal | None:
        """One amount in yuan with two decimals; None when unknown."""
        return Decimal(int(self.fen[row])).scaleb(-2) if self.known[row] else None

    def total_yuan(self) -> Decimal:
        """Sum of the known amounts in yuan."""
        return Decimal(int(sum(self.fen[self.known].tolist()))).scaleb(-2)


@dataclass(frozen=True, slots=True)
class MilestoneColumns:
    """One milestone of every contract.

    Attributes
    ----------
    state
        `MilestoneState` codes; `NO_CODE` where the contract is not in force.
    agreed_on, due_on, done_on
        Day numbers.
    late_days
        int32, `NO_COUNT` = null.
    damages
        Liquidated damages accrued.
    rescission_option
        int8: 0 = no, 1 = yes, `NO_CODE` = null.
    """

    state: Codes
    agreed_on: Days
    due_on: Days
    done_on: Days
    late_days: npt.NDArray[np.int32]
    damages: Amounts
    rescission_option: Codes


@dataclass(frozen=True, slots=True)
class IdleColumns:
    """The idle clock of every contract; all null where the test is not made."""

    clock_from: Days
    paused_days: npt.NDArray[np.int32]
    one_year_on: Days
    two_years_on: Days
    fee: Amounts


@dataclass(frozen=True, slots=True)
class FindingColumns:
    """All findings, sorted by row and then by `FindingCode` order.

    Attributes
    ----------
    row
        Position of the contract in the judged columns.
    code, milestone
        `FindingCode` and `MilestoneKind` codes (milestone `NO_CODE` where it concerns none).
    since_on, days, amount
        As tabulated in the ledger contract; ``days`` is int32 with `NO_COUNT` = null.
    bucket
        `UnusedBucket` code of `supplied_unused`, else `NO_CODE`.
    rescission
        int8: whether rescission is open (`payment_overdue`), else `NO_CODE`.
    """

    row: npt.NDArray[np.intp]
    code: Codes
    milestone: Codes
    since_on: Days
    days: npt.NDArray[np.int32]
    amount: Amounts
    bucket: Codes
    rescission: Codes

    def __len__(self) -> int:
        return len(self.row)

    def with_code(self, *codes: FindingCode) -> Flags:
        """True for the findings that have one of the codes."""
        return np.isin(self.code, [code.position for code in codes])


@dataclass(frozen=True, slots=True)
class Judgements:
    """The judgement of every row of a ledger on one day.

    Attributes
    ----------
    verdict
        `Verdict` codes.
    milestones
        One set of columns per `MilestoneKind`.
    idle, findings
        The idle clock, and the findings as a long table.
    next_change_on
        First later day on which a verdict, a state, a date or the set of findings can change
        while facts and law book stay the same; `NEVER` where there is none. Day counts and amounts
        that grow by the day may change before it.
    """

    verdict: Codes
    milestones: Mapping[MilestoneKind, MilestoneColumns]
    idle: IdleColumns
    findings: FindingColumns
    next_change_on: Days

    def __len__(self) -> int:
        return len(self.verdict)

    def group(self, group: Group) -> Flags:
        """Rows that belong to one of the three groups (they may overlap)."""
        chosen = self.findings.with_code(*group.codes)
        if group is Group.SUPPLIED_UNUSED:
            beside = [bucket.position for bucket in UnusedBucket if bucket.is_beside]
            chosen &= ~np.isin(self.findings.bucket, beside)
        return self.rows_with(chosen)

    def rows_with(self, findings: Flags) -> Flags:
        """Rows that own one of the findings flagged."""
        member = np.zeros(len(self), dtype=np.bool_)
        member[self.findings.row[findings]] = True
        return member

    def verdict_counts(self) -> dict[Verdict, int]:
        """Contracts by verdict; verdicts that do not occur are left out."""
        counts = np.bincount(self.verdict, minlength=len(Verdict))
        return {
            verdict: int(counts[verdict.position])
            for verdict in Verdict
            if counts[verdict.position]
        }
