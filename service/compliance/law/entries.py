"""One entry of a sheet of the law book, read field by field: what is missing or odd is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Self, TypeVar

from geodata.errors import LawBookError
from geodata.model.codelist import Codelist
from geodata.model.codelists import Confidence
from service.compliance.law.sources import Citation, Instrument

Member = TypeVar("Member", bound=Codelist)


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands under one key.

    Attributes
    ----------
    key
        Name of the entry, for messages.
    raw
        Its fields as the file has them.
    instruments
        The texts it may cite.

    Raises
    ------
    LawBookError
        From every reader, when the field is missing or is not what it should be.
    """

    key: str
    raw: Any
    instruments: Mapping[str, Instrument]

    def given(self, field: str) -> Any:
        """A field that must be there and not be empty."""
        if not isinstance(self.raw, Mapping):
            raise self._unreadable(field, self.raw)
        value = self.raw.get(field)
        if value in (None, "", []):
            raise LawBookError(
                "The law book entry {entry} has no {field}.",
                "A value without instrument, article, date and confidence does not load: add it.",
                entry=self.key,
                field=field,
            )
        return value

    def has(self, field: str) -> bool:
        """Whether an optional field is there."""
        return isinstance(self.raw, Mapping) and self.raw.get(field) is not None

    def text(self, field: str) -> str:
        """A field of words."""
        return str(self.given(field))

    def words(self, field: str) -> dict[str, str]:
        """A field in both languages."""
        both = self.within(field, self.given(field))
        return {language: both.text(language) for language in ("zh", "en")}

    def day(self, field: str) -> date:
        """A date."""
        value = self.given(field)
        if type(value) is not date:
            raise self._unreadable(field, value)
        return value

    def year(self) -> int:
        """The key itself as a year."""
        if not self.key.isdigit():
            raise self._unreadable("key", self.key)
        return int(self.key)

    def days(self, field: str, year: int) -> list[date]:
        """A list of days of one year, which may be empty."""
        listed = self.raw.get(field) if isinstance(self.raw, Mapping) else None
        if not isinstance(listed, list) or not all(
            type(day) is date and day.year == year for day in listed
        ):
            raise self._unreadable(field, listed)
        return listed

    def number(self, field: str) -> Fraction:
        """An exact number: whole, decimal or fraction, not negative."""
        value = self.given(field)
        try:
            number = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            raise self._unreadable(field, value) from None
        if isinstance(value, bool) or number < 0:
            raise self._unreadable(field, value)
        return number

    def whole(self, field: str) -> int:
        """A whole number."""
        number = self.number(field)
        if number.denominator != 1:
            raise self._unreadable(field, number)
        return int(number)

    def flag(self, field: str) -> bool:
        """True or false."""
        value = self.given(field)
        if not isinstance(value, bool):
            raise self._unreadable(field, value)
        return value

    def code(self, codelist: type[Member]) -> Member:
        """The key itself as a code of a codelist."""
        return self._member("key", self.key, codelist)

    def member(self, field: str, codelist: type[Member]) -> Member:
        """A code of a codelist."""
        return self._member(field, self.given(field), codelist)

    def members(self, field: str, codelist: type[Member]) -> tuple[Member, ...]:
        """Codes of a codelist."""
        return tuple(self._member(field, code, codelist) for code in self.listed(field))

    def listed(self, field: str) -> Sequence[Any]:
        """A list with something in it."""
        value = self.given(field)
        if not isinstance(value, list):
            raise self._unreadable(field, value)
        return value

    def parts(self, field: str) -> list[Self]:
        """A list of entries, such as the dated versions of a number."""
        return [self.within(field, part) for part in self.listed(field)]

    def within(self, field: str, raw: Any) -> Self:
        """A part of this entry as an entry, under the same name."""
        if not isinstance(raw, Mapping):
            raise self._unreadable(field, raw)
        return type(self)(self.key, raw, self.instruments)

    @property
    def confidence(self) -> Confidence:
        """How sure the entry is."""
        return self.member("confidence", Confidence)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the entry rests on."""
        return tuple(self._citation(str(text)) for text in self.listed("cites"))

    def _citation(self, text: str) -> Citation:
        key, _, article = text.partition(" ")
        if key not in self.instruments:
            raise LawBookError(
                "The law book entry {entry} cites {instrument}, which is not in instruments.yaml.",
                "Register the instrument with its date in force, or correct the key.",
                entry=self.key,
                instrument=key,
            )
        return Citation(self.instruments[key], article)

    def _member(self, field: str, code: object, codelist: type[Member]) -> Member:
        try:
            return codelist.of(str(code))
        except ValueError:
            raise self._unreadable(field, code) from None

    def _unreadable(self, field: str, value: object) -> LawBookError:
        return LawBookError(
            "The law book entry {entry} cannot be read: {field} is {value}.",
            "Write the field as docs/law.md shows.",
            entry=self.key,
            field=field,
            value=value,
        )
