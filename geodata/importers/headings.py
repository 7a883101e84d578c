"""Which attribute a column header means, and in which unit its cells are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from geodata.model.attributes import Attribute
from geodata.model.content_lists import Unit
from geodata.model.units import MU_PER_M2

UNIT_FACTORS: Final[Mapping[str, Fraction]] = {
    "wan": Fraction(10_000),
    "ha": Fraction(10_000),
    "mu": 1 / MU_PER_M2,
}
"""What one 万元 is in yuan, and what one hectare or mu is in m²."""

# By unit of the attribute: the suffix of an English key, and the words behind a title.
_CONVERTED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "yuan": (("wan", "万元"),),
    "m2": (("ha", "公顷"), ("mu", "亩")),
}
_UNIT_FORMS: Final = ("{title}({unit})", "{title}{unit}", "{title}/{unit}", "{title}_{unit}")
_REPEATED: Final = re.compile(r"\.[0-9]+$")  # what data frames append to a header met before


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column of a file holds.

    Attributes
    ----------
    attribute
        The column it is read into.
    factor
        What one unit of the file is in the unit of the attribute.
    blank
        Words that mean "unknown" in this column, beside an empty cell.
    words
        Words of the supplier and the codes they stand for.
    keep_unreadable
        True where a cell that cannot be read is kept as an extra attribute and noted, instead of
        sending its row back.
    """

    attribute: Attribute
    factor: Fraction = Fraction(1)
    blank: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    keep_unreadable: bool = False


def normal(header: str) -> str:
    """A header without blanks and line breaks, brackets and letters in their ordinary form."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())


def headings_of(attributes: Iterable[Attribute]) -> dict[str, Heading]:
    """Every normal form under which the attributes are known, with its unit."""
    return {
        normal(name): Heading(attribute, factor)
        for attribute in attributes
        for name, factor in _names(attribute)
    }


def _names(attribute: Attribute) -> Iterator[tuple[str, Fraction]]:
    one = Fraction(1)
    for name in (attribute.key, attribute.en, attribute.zh, *attribute.aliases):
        yield name, one
    yield from _stated(attribute, (attribute.en, attribute.zh, *attribute.aliases))
    stem = attribute.key.removesuffix(f"_{attribute.unit}")
    for suffix, _ in _CONVERTED.get(attribute.unit, ()):
        yield f"{stem}_{suffix}", UNIT_FACTORS[suffix]


def _stated(attribute: Attribute, titles: Iterable[str]) -> Iterator[tuple[str, Fraction]]:
    """Titles behind which a unit stands, with what one of it is in the unit of the attribute."""
    units = [(words, UNIT_FACTORS[suffix]) for suffix, words in _CONVERTED.get(attribute.unit, ())]
    if attribute.unit:
        own = Unit.of(attribute.unit)
        units += [(words, Fraction(1)) for words in (own.zh, own.en)]
    for title in titles:
        for words, factor in units:
            yield from ((form.format(title=title, unit=words), factor) for form in _UNIT_FORMS)


def titled(attribute: Attribute, language: str) -> str:
    """The header of a column in ``zh`` or ``en``, with its unit."""
    title = attribute.title(language)
    return f"{title}({Unit.of(attribute.unit).label(language)})" if attribute.unit else title


def stated_headings(attribute: Attribute, titles: Iterable[str]) -> dict[str, Heading]:
    """Further titles of an attribute that count only where a unit stands behind them."""
    return {normal(name): Heading(attribute, factor) for name, factor in _stated(attribute, titles)}


def find_heading(header: str, headings: Mapping[str, Heading]) -> Heading | None:
    """Heading of a header as it is written, or without the number of a repeated one."""
    name = normal(header)
    return headings.get(name) or headings.get(_REPEATED.sub("", name))
