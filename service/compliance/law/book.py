"""The law book as values: instruments, citations, dated numbers and the law of each finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.errors import LawBookError
from geodata.model.codelists import ClaimKind, Confidence, FindingCode
from service.compliance.calendar import WorkingDays

_NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A statute, rule, policy paper, model contract, or the product's own conventions.

    Attributes
    ----------
    instrument_id
        Short key used by citations.
    zh, en
        Title with document number.
    in_force_on, expires_on
        First day in force; last day in force, None while it is open.
    confidence
        Whether the text was read.
    """

    instrument_id: str
    zh: str
    en: str
    in_force_on: date
    expires_on: date | None
    confidence: Confidence

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Citation:
    """An instrument and the place in it."""

    instrument: Instrument
    article: str

    def text(self, language: str) -> str:
        """``instrument, article`` in ``zh`` or ``en``."""
        title = self.instrument.title(language)
        if not self.article[:1].isdigit():
            return f"{title} {self.article}".strip()  # a heading, quoted as it stands
        if language == "en":
            return f"{title} Art. {self.article}"
        article, _, item = self.article.rstrip(")").partition("(")
        return f"{title}第{article}条" + (f"第（{_NUMERALS[int(item)]}）项" if item else "")


@dataclass(frozen=True, slots=True)
class Version:
    """A value of a legal number from a day on."""

    from_on: date
    value: Fraction
    citations: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Number:
    """A legal number with its dated versions, oldest first.

    Attributes
    ----------
    number_id
        Name used by the rules, e.g. ``idle.fee_share``.
    zh, en, unit
        What it is and what it is counted in.
    selected_by
        The date that picks the version: ``as_of``.
    pack
        The district pack that supplied it.
    """

    number_id: str
    zh: str
    en: str
    unit: str
    selected_by: str
    pack: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version:
        """The version in force on a day; the oldest one for days before it."""
        in_force = [version for version in self.versions if version.from_on <= day]
        return in_force[-1] if in_force else self.versions[0]


@dataclass(frozen=True, slots=True)
class FindingLaw:
    """What a finding rests on, and how it is told.

    Attributes
    ----------
    citations, confidence
        Its basis, and how sure it is.
    reason, next_step
        Wording in ``zh`` and ``en``; reasons have named fields.
    """

    code: FindingCode
    citations: tuple[Citation, ...]
    confidence: Confidence
    reason: Mapping[str, str]
    next_step: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """A district's target for inefficient land, in mu, cumulative up to a year."""

    kind: ClaimKind
    target_mu: Fraction
    until_year: int
    citation: Citation
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LawBook:
    """The law as it applies to one district: the national pack and what lies over it.

    Attributes
    ----------
    code, zh, en
        Code of the district pack, e.g. ``310116``, and the name of the district.
    digest
        ``sha256:`` and the hash of everything the book holds.
    """

    code: str
    zh: str
    en: str
    digest: str
    instruments: Mapping[str, Instrument]
    numbers: Mapping[str, Number]
    findings: Mapping[FindingCode, FindingLaw]
    targets: tuple[Target, ...]
    working_days: WorkingDays

    def title(self, language: str) -> str:
        """Name of the district in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    def number(self, number_id: str, on: date) -> Fraction:
        """The value of a legal number on a day."""
        return self._number(number_id).on(on).value

    def count(self, number_id: str, on: date) -> int:
        """The value of a legal number that is a whole count of days, months or years."""
        value = self.number(number_id, on)
        if value.denominator != 1:
            raise LawBookError(
                "The legal number {number} of book {book} is {value}; a whole number is needed.",
                "Correct the entry in the district pack.",
                number=number_id,
                book=self.code,
                value=value,
            )
        return int(value)

    def _number(self, number_id: str) -> Number:
        try:
            return self.numbers[number_id]
        except KeyError:
            raise LawBookError(
                "The law book {book} has no number {number}, which a rule needs.",
                "Add it to the district pack or to the national pack, with date and citation.",
                book=self.code,
                number=number_id,
            ) from None
