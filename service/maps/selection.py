"""Which contracts a list shows, and what they add up to: counts and lists share this one test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final, TypeVar

import numpy as np

from geodata.model.codelist import Codelist
from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.columns import LedgerColumns
from geodata.model.contract_key import ContractKey
from geodata.model.judgements import Judgements
from geodata.model.selection import DUE_WITHIN, Order, Selection
from geodata.model.spelling import folded, looked_for
from geodata.model.units import mu
from service.compliance.rules.leads import NO_LEAD, leads, worst_days
from service.maps.view import JudgedParcel, Stake

PAGE_SIZE: Final = 50
_MOST_DAYS: Final = 2**32
"""More days than anything can last."""


def admits(selection: Selection, parcel: JudgedParcel, as_of: date) -> bool:
    """True where the contract passes every filter."""
    return _is_meant(selection, parcel) and not _failed(selection, _values(parcel, as_of))


def _is_meant(selection: Selection, parcel: JudgedParcel) -> bool:
    """Whether it passes what is not counted by value."""
    is_of_group = not selection.any_group or bool(parcel.groups)
    words = folded(selection.text).split()
    return is_of_group and all(looked_for(word) in parcel.searched for word in words)


def _failed(selection: Selection, values: Mapping[str, frozenset[Any]]) -> list[str]:
    """The filters that a contract with these values does not pass."""
    chosen = ((name, getattr(selection, name)) for name in FILTERS)
    return [name for name, wanted in chosen if wanted and wanted.isdisjoint(values[name])]


def _values(parcel: JudgedParcel, as_of: date) -> dict[str, frozenset[Any]]:
    """Of each filter, the values the contract passes with."""
    left = None if parcel.due_on is None else (parcel.due_on - as_of).days
    return {
        "verdicts": frozenset({parcel.verdict}),
        "groups": parcel.groups,
        "buckets": frozenset({parcel.result.bucket} - {None}),
        "milestones": frozenset({parcel.milestone} - {None}),
        "due_within": frozenset(days for days in DUE_WITHIN if left is not None and left <= days),
        "parks": frozenset({parcel.park}),
        "towns": frozenset({parcel.town}),
        "land_uses": frozenset({parcel.land_use}),
    }


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
    milestones: dict[MilestoneKind, int]
    due_within: dict[int, int]
    parks: dict[str, int]
    towns: dict[str, int]
    land_uses: dict[str, int]

    @classmethod
    def of(cls, counts: Mapping[str, Mapping[Any, int]]) -> Facets:
        """The counts by name of the filter, in the order of pages; of names, those that occur."""
        verdicts = sorted(counts["verdicts"], key=attrgetter("severity"))
        return cls(
            verdicts={verdict: counts["verdicts"][verdict] for verdict in verdicts},
            groups={group: counts["groups"].get(group, 0) for group in Group},
            buckets=_occurring(UnusedBucket, counts["buckets"]),
            milestones=_occurring(MilestoneKind, counts["milestones"]),
            due_within={days: counts["due_within"].get(days, 0) for days in DUE_WITHIN},
            parks=dict(sorted(counts["parks"].items())),
            towns=dict(sorted(counts["towns"].items())),
            land_uses=dict(sorted(counts["land_uses"].items())),
        )


FILTERS: Final = tuple(entry.name for entry in fields(Facets))
"""Names of the filters whose values are counted, in `Selection` and in `Facets`."""


@dataclass(frozen=True, slots=True, eq=False)
class ContractPage:
    """One page of a list, with the totals of the whole of it.

    Attributes
    ----------
    number, count
        The page shown, counted from 1, and how many there are.
    is_exact
        False where nothing has the text searched, and the rows have something like it.
    """

    rows: tuple[JudgedParcel, ...]
    totals: Totals
    facets: Facets
    number: int
    count: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class PageWindow:
    """Where a page lies in its list; one beyond the end is the last one.

    Attributes
    ----------
    number, count
        The page, counted from 1, and how many there are.
    first
        Rows before it.
    """

    number: int
    count: int
    first: int

    @classmethod
    def of(cls, row_count: int, page: int, page_size: int = PAGE_SIZE) -> PageWindow:
        """The window of a page of a list."""
        count = max(1, -(-row_count // page_size))
        number = min(max(page, 1), count)
        return cls(number, count, (number - 1) * page_size)


def arranged(
    parcels: Iterable[JudgedParcel], selection: Selection, as_of: date, order: Order
) -> list[JudgedParcel]:
    """The contracts that pass, in order."""
    admitted = (parcel for parcel in parcels if admits(selection, parcel, as_of))
    return sorted(admitted, key=_SORT_KEYS[order])


def select(
    parcels: Sequence[JudgedParcel],
    selection: Selection,
    as_of: date,
    order: Order = Order.SEVERITY,
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> ContractPage:
    """One page of the contracts that pass."""
    chosen = arranged(parcels, selection, as_of, order)
    window = PageWindow.of(len(chosen), page, page_size)
    return ContractPage(
        tuple(chosen[window.first : window.first + page_size]),
        Totals.of(chosen),
        _facets(parcels, selection, as_of),
        window.number,
        window.count,
    )


_SORT_KEYS: dict[Order, Callable[[JudgedParcel], tuple[object, ...]]] = {
    Order.SEVERITY: lambda p: (p.verdict.severity, -p.result.worst_days, p.key),
    Order.DAYS: lambda p: (-p.result.worst_days, p.verdict.severity, p.key),
    Order.STAKE: lambda p: (-p.stake().yuan, p.verdict.severity, p.key),
    Order.AREA: lambda p: (-(p.area_m2 or 0), p.key),
    Order.DUE: lambda p: (p.due_on or date.max, p.key),
    Order.CONTRACT: lambda p: (p.key,),
    Order.MATCH: lambda p: (p.verdict.severity, -p.result.worst_days, p.key),
}


def gravest_rows(columns: LedgerColumns, judged: Judgements, limit: int) -> list[int]:
    """Rows that head the list by severity, of those whose verdict rests on a finding."""
    lead = leads(judged)
    severities = np.array([verdict.severity for verdict in Verdict])[judged.verdict]
    rank = severities * _MOST_DAYS - worst_days(judged, lead)
    rows = np.flatnonzero(lead != NO_LEAD)
    if len(rows) > limit:
        last = np.partition(rank[rows], limit - 1)[limit - 1]
        rows = rows[rank[rows] <= last]
    ordered = sorted(rows.tolist(), key=lambda row: (rank[row], ContractKey.of_row(columns, row)))
    return ordered[:limit]


def _facets(parcels: Sequence[JudgedParcel], selection: Selection, as_of: date) -> Facets:
    counts: dict[str, Counter[Any]] = {name: Counter() for name in FILTERS}
    for parcel in parcels:
        if _is_meant(selection, parcel):
            values = _values(parcel, as_of)
            failed = _failed(selection, values)
            # What fails one filter alone would pass with another value of it.
            for name in FILTERS if not failed else failed if len(failed) == 1 else ():
                counts[name].update(values[name])
    return Facets.of(counts)


Member = TypeVar("Member", bound=Codelist)


def _occurring(codelist: type[Member], counts: Mapping[Member, int]) -> dict[Member, int]:
    return {member: counts[member] for member in codelist if counts.get(member)}
