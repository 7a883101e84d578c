"""The text cut into header attributes and blocks, whatever signs separate them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from geodata.importers.boundary_points.blocks import BlockHeader, BlockLabel, RawBlock, header_of
from geodata.importers.boundary_points.variants import Met, Variant
from geodata.importers.issues import Issue
from geodata.model.codelists import IssueSeverity

ATTRIBUTES: Final = "属性描述"
COORDINATES: Final = "地块坐标"

_SECTION: Final = re.compile(r"\[\s*(.+?)\s*\]")
_USUAL: Final = str.maketrans("，；;＝：【】［］＠\u3000．－", ",,,=:[][]@ .-")
_BYTE_ORDER_MARK: Final = "\ufeff"
_SNIFFED_LINES: Final = 50
_SHOWN_CHARACTERS: Final = 80


@dataclass(slots=True)
class Text:
    """Attributes of the header, the blocks, and what belongs to neither.

    ``attributes`` holds value and line; ``contradicted`` is the first attribute that a further
    header gives another value, with the line of that.
    """

    attributes: dict[str, tuple[str, int]] = field(default_factory=dict)
    contradicted: tuple[str, int] | None = None
    blocks: list[RawBlock] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    met: Met = field(default_factory=dict)
    is_header: bool = True


def is_boundary_text(text: str) -> bool:
    """Whether a text is of this format: it has one of its section marks, or a block and a point."""
    sniffed = list(islice(io.StringIO(text, newline=None), _SNIFFED_LINES))
    if any(_section(line.translate(_USUAL)) in (ATTRIBUTES, COORDINATES) for line in sniffed):
        return True
    blocks = cut(sniffed).blocks
    return any("@" in line for line in sniffed) and any(block.names for block in blocks)


def cut(lines: Iterable[str]) -> Text:
    """Attributes and blocks of the lines."""
    text = Text()
    for number, line in enumerate(lines, start=1):
        _take(text, number, line.rstrip("\n"))
    return text


def _take(text: Text, number: int, line: str) -> None:
    """Put one line where it belongs."""
    fields = line.split(",")
    if text.blocks and " " not in line and text.blocks[-1].add(fields, number):
        return  # nearly every line of a large file
    usual = line.translate(_USUAL).strip(f"{_BYTE_ORDER_MARK} \t")
    if section := _section(usual):
        text.is_header = section == ATTRIBUTES
    elif usual and not _takes_block(text, number, line):
        if not _takes_attribute(text, number, usual):
            _refuse(text, number, line)
    elif usual:
        return
    if usual != line or not usual:
        text.met.setdefault(Variant.PUNCTUATION, number)


def _section(usual: str) -> str:
    found = _SECTION.fullmatch(usual.strip(f"{_BYTE_ORDER_MARK} \t\n"))
    return found[1] if found else ""


def _takes_block(text: Text, number: int, line: str) -> bool:
    """Whether the line is a block header or a point, in any separation of its fields."""
    for fields, is_plain in _separations(line):
        header = header_of(fields)
        if header:
            text.blocks.append(RawBlock(header, number))
        elif not _takes_point(text, number, fields):
            continue
        if not is_plain:
            text.met.setdefault(Variant.PUNCTUATION, number)
        return True
    return False


def _separations(line: str) -> Iterator[tuple[list[str], bool]]:
    """Fields of a line by each sign that may separate them, and whether that is a bare comma."""
    usual = line.translate(_USUAL)
    for whole, sign in ((line, ","), (usual, ","), (usual, "\t"), (usual, None)):
        parts = whole.split(sign)
        fields = [part.strip() for part in parts]
        yield fields, whole is line and fields == parts


def _takes_point(text: Text, number: int, fields: list[str]) -> bool:
    while fields and not fields[-1]:
        fields.pop()
    if text.blocks:
        return text.blocks[-1].add(fields, number)
    headless = RawBlock(BlockHeader(BlockLabel("", "")), number)
    if not headless.add(fields, number):
        return False
    headless.faults.append(
        Issue(
            IssueSeverity.REJECTED,
            "The points stand before any block header, so it is not known what they belong to.",
            line=number,
        )
    )
    text.blocks.append(headless)
    return True


def _takes_attribute(text: Text, number: int, usual: str) -> bool:
    key, sign, value = (part.strip() for part in usual.partition("=" if "=" in usual else ":"))
    if not sign or not text.is_header:
        return False
    known, _ = text.attributes.setdefault(key, (value, number))
    if known != value:
        text.contradicted = text.contradicted or (key, number)
    return True


def _refuse(text: Text, number: int, line: str) -> None:
    """Tell of a line that is nothing: within a block it leaves the block without its shape."""
    shown = line[:_SHOWN_CHARACTERS]
    if text.blocks:
        text.blocks[-1].faults.append(
            Issue(
                IssueSeverity.REJECTED,
                "The line cannot be read: a point is name, ring number and two coordinates; a"
                " block header ends with @.",
                line=number,
                value=shown,
            )
        )
    else:
        text.issues.append(
            Issue(
                IssueSeverity.NOTED,
                "The line is neither an attribute nor part of a block; it is left out.",
                line=number,
                value=shown,
            )
        )
