"""What differs between two law books, number by number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service.compliance.law.book import LawBook, Number, Version


@dataclass(frozen=True, slots=True)
class Difference:
    """One legal number, from one day on, as two books have it.

    Attributes
    ----------
    number
        What it is; of the second book where both have it.
    from_on
        Day from which at least one of the two versions holds.
    before, after
        What the books say from that day on; None where a book has no such number.
    """

    number: Number
    from_on: date
    before: Version | None
    after: Version | None


def differences(before: LawBook, after: LawBook) -> Iterator[Difference]:
    """The numbers that two books state differently: value, text cited, confidence or selector."""
    for number_id in {**before.numbers, **after.numbers}:
        one, other = before.numbers.get(number_id), after.numbers.get(number_id)
        shown = other or one
        assert shown is not None
        for day in _days(one, other):
            old, new = (number.on(day) if number else None for number in (one, other))
            if _said(one, old) != _said(other, new):
                yield Difference(shown, day, old, new)


def _days(*numbers: Number | None) -> list[date]:
    """Every day on which one of the numbers changes."""
    return sorted({version.from_on for number in numbers if number for version in number.versions})


def _said(number: Number | None, version: Version | None) -> object:
    if number is None or version is None:
        return None
    texts = tuple(
        (citation.instrument.instrument_id, citation.article) for citation in version.citations
    )
    return number.selected_by, version.value, texts, version.confidence
