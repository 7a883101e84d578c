"""What the script of the map page reads, and what its drawer lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.model.codelists import Group, Verdict, as_json
from geodata.model.units import MU_PER_M2
from service.i18n import Translate
from service.maps.features import Json, ParcelUrl, feature_collections
from service.maps.moved import MovementView
from service.maps.timeline import timeline_context
from service.maps.view import MapView, is_outline, severity

_LISTS: Final = ("Verdict", "FindingCode", "ClaimKind", "ClaimStatus")
_PLACE_DECIMALS: Final = 5
_MARGIN: Final = 1e-4
_SHANGHAI: Final = (120.8, 30.6, 122.2, 31.9)


def page_data(view: MapView, translate: Translate, parcel_url: ParcelUrl | None) -> Json:
    """Data of the script: it holds no word, colour or number of its own."""
    _ = translate
    lists = as_json()
    return {
        "language": view.language,
        "bounds": bounds(view),
        "layers": feature_collections(view, translate, parcel_url),
        "mu_per_m2": float(MU_PER_M2),
        "codelists": {name: lists[name] for name in _LISTS},
        "park_names": _park_names(view),
        "water_names": list(_water_names(view.backdrop.water)),
        "timeline": timeline_context(view.as_of, view.language, translate),
        "words": {
            "shown": _("{count} of {total} parcels shown, {mu} mu"),
            "next_step": _("Next step:"),
            "open": _("Open the contract"),
            "confirm": _("to be confirmed"),
            "confirm_why": _("The article this rests on was not checked against its text."),
            "nothing_found": _("Nothing found."),
            "north": _("North is up."),
        },
    }


@dataclass(frozen=True, slots=True)
class Drawer:
    """What can be ticked in the drawer, each with its number of contracts.

    Attributes
    ----------
    ungrouped_count
        Contracts in none of the three groups.
    unplaced_count
        Contracts without an outline, which no map can show.
    """

    groups: dict[Group, int]
    ungrouped_count: int
    verdicts: dict[Verdict, int]
    parks: dict[str, int]
    unplaced_count: int


def drawer(view: MapView) -> Drawer:
    """Count what the map shows."""
    parcels = view.parcels
    groups = Counter(group for parcel in parcels for group in parcel.groups)
    verdicts = Counter(parcel.verdict for parcel in parcels)
    return Drawer(
        groups={group: groups[group] for group in Group},
        ungrouped_count=sum(not parcel.groups for parcel in parcels),
        verdicts={verdict: verdicts[verdict] for verdict in sorted(verdicts, key=severity)},
        parks=dict(sorted(Counter(parcel.park for parcel in parcels).items())),
        unplaced_count=sum(not is_outline(parcel.geometry) for parcel in parcels),
    )


def bounds(view: MapView | MovementView) -> list[list[float]]:
    """South-west and north-east corner, latitude first.

    The district where the parcels spread over most of it, else the parcels.
    """
    parcels = _envelope(parcel.geometry for parcel in view.parcels)
    district = _envelope(view.backdrop.outline.geometry)
    is_spread = 2 * parcels.area >= district.area > 0
    shown = district if is_spread or parcels.is_empty else parcels
    west, south, east, north = _SHANGHAI if shown.is_empty else shown.bounds
    return [[south - _MARGIN, west - _MARGIN], [north + _MARGIN, east + _MARGIN]]


def _envelope(shapes: Iterable[BaseGeometry | None]) -> BaseGeometry:
    known = [shape for shape in shapes if shape is not None]
    return shapely.envelope(shapely.GeometryCollection(known))


def _park_names(view: MapView) -> list[Json]:
    """Each park with its contracts, those in one of the groups and all; the largest first."""
    count = Counter(parcel.park for parcel in view.parcels)
    flagged = Counter(parcel.park for parcel in view.parcels if parcel.groups)
    parks = view.backdrop.parks
    cited = parks["name_zh"] if "name_zh" in parks else parks["name"]
    names = [
        {"name": str(name), "at": _top(shape), "flagged": flagged[park], "count": count[park]}
        for name, park, shape in zip(parks["name"], cited, parks.geometry, strict=True)
    ]
    return sorted(names, key=lambda name: -name["count"])


def _water_names(water: gpd.GeoDataFrame) -> Iterator[Json]:
    for name, shape in zip(water["name"], water.geometry, strict=True):
        if name:
            yield {"name": str(name), "at": _place(shape)}


def _top(shape: BaseGeometry) -> list[float]:
    """Middle of the northern edge, latitude first: a name there covers no parcel."""
    west, _, east, north = shape.bounds
    return [round(north, _PLACE_DECIMALS), round((west + east) / 2, _PLACE_DECIMALS)]


def _place(shape: BaseGeometry) -> list[float]:
    """A point inside, latitude first."""
    point = shape.representative_point()
    return [round(point.y, _PLACE_DECIMALS), round(point.x, _PLACE_DECIMALS)]
