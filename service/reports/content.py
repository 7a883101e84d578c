"""The result of a check or an audit as values: what every document and table is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import add

import numpy as np

from geodata.model.codelists import Group, UnusedBucket, Verdict
from geodata.model.columns import Flags, LedgerColumns
from geodata.model.judgements import Judgements
from geodata.model.units import mu
from service.compliance.indicators.tally import Tally
from service.compliance.rules.exact import total
from service.compliance.rules.oddities import Oddity, oddities
from service.compliance.rules.results import ContractResult, contract_results
from service.reports.documents import Document
from service.wording import Wording

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

    def __add__(self, other: GroupTotal) -> GroupTotal:
        return GroupTotal(*map(add, astuple(self), astuple(other)))


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

    @property
    def verdicts_by_severity(self) -> dict[Verdict, int]:
        """The verdicts that occur, the gravest first."""
        found = (item for item in self.verdicts.items() if item[1])
        return dict(sorted(found, key=lambda item: item[0].severity))

    def __add__(self, other: Summary) -> Summary:
        """Totals of two ledgers that have no row in common."""
        verdicts = {
            verdict: self.verdicts.get(verdict, 0) + other.verdicts.get(verdict, 0)
            for verdict in Verdict
            if verdict in self.verdicts or verdict in other.verdicts
        }
        return Summary(
            contract_count=self.contract_count + other.contract_count,
            verdicts=verdicts,
            groups={group: self.groups[group] + other.groups[group] for group in Group},
            in_any_group=self.in_any_group + other.in_any_group,
            unused_beside={
                bucket: count + other.unused_beside[bucket]
                for bucket, count in self.unused_beside.items()
            },
        )


@dataclass(frozen=True, slots=True)
class Documents(Iterable[Document]):
    """Documents made each time they are read: a country's never stand in memory together."""

    make: Callable[[], Iterator[Document]]

    def __iter__(self) -> Iterator[Document]:
        return self.make()


@dataclass(frozen=True, slots=True)
class CheckContent:
    """A judged ledger.

    Attributes
    ----------
    wording
        The law it was judged by, and the language of the report.
    columns, judged
        The ledger itself, and its judgements.
    contracts, rejected
        Documents of the ledger contract (`docs/ledger.md`, section 2).
    tally
        Inefficient land against its targets, where it is known.
    """

    as_of: date
    wording: Wording
    columns: LedgerColumns
    judged: Judgements
    contracts: Iterable[Document]
    rejected: Sequence[Document]
    summary: Summary
    tally: Tally | None = None

    @property
    def language(self) -> str:
        """Language of the report."""
        return self.wording.language

    def results(self) -> Iterator[ContractResult]:
        """The judgement of each contract, in ledger order."""
        return contract_results(self.columns, self.judged)

    def oddities(self) -> Iterator[tuple[int, Oddity]]:
        """What is odd, each with the number of its row."""
        for oddity in oddities(self.columns, self.judged, self.wording.law, self.as_of):
            yield int(self.columns.row_no[oddity.position]), oddity


def summarise(columns: LedgerColumns, judged: Judgements) -> Summary:
    """Totals by verdict and group; area is contract area, rounded by nobody yet (R0.7)."""
    members = {group: judged.group(group) for group in Group}
    buckets = judged.findings.bucket
    return Summary(
        contract_count=len(judged),
        verdicts=judged.verdict_counts(),
        groups={
            group: group_total(columns, judged, group, member) for group, member in members.items()
        },
        in_any_group=int(np.any(list(members.values()), axis=0).sum()),
        unused_beside={
            bucket: int((buckets == bucket.position).sum())
            for bucket in UnusedBucket
            if bucket.is_beside
        },
    )


def group_total(
    columns: LedgerColumns, judged: Judgements, group: Group, member: Flags
) -> GroupTotal:
    """Land and money of some contracts of a group."""
    area = columns.exact["area_m2"].take(np.flatnonzero(member))
    findings = judged.findings
    costly = member[findings.row] & findings.with_code(*group.at_stake)
    at_stake = findings.amount.take(np.flatnonzero(costly))
    return GroupTotal(
        count=len(area),
        area_mu=mu(total(area)),
        unknown_area_count=int((~area.known).sum()),
        at_stake_yuan=at_stake.total_yuan(),
        unknown_amount_count=int((~at_stake.known).sum()),
    )
