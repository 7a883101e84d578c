"""What a map page shows beside its parcels, which reach it as tiles or packed into the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

import numpy as np

from geodata.model.card_counts import CardCount, MonthlyChanges
from geodata.model.codelists import Verdict
from geodata.model.columns import EPOCH, day_number
from geodata.model.standings import FIRST_ON, StandingSpans
from service.compliance.indicators.tally import Tally
from service.maps.packed_view import State, state_of
from service.maps.places import Bounds, Place, point_in, shown_first, top_of
from service.maps.view import MapView, PlacedClaim, is_outline


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the map, and where it stands.

    Attributes
    ----------
    park
        The park as contracts cite it; empty for what is no park.
    """

    text: str
    at: Place
    park: str = ""


@dataclass(frozen=True, slots=True)
class ShownScene:
    """A scene of imagery that the map can show.

    Attributes
    ----------
    title
        Its day, and the name of its file.
    """

    scene_id: int
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class MapFrame:
    """What a map page is made of, whatever brings its parcels.

    Attributes
    ----------
    last_on
        Last day that can be asked about.
    bounds
        What is shown first.
    counts
        Contracts on the day of the map.
    changes
        None where the page asks for them itself, or nothing is known of other days.
    scenes
        In order of their days.
    """

    as_of: date
    last_on: date
    language: str
    district: str
    bounds: Bounds
    counts: Sequence[CardCount]
    tally: Tally
    claims: tuple[PlacedClaim, ...]
    park_names: Sequence[Name]
    water_names: Sequence[Name]
    changes: MonthlyChanges | None = None
    scenes: Sequence[ShownScene] = ()

    @property
    def compared_on(self) -> date:
        """The earlier day that is offered for comparison."""
        return self.as_of - timedelta(days=365)


def frame_of(view: MapView) -> MapFrame:
    """The frame of a view whose land is packed into the page."""
    parks, water = view.backdrop.parks, view.backdrop.water
    cited = parks["name_zh"] if "name_zh" in parks else parks["name"]
    return MapFrame(
        as_of=view.as_of,
        last_on=view.last_on or view.as_of,
        language=view.language,
        district=view.district,
        bounds=shown_first((p.geometry for p in view.parcels), view.backdrop.outline.geometry),
        counts=list(_counts(view)),
        tally=view.tally,
        claims=view.claims,
        park_names=[
            Name(str(name), top_of(shape), str(park))
            for name, park, shape in zip(parks["name"], cited, parks.geometry, strict=True)
        ],
        water_names=[
            Name(str(name), point_in(shape))
            for name, shape in zip(water["name"], water.geometry, strict=True)
            if name
        ],
        changes=monthly_changes(view.spans) if view.spans else None,
    )


def monthly_changes(spans: StandingSpans) -> MonthlyChanges | None:
    """Changes of verdicts month by month; None before the first contract.

    That a contract comes into force is no change of its verdict.
    """
    known = spans.from_on > day_number(FIRST_ON)
    if not known.any():
        return None
    follows = np.append(False, spans.row[1:] == spans.row[:-1])
    before = np.append(spans.verdict[:1], spans.verdict[:-1])
    is_change = follows & (before != spans.verdict) & (before != Verdict.NOT_IN_FORCE.position)
    months = spans.from_on.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = months[known].min()
    counts = np.bincount(months[is_change & known] - first)
    begin = EPOCH.replace(year=EPOCH.year + int(first) // 12, month=int(first) % 12 + 1)
    return MonthlyChanges(begin, counts.tolist())


def _counts(view: MapView) -> Iterator[CardCount]:
    found: defaultdict[tuple[*State, str, str, bool], list[float]] = defaultdict(list)
    for parcel in view.parcels:
        place = (parcel.park, parcel.land_use, is_outline(parcel.geometry))
        found[*state_of(parcel), *place].append(float(parcel.area_m2 or 0))
    for alike, areas in found.items():
        yield CardCount(*alike, len(areas), fsum(areas))
