"""The district in figures: what the home page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from geodata.model.codelists import Group, MilestoneState, UnusedBucket, Verdict
from geodata.model.selection import Selection
from service.compliance.indicators.tally import Tally
from service.compliance.rules.results import MilestoneResult
from service.maps.selection import Facets, Totals, select
from service.maps.view import JudgedParcel

RECENT_DAYS: Final = 30
LISTED_COUNT: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Deadline:
    """A milestone that falls due soon."""

    parcel: JudgedParcel
    milestone: MilestoneResult
    due_on: date


@dataclass(frozen=True, slots=True)
class ParkLine:
    """One park: its contracts, and those of each group."""

    park: str
    count: int
    groups: dict[Group, int]
    any_group_count: int


@dataclass(frozen=True, slots=True)
class Change:
    """Contracts that came into a group and that left it since a day."""

    since_on: date
    come_count: int
    gone_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """Totals of the day.

    Attributes
    ----------
    groups
        Totals of each group; they may overlap.
    any_group
        Totals of the contracts that are in at least one group.
    facets
        Contracts by verdict, by bucket and by place.
    deadlines
        The milestones due next.
    recent
        Contracts whose verdict rests on something that began within `RECENT_DAYS`.
    changes
        What moved in each group since a month; nothing where that is not known.
    """

    all: Totals
    groups: dict[Group, Totals]
    any_group: Totals
    facets: Facets
    parks: tuple[ParkLine, ...]
    deadlines: tuple[Deadline, ...]
    recent: tuple[JudgedParcel, ...]
    tally: Tally
    changes: Mapping[Group, Change] = field(default_factory=dict)

    @property
    def buckets_beside(self) -> tuple[UnusedBucket, ...]:
        """Land not developed that belongs to no group: in time, and not delivered."""
        return tuple(bucket for bucket in UnusedBucket if bucket.is_beside)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """Contracts by verdict, the gravest first."""
        return self.facets.verdicts


def overview(parcels: Sequence[JudgedParcel], as_of: date, tally: Tally) -> Overview:
    """Add up the judged contracts of one day."""
    return Overview(
        all=Totals.of(parcels),
        groups={
            group: Totals.of((p for p in parcels if group in p.groups), group) for group in Group
        },
        any_group=Totals.of(p for p in parcels if p.groups),
        facets=select(parcels, Selection(), as_of).facets,
        parks=_park_lines(parcels),
        deadlines=deadlines_of(parcels),
        recent=lately_begun(parcels, as_of),
        tally=tally,
    )


def _park_lines(parcels: Sequence[JudgedParcel]) -> tuple[ParkLine, ...]:
    def line(park: str) -> ParkLine:
        inside = [parcel for parcel in parcels if parcel.park == park]
        groups = {group: sum(group in p.groups for p in inside) for group in Group}
        return ParkLine(park, len(inside), groups, sum(bool(p.groups) for p in inside))

    lines = (line(park) for park in sorted({parcel.park for parcel in parcels}))
    return tuple(sorted(lines, key=lambda each: -each.any_group_count))


def deadlines_of(parcels: Sequence[JudgedParcel]) -> tuple[Deadline, ...]:
    """The milestones due next."""
    due = [
        Deadline(parcel, stone, stone.due_on)
        for parcel in parcels
        for stone in parcel.result.milestones
        if stone.state is MilestoneState.DUE_SOON and stone.due_on is not None
    ]
    return tuple(sorted(due, key=lambda each: (each.due_on, each.parcel.key))[:LISTED_COUNT])


def lately_begun(parcels: Sequence[JudgedParcel], as_of: date) -> tuple[JudgedParcel, ...]:
    """Contracts of a group whose verdict rests on what began of late, newest first."""
    horizon = as_of - timedelta(days=RECENT_DAYS)
    begun = ((parcel.result.lead, parcel) for parcel in parcels if parcel.groups)
    fresh = [
        (lead.since_on, parcel)
        for lead, parcel in begun
        if lead and lead.since_on and lead.since_on > horizon
    ]
    newest_first = sorted(fresh, key=lambda each: (as_of - each[0], each[1].key))
    return tuple(parcel for _, parcel in newest_first[:LISTED_COUNT])
