"""The sheet of one contract while its story is being written: cells as a ledger file has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from geodata.demo.chance import Chance
from geodata.demo.timeline import Timeline

Value = date | int | float | str | None


@dataclass(slots=True)
class Sheet:
    """Cells of one row and what they are written from.

    Attributes
    ----------
    timeline
        Dates of the story.
    as_of
        The day the story is told for.
    area_m2, premium_yuan
        Contract area and total price.
    chance
        Source of everything not yet drawn.
    cells
        What stands in the row; a blank cell is left out.
    """

    timeline: Timeline
    as_of: date
    area_m2: float
    premium_yuan: int
    chance: Chance
    cells: dict[str, str] = field(default_factory=dict)

    def write(self, **values: Value) -> None:
        """Write cells; None blanks one."""
        for key, value in values.items():
            if value is None:
                self.cells.pop(key, None)
            else:
                self.cells[key] = as_cell(value)

    def blank(self, *keys: str) -> None:
        """Leave cells blank: unknown."""
        self.write(**dict.fromkeys(keys))

    def ago(self, least: int, most: int) -> date:
        """A day so many days before the day the story is told for."""
        return self.as_of - timedelta(days=self.chance.whole(least, most))

    def ahead(self, least: int, most: int) -> date:
        """A day so many days after it."""
        return self.as_of + timedelta(days=self.chance.whole(least, most))

    def part(self, least: float, most: float) -> float:
        """A share of the contract area, in m²."""
        return self.area_m2 * self.chance.between(least, most)


def as_cell(value: date | float | str) -> str:
    """A value as a ledger cell holds it: ISO dates, at most two decimals."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)
