"""The picture of data-model.md: run ``python docs/data_model_picture.py`` to draw it anew.

Tables stand in the rooms they are defined in, each with the tables it refers to; all of it is read
from the metadata the database is made from, and a test fails when the picture is behind.
"""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Final

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geodata.store import tables

PICTURE: Final = Path(__file__).with_name("data-model.svg")
_COLUMNS: Final = 3
_WIDTH, _GAP, _LINE, _HEAD = 400, 16, 19, 34
_MOST_NAMED: Final = 3
_ID: Final = "_id"
_STYLE: Final = (
    "text{font:13px sans-serif;fill:#1b2b34}.room{font-weight:bold;fill:#fff}"
    ".to{fill:#5b6b75;font-size:11px}.paper{fill:#fff}.box{fill:#f4f7f8;stroke:#0b7285}"
    ".head{fill:#0b7285}"
)


def rooms() -> dict[str, list[sa.Table]]:
    """The tables by the module that defines them, in the order of its lines."""
    found: dict[str, list[sa.Table]] = {}
    seen: set[sa.Table] = set()
    for module in pkgutil.iter_modules(tables.__path__):
        for value in vars(import_module(f"{tables.__name__}.{module.name}")).values():
            several = value.values() if isinstance(value, Mapping) else (value,)
            own = [one for one in several if isinstance(one, sa.Table) and one not in seen]
            seen.update(own)
            found.setdefault(module.name, []).extend(own)
    return {name: own for name, own in found.items() if own}


def referred(table: sa.Table, room: Iterable[sa.Table]) -> list[str]:
    """The tables a table refers to: by foreign keys, and by names where a trigger guards them."""
    known = {other.name for other in tables.METADATA.sorted_tables}
    named = {key.column.table.name for key in table.foreign_keys}
    ids = {column.name for column in table.columns if column.name.endswith(_ID)}
    named |= known & {name.removesuffix(_ID) for name in ids}
    if "fact_id" in table.columns:
        named |= {
            other.name for other in room if list(other.primary_key.columns.keys()) == ["fact_id"]
        }
    return sorted(named - {table.name})


def drawn() -> str:
    """The picture as SVG."""
    heights, parts = [_GAP] * _COLUMNS, []
    for name, own in rooms().items():
        column = heights.index(min(heights))
        parts += _room(name, own, _GAP + column * (_WIDTH + _GAP), heights[column])
        heights[column] += _HEAD + len(own) * _LINE + 2 * _GAP
    width, height = _GAP + _COLUMNS * (_WIDTH + _GAP), max(heights)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
    paper = f'<rect class="paper" width="{width}" height="{height}"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", paper, *parts, "</svg>", ""])


def _room(name: str, own: list[sa.Table], x: int, y: int) -> Iterator[str]:
    height = _HEAD + len(own) * _LINE + _GAP // 2
    yield f'<rect class="box" x="{x}" y="{y}" width="{_WIDTH}" height="{height}" rx="4"/>'
    yield f'<rect class="head" x="{x}" y="{y}" width="{_WIDTH}" height="{_HEAD - 8}" rx="4"/>'
    yield f'<text class="room" x="{x + 10}" y="{y + 18}">{escape(name.replace("_", " "))}</text>'
    for place, table in enumerate(own):
        line = y + _HEAD + (place + 0.6) * _LINE
        yield f'<text x="{x + 10}" y="{line:.0f}">{table.name}{_arrows(table, own)}</text>'


def _arrows(table: sa.Table, room: Iterable[sa.Table]) -> str:
    named = referred(table, room)
    more = f" +{len(named) - _MOST_NAMED}" if len(named) > _MOST_NAMED else ""
    told = ", ".join(named[:_MOST_NAMED]) + more
    return f'<tspan class="to" dx="6">→ {told}</tspan>' if named else ""


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
