"""Judgements as values, one per contract: what pages, maps, workbooks and documents are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import compress, pairwise, repeat
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from geodata.model.codelist import Codelist
from geodata.model.codelists import (
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import NO_DAY, Codes, Days, LedgerColumns
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.judgements import (
    NEVER,
    NO_COUNT,
    Amounts,
    FindingColumns,
    IdleColumns,
    Judgements,
    MilestoneColumns,
)
from service.compliance.rules.leads import Rows, leads, worst_days

Member = TypeVar("Member", bound=Codelist)

_BLOCK: Final = 4_096
"""Contracts whose columns are turned into values at once."""


@dataclass(frozen=True, slots=True)
class MilestoneResult:
    """One milestone of a contract; dates and days as in the ledger contract, None = null."""

    kind: MilestoneKind
    state: MilestoneState
    agreed_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    late_days: int | None = None
    damages_yuan: Decimal | None = None
    rescission_option: bool | None = None


@dataclass(frozen=True, slots=True)
class IdleResult:
    """The idle clock of a contract, where the test is made."""

    clock_from: date
    paused_days: int
    one_year_on: date
    two_years_on: date
    fee_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FindingResult:
    """One finding.

    Attributes
    ----------
    since_on, days, amount_yuan
        As tabulated in the ledger contract.
    milestone
        The milestone it concerns, if it concerns one.
    bucket
        How long the land has been unused (`supplied_unused`).
    rescission
        Whether rescission is open (`payment_overdue`).
    """

    code: FindingCode
    since_on: date | None = None
    days: int | None = None
    amount_yuan: Decimal | None = None
    milestone: MilestoneKind | None = None
    bucket: UnusedBucket | None = None
    rescission: bool | None = None


@dataclass(frozen=True, slots=True)
class ContractResult:
    """The judgement of one contract.

    Attributes
    ----------
    row
        Number of its row in the ledger.
    milestones
        In the order of `MilestoneKind`.
    next_change_on
        First later day on which something other than a day count or an amount can change.
    groups
        Those of the three groups it stands in.
    lead
        The finding the verdict rests on (`leads`).
    worst_days
        Days for which the gravest matter has lasted (`worst_days`).
    """

    row: int
    key: ContractKey
    verdict: Verdict
    milestones: tuple[MilestoneResult, ...]
    idle: IdleResult | None
    findings: tuple[FindingResult, ...]
    next_change_on: date | None
    groups: frozenset[Group]
    lead: FindingResult | None
    worst_days: int

    @property
    def bucket(self) -> UnusedBucket | None:
        """How long the land has been supplied and unused; None where it is not."""
        return next((finding.bucket for finding in self.findings if finding.bucket), None)


def contract_results(
    columns: LedgerColumns, judged: Judgements, rows: Sequence[int] | Rows | None = None
) -> Iterator[ContractResult]:
    """The results of the rows given, in that order; by default of all."""
    chosen = np.arange(len(judged)) if rows is None else np.asarray(rows, dtype=np.intp)
    for start in range(0, len(chosen), _BLOCK):
        block = chosen[start : start + _BLOCK]
        yield from _results(columns, block, _part(judged, block))


def _part(judged: Judgements, rows: Rows) -> Judgements:
    """The judgements of the rows given, in that order."""
    owners = judged.findings.row
    first, past = (np.searchsorted(owners, rows, side) for side in ("left", "right"))
    counts = past - first
    entries = np.arange(counts.sum()) + np.repeat(past - np.cumsum(counts), counts)
    findings = _taken(judged.findings, entries)
    return Judgements(
        verdict=judged.verdict[rows],
        milestones={kind: _taken(parts, rows) for kind, parts in judged.milestones.items()},
        idle=_taken(judged.idle, rows),
        findings=replace(findings, row=np.repeat(np.arange(len(rows)), counts)),
        next_change_on=judged.next_change_on[rows],
    )


Columns = TypeVar("Columns", MilestoneColumns, IdleColumns, FindingColumns)


def _taken(columns: Columns, rows: Rows) -> Columns:
    return type(columns)(*(getattr(columns, part.name).take(rows) for part in fields(columns)))


def _results(columns: LedgerColumns, rows: Rows, part: Judgements) -> Iterator[ContractResult]:
    findings = (*_findings(part.findings), None)  # no lead is -1: the last one
    ends = np.cumsum(np.bincount(part.findings.row, minlength=len(rows)))
    lead = leads(part)
    return map(
        ContractResult,
        columns.row_no[rows].tolist(),
        map(ContractKey, *(_texts(columns, name, rows) for name in IDENTITY)),
        _members(Verdict, part.verdict),
        zip(*(_milestones(kind, part.milestones[kind]) for kind in MilestoneKind), strict=True),
        _idle(part.idle),
        (findings[start:end] for start, end in pairwise([0, *ends.tolist()])),
        _dates(part.next_change_on),
        _groups(part),
        map(findings.__getitem__, lead.tolist()),
        worst_days(part, lead).tolist(),
    )


def _texts(columns: LedgerColumns, name: str, rows: Rows) -> list[str]:
    return [text or "" for text in columns.texts[name][rows]]


def _milestones(kind: MilestoneKind, parts: MilestoneColumns) -> Iterator[MilestoneResult]:
    return map(
        MilestoneResult,
        repeat(kind),
        _members(MilestoneState, parts.state),
        _dates(parts.agreed_on),
        _dates(parts.due_on),
        _dates(parts.done_on),
        _counts(parts.late_days),
        _amounts(parts.damages),
        _flags(parts.rescission_option),
    )


def _idle(parts: IdleColumns) -> Iterator[IdleResult | None]:
    clocks: Iterable[tuple[Any, ...]] = zip(
        _dates(parts.clock_from),
        _counts(parts.paused_days),
        _dates(parts.one_year_on),
        _dates(parts.two_years_on),
        _amounts(parts.fee),
        strict=True,
    )
    return (IdleResult(*clock) if clock[0] else None for clock in clocks)


def _findings(parts: FindingColumns) -> Iterator[FindingResult]:
    return map(
        FindingResult,
        _members(FindingCode, parts.code),
        _dates(parts.since_on),
        _counts(parts.days),
        _amounts(parts.amount),
        _members(MilestoneKind, parts.milestone),
        _members(UnusedBucket, parts.bucket),
        _flags(parts.rescission),
    )


def _groups(part: Judgements) -> Iterator[frozenset[Group]]:
    groups = tuple(Group)
    memberships = zip(*(part.group(group).tolist() for group in groups), strict=True)
    return (frozenset(compress(groups, membership)) for membership in memberships)


def _members(codelist: type[Member], codes: Codes) -> Iterator[Member | None]:
    return map((*codelist, None).__getitem__, codes.tolist())  # NO_CODE is -1: the last one


def _flags(codes: Codes) -> Iterator[bool | None]:
    return map((False, True, None).__getitem__, codes.tolist())


def _dates(days: Days) -> list[date | None]:
    known = (days != NO_DAY) & (days != NEVER)
    dates: list[date | None] = np.where(
        known, days.astype("datetime64[D]"), np.datetime64("NaT")
    ).tolist()
    return dates


def _counts(counts: npt.NDArray[np.int32]) -> list[int | None]:
    return [None if count == NO_COUNT else count for count in counts.tolist()]


def _amounts(amounts: Amounts) -> list[Decimal | None]:
    pairs = zip(amounts.fen.tolist(), amounts.known.tolist(), strict=True)
    return [Decimal(fen).scaleb(-2) if known else None for fen, known in pairs]
