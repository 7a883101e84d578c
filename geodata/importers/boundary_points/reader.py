"""A boundary text read block by block: none is lost, and every departure is told."""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from pyproj import CRS

from geodata.errors import InputFileError
from geodata.importers.boundary_points.blocks import POLYGON, BlockLabel, RawBlock
from geodata.importers.boundary_points.checks import (
    area_of,
    check_area,
    check_count,
    differing_percent,
)
from geodata.importers.boundary_points.lines import Text, cut
from geodata.importers.boundary_points.rings import (
    Points,
    RefusedBlockError,
    Shape,
    polygon_of,
    rings_of,
)
from geodata.importers.boundary_points.system import (
    Layout,
    declared_in,
    layout_of,
    note_variants,
    system_of,
)
from geodata.importers.boundary_points.variants import Met, Variant, remarks
from geodata.importers.delimited import decoded
from geodata.importers.detective.declarations import Declaration
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity
from geodata.settings import USUAL, Tolerances

_FIGURES: Final = ("", POLYGON)
_FARTHEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class _Context:
    """What the blocks of a file have in common: variants met, layout, system, tolerances."""

    met: Met
    common: Layout
    crs: CRS | None
    tolerances: Tolerances


@dataclass(frozen=True, slots=True)
class BoundaryBlock:
    """One block of a file.

    Attributes
    ----------
    label, line
        What its header says of it, and the line of that.
    shape
        Its land, east before north, in the file's system; None where no polygon can be made. A
        block whose area is not the stated one keeps it, to be shown.
    area_m2, stated_area_m2
        Area in the plane of the file's system, and the one its header states; None without one.
    """

    label: BlockLabel
    line: int
    shape: Shape | None = None
    area_m2: float | None = None
    stated_area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """What a boundary text holds.

    Attributes
    ----------
    path
        The file.
    attributes
        Its header, as written.
    declaration, crs
        What the header says of the reference system, and the system that this and the numbers
        agree on; None where they leave it open.
    blocks
        Every block in file order; their number from 1 is the row of the issues.
    issues
        What is wrong with a block (rejected), and what is worth noting.
    variants
        The departures met, each with the first line that shows it.
    """

    path: Path
    attributes: Mapping[str, str]
    declaration: Declaration
    crs: CRS | None
    blocks: tuple[BoundaryBlock, ...]
    issues: tuple[Issue, ...]
    variants: Mapping[Variant, int]

    @property
    def rejected(self) -> tuple[Issue, ...]:
        """Why blocks were sent back; one block has one reason."""
        return tuple(i for i in self.issues if i.severity is IssueSeverity.REJECTED)


def read_boundary_points(
    path: str | Path, *, encoding: str | None = None, tolerances: Tolerances = USUAL
) -> BoundaryFile:
    """Read an exchange text of boundary points with whatever variants it has.

    A block is sent back when a ring has less than three distinct points or crosses itself or
    another, or the stated area differs too much from the computed (a convention).

    Parameters
    ----------
    path
        Text in UTF-8, UTF-16 or GBK/GB18030.
    encoding
        As in `geodata.importers.delimited.decoded`.
    tolerances
        From when on areas differ, and differ too much.

    Raises
    ------
    InputFileError
        When the file cannot be read, is no such text, or names two reference systems.
    UsageError
        When there is no such encoding.
    """
    path = Path(path)
    raw = _bytes_of(path)
    text = cut(io.StringIO(decoded(path, raw, encoding), newline=None))
    if raw.startswith(codecs.BOM_UTF8):
        text.met[Variant.PUNCTUATION] = 1
    if not text.blocks:
        raise InputFileError(
            "The file {path} holds no block of boundary points.",
            "A block is a line that ends with @, followed by a line for each point.",
            path=path,
        )
    if text.contradicted:
        raise InputFileError(
            "Line {line} of {path} gives {attribute} another value than the header before.",
            "Split the file, so that each part has one header.",
            path=path,
            line=text.contradicted[1],
            attribute=text.contradicted[0],
        )
    return _read(path, text, tolerances)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputFileError(
            "The file {path} cannot be opened: {reason}.",
            "Check that you may read it and that no other program holds it.",
            path=path,
            reason=error.strerror or str(error),
        ) from error


def _read(path: Path, text: Text, tolerances: Tolerances) -> BoundaryFile:
    layouts = [_layout(block) for block in text.blocks]
    common = next((layout for layout in layouts if layout), Layout())
    declaration = declared_in(text)
    crs = system_of(declaration, common)
    context = _Context(text.met, common, crs, tolerances)
    blocks, issues = [], list(text.issues)
    for row, (raw, layout) in enumerate(zip(text.blocks, layouts, strict=True), start=1):
        block, told = _block(raw, layout or Layout(), context)
        blocks.append(block)
        issues += [replace(issue, row=row) for issue in told]
    note_variants(text, common)
    _note_forms(text)
    return BoundaryFile(
        path=path,
        attributes={key: value for key, (value, _) in text.attributes.items()},
        declaration=declaration,
        crs=crs,
        blocks=tuple(blocks),
        issues=(*remarks(text.met), *issues),
        variants=text.met,
    )


def _layout(block: RawBlock) -> Layout | None:
    return layout_of(np.frombuffer(block.third), np.frombuffer(block.fourth))


def _block(raw: RawBlock, layout: Layout, context: _Context) -> tuple[BoundaryBlock, list[Issue]]:
    """The block and what is to be said of it."""
    block = BoundaryBlock(raw.header.label, raw.line)
    met, tolerances = context.met, context.tolerances
    try:
        _require_readable(raw, layout, context.common)
        points = _points(raw, layout)
        if layout.is_exchanged:
            met.setdefault(Variant.AXES_EXCHANGED, raw.lines[0])
        rings = rings_of(raw, points, met)
        shape = polygon_of(raw, points, rings, met)
        area_m2 = area_of(shape, context.crs, is_degrees=layout.is_degrees)
        block = replace(block, shape=shape, area_m2=area_m2)
        stated_m2, issues = check_area(raw, shape, area_m2, tolerances, met)
        is_vouched = (
            stated_m2 is not None
            and differing_percent(stated_m2, area_m2) <= tolerances.area_warn_percent
        )
        issues += check_count(raw, rings, is_vouched=is_vouched, met=met)
    except RefusedBlockError as error:
        return block, [error.issue]
    return replace(block, stated_area_m2=stated_m2), issues


def _require_readable(raw: RawBlock, layout: Layout, common: Layout) -> None:
    if raw.faults:
        fault = raw.faults[0]
        raise RefusedBlockError(
            template=fault.template, values=fault.values, line=fault.line or raw.line
        )
    if raw.header.label.figure not in _FIGURES:
        raise RefusedBlockError(
            template="The block is not a polygon (面) but {figure}.",
            values={"figure": raw.header.label.figure},
            line=raw.line,
        )
    farthest = np.maximum(np.abs(raw.third), np.abs(raw.fourth))
    odd = np.flatnonzero(~(farthest < _FARTHEST))  # "not a number" is in no order
    if not raw.names or len(odd):
        raise RefusedBlockError(
            template="A coordinate is no number of metres or degrees."
            if raw.names
            else "The block has no points.",
            values={},
            line=raw.lines[odd[0]] if len(odd) else raw.line,
        )
    if not layout.fits(common):
        raise RefusedBlockError(
            template="The coordinates are of another system or zone than those of the blocks"
            " before.",
            values={},
            line=raw.lines[0],
        )


def _points(raw: RawBlock, layout: Layout) -> Points:
    """Points of a block, east before north."""
    third, fourth = np.frombuffer(raw.third), np.frombuffer(raw.fourth)
    pair = (third, fourth) if layout.is_exchanged else (fourth, third)
    return np.column_stack(pair)


def _note_forms(text: Text) -> None:
    """Note how blocks and point names are written."""
    for raw in text.blocks:
        if not raw.header.is_regular:
            text.met.setdefault(Variant.FIELDS, raw.line)
        if raw.names and (raw.names[0] != "J1" or not all(n.startswith("J") for n in raw.names)):
            text.met.setdefault(Variant.POINT_NAMES, raw.lines[0])
    if len(text.blocks) > 1:
        text.met.setdefault(Variant.SEVERAL_BLOCKS, text.blocks[1].line)
