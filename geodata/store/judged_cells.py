"""Judgements as cells: what the tables of an audit run and the files of a bulk check both hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from geodata.model.codelists import (
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.judgements import (
    NEVER,
    NO_COUNT,
    FindingColumns,
    Judgements,
    MilestoneColumns,
)
from geodata.store import convert
from geodata.store.tables.runs import milestone_column


def judgement_cells(judgements: Judgements) -> convert.Cells:
    """What was judged of each contract, by column; its findings are `finding_cells`."""
    idle = judgements.idle
    cells: convert.Cells = {
        "verdict": convert.code_cells(judgements.verdict, Verdict),
        "clock_from": convert.day_cells(idle.clock_from),
        "paused_days": convert.count_cells(idle.paused_days, NO_COUNT),
        "one_year_on": convert.day_cells(idle.one_year_on),
        "two_years_on": convert.day_cells(idle.two_years_on),
        "fee_yuan": convert.amount_cells(idle.fee),
        "next_change_on": convert.day_cells(judgements.next_change_on, NEVER),
    }
    cells |= {f"in_{group}": pa.array(judgements.group(group)) for group in Group}
    for kind, milestone in judgements.milestones.items():
        parts = _milestone_cells(milestone)
        cells |= {milestone_column(kind, part): values for part, values in parts.items()}
    return cells


def finding_cells(findings: FindingColumns) -> convert.Cells:
    """What was found, one row for each finding; ``ordinal`` counts those of a contract."""
    first = np.searchsorted(findings.row, findings.row)
    return {
        "ordinal": pa.array(np.arange(len(findings)) - first),
        "code": convert.code_cells(findings.code, FindingCode),
        "milestone": convert.code_cells(findings.milestone, MilestoneKind),
        "since_on": convert.day_cells(findings.since_on),
        "days": convert.count_cells(findings.days, NO_COUNT),
        "amount_yuan": convert.amount_cells(findings.amount),
        "bucket": convert.code_cells(findings.bucket, UnusedBucket),
        "rescission": convert.flag_cells(findings.rescission),
    }


def _milestone_cells(milestone: MilestoneColumns) -> convert.Cells:
    return {
        "state": convert.code_cells(milestone.state, MilestoneState),
        "agreed_on": convert.day_cells(milestone.agreed_on),
        "due_on": convert.day_cells(milestone.due_on),
        "done_on": convert.day_cells(milestone.done_on),
        "late_days": convert.count_cells(milestone.late_days, NO_COUNT),
        "damages_yuan": convert.amount_cells(milestone.damages),
        "rescission_option": convert.flag_cells(milestone.rescission_option),
    }
