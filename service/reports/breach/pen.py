"""How a breach report writes facts, law and suspicion, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from geodata.model.attributes import BY_KEY, Kind
from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import (
    Anchor,
    Confidence,
    FindingCode,
    GovernmentCause,
    PeriodStatus,
    TermUnit,
    Verdict,
)
from geodata.model.columns import UNDELIVERED, Cell
from service.compliance.casework.amounts import yuan
from service.compliance.law import Citation
from service.i18n import Translate, translator
from service.maps.figures import NOTHING, Figures
from service.reports.papers.blocks import Heading, Note, Paragraph, Runs, runs
from service.wording import cell_text

_CHARGED: Final = (Tone.OVERDUE, Tone.IDLE, Tone.SHORTFALL)
_JOINTS: Final = {"zh": "；", "en": "; "}
_COMMAS: Final = {"zh": "、", "en": ","}
_CONFIDENCES: Final = {"zh": "（{confidence}）", "en": " ({confidence})"}
_SETTLED: Final = (FindingCode.IDLE_CONFIRMED, Verdict.IDLE_CONFIRMED)


def entries(cell: Cell) -> list[tuple[Any, ...]]:
    """The entries of a repeating cell, by the fields of its kind; none where it is unknown."""
    return list(cell) if isinstance(cell, list) else []


@dataclass(frozen=True)
class Pen:
    """Writes in ``zh`` or ``en``; what is not known is said to be unknown."""

    language: str

    @cached_property
    def translate(self) -> Translate:
        """English wording to that of the report."""
        return translator(self.language)

    @cached_property
    def figures(self) -> Figures:
        """Figures with their units."""
        return Figures(self.translate)

    def heading(self, text: str, level: int = 1) -> Heading:
        """A heading."""
        return Heading(level, runs(text))

    def paragraph(self, text: str) -> Paragraph:
        """A paragraph."""
        return Paragraph(runs(text))

    def label(self, member: Codelist | None) -> str:
        """The words of a member."""
        return NOTHING if member is None else member.label(self.language)

    def charge(self, member: FindingCode | Verdict) -> str:
        """What was found; short of a served document it is suspected and no more."""
        _, said = self.translate, self.label(member)
        if member in _SETTLED or member.is_suspected or member.tone not in _CHARGED:
            return said
        return _("suspected: {finding}").format(finding=said)

    def joined(self, parts: Iterable[str]) -> str:
        """Texts one after another."""
        return _JOINTS[self.language].join(part for part in parts if part)

    def day(self, day: date | None) -> str:
        """A day; unknown where there is none."""
        _ = self.translate
        return day.isoformat() if day else _("unknown")

    def money(self, amount: Decimal | Fraction | None) -> str:
        """Money; unknown where there is none."""
        return self.figures.yuan(yuan(amount) if isinstance(amount, Fraction) else amount)

    def owed(self, amount: Decimal | None) -> str:
        """Money that is owed, or a dash where none is or it cannot be told."""
        return self.money(amount) if amount else NOTHING

    def basis(self, citations: Iterable[Citation], confidence: Confidence) -> Runs:
        """A number that leads to the law, with how sure it is."""
        named = self.law(citations, confidence)
        return (Note(named),) if named else ()

    def law(self, citations: Iterable[Citation], confidence: Confidence) -> str:
        """Instruments, each with its articles, and how sure they are."""
        named: dict[str, list[str]] = {}
        for citation in citations:
            title = citation.instrument.title(self.language)
            place = citation.text(self.language).removeprefix(title)
            named.setdefault(title, []).append(place)
        comma = _COMMAS[self.language]
        said = self.joined(title + comma.join(places) for title, places in named.items())
        sure = _CONFIDENCES[self.language].format(confidence=self.label(confidence))
        return said + sure if said else ""

    def cell(self, key: str, cell: Cell) -> str:
        """A fact as people read it."""
        _, attribute = self.translate, BY_KEY[key]
        if cell is None:
            return _("unknown")
        match attribute.kind, cell:
            case Kind.DELIVERY, str():
                return _("not delivered") if cell == UNDELIVERED else cell
            case Kind.TERM, tuple():
                return self._term(cell)
            case Kind.EXACT, Fraction() if attribute.unit == "yuan":
                return self.money(cell)
            case Kind.EXACT, Fraction() if attribute.unit == "m2":
                return self.figures.area(cell)
            case Kind.PERIODS, _:
                return self.joined(self.period(*entry) for entry in entries(cell))
            case Kind.INSTALMENTS, _:
                return self.joined(self._instalment(*entry) for entry in entries(cell))
            case Kind.EXTENSIONS, _:
                return self.joined(self._extension(*entry) for entry in entries(cell))
            case _:
                return cell_text(attribute, cell, self.language) + self._unit(key)

    def known(self, key: str, cells: Mapping[str, Cell]) -> str:
        """A fact of a contract."""
        return self.cell(key, cells.get(key))

    def period(self, begins_on: date, ends_on: date | None, cause: int, status: int) -> str:
        """A government period."""
        told = [self.label(GovernmentCause.at(cause)), self.label(PeriodStatus.at(status))]
        return " ".join((self.span(begins_on, ends_on), *told))

    def span(self, begins_on: date, ends_on: date | None) -> str:
        """From a day to a day, or until now."""
        _ = self.translate
        return _("{begins_on} to {ends_on}").format(
            begins_on=begins_on, ends_on=ends_on or _("still going on")
        )

    def days(self, count: int | None) -> str:
        """A number of days."""
        _ = self.translate
        return NOTHING if count is None else _("{count} days").format(count=f"{count:,}")

    def _term(self, term: tuple[Any, ...]) -> str:
        count, unit, anchor = term
        if self.language == "zh":
            return f"{Anchor.at(anchor).zh}后{count}{TermUnit.at(unit).zh}"
        return f"{count} {TermUnit.at(unit).en} after {Anchor.at(anchor).en}"

    def _instalment(
        self,
        due_on: date | None,
        amount: Fraction | None,
        paid_on: date | None,
        *_demanded: object,
    ) -> str:
        _ = self.translate
        paid = _("paid on {day}").format(day=paid_on) if paid_on else _("not paid")
        return f"{self.money(amount)} {self.day(due_on)} {paid}"

    def _extension(
        self, _applied_on: date | None, approved_on: date | None, extended_to: date | None
    ) -> str:
        _ = self.translate
        return _("approved on {day}, to {extended_to}").format(
            day=self.day(approved_on), extended_to=self.day(extended_to)
        )

    def _unit(self, key: str) -> str:
        _ = self.translate
        return {"permille": "‰", "years": _(" years"), "wan_per_mu": _(" wan yuan per mu")}.get(
            BY_KEY[key].unit, ""
        )
