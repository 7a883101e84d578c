"""The invented ground: the district's outline, its coast, rivers and main roads.

Drawn by hand in kilometres on the grid of EPSG:4549, then roughened and smoothed; no published
boundary was copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.demo.chance import Chance

Points = npt.NDArray[np.float64]
Drawn = Sequence[tuple[float, float]]

_LAND_BORDER: Final[Drawn] = (
    (636.9, 3408.6), (636.4, 3411.9), (634.4, 3415.2), (631.5, 3417.4), (631.2, 3420.7),
    (628.1, 3424.0), (623.3, 3423.2), (618.5, 3423.5), (613.7, 3424.6), (608.0, 3425.4),
    (604.2, 3423.0), (598.4, 3423.3), (596.0, 3420.3), (596.9, 3416.8), (600.6, 3415.6),
    (605.2, 3414.7), (606.4, 3411.5), (609.2, 3408.3), (608.6, 3404.3), (612.3, 3401.5),
    (613.6, 3398.5),
)  # fmt: skip
_COAST: Final[Drawn] = (
    (613.6, 3398.5), (617.8, 3398.1), (622.6, 3398.7), (627.4, 3400.2), (631.4, 3402.6),
    (634.2, 3405.7), (636.9, 3408.6),
)  # fmt: skip
_BAY_BEYOND: Final[Drawn] = (
    (642.0, 3413.5), (655.0, 3421.0), (700.0, 3424.0), (700.0, 3360.0), (560.0, 3360.0),
    (560.0, 3386.0), (585.0, 3390.2), (600.0, 3394.6), (608.0, 3397.4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """A river or road drawn by hand: kind, names, width in m and points in km on the grid."""

    kind: str
    name: str
    width_m: float
    points: Drawn


_WATERCOURSES: Final = (
    Course("river", "云泖塘", 120, (
        (594.0, 3420.8), (600.0, 3421.5), (606.0, 3422.3), (613.0, 3420.9), (619.0, 3422.0),
        (626.0, 3421.3), (634.0, 3422.0))),
    Course("river", "长泾港", 62, (
        (606.9, 3427.0), (607.6, 3419.0), (608.9, 3413.0), (611.7, 3408.3), (615.4, 3404.8),
        (616.6, 3396.0))),
    Course("canal", "虹石运河", 46, (
        (616.8, 3426.0), (616.6, 3417.0), (621.0, 3411.4), (621.9, 3406.0), (621.6, 3396.0))),
    Course("canal", "南横塘", 38, (
        (595.0, 3417.2), (603.0, 3418.4), (612.0, 3415.0), (620.0, 3414.9), (628.0, 3413.0),
        (636.0, 3413.6))),
    Course("canal", "东浦港", 50, (
        (632.4, 3423.0), (631.0, 3414.0), (632.6, 3408.6), (633.0, 3402.0))),
    Course("canal", "亭河", 26, (
        (625.0, 3425.0), (624.9, 3419.0), (626.9, 3410.0), (630.3, 3404.6), (631.5, 3401.0))),
    Course("canal", "吕塘", 24, (
        (603.0, 3412.4), (612.6, 3412.6), (619.0, 3407.0), (624.0, 3403.2), (634.0, 3401.0))),
    Course("canal", "枫溪", 22, (
        (599.0, 3425.0), (599.9, 3418.4), (601.4, 3413.0))),
    Course("canal", "朱浦", 24, (
        (611.9, 3424.6), (612.3, 3419.4), (615.1, 3411.0), (612.9, 3407.2), (609.0, 3402.0))),
)  # fmt: skip

_MAIN_ROADS: Final = (
    Course("expressway", "演示北线高速", 60, (
        (594.0, 3417.9), (603.0, 3417.3), (611.0, 3417.6), (619.0, 3416.7), (626.0, 3416.6),
        (636.0, 3415.6))),
    Course("expressway", "演示沿湾高速", 60, (
        (606.0, 3405.0), (613.0, 3404.4), (620.5, 3404.3), (626.5, 3406.4), (632.0, 3411.2),
        (638.0, 3413.4))),
    Course("expressway", "演示中线高速", 60, (
        (623.2, 3426.0), (622.9, 3417.0), (624.2, 3411.5), (625.4, 3405.0), (625.2, 3397.0))),
    Course("trunk", "演示大道", 46, (
        (594.0, 3418.6), (598.5, 3418.9), (604.0, 3419.8), (611.4, 3419.7), (618.0, 3419.2),
        (625.7, 3419.1), (634.0, 3419.5))),
    Course("trunk", "泾西公路", 40, (
        (611.8, 3427.0), (611.2, 3419.9), (612.5, 3413.2), (612.2, 3407.6), (613.9, 3402.0),
        (614.6, 3396.0))),
    Course("trunk", "横云公路", 40, (
        (604.0, 3412.9), (612.4, 3413.1), (617.0, 3411.2), (621.6, 3409.6), (627.7, 3409.2),
        (634.0, 3409.4), (640.0, 3410.0))),
    Course("trunk", "东园大道", 46, (
        (627.4, 3427.0), (625.9, 3419.0), (627.9, 3413.5), (628.6, 3409.0), (629.6, 3404.4),
        (630.6, 3398.0))),
    Course("trunk", "湾岸公路", 40, (
        (606.0, 3402.6), (613.4, 3401.4), (618.3, 3401.0), (623.2, 3402.5), (629.7, 3404.6),
        (634.0, 3409.6), (632.6, 3418.0))),
    Course("trunk", "廊张公路", 34, (
        (606.0, 3407.2), (612.3, 3407.8), (616.6, 3408.9), (621.6, 3409.6))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """A water surface or the centre line of a road, in metres on the grid."""

    kind: str
    name: str
    width_m: float
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class Landscape:
    """The ground the parks lie in."""

    outline: shapely.Polygon
    water: tuple[Feature, ...]
    main_roads: tuple[Feature, ...]


def lay_out_landscape(chance: Chance) -> Landscape:
    """The district's outline, water and main roads, in metres on the grid of EPSG:4549."""
    border = _roughened(_metres(_LAND_BORDER), 0.09, 4, chance)
    coast = _roughened(_metres(_COAST), 0.04, 3, chance)
    outline = shapely.Polygon(np.vstack((border, coast[1:-1])))
    bay = shapely.Polygon(np.vstack((coast, _metres(_BAY_BEYOND))))
    rivers = [_flowing(course, outline, chance) for course in _WATERCOURSES]
    roads = [_leading(course, outline) for course in _MAIN_ROADS]
    return Landscape(outline, (Feature("sea", "杭州湾", 0, bay), *rivers), tuple(roads))


def _metres(drawn: Drawn) -> Points:
    return np.array(drawn, dtype=np.float64) * 1000


def _roughened(points: Points, share: float, rounds: int, chance: Chance) -> Points:
    """The line with the middle of each stretch pushed aside by a share of its length."""
    for _ in range(rounds):
        stretches = np.diff(points, axis=0)
        aside = np.column_stack((-stretches[:, 1], stretches[:, 0]))
        push = np.array([[chance.between(-share, share)] for _ in stretches])
        middles = points[:-1] + stretches / 2 + push * aside
        points = np.insert(points, np.arange(1, len(points)), middles, axis=0)
    return points


def _smoothed(points: Points, rounds: int) -> Points:
    """The line with its corners cut at a quarter, again and again (Chaikin)."""
    for _ in range(rounds):
        before = 0.75 * points[:-1] + 0.25 * points[1:]
        after = 0.25 * points[:-1] + 0.75 * points[1:]
        inner = np.stack((before, after), axis=1).reshape(-1, 2)
        points = np.vstack((points[:1], inner, points[-1:]))
    return points


def _flowing(course: Course, outline: shapely.Polygon, chance: Chance) -> Feature:
    """A water surface within the district, its course made to wander."""
    line = shapely.LineString(_smoothed(_roughened(_metres(course.points), 0.07, 2, chance), 3))
    surface = line.simplify(1).buffer(course.width_m / 2, cap_style="flat")
    return Feature(course.kind, course.name, course.width_m, surface.intersection(outline))


def _leading(course: Course, outline: shapely.Polygon) -> Feature:
    """The centre line of a main road within the district."""
    line = shapely.LineString(_smoothed(_metres(course.points), 4)).simplify(1)
    return Feature(course.kind, course.name, course.width_m, line.intersection(outline))
