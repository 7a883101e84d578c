"""The parks and towns of the district, each grown from its centre: roads, blocks, parcels.

The names are real, everything else is invented.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import shapely

from geodata.demo.chance import Chance
from geodata.demo.cutting import LOCAL_ROAD_M, as_coverage, into_blocks, into_parcels, polygons
from geodata.demo.landscape import Feature, Landscape

_ARTERIAL_M: Final = 34.0
_ARTERIAL_STEP_M: Final = 140.0
_GREEN_BELT_M: Final = {
    "expressway": 26.0,
    "trunk": 8.0,
    "river": 18.0,
    "canal": 10.0,
    "sea": 150.0,
}
_SMALLEST_BLOCK_M2: Final = 8_000.0
_SHORTEST_STREET_M: Final = 60.0
_WIDEST_GAP_M: Final = 130.0
_FREE_BLOCKS: Final = 0.05
_NUMERALS: Final = " 一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class ParkPlan:
    """What a park is to become.

    Attributes
    ----------
    park_code, name_zh, name_en, kind
        Identity; kind is ``park`` or ``town``.
    town
        Town it belongs to.
    centre_km
        Easting and northing on the grid.
    bearing
        Direction of its streets, degrees from east.
    share
        Its share of the district's parcels.
    stretch
        How much longer than wide it is.
    parcel_m2
        Median parcel size aimed at.
    """

    park_code: str
    name_zh: str
    name_en: str
    kind: str
    town: str
    centre_km: tuple[float, float]
    bearing: float
    share: float
    stretch: float
    parcel_m2: float


PARK_PLANS: Final = (
    ParkPlan("JS01", "金山工业区", "Jinshan Industrial Zone", "park", "金山工业区",
             (627.8, 3413.8), 12, 0.235, 1.5, 32_000),
    ParkPlan("JS02", "金山第二工业区", "Jinshan Second Industrial Zone", "park", "金山卫镇",
             (617.9, 3400.9), -3, 0.115, 1.5, 35_000),
    ParkPlan("JS03", "枫泾镇", "Fengjing", "town", "枫泾镇",
             (599.6, 3418.9), 8, 0.125, 1.7, 29_000),
    ParkPlan("JS04", "朱泾镇", "Zhujing", "town", "朱泾镇",
             (611.6, 3419.6), -4, 0.095, 1.3, 24_000),
    ParkPlan("JS05", "亭林镇", "Tinglin", "town", "亭林镇",
             (625.4, 3419.7), -14, 0.110, 1.4, 27_000),
    ParkPlan("JS06", "漕泾镇", "Caojing", "town", "漕泾镇",
             (633.6, 3409.3), 32, 0.065, 1.4, 30_000),
    ParkPlan("JS07", "张堰镇", "Zhangyan", "town", "张堰镇",
             (621.7, 3409.4), -18, 0.070, 1.3, 23_000),
    ParkPlan("JS08", "山阳镇", "Shanyang", "town", "山阳镇",
             (629.6, 3404.6), 24, 0.060, 1.2, 22_000),
    ParkPlan("JS09", "吕巷镇", "Lüxiang", "town", "吕巷镇",
             (612.7, 3413.2), 6, 0.050, 1.6, 21_000),
    ParkPlan("JS10", "廊下镇", "Langxia", "town", "廊下镇",
             (612.4, 3407.7), 10, 0.040, 1.4, 20_000),
    ParkPlan("JS11", "金山卫镇", "Jinshanwei", "town", "金山卫镇",
             (623.7, 3402.4), 20, 0.035, 1.3, 24_000),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lot:
    """One parcel of a park: the number of its block, its own number, and its shape."""

    block: int
    number: int
    shape: shapely.Polygon


@dataclass(frozen=True, slots=True)
class Park:
    """A grown park, in metres on the grid; lots from the centre outwards."""

    plan: ParkPlan
    outline: shapely.MultiPolygon
    lots: tuple[Lot, ...]
    roads: tuple[Feature, ...]


def parcel_counts(parcel_count: int) -> list[int]:
    """Parcels of each park; they add up to the count wanted."""
    ends = [0]
    for plan in PARK_PLANS:
        ends.append(ends[-1] + round(plan.share * parcel_count))
    ends[-1] = parcel_count
    return [end - start for start, end in pairwise(ends)]


def grow_park(plan: ParkPlan, lot_count: int, landscape: Landscape, chance: Chance) -> Park:
    """Lay out streets around the centre and take the nearest blocks until the lots suffice."""
    reach = 1.45 * math.sqrt(lot_count * 1.55 * plan.parcel_m2 / math.pi) + 500
    avenues, cross_streets = (_streets(plan, reach, crossing, chance) for crossing in (False, True))
    free = _free_land(plan, reach, [*avenues, *cross_streets], landscape)
    blocks, lanes = _blocks(plan, free, chance)
    lots = _lots(blocks, lot_count, plan.parcel_m2, chance)
    outline = _outline([lot.shape for lot in lots])
    roads = (
        *_named("纬{}路", _within(outline, avenues)),
        *_named("经{}路", _within(outline, cross_streets)),
        *(Feature("local", "", LOCAL_ROAD_M, lane) for lane in _within(outline, lanes)),
    )
    return Park(plan, outline, tuple(lots), roads)


def _placed(plan: ParkPlan, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of the park's own street grid, in metres on the district's grid."""
    cosine, sine = math.cos(math.radians(plan.bearing)), math.sin(math.radians(plan.bearing))
    east, north = 1000 * plan.centre_km[0], 1000 * plan.centre_km[1]
    return [(east + x * cosine - y * sine, north + x * sine + y * cosine) for x, y in points]


def _streets(
    plan: ParkPlan, reach: float, crossing: bool, chance: Chance
) -> list[shapely.LineString]:
    """Arterial roads along the park or across it: gently bending, unevenly spaced."""
    steps = range(math.ceil(2.3 * reach / _ARTERIAL_STEP_M) + 1)
    along = [step * _ARTERIAL_STEP_M - 1.15 * reach for step in steps]
    streets, offset = [], -reach + chance.between(0, 500)
    while offset < reach:
        bend, phase = chance.between(10, 45), chance.between(0, 6)
        points = [(x, offset + bend * math.sin(x / 700 + phase)) for x in along]
        placed = _placed(plan, [(y, x) for x, y in points] if crossing else points)
        streets.append(shapely.LineString(placed))
        offset += chance.between(430, 720)
    return streets


def _free_land(
    plan: ParkPlan, reach: float, streets: Sequence[shapely.LineString], landscape: Landscape
) -> list[shapely.Polygon]:
    """Superblocks: what streets, main roads and water leave, without those cut by the rim."""
    turns = [k / 24 * math.tau for k in range(24)]
    rim = _placed(plan, [(reach * math.cos(turn), reach * math.sin(turn)) for turn in turns])
    taken = [line.buffer(_ARTERIAL_M / 2, join_style="mitre") for line in streets]
    taken += [
        road.shape.buffer(road.width_m / 2 + _GREEN_BELT_M[road.kind])
        for road in landscape.main_roads
    ]
    taken += [water.shape.buffer(_GREEN_BELT_M[water.kind]) for water in landscape.water]
    ground = shapely.Polygon(rim) & landscape.outline.buffer(-120)
    edge = shapely.LinearRing(rim)
    return [
        piece
        for piece in polygons(ground - shapely.union_all(taken))
        if piece.area > _SMALLEST_BLOCK_M2 and piece.distance(edge) > 1
    ]


def _blocks(
    plan: ParkPlan, superblocks: Sequence[shapely.Polygon], chance: Chance
) -> tuple[list[shapely.Polygon], list[shapely.LineString]]:
    """Blocks in the order in which the park takes them, and the local roads between them."""
    blocks: list[shapely.Polygon] = []
    lanes: list[shapely.LineString] = []
    for superblock in superblocks:
        pieces, roads = into_blocks(superblock, chance.between(3.4, 6.5) * plan.parcel_m2, chance)
        blocks.extend(piece for piece in pieces if piece.area > _SMALLEST_BLOCK_M2)
        lanes.extend(roads)
    return sorted(blocks, key=_nearness(plan, chance)), lanes


def _nearness(plan: ParkPlan, chance: Chance) -> Callable[[shapely.Polygon], float]:
    """How far out a block lies, so that the park becomes long, lobed and a little frayed."""
    lobes = [(n, chance.between(0.04, 0.14), chance.between(0, math.tau)) for n in (2, 3, 5)]
    (east, north), bearing = plan.centre_km, math.radians(plan.bearing)

    def nearness(block: shapely.Polygon) -> float:
        x, y = block.centroid.x - 1000 * east, block.centroid.y - 1000 * north
        along = (x * math.cos(bearing) + y * math.sin(bearing)) / math.sqrt(plan.stretch)
        aside = (y * math.cos(bearing) - x * math.sin(bearing)) * math.sqrt(plan.stretch)
        turn = math.atan2(aside, along)
        reach = 1 + sum(depth * math.sin(n * turn + phase) for n, depth, phase in lobes)
        return math.hypot(along, aside) / reach

    return nearness


def _lots(
    blocks: Sequence[shapely.Polygon], lot_count: int, parcel_m2: float, chance: Chance
) -> list[Lot]:
    """Parcels of the nearest blocks, exactly as many as wanted; some blocks stay free."""
    owners: list[int] = []
    shapes: list[shapely.Polygon] = []
    for number, block in enumerate(blocks, start=1):
        attached = not shapes or shapely.distance(block, shapes).min() < _WIDEST_GAP_M
        if attached and not chance.happens(_FREE_BLOCKS):
            parcels = into_parcels(block, parcel_m2, chance)
            shapes.extend(parcels)
            owners.extend([number] * len(parcels))
        if len(shapes) >= lot_count:
            break
    kept = as_coverage(shapes[:lot_count])
    return [Lot(*lot) for lot in zip(owners, range(1, lot_count + 1), kept, strict=False)]


def _outline(shapes: Sequence[shapely.Polygon]) -> shapely.MultiPolygon:
    """The park around its parcels, a street's width further out, without holes."""
    # Right angles stay sharp; sharper ones are blunted, or they would grow into long spikes.
    corners = {"join_style": "mitre", "mitre_limit": 1.6}
    grown = shapely.union_all(shapely.buffer(list(shapes), 170, **corners))
    drawn = grown.buffer(-140, **corners).simplify(1)
    whole = shapely.union_all([drawn, *shapely.buffer(list(shapes), 10)])
    parts = [shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)]
    return shapely.MultiPolygon(shapely.get_parts(shapely.union_all(parts)).tolist())


def _within(
    outline: shapely.MultiPolygon, lines: Sequence[shapely.LineString]
) -> list[shapely.Geometry]:
    """The stretches of the park's streets that lie inside it."""
    stretches = shapely.intersection(lines, outline)
    return [stretch for stretch in stretches if stretch.length > _SHORTEST_STREET_M]


def _named(pattern: str, streets: Sequence[shapely.Geometry]) -> Iterator[Feature]:
    """Arterial roads numbered in their order."""
    for number, street in enumerate(streets, start=1):
        tens, ones = divmod(number, 10)
        ordinal = f"{_NUMERALS[tens] if tens > 1 else ''}{'十' if tens else ''}{_NUMERALS[ones]}"
        yield Feature("arterial", pattern.format(ordinal.strip()), _ARTERIAL_M, street)
