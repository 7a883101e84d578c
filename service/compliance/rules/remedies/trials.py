"""Proposals tried on the rules themselves: only what really removes a finding is a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, Verdict
from geodata.model.columns import NO_CODE, Flags, LedgerColumns, from_rows
from geodata.model.judgements import Judgements
from geodata.model.remedy_kinds import RemedyKind
from geodata.model.rows import row_cells
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.remedies import (
    figures,
    idle_land,
    milestones,
    payment,
    unknowns,
)
from service.compliance.rules.remedies.case import Case, Proposal
from service.compliance.rules.remedies.values import Change, Remedy

Proposer = Callable[[Case, FindingCode], Iterator[Proposal]]

PROPOSERS: Final[Mapping[FindingCode, Proposer]] = {
    FindingCode.IDLE_CONFIRMED: idle_land.confirmed,
    FindingCode.SUSPECT_IDLE_2Y: idle_land.never_developed,
    FindingCode.SUSPECT_IDLE_1Y: idle_land.never_developed,
    FindingCode.SUSPECT_IDLE_SUSPENDED: idle_land.suspended,
    FindingCode.IDLE_GOV: idle_land.never_developed,
    **{FindingCode.overdue(kind): milestones.overdue for kind in MilestoneKind},
    FindingCode.PAYMENT_OVERDUE: payment.payment_overdue,
    FindingCode.DATA_GAP: unknowns.data_gap,
    FindingCode.DATE_UNDETERMINED: unknowns.date_undetermined,
    FindingCode.USED_NOT_FULL: figures.used_not_full,
    FindingCode.SHORTFALL_INVESTMENT: figures.shortfall,
    FindingCode.SHORTFALL_FAR: figures.shortfall,
    FindingCode.EXCESS_FAR: figures.shortfall,
    FindingCode.SHORTFALL_OUTPUT: figures.shortfall,
    FindingCode.SHORTFALL_TAX: figures.shortfall,
    FindingCode.SUPPLIED_UNUSED: idle_land.supplied_unused,
}
"""Every finding that can give an adverse verdict, and what makes proposals against it."""

_BLOCK_ROWS: Final = 256


@dataclass(frozen=True, slots=True)
class _Trial:
    case: Case
    code: FindingCode
    proposal: Proposal


def row_remedies(columns: LedgerColumns, law: LawBook, as_of: date) -> Iterator[tuple[Remedy, ...]]:
    """What would remove each adverse finding, row by row.

    Every remedy has been tried: the contract was judged again with the cells changed, and the
    finding was gone. The proposals of many rows are judged together.

    Parameters
    ----------
    columns
        The ledger; closed contracts and rows without an adverse finding have no remedies.
    law, as_of
        Law book and day of the check.

    Yields
    ------
    The remedies of a row by finding, the nearest one first: those in time before those too late,
    then by the days that have to be moved, then by the number of cells. There is at most one of
    each kind for a finding.
    """
    for first in range(0, len(columns), _BLOCK_ROWS):
        yield from _of_block(columns.take(slice(first, first + _BLOCK_ROWS)), law, as_of)


def remedies_of(
    columns: LedgerColumns, law: LawBook, as_of: date, rows: Sequence[int]
) -> dict[int, tuple[Remedy, ...]]:
    """What would remove each adverse finding of the rows given, as `row_remedies` tells it."""
    return dict(zip(rows, row_remedies(columns.take(rows), law, as_of), strict=True))


def remedies(columns: LedgerColumns, law: LawBook, as_of: date, row: int) -> tuple[Remedy, ...]:
    """What would remove each adverse finding of one row, as `row_remedies` tells it."""
    return remedies_of(columns, law, as_of, [row])[row]


def _of_block(columns: LedgerColumns, law: LawBook, as_of: date) -> list[tuple[Remedy, ...]]:
    judged = evaluate(columns, law, as_of)
    trials = [
        _Trial(case, code, proposal)
        for case in _cases(columns, judged, law, as_of)
        for code in case.found
        for proposal in PROPOSERS[code](case, code)
    ]
    changed = from_rows([{**trial.case.cells, **trial.proposal.changes} for trial in trials])
    after = evaluate(changed, law, as_of)
    kept: list[list[tuple[_Trial, Verdict]]] = [[] for _ in range(len(columns))]
    for number in np.flatnonzero(_is_gone(after, [trial.code for trial in trials])):
        trial = trials[number]
        kept[trial.case.row].append((trial, Verdict.at(int(after.verdict[number]))))
    return [tuple(_nearest(found)) for found in kept]


def _cases(columns: LedgerColumns, judged: Judgements, law: LawBook, as_of: date) -> Iterator[Case]:
    """The rows that have an adverse finding."""
    findings = judged.findings
    entries: dict[int, dict[FindingCode, int]] = {}
    for entry in np.flatnonzero(findings.with_code(*PROPOSERS)):
        code = FindingCode.at(int(findings.code[entry]))
        entries.setdefault(int(findings.row[entry]), {}).setdefault(code, int(entry))
    for row, found in entries.items():
        yield Case(row_cells(columns, row), as_of, law, judged, row, found)


def _is_gone(judged: Judgements, codes: Sequence[FindingCode]) -> Flags:
    """Whether row *i* no longer has a finding with the *i*-th code."""
    sought = np.array([code.position for code in codes], dtype=np.int8)
    findings = judged.findings
    still = findings.row[findings.code == sought[findings.row]]
    gone = np.ones(len(codes), dtype=np.bool_)
    gone[still] = False
    return gone


def _nearest(found: Sequence[tuple[_Trial, Verdict]]) -> Iterator[Remedy]:
    """The nearest remedy of each kind for each finding, in order."""
    seen: set[tuple[FindingCode, RemedyKind]] = set()
    for trial, verdict in sorted(found, key=_rank):
        sort = (trial.code, trial.proposal.kind)
        if sort not in seen:
            seen.add(sort)
            yield _remedy(trial, verdict)


def _rank(found: tuple[_Trial, Verdict]) -> tuple[int, bool, int, int, int]:
    trial, _ = found
    proposal = trial.proposal
    return (
        trial.code.position,
        not _in_time(trial),
        proposal.distance_days,
        len(proposal.changes),
        proposal.kind.position,
    )


def _in_time(trial: _Trial) -> bool:
    last_on = trial.proposal.last_on
    return last_on is None or last_on >= trial.case.as_of


def _remedy(trial: _Trial, verdict: Verdict) -> Remedy:
    findings, proposal = trial.case.judged.findings, trial.proposal
    milestone = int(findings.milestone[trial.case.found[trial.code]])
    return Remedy(
        code=trial.code,
        milestone=None if milestone == NO_CODE else MilestoneKind.at(milestone),
        kind=proposal.kind,
        changes=tuple(Change(key, cell) for key, cell in proposal.changes.items()),
        last_on=proposal.last_on,
        in_time=_in_time(trial),
        verdict_after=verdict,
    )
