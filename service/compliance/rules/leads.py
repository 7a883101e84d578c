"""What each verdict rests on, and for how long the gravest matter of a contract has lasted."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import FindingCode, Verdict
from geodata.model.columns import NO_DAY, Codes
from geodata.model.judgements import Judgements

Rows = npt.NDArray[np.intp]

NO_LEAD: Final = -1
"""Stands where a verdict rests on no finding."""


def leads(judged: Judgements) -> Rows:
    """Entry of the finding each verdict rests on: of the same name, else of the same colour."""
    findings = judged.findings
    likeness = _likeness()[judged.verdict[findings.row], findings.code]
    order = np.lexsort((-likeness, findings.row))
    rows, first = np.unique(findings.row[order], return_index=True)
    entries = order[first]
    lead = np.full(len(judged), NO_LEAD, dtype=np.intp)
    lead[rows] = np.where(likeness[entries] > 0, entries, NO_LEAD)
    return lead


def worst_days(judged: Judgements, lead: Rows) -> npt.NDArray[np.int32]:
    """Days for which the gravest matter of each contract has lasted; 0 when nothing is late.

    Parameters
    ----------
    lead
        What `leads` says of the judgements.
    """
    worst = np.zeros(len(judged), dtype=np.int32)
    has_lead = lead != NO_LEAD
    worst[has_lead] = np.maximum(judged.findings.days[lead[has_lead]], 0)
    for milestone in judged.milestones.values():
        worst = np.maximum(worst, np.where(milestone.done_on == NO_DAY, milestone.late_days, 0))
    return worst


@cache
def _likeness() -> Codes:
    """2 where verdict and finding have the same name, 1 where they have the same colour."""
    return np.array(
        [
            [
                2 if code.value == verdict.value else code.tone is verdict.tone
                for code in FindingCode
            ]
            for verdict in Verdict
        ],
        dtype=np.int8,
    )
