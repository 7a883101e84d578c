"""Lines of the coordinate section taken apart: block headers and points."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from geodata.importers.issues import Issue

POLYGON: Final = "面"
_FIGURES: Final = ("点", "线", POLYGON)
_POINT_FIELDS: Final = 4
_LEAST_FIELDS: Final = 5  # count, area, number, name, figure
_ALL_FIELDS: Final = 8
_MOST_DIGITS: Final = 9  # of a point count
_CLASS_CODE: Final = re.compile(r"[A-Z]?[0-9]{1,6}[A-Z]?")
_BLANK: Final = ("-", "/")  # what stands for nothing between blanks


@dataclass(frozen=True, slots=True)
class BlockLabel:
    """What the header of a block says of it in words.

    Attributes
    ----------
    number, name
        地块编号, 地块名称.
    figure
        图形属性: 点, 线 or 面.
    map_sheet, use, class_code
        图幅号, 地块用途, 地类编码.
    remark
        Text behind the end mark ``@``.
    """

    number: str
    name: str
    figure: str = POLYGON
    map_sheet: str = ""
    use: str = ""
    class_code: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """A header line; ``is_regular`` is false without class code or end mark, or with text after."""

    label: BlockLabel
    point_count: int | None = None
    area: str = ""
    is_regular: bool = True


@dataclass(slots=True)
class RawBlock:
    """A block as its lines have it.

    Attributes
    ----------
    header, line
        The header and its line.
    names, rings, lines
        Name, ring number and line of each point.
    third, fourth
        The two coordinates of each point, in the order of the file.
    faults
        Why the block cannot be read.
    """

    header: BlockHeader
    line: int
    names: list[str] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("q"))
    third: array[float] = field(default_factory=lambda: array("d"))
    fourth: array[float] = field(default_factory=lambda: array("d"))
    faults: list[Issue] = field(default_factory=list)

    def add(self, fields: Sequence[str], line: int) -> bool:
        """Add the point these fields describe; False when they describe none."""
        if len(fields) != _POINT_FIELDS:
            return False
        name, ring, third, fourth = fields
        try:
            coordinates = float(third), float(fourth)
        except ValueError:
            return False
        self.names.append(name)
        self.rings.append(ring)
        self.lines.append(line)
        self.third.append(coordinates[0])
        self.fourth.append(coordinates[1])
        return True


def header_of(fields: Sequence[str]) -> BlockHeader | None:
    """The header these fields are; None when they are none."""
    end = next((i for i, text in enumerate(fields) if text.startswith("@")), None)
    body = list(fields[:end])
    if len(body) < _LEAST_FIELDS:
        return None
    remark = "" if end is None else ",".join([fields[end][1:], *fields[end + 1 :]]).strip(", ")
    place = _figure_place(body)
    if end is None and (body[place] not in _FIGURES or any(body[_ALL_FIELDS:])):
        return None
    number, *name = [_filled(text) for text in body[2:place]] or [""]
    described = [_filled(text) for text in body[place + 1 : _ALL_FIELDS]]
    map_sheet, use, class_code = _described(described)
    label = BlockLabel(
        number, " ".join(name), body[place], map_sheet, use, class_code, _filled(remark)
    )
    is_count = body[0].isdecimal() and len(body[0]) <= _MOST_DIGITS
    count = int(body[0]) if is_count else None
    has_code = len(body) == _ALL_FIELDS or class_code
    is_regular = bool(end is not None and has_code and not remark)
    return BlockHeader(label, count, body[1], is_regular)


def _figure_place(body: Sequence[str]) -> int:
    """Place of the figure: fifth, unless blanks stand for commas and another is empty or two."""
    usual = _LEAST_FIELDS - 1
    if body[usual] in _FIGURES:
        return usual
    return next((i for i in range(2, len(body)) if body[i] in _FIGURES), usual)


def _described(texts: Sequence[str]) -> tuple[str, str, str]:
    """Map sheet, use and class code, of which one or two may be left out."""
    match list(texts):
        case []:
            return "", "", ""
        case [use]:
            return "", use, ""
        case [use, code] if _CLASS_CODE.fullmatch(code):
            return "", use, code
        case [sheet, use]:
            return sheet, use, ""
        case [sheet, *use, code]:
            return sheet, " ".join(use), code
    raise AssertionError  # the cases above are all there are


def _filled(text: str) -> str:
    return "" if text in _BLANK else text
