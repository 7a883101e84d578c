"""The outlines of the rows of a table: placed, checked, repaired by a named policy, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import CoordinateError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.quality.check import check_outlines
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.survey import Numbers, Rows, Survey, survey
from geodata.geometry.repair import OriginalShape, Repair
from geodata.importers.detective import AreaUnit, Ground, judge_area_unit
from geodata.importers.issues import Issue
from geodata.importers.reading import Cells
from geodata.importers.shapes import StoredShapes, stored_polygons
from geodata.importers.tables import RawTable
from geodata.model.coded import Coded
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Exact
from geodata.model.content import Catalogue
from geodata.model.content_lists import ContentKind
from geodata.model.quality_lists import RepairPolicy
from geodata.settings import Tolerances

Checks: TypeAlias = Callable[[], tuple[QualityIssue, ...]]
"""Looks for what is wrong with outlines as the file has them."""

_PARCELS: Final = (ContentKind.LEDGER, ContentKind.PARCELS)
_FEWEST_AREAS: Final = 3  # fewer may be off by the ratio of two units for another reason
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class FileOutlines:
    """The outlines of a file.

    Attributes
    ----------
    geometry
        Valid polygons and multipolygons in EPSG:4490 or missing, one per row; None without any that
        has a place.
    checks
        What is wrong with the outlines is found when it is called: no row depends on it.
    repairs
        What was repaired or could not be, by row of the file.
    originals
        The shapes that were repaired, as the file has them.
    issues
        How their place was found, and what was repaired.
    """

    geometry: gpd.GeoSeries | None = None
    checks: Checks = tuple
    repairs: tuple[Repair, ...] = ()
    originals: tuple[OriginalShape, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Outlined:
    """The rows of a table that have outlines.

    Attributes
    ----------
    table, catalogue
        The table, and the kind its rows are of.
    kept
        Positions of the rows that are taken.
    cells, keys
        Typed cells of all rows, and the name of each row taken.
    area_unit
        Unit in which the header states the areas.
    """

    table: RawTable
    catalogue: Catalogue
    kept: Rows
    cells: Cells
    keys: Sequence[str]
    area_unit: AreaUnit

    @property
    def numbers(self) -> Sequence[int]:
        """Number in the file of each row taken."""
        return [self.table.row_no[position] for position in self.kept.tolist()]

    def number(self, row: int) -> int:
        """Number in the file of one row taken."""
        return self.table.row_no[int(self.kept[row])]

    def stated_m2(self) -> Numbers:
        """The area each row taken states; nan where it states none."""
        if self.catalogue.area not in self.cells:
            return np.full(len(self.kept), np.nan)
        stated = Coded.of(self.cells[self.catalogue.area])
        areas = Exact.of(stated.different)  # type: ignore[arg-type]  # areas are exact numbers
        known = np.full(len(areas), np.nan)
        np.divide(areas.num, areas.den, out=known, where=areas.known)
        return known[stated.place[self.kept]]


def read_outlines(
    rows: Outlined, *, crs: str | None, ground: Ground, tolerances: Tolerances, needed: bool
) -> FileOutlines:
    """The outlines of some rows. Contracts can be judged without a map, unless it is needed.

    Where areas turn out to be stated in another unit, the cells of `rows` are changed.

    Raises
    ------
    CoordinateError
        When the place of the outlines is not certain, and they are needed.
    UsageError
        When `crs` is not understood.
    """
    geometry = rows.table.geometry
    if geometry is None or geometry.isna().all():
        return FileOutlines()
    try:
        shapes = stored_polygons(
            geometry.iloc[rows.kept],
            crs=crs,
            ground=ground,
            declared=rows.table.declared,
            tolerances=tolerances,
        )
    except CoordinateError as error:
        if needed:
            raise
        return FileOutlines(issues=(Issue(IssueSeverity.NOTED, error.template, error.values),))
    unclosed = np.flatnonzero(np.isin(rows.kept, list(rows.table.unclosed)))
    checks, unit_issues = _surveyed(rows, shapes, unclosed, ground, tolerances)
    repairs = (*_closings(shapes, unclosed), *shapes.repairs)
    return FileOutlines(
        geometry=shapes.geometry,
        checks=checks,
        repairs=tuple(replace(each, row=rows.number(each.row)) for each in repairs),
        originals=tuple(_originals(rows, shapes, repairs)),
        issues=(
            *shapes.settled.notes,
            *unit_issues,
            *(_told(rows, each) for each in repairs if each.after is not None),
        ),
    )


def _surveyed(
    rows: Outlined, shapes: StoredShapes, unclosed: Rows, ground: Ground, tolerances: Tolerances
) -> tuple[Checks, list[Issue]]:
    numbers = rows.numbers
    surveyed = survey(
        shapes.settled.placed(shapes.given),
        rows.keys,
        tolerances,
        row_no=numbers,
        stated_m2=rows.stated_m2(),
        faults=shapes.faults,
    )
    surveyed, issues = _in_their_unit(rows, surveyed)
    outline = ground.outline
    checks = partial(
        check_outlines,
        surveyed,
        district=None if outline is None else gpd.GeoSeries([outline], crs=STORAGE_EPSG),
        parks=ground.parks,
        open_row_no=[numbers[row] for row in unclosed],
        is_parcels=rows.catalogue.kind in _PARCELS,
    )
    return checks, issues


def _in_their_unit(rows: Outlined, surveyed: Survey) -> tuple[Survey, list[Issue]]:
    """The stated areas in m², also where their header names another unit than they are in."""
    key, believed = rows.catalogue.area, rows.area_unit
    stated = surveyed.stated_m2 / float(believed.m2)
    if np.isfinite(stated).sum() < _FEWEST_AREAS:
        return surveyed, []
    found, issue = judge_area_unit(stated, shapely.area(surveyed.given), believed)
    if issue is None:
        return surveyed, []
    ratio = found.m2 / believed.m2
    rows.cells[key] = Coded.of(rows.cells[key]).translated(
        lambda cell: cell * ratio if isinstance(cell, Fraction) else cell
    )
    return replace(surveyed, stated_m2=surveyed.stated_m2 * float(ratio)), [
        replace(issue, column=key)
    ]


def _closings(shapes: StoredShapes, unclosed: Rows) -> Iterator[Repair]:
    for row in unclosed.tolist():
        shape = shapes.given[row]
        yield Repair(row, RepairPolicy.CLOSE_RINGS, shape, shape, 0.0, is_made=True)


def _originals(
    rows: Outlined, shapes: StoredShapes, repairs: Sequence[Repair]
) -> Iterator[OriginalShape]:
    """The shapes that were repaired, each once with all that was done to it."""
    made: dict[int, list[Repair]] = {}
    for each in repairs:
        if each.is_made:
            made.setdefault(each.row, []).append(each)
    for row, done in made.items():
        as_given = rows.table.unclosed.get(int(rows.kept[row]))
        yield OriginalShape(
            row_no=rows.number(row),
            policies=tuple(each.policy for each in done),
            change=done[-1].change,
            shape=as_given or shapely.to_wkb(done[0].before),
            crs=shapes.settled.source_name,
        )


def _told(rows: Outlined, repair: Repair) -> Issue:
    position = rows.kept[repair.row]
    return Issue(
        IssueSeverity.REPAIRED if repair.is_made else IssueSeverity.NOTED,
        "The outline was repaired ({policy}); its area changed by {percent} %."
        if repair.is_made
        else "The outline is left out: no repair ({policy}) keeps its area.",
        {"policy": repair.policy.value, **_change(repair)},
        row=rows.table.row_no[position],
        line=rows.table.line_no[position],
        column="geometry",
    )


def _change(repair: Repair) -> Mapping[str, float]:
    return {"percent": float(f"{_PERCENT * repair.change:.2g}")} if repair.is_made else {}
