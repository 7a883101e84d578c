"""Which contracts a list shows, and what they add up to: counts and lists share this one test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

import numpy as np

from geodata.model.codelists import Group, UnusedBucket, Verdict
from geodata.model.columns import LedgerColumns
from geodata.model.contract_key import ContractKey
from geodata.model.judgements import Judgements
from geodata.model.units import mu
from service.compliance.rules.leads import NO_LEAD, leads, worst_days
from service.maps.view import JudgedParcel, Stake, severity

PAGE_SIZE: Final = 50
_MOST_DAYS: Final = 2**32
"""More days than anything can last."""


class Order(StrEnum):
    """How a list is sorted."""

    SEVERITY = "severity"
    DAYS = "days"
    STAKE = "stake"
    AREA = "area"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters of a list; an empty one lets everything pass, several of one kind mean "or".

    Attributes
    ----------
    any_group
        Only contracts that are in at least one of the three groups.
    text
        Words that must all occur in the names and codes of the contract.
    """

    verdicts: frozenset[Verdict] = frozenset()
    groups: frozenset[Group] = frozenset()
    buckets: frozenset[UnusedBucket] = frozenset()
    parks: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    any_group: bool = False
    text: str = ""

    def admits(self, parcel: JudgedParcel) -> bool:
        """True where the contract passes every filter."""
        return (
            (not self.verdicts or parcel.verdict in self.verdicts)
            and (not self.groups or bool(parcel.groups & self.groups))
            and (not self.buckets or parcel.result.bucket in self.buckets)
            and (not self.parks or parcel.park in self.parks)
            and (not self.towns or parcel.town in self.towns)
            and (not self.any_group or bool(parcel.groups))
            and self._names(parcel)
        )

    def _names(self, parcel: JudgedParcel) -> bool:
        key = parcel.key
        names = (key.contract_no, key.parcel_code, parcel.project_name, parcel.grantee)
        searched = "\n".join(names).casefold()
        return all(word in searched for word in self.text.casefold().split())


@dataclass(frozen=True, slots=True)
class Totals:
    """What a set of contracts adds up to.

    Attributes
    ----------
    area_m2
        Sum of the areas that are known.
    unknown_area_count
        Contracts without a known area.
    """

    count: int
    area_m2: Fraction
    unknown_area_count: int
    stake: Stake

    @property
    def area_mu(self) -> Fraction:
        """Sum of the known areas in mu."""
        return mu(self.area_m2)

    @classmethod
    def of(cls, parcels: Iterable[JudgedParcel], *groups: Group) -> Totals:
        """Add up the contracts, money at stake counted for the groups given (default all)."""
        chosen = tuple(parcels)
        areas = [parcel.area_m2 for parcel in chosen if parcel.area_m2 is not None]
        stake = sum((parcel.stake(*groups) for parcel in chosen), Stake())
        return cls(len(chosen), sum(areas, Fraction(0)), len(chosen) - len(areas), stake)


@dataclass(frozen=True, slots=True)
class Facets:
    """For each filter its values, with the contracts each would leave given the other filters."""

    verdicts: dict[Verdict, int]
    groups: dict[Group, int]
    buckets: dict[UnusedBucket, int]
    parks: dict[str, int]
    towns: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class ContractPage:
    """One page of a list, with the totals of the whole of it.

    Attributes
    ----------
    number, count
        The page shown, counted from 1, and how many there are.
    """

    rows: tuple[JudgedParcel, ...]
    totals: Totals
    facets: Facets
    number: int
    count: int


def select(
    parcels: Sequence[JudgedParcel],
    selection: Selection,
    order: Order = Order.SEVERITY,
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> ContractPage:
    """One page of the contracts that pass; a page beyond the end is the last one."""
    chosen = sorted(filter(selection.admits, parcels), key=_SORT_KEYS[order])
    page_count = max(1, -(-len(chosen) // page_size))
    number = min(max(page, 1), page_count)
    first = (number - 1) * page_size
    return ContractPage(
        tuple(chosen[first : first + page_size]),
        Totals.of(chosen),
        _facets(parcels, selection),
        number,
        page_count,
    )


_SORT_KEYS: dict[Order, Callable[[JudgedParcel], tuple[object, ...]]] = {
    Order.SEVERITY: lambda p: (severity(p.verdict), -p.result.worst_days, p.key),
    Order.DAYS: lambda p: (-p.result.worst_days, severity(p.verdict), p.key),
    Order.STAKE: lambda p: (-p.stake().yuan, severity(p.verdict), p.key),
    Order.AREA: lambda p: (-(p.area_m2 or 0), p.key),
    Order.CONTRACT: lambda p: (p.key,),
}


def gravest_rows(columns: LedgerColumns, judged: Judgements, limit: int) -> list[int]:
    """Rows that head the list by severity, of those whose verdict rests on a finding."""
    lead = leads(judged)
    severities = np.array([severity(verdict) for verdict in Verdict])[judged.verdict]
    rank = severities * _MOST_DAYS - worst_days(judged, lead)
    rows = np.flatnonzero(lead != NO_LEAD)
    if len(rows) > limit:
        last = np.partition(rank[rows], limit - 1)[limit - 1]
        rows = rows[rank[rows] <= last]
    ordered = sorted(rows.tolist(), key=lambda row: (rank[row], ContractKey.of_row(columns, row)))
    return ordered[:limit]


def _facets(parcels: Sequence[JudgedParcel], selection: Selection) -> Facets:
    def left(without: Selection) -> list[JudgedParcel]:
        return list(filter(without.admits, parcels))

    verdicts = Counter(p.verdict for p in left(replace(selection, verdicts=frozenset())))
    groups = Counter(g for p in left(replace(selection, groups=frozenset())) for g in p.groups)
    buckets = Counter(p.result.bucket for p in left(replace(selection, buckets=frozenset())))
    parks = Counter(p.park for p in left(replace(selection, parks=frozenset())))
    towns = Counter(p.town for p in left(replace(selection, towns=frozenset())))
    return Facets(
        {verdict: verdicts[verdict] for verdict in sorted(verdicts, key=severity)},
        {group: groups[group] for group in Group},
        {bucket: buckets[bucket] for bucket in UnusedBucket if buckets[bucket]},
        dict(sorted(parks.items())),
        dict(sorted(towns.items())),
    )
