"""How an issue of data quality is told: its parcels, its figures, and what stands in the cells."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from geodata.geometry.quality.issue import Figure, QualityIssue
from geodata.model.attributes import BY_KEY
from geodata.model.columns import Cell
from geodata.model.quality_lists import Measure
from service.maps.figures import grouped
from service.wording import fact_text

_DECIMALS: Final = {
    Measure.POINTS: 0,
    Measure.RINGS: 0,
    Measure.PAIRS: 0,
    Measure.ROWS: 0,
    Measure.SHARE: 4,
}
_USUAL_DECIMALS: Final = 2


def figure_text(figure: Figure | None, unit: Measure | None, language: str) -> str:
    """A figure with its unit; empty where there is none."""
    if figure is None or unit is None:
        return ""
    number = grouped(Fraction(figure), _DECIMALS.get(unit, _USUAL_DECIMALS))
    return f"{number} {unit.label(language)}"


def parcel_text(issue: QualityIssue, language: str) -> str:
    """The parcels concerned, behind the park a gap lies in."""
    joint = "、" if language == "zh" else ", "
    return joint.join(filter(None, (issue.place, *issue.parcels)))


def fact_texts(issue: QualityIssue, language: str) -> list[tuple[str, str]]:
    """Title of each column a fact stands in, and what stands there."""
    return [
        (BY_KEY[key].title(language) if key in BY_KEY else key, _written(key, value))
        for key, value in zip(issue.columns, issue.values, strict=True)
    ]


def _written(key: str, value: Cell) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return fact_text(key, value)
