"""Tables of typed cells, which terminal, workbook and page show alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from geodata.model.codelist import Codelist
from service.maps.figures import grouped
from service.maps.styles import tone_class
from service.reports.sheets import Share

Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows in the language of the reader.

    Attributes
    ----------
    text_count
        Columns from the left that hold words; figures follow.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Cells]
    text_count: int = 1


def table_words() -> dict[str, Callable[..., object]]:
    """What ``_data_table.html`` is rendered with beside the table and the wording."""
    return {
        "is_code": lambda cell: isinstance(cell, Codelist),
        "written": written,
        "tone_class": tone_class,
    }


def written(cell: object) -> str:
    """A cell that is no code, in words; empty where it is unknown."""
    match cell:
        case None:
            return ""
        case Share():
            return f"{float(cell):.2%}"
        case Fraction() | Decimal():
            return grouped(cell, 2)
        case int():
            return grouped(cell, 0)
        case _:
            return str(cell)
