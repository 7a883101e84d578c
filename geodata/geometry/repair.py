"""Repairs of polygons: made only where a policy is named, told one by one, never of much land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geodata.geometry.faults import faults_of, polygonal
from geodata.geometry.vertices import Vertices, vertices_of
from geodata.model.quality_lists import RepairPolicy, RingDirection
from geodata.settings import Tolerances

Shapes = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEAST_POINTS: Final = 3
_MOST_ROUNDS: Final = 8  # a spike that is left out may uncover another


@dataclass(frozen=True, slots=True)
class Repair:
    """What a policy did, or would have done, to one shape.

    Attributes
    ----------
    row
        Position of the shape; its row of the file, from 1, once it is reported.
    policy
        The policy.
    before, after
        The shape as it was given, and as the policy makes it; None where no land is left.
    change
        Difference of their areas as a share of the first.
    is_made
        False where the area would have changed by more than the tolerance: the shape stayed.
    """

    row: int
    policy: RepairPolicy
    before: shapely.Geometry
    after: shapely.Geometry | None
    change: float
    is_made: bool


@dataclass(frozen=True, slots=True, eq=False)
class RepairedShapes:
    """Shapes with what was done to them; those given are kept beside them."""

    shapes: Shapes
    originals: Shapes
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class OriginalShape:
    """A shape that was repaired, as its file has it.

    Attributes
    ----------
    row_no
        Its row in the file, from 1.
    policies
        What was done to it, in order.
    change
        Difference of the areas before and after, as a share of the first.
    shape, crs
        Well-known binary, and its reference system as `--crs` takes it or as well-known text.
    """

    row_no: int
    policies: tuple[RepairPolicy, ...]
    change: float
    shape: bytes
    crs: str


def repair(
    shapes: Shapes, policies: Iterable[RepairPolicy], tolerances: Tolerances
) -> RepairedShapes:
    """Shapes repaired by each of the policies, in their order.

    A repair that would change the area of a shape, as it was given, by more than
    ``tolerances.repair_percent`` is not made, and told as such.

    Parameters
    ----------
    shapes
        Polygons and multipolygons; others are left alone, except by `RepairPolicy.MAKE_VALID`,
        which takes the polygons out of a collection. `RepairPolicy.DROP_POINTS` and
        `RepairPolicy.DROP_SPIKES` measure in metres, so they need a plane. Rings are closed where
        shapes are read (`closed_shapes`).
    """
    current = shapes.copy()
    repairs: list[Repair] = []
    for policy in policies:
        proposed = _STEPS[policy](current, tolerances)
        rows = np.flatnonzero(~_same(current, proposed))
        changes = _changes(shapes[rows], proposed[rows])
        made = (changes <= tolerances.repair_percent / 100) & ~shapely.is_missing(proposed[rows])
        repairs += (
            Repair(int(row), policy, shapes[row], proposed[row], float(change), bool(is_made))
            for row, change, is_made in zip(rows, changes, made, strict=True)
        )
        current[rows[made]] = proposed[rows[made]]
    return RepairedShapes(current, shapes, tuple(repairs))


def closed_shapes(
    written: Sequence[bytes | None] | Sequence[str | None],
) -> tuple[Shapes, npt.NDArray[np.intp]]:
    """Shapes of well-known binary or text, and the rows with a ring that is not closed there.

    Such a shape is closed, because an open ring is no polygon: its first point is its last as
    well. Whether that is taken is for who names `RepairPolicy.CLOSE_RINGS`. What is no shape is
    missing.
    """
    is_text = any(isinstance(each, str) for each in written)
    read: Callable[..., object] = shapely.from_wkt if is_text else shapely.from_wkb
    given = np.array(written, dtype=np.object_)
    shapes = np.asarray(read(given, on_invalid="ignore"), dtype=np.object_)
    unread = np.flatnonzero(shapely.is_missing(shapes))
    unread = unread[[written[row] is not None for row in unread.tolist()]]
    shapes[unread] = read(given[unread], on_invalid="fix")
    return shapes, unread[~shapely.is_missing(shapes[unread])]


def _changes(before: Shapes, after: Shapes) -> Numbers:
    """Difference of areas as a share of the first; infinite where something comes of nothing."""
    had, has = (np.nan_to_num(shapely.area(shapes)) for shapes in (before, after))
    share = np.divide(np.abs(has - had), had, out=np.full(len(had), np.inf), where=had > 0)
    return np.where(had == has, 0.0, share)


def _same(one: Shapes, other: Shapes) -> Flags:
    missing = shapely.is_missing(one) & shapely.is_missing(other)
    return np.asarray(shapely.equals_exact(one, other) | missing)


def _unchanged(shapes: Shapes, _tolerances: Tolerances) -> Shapes:
    return shapes


def _without_points(shapes: Shapes, tolerances: Tolerances) -> Shapes:
    return _sifted(shapes, lambda vertices: vertices.only(~vertices.repeats(tolerances.point_m)))


def _without_spikes(shapes: Shapes, tolerances: Tolerances) -> Shapes:
    def blunt(vertices: Vertices) -> Vertices:
        apart = vertices.only(~vertices.repeats(tolerances.point_m))
        tips, _ = apart.tips(tolerances.spike_degrees, tolerances.spike_m)
        return apart.without(tips) if len(tips) else vertices

    current = shapes
    for _ in range(_MOST_ROUNDS):
        before, current = current, _sifted(current, blunt)
        if _same(before, current).all():
            break
    return current


def _sifted(shapes: Shapes, sift: Callable[[Vertices], Vertices]) -> Shapes:
    """The shapes with those of their points that a sieve leaves; most it leaves alone."""
    every = vertices_of(shapes)
    counts = (np.bincount(each.shape, minlength=len(shapes)) for each in (every, sift(every)))
    rows = np.flatnonzero(np.not_equal(*counts))
    current = shapes.copy()
    current[rows] = [_rebuilt(shape, sift) for shape in shapes[rows]]
    return current


def _rebuilt(
    shape: shapely.Geometry, sift: Callable[[Vertices], Vertices]
) -> shapely.Geometry | None:
    """One shape of the points that are left; rings that have no three are left out."""
    left = sift(vertices_of(np.array([shape], dtype=np.object_)))
    rings = (left.points[left.ring == number] for number in count())
    parts = []
    for part in shapely.get_parts(shape):
        shell, *holes = islice(rings, 1 + shapely.get_num_interior_rings(part))
        if len(shell) >= _LEAST_POINTS:
            parts.append(shapely.Polygon(shell, [h for h in holes if len(h) >= _LEAST_POINTS]))
    if len(parts) == 1 and shape.geom_type == "Polygon":
        return parts[0]
    return shapely.MultiPolygon(parts) if parts else None


def _made_valid(shapes: Shapes, _tolerances: Tolerances) -> Shapes:
    """Multipolygons in place of what is no polygon, or none that is valid."""
    rows = np.flatnonzero(faults_of(shapes) != "")
    current = shapes.copy()
    mended = shapely.make_valid(shapes[rows], method="structure", keep_collapsed=False)
    current[rows] = polygonal(mended)
    return current


def _oriented(shapes: Shapes, tolerances: Tolerances) -> Shapes:
    clockwise = tolerances.outer_ring == RingDirection.CLOCKWISE
    return np.asarray(shapely.orient_polygons(shapes, exterior_cw=clockwise))


_STEPS: Final[Mapping[RepairPolicy, Callable[[Shapes, Tolerances], Shapes]]] = {
    RepairPolicy.NONE: _unchanged,
    RepairPolicy.CLOSE_RINGS: _unchanged,
    RepairPolicy.DROP_POINTS: _without_points,
    RepairPolicy.DROP_SPIKES: _without_spikes,
    RepairPolicy.MAKE_VALID: _made_valid,
    RepairPolicy.ORIENT: _oriented,
}
