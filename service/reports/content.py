"""The result of a check or an audit as values: what every document and table is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from geodata.model.codelists import Group, UnusedBucket, Verdict
from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from geodata.model.units import mu
from service.compliance.indicators.tally import Tally

Document = Mapping[str, Any]

NAMES = ("project_name", "grantee", "town", "park")
"""Text columns shown beside the key of a contract."""


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """One of the three groups.

    Attributes
    ----------
    count
        Contracts in the group.
    area_mu, unknown_area_count
        Contract area that is known, in mu; contracts whose area is not.
    at_stake_yuan, unknown_amount_count
        Damages and fees that are known, in yuan; findings whose amount is not.
    """

    count: int
    area_mu: Fraction
    unknown_area_count: int
    at_stake_yuan: Decimal
    unknown_amount_count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a judged ledger.

    Attributes
    ----------
    groups
        The three groups; a contract may stand in several.
    in_any_group
        Contracts in at least one group.
    unused_beside
        Land not developed that is in time or not delivered yet: shown beside the third group.
    """

    contract_count: int
    verdicts: Mapping[Verdict, int]
    groups: Mapping[Group, GroupTotal]
    in_any_group: int
    unused_beside: Mapping[UnusedBucket, int]


@dataclass(frozen=True, slots=True)
class CheckContent:
    """A judged ledger.

    Attributes
    ----------
    contracts, warnings, rejected
        Documents of the ledger contract (`docs/ledger.md`, section 2).
    columns, judged
        The ledger itself, and its judgements.
    tally
        Inefficient land against its targets, where it is known.
    """

    as_of: date
    book: str
    digest: str
    language: str
    columns: LedgerColumns
    judged: Judgements
    contracts: Sequence[Document]
    warnings: Sequence[Document]
    rejected: Sequence[Document]
    summary: Summary
    tally: Tally | None = None


def summarise(columns: LedgerColumns, judged: Judgements) -> Summary:
    """Totals by verdict and group; area is contract area, rounded by nobody yet (R0.7)."""
    area = columns.exact["area_m2"]
    members = {group: judged.group(group) for group in Group}
    adverse = judged.findings
    totals: dict[Group, GroupTotal] = {}
    for group, member in members.items():
        areas = [area.fraction(int(row)) for row in member.nonzero()[0]]
        known = [value for value in areas if value is not None]
        at_stake = adverse.amount.take(
            np.flatnonzero(member[adverse.row] & adverse.with_code(*group.at_stake))
        )
        totals[group] = GroupTotal(
            count=len(areas),
            area_mu=mu(sum(known, Fraction(0))),
            unknown_area_count=len(areas) - len(known),
            at_stake_yuan=at_stake.total_yuan(),
            unknown_amount_count=int((~at_stake.known).sum()),
        )
    joint = members[Group.OVERDUE] | members[Group.IDLE] | members[Group.SUPPLIED_UNUSED]
    return Summary(
        contract_count=len(judged),
        verdicts=judged.verdict_counts(),
        groups=totals,
        in_any_group=int(joint.sum()),
        unused_beside={
            bucket: int((adverse.bucket == bucket.position).sum())
            for bucket in UnusedBucket
            if bucket.is_beside
        },
    )
