"""How land passed from one set of outlines to the next: split, merged, moved; no square metre lost.

Each outline that ends hands its land to the outlines that hold it afterwards, each square metre to
one of them, and what nobody holds is left out: the parts add up to the outline they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.crs import to_measuring
from geodata.model.columns import Flags, Whole
from geodata.model.import_lists import LineageKind

Shapes = npt.NDArray[np.object_]
Areas = npt.NDArray[np.float64]

NOWHERE: Final = -1

DRAWING_NOISE_M2: Final = 0.1
"""Less land than this has not passed: lines that were drawn twice differ by as much."""
_REAL_SHARE: Final = 0.1  # below this share of both, a line between neighbours was moved
_WHOLE_SHARE: Final = 0.9  # from this share of both, it is the same land


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """The outlines of a neighbourhood at one time.

    Attributes
    ----------
    parcel
        Number of the parcel each belongs to.
    shapes
        Valid polygons or multipolygons, EPSG:4490.
    is_new
        Of the earlier ones, those that end; of the later ones, those that begin.
    """

    parcel: Whole
    shapes: gpd.GeoSeries
    is_new: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """Parts of land and where each passed.

    Attributes
    ----------
    before, after
        Rows of the earlier and of the later outlines; `NOWHERE` where the land was in none.
    area_m2
        On the plane of the zone the neighbourhood lies in.
    kind
        `LineageKind`.
    """

    before: Whole
    after: Whole
    area_m2: Areas
    kind: tuple[LineageKind, ...]


def trace_land(before: Outlines, after: Outlines) -> Lineage:
    """What of each outline that ends went where, and where the land of each new one comes from."""
    shapes = gpd.GeoDataFrame(
        geometry=np.concatenate([before.shapes.to_numpy(), after.shapes.to_numpy()]),
        crs=before.shapes.crs,
    )
    plane = to_measuring(shapes).geometry.to_numpy()
    earlier, later = plane[: len(before.parcel)], plane[len(before.parcel) :]
    pairs, areas = _passed(before, after, earlier, later)
    kinds = _kinds(before, after, pairs, areas, shapely.area(earlier), shapely.area(later))
    released, left_m2 = _rests(earlier, later, pairs, before.is_new)
    has_parents = after.is_new & np.isin(np.arange(len(later)), pairs[1])
    enclosed, gained_m2 = _rests(later, earlier, pairs[::-1], has_parents)
    return Lineage(
        before=np.concatenate([pairs[0], released, np.full(len(enclosed), NOWHERE)]),
        after=np.concatenate([pairs[1], np.full(len(released), NOWHERE), enclosed]),
        area_m2=np.concatenate([areas, left_m2, gained_m2]),
        kind=(
            *kinds,
            *[LineageKind.RELEASED] * len(released),
            *[LineageKind.ENCLOSED] * len(enclosed),
        ),
    )


def _passed(
    before: Outlines, after: Outlines, earlier: Shapes, later: Shapes
) -> tuple[npt.NDArray[np.intp], Areas]:
    """Rows of both, by earlier outline, and the land that passed from one to the other."""
    second, first = shapely.STRtree(earlier).query(later)
    moved = before.is_new[first] | after.is_new[second]
    first, second = first[moved], second[moved]
    common = shapely.intersection(earlier[first], later[second])
    areas = shapely.area(common)
    # The parcel itself goes first, then who holds most.
    order = np.lexsort((-areas, before.parcel[first] != after.parcel[second], first))
    order = order[areas[order] > DRAWING_NOISE_M2]
    first, second, common, areas = first[order], second[order], common[order], areas[order]
    _credit_once(first, common, areas, shapely.area(earlier))
    real = areas > DRAWING_NOISE_M2
    return np.stack([first[real], second[real]]), areas[real]


def _credit_once(first: Whole, common: Shapes, areas: Areas, whole: Areas) -> None:
    """Where later outlines overlap, leave land that several hold to the first of them."""
    claimed = np.bincount(first, areas, minlength=len(whole))
    for row in np.flatnonzero(claimed > whole + DRAWING_NOISE_M2):
        places = np.flatnonzero(first == row)
        for count, place in enumerate(places):
            others = shapely.union_all(common[places[:count]])
            areas[place] = shapely.area(shapely.difference(common[place], others))


def _kinds(
    before: Outlines,
    after: Outlines,
    pairs: npt.NDArray[np.intp],
    areas: Areas,
    earlier_m2: Areas,
    later_m2: Areas,
) -> list[LineageKind]:
    first, second = pairs
    of_earlier, of_later = areas / earlier_m2[first], areas / later_m2[second]
    real = (of_earlier >= _REAL_SHARE) | (of_later >= _REAL_SHARE)
    same_land = (of_earlier >= _WHOLE_SHARE) & (of_later >= _WHOLE_SHARE)
    same_parcel = before.parcel[first] == after.parcel[second]
    # An outline that does not end keeps land itself.
    heirs = np.bincount(first[real], minlength=len(earlier_m2)) + ~before.is_new
    parents = np.bincount(second[real], minlength=len(later_m2))
    kinds = np.select(
        [
            ~real | (same_land & same_parcel),
            same_land,
            (heirs[first] > 1) & (parents[second] > 1),
            heirs[first] > 1,
            parents[second] > 1,
            same_parcel,
        ],
        [
            kind.position
            for kind in (
                LineageKind.BOUNDARY,
                LineageKind.RECODED,
                LineageKind.REPLOTTED,
                LineageKind.SPLIT,
                LineageKind.MERGE,
                LineageKind.BOUNDARY,
            )
        ],
        LineageKind.RECODED.position,
    )
    return [LineageKind.at(kind) for kind in kinds.tolist()]


def _rests(
    shapes: Shapes, others: Shapes, pairs: npt.NDArray[np.intp], wanted: Flags
) -> tuple[Whole, Areas]:
    """Rows whose land nobody else holds in full, and how much is left of each."""
    rows: list[int] = []
    areas: list[float] = []
    for row in np.flatnonzero(wanted):
        holders = shapely.union_all(others[pairs[1][pairs[0] == row]])
        area = float(shapely.area(shapely.difference(shapes[row], holders)))
        if area > DRAWING_NOISE_M2:
            rows.append(int(row))
            areas.append(area)
    return np.array(rows, dtype=np.int64), np.array(areas, dtype=np.float64)
