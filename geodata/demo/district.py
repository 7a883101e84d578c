"""The fictitious district as a whole: ground, parks, parcels, ledger and inefficient land."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.demo.chance import Chance
from geodata.demo.claims import ClaimedLand, ClaimEntry, write_claims
from geodata.demo.contracts import Plot, Row
from geodata.demo.enterprises import EnterpriseTables, write_enterprises
from geodata.demo.histories import History, Site, write_histories
from geodata.demo.landscape import Feature, lay_out_landscape
from geodata.demo.parks import PARK_PLANS, Lot, Park, grow_park, parcel_counts
from geodata.demo.timeline import TARGET_OUTPUT, add_months
from geodata.errors import UsageError
from geodata.geometry.crs import ZONE_40_EPSG, to_storage
from geodata.model.codelists import Verdict

DEMO_SEED: Final = 310116
PARCEL_COUNT: Final = 1200

_FEWEST_PARCELS: Final = 300  # below, some story finds no place
_MOST_PARCELS: Final = 3000  # above, the parks grow into each other
_COORDINATE_DECIMALS: Final = 9
_RESURVEYED: Final = 0.15
_LONG_USED_MONTHS: Final = 84

_MULTIPLE: Final = {
    "Polygon": shapely.MultiPolygon,
    "MultiPolygon": shapely.MultiPolygon,
    "LineString": shapely.MultiLineString,
    "MultiLineString": shapely.MultiLineString,
}

# Each part of the district has its own stream of chance.
_GROUND, _PARKS, _PLOTS, _HISTORIES, _CLAIMS, _ENTERPRISES = range(6)


@dataclass(frozen=True, slots=True)
class District:
    """The demonstration district; every layer in EPSG:4490.

    Attributes
    ----------
    outline, water, roads, parks
        The ground: ``name``; ``kind, name``; ``kind, name, width_m`` (centre lines);
        ``park_code, name_zh, name_en, kind`` (park or town).
    parcels
        ``parcel_code, park, town, area_m2``.
    ledger
        Rows of cells as `docs/ledger.md` describes them, by parcel; a blank cell is left out.
    verdicts
        What the checker is expected to say about each row of the ledger, as long as its table of
        working days reaches a month beyond the day of the stories.
    claims
        Inefficient land: ``claim_code, column, status, done_on, reversed_on, area_m2, park, town,
        evidence, planned_on, cost_yuan, means``.
    enterprises
        Yearly figures, who stands where, and records of other offices.
    """

    outline: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    ledger: list[Row]
    verdicts: tuple[Verdict, ...]
    claims: gpd.GeoDataFrame
    enterprises: EnterpriseTables


def build_district(
    as_of: date, seed: int = DEMO_SEED, parcel_count: int = PARCEL_COUNT
) -> District:
    """Build the fictitious district, the same on every machine for the same arguments.

    Another release of GEOS or PROJ may move a corner by a millimetre.

    Parameters
    ----------
    as_of
        The day its stories are told for: on that day the checker finds what they show.
    seed
        Another seed is another district.
    parcel_count
        Parcels in all, 300 to 3000.

    Raises
    ------
    UsageError
        When so many parcels are too few for the stories or too many for the parks.
    """
    if not _FEWEST_PARCELS <= parcel_count <= _MOST_PARCELS:
        raise UsageError(
            "The demonstration district cannot have {parcel_count} parcels.",
            "Ask for {fewest} to {most} parcels.",
            parcel_count=parcel_count,
            fewest=_FEWEST_PARCELS,
            most=_MOST_PARCELS,
        )
    landscape = lay_out_landscape(Chance(seed, _GROUND))
    parks = [
        grow_park(plan, count, landscape, Chance(seed, _PARKS, number))
        for number, (plan, count) in enumerate(
            zip(PARK_PLANS, parcel_counts(parcel_count), strict=True)
        )
    ]
    land = _survey(parks, Chance(seed, _PLOTS))
    histories = write_histories([site for site, _ in land], as_of, Chance(seed, _HISTORIES))
    claims = write_claims(
        _long_used(land, histories, as_of),
        parcel_count / PARCEL_COUNT,
        as_of,
        Chance(seed, _CLAIMS),
    )
    roads = [*landscape.main_roads, *(road for park in parks for road in park.roads)]
    return District(
        outline=_layer([{"name": "演示区（虚构）"}], [landscape.outline]),
        parks=_parks_layer(parks),
        roads=_features_layer(roads, "kind", "name", "width_m"),
        water=_features_layer(landscape.water, "kind", "name"),
        parcels=_parcels_layer(land),
        ledger=[history.row for history in histories],
        verdicts=tuple(history.verdict for history in histories),
        claims=_claims_layer(claims),
        enterprises=write_enterprises(histories, as_of, Chance(seed, _ENTERPRISES)),
    )


def _survey(parks: Sequence[Park], chance: Chance) -> list[tuple[Site, Lot]]:
    """Every lot with its code, its place in words and its contract area."""
    land = []
    for park_number, park in enumerate(parks, start=1):
        places = _places(park)
        for rank, (lot, place) in enumerate(zip(park.lots, places, strict=True)):
            # A few contracts were signed on an older survey.
            error = 1 + chance.between(-0.0012, 0.0012) * chance.happens(_RESURVEYED)
            code = f"3101169{park_number:02d}{lot.block:03d}GB{lot.number:05d}"
            area_m2 = round(float(lot.shape.area) * error, 1)
            plot = Plot(code, park.plan.town, park.plan.name_zh, place, area_m2)
            land.append((Site(plot, rank / len(park.lots)), lot))
    return land


def _places(park: Park) -> list[str]:
    """Where each lot lies: the nearest arterial road of each direction."""
    centres = shapely.centroid([lot.shape for lot in park.lots])
    nearest = []
    for direction in ("纬", "经"):
        streets = [road for road in park.roads if road.name.startswith(direction)]
        distances = shapely.distance(
            centres[:, np.newaxis], np.array([road.shape for road in streets], dtype=np.object_)
        )
        nearest.append([streets[column].name for column in distances.argmin(axis=1)])
    town = park.plan.town
    return [f"{town}{one}、{other}路口附近" for one, other in zip(*nearest, strict=True)]


def _long_used(
    land: Iterable[tuple[Site, Lot]], histories: Iterable[History], as_of: date
) -> list[ClaimedLand]:
    """Land on which works were finished under a contract of many years ago."""
    latest = add_months(as_of, -_LONG_USED_MONTHS)
    codes = {
        history.plot.parcel_code
        for history in histories
        if history.timeline.signed_on < latest and TARGET_OUTPUT in history.timeline.done_on
    }
    return [
        ClaimedLand(site.plot, lot.shape) for site, lot in land if site.plot.parcel_code in codes
    ]


def _layer(
    rows: Iterable[Mapping[str, Any]], shapes: Sequence[shapely.Geometry]
) -> gpd.GeoDataFrame:
    """Rows and their shapes on the grid, stored in degrees of nine decimals (0.1 mm).

    Shapes of a layer are all single or all multiple, as files want them.
    """
    grid = gpd.GeoDataFrame(list(rows), geometry=list(shapes), crs=ZONE_40_EPSG)
    stored = to_storage(grid)
    rounded = shapely.transform(
        stored.geometry.to_numpy(), lambda xy: np.round(xy, _COORDINATE_DECIMALS)
    )
    if len(set(stored.geom_type)) > 1:
        rounded = [_MULTIPLE[shape.geom_type](list(shapely.get_parts(shape))) for shape in rounded]
    return stored.set_geometry(rounded, crs=stored.crs)


def _features_layer(features: Sequence[Feature], *columns: str) -> gpd.GeoDataFrame:
    rows = [{column: getattr(feature, column) for column in columns} for feature in features]
    return _layer(rows, [feature.shape for feature in features])


def _parks_layer(parks: Sequence[Park]) -> gpd.GeoDataFrame:
    columns = ("park_code", "name_zh", "name_en", "kind")
    rows = [{column: getattr(park.plan, column) for column in columns} for park in parks]
    return _layer(rows, [park.outline for park in parks])


def _parcels_layer(land: Sequence[tuple[Site, Lot]]) -> gpd.GeoDataFrame:
    rows = [
        {
            "parcel_code": site.plot.parcel_code,
            "park": site.plot.park,
            "town": site.plot.town,
            "area_m2": site.plot.area_m2,
        }
        for site, _ in land
    ]
    return _layer(rows, [lot.shape for _, lot in land])


def _claims_layer(entries: Sequence[ClaimEntry]) -> gpd.GeoDataFrame:
    rows = [
        {
            "claim_code": f"演示-低效-{number:03d}",
            "column": entry.column.value,
            "status": entry.status.value,
            "done_on": entry.done_on,
            "reversed_on": entry.reversed_on,
            "area_m2": entry.area_m2,
            "park": entry.park,
            "town": entry.town,
            "evidence": entry.evidence,
            "planned_on": entry.planned_on,
            "cost_yuan": entry.cost_yuan,
            "means": entry.means.value,
        }
        for number, entry in enumerate(entries, start=1)
    ]
    claims = _layer(rows, [entry.shape for entry in entries])
    for column in ("done_on", "reversed_on", "planned_on"):
        claims[column] = pd.to_datetime(claims[column])
    return claims
