"""Facts as people read them: figures with their units, codes by their labels, dates, lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelists import Anchor, MilestoneKind, TermUnit
from geodata.model.columns import RAGGED_FIELDS, SPLIT_PARTS, UNDELIVERED, Cell
from geodata.model.content import Row, catalogue_of
from geodata.model.content_lists import ContentKind, Unit
from geodata.model.entries import EntryKind
from geodata.model.scalars import CellError, decimal_text
from service.i18n import Translate
from service.maps.figures import Figures, grouped

_WAN: Final = 10_000
_DECIMALS: Final = 2
_PARTS: Final[Mapping[Kind, Mapping[str, Attribute]]] = {
    Kind.INSTALMENTS: {
        "due_on": Attribute("due_on", "应付", "due", Kind.DATE),
        "amount": Attribute("amount", "金额", "amount", Kind.EXACT, Unit.YUAN),
        "paid_on": Attribute("paid_on", "实付", "paid", Kind.DATE),
        "demanded_on": Attribute("demanded_on", "催告", "demanded", Kind.DATE),
    },
    Kind.EXTENSIONS: {field.key: field for field in EntryKind.EXTENSION.fields},
    Kind.PERIODS: catalogue_of(ContentKind.GOVERNMENT_PERIODS).by_key,
}
"""What the parts of a repeating cell are called."""


@dataclass(frozen=True, slots=True)
class FactWords:
    """Words facts in one language.

    Attributes
    ----------
    translate, language
        English wording to that of the page, and its language.
    """

    translate: Translate
    language: str

    @property
    def joint(self) -> str:
        """What stands between parts of a list."""
        return "，" if self.language == "zh" else ", "

    def row(self, attributes: Iterable[Attribute], row: Row) -> Iterator[tuple[str, str]]:
        """Title and text of every cell of a row that is known, in order of its columns."""
        for attribute in attributes:
            if (cell := row.get(attribute.key)) is not None:
                yield attribute.title(self.language), self.text(attribute, cell)

    def text(self, attribute: Attribute, cell: Cell) -> str:
        """A cell on one line; blank where it is unknown."""
        return "; ".join(self.lines(attribute, cell))

    def lines(self, attribute: Attribute, cell: Cell) -> tuple[str, ...]:
        """A cell on a line, a repeating one on a line for each entry; none where it is unknown."""
        if cell is None:
            return ()
        if attribute.kind in _PARTS and isinstance(cell, list):
            return tuple(self._entry(attribute.kind, entry) for entry in cell)
        return (self._single(attribute, cell),)

    def _single(self, attribute: Attribute, cell: Any) -> str:
        _ = self.translate
        if attribute.codelist and isinstance(cell, int):
            return attribute.codelist.at(cell).label(self.language)
        match attribute.kind:
            case Kind.DELIVERY if cell == UNDELIVERED:
                return _("not delivered")
            case Kind.BOOLEAN:
                return _("yes") if cell else _("no")
            case Kind.EXACT | Kind.COUNT:
                return self._number(attribute.unit, cell)
            case Kind.SHARE:
                return Figures(_).share(cell)
            case Kind.TERM:
                return self._term(*cell)
            case Kind.SPLIT:
                return self._split(cell)
        return cell.isoformat() if isinstance(cell, date) else str(cell)

    def _number(self, unit: str, value: Fraction | int) -> str:
        figures = Figures(self.translate)
        if unit == Unit.M2:
            return figures.area(Fraction(value))
        if unit == Unit.YUAN:
            written = figures.yuan(value)
            return f"{written} ({figures.wan(value)})" if value >= _WAN else written
        number = grouped(value, _decimals(Fraction(value)))
        return f"{number} {Unit.of(unit).label(self.language)}" if unit else number

    def _term(self, count: int, unit: int, anchor: int) -> str:
        _ = self.translate
        return _("{count} {unit} after {anchor}").format(
            count=count,
            unit=TermUnit.at(unit).label(self.language),
            anchor=Anchor.at(anchor).label(self.language),
        )

    def _split(self, shares: tuple[Fraction | None, ...]) -> str:
        named = zip(SPLIT_PARTS, shares, strict=True)
        return self.joint.join(
            f"{MilestoneKind.of(part).label(self.language)} {grouped(share, _decimals(share))} %"
            for part, share in named
            if share is not None
        )

    def _entry(self, kind: Kind, entry: tuple[Any, ...]) -> str:
        """An instalment, an extension or a period."""
        named = zip(RAGGED_FIELDS[kind], entry, strict=True)
        told = ((_PARTS[kind][name], cell) for name, cell in named if cell is not None)
        return self.joint.join(
            f"{part.title(self.language)} {self.text(part, cell)}" for part, cell in told
        )


def _decimals(value: Fraction) -> int:
    """As many as the number has; two of one that has no end."""
    try:
        return len(decimal_text(value).partition(".")[2])
    except CellError:
        return _DECIMALS
