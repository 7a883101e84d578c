"""Profiles of suppliers: what the columns of a table mean that is not written as our own.

Each profile is a file in ``profiles/``, or what a person has told of a supplier. It adds headers to
those of the catalogue of its kind, so a table may mix both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import yaml

from geodata.errors import UsageError
from geodata.importers.headings import (
    UNIT_FACTORS,
    Heading,
    find_heading,
    headings_of,
    normal,
    stated_headings,
)
from geodata.model.attributes import Attribute
from geodata.model.content import Catalogue, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.uploads import SupplierMapping


@dataclass(frozen=True, slots=True)
class NumberSource:
    """Where a missing contract number is taken from.

    Attributes
    ----------
    header
        Column of the file, in normal form.
    pattern
        Its first group is the number; None takes the whole cell.
    """

    header: str
    pattern: re.Pattern[str] | None

    def number(self, text: str | None) -> str | None:
        """The number in a cell; None when there is none."""
        if text is None or self.pattern is None:
            return text
        found = self.pattern.search(text)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Profile:
    """How the tables of one supplier are read.

    Attributes
    ----------
    name, titles
        Name of the profile, and what it is called in ``zh`` and ``en``.
    headings
        Column by header in normal form: the catalogue's own and the supplier's.
    numbers
        Sources of a missing contract number, the best one first.
    joins
        Separators of attributes whose parts stand in several columns.
    exchanged
        Lower and upper limit that are exchanged when most rows have them the wrong way round.
    told_of
        Headers, in normal form, of the table a person told it for; empty of ours. A table that has
        them all is read with it.
    """

    name: str
    titles: Mapping[str, str]
    headings: Mapping[str, Heading]
    numbers: tuple[NumberSource, ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)
    exchanged: tuple[str, ...] = ()
    told_of: frozenset[str] = frozenset()

    def recognised(self, headers: Iterable[str]) -> int:
        """Number of headers this profile knows."""
        return sum(1 for header in headers if find_heading(header, self.headings))

    def numbers_in(self, headers: Iterable[str]) -> bool:
        """Whether a missing contract number can be taken from one of the columns."""
        return not {source.header for source in self.numbers}.isdisjoint(map(normal, headers))

    def remembers(self, headers: Iterable[str]) -> bool:
        """Whether a person told it for a table with these headers."""
        return bool(self.told_of) and self.told_of.issubset(map(normal, headers))


@cache
def load_profiles(kind: ContentKind = ContentKind.LEDGER) -> tuple[Profile, ...]:
    """Every profile of a kind of content; the first is what its catalogue itself implies."""
    catalogue = catalogue_of(kind)
    own = Profile(kind.value, {"zh": kind.zh, "en": kind.en}, headings_of(catalogue.attributes))
    described = (
        (name, each) for name, each in _described().items() if each.get("kind", "ledger") == kind
    )
    return own, *(_profile(name, each, catalogue, own.headings) for name, each in described)


def profiles_of(kind: ContentKind, told: Sequence[SupplierMapping] = ()) -> tuple[Profile, ...]:
    """Every profile of a kind, those told by people last."""
    ours = load_profiles(kind)
    return *ours, *(_told(each, ours) for each in told if each.kind is kind)


def _told(mapping: SupplierMapping, ours: Sequence[Profile]) -> Profile:
    """The profile a person has told, on top of the one it changes."""
    base = next((profile for profile in ours if profile.name == mapping.like), ours[0])
    by_key = catalogue_of(mapping.kind).by_key
    headings = dict(base.headings)
    for header, meaning in mapping.meanings.items():
        headings.pop(normal(header), None)
        if meaning.key in by_key:
            headings[normal(header)] = _meant(by_key[meaning.key], meaning.unit, header, base)
    return replace(
        base,
        name=mapping.name,
        titles=dict.fromkeys(base.titles, mapping.name),
        headings=headings,
        told_of=frozenset(map(normal, filter(None, mapping.headers))),
    )


def _meant(attribute: Attribute, unit: str, header: str, base: Profile) -> Heading:
    """What a header is said to hold; words and blanks stay those of the profile."""
    known = find_heading(header, base.headings)
    if known is None or known.attribute.key != attribute.key:
        known = next(
            (each for each in base.headings.values() if each.attribute.key == attribute.key),
            Heading(attribute),
        )
    return replace(known, factor=UNIT_FACTORS[unit] if unit else Fraction(1))


@cache
def _described() -> Mapping[str, dict[str, Any]]:
    """What the files say, by name of the profile; a profile that is like another comes later."""
    folder = resources.files(__package__) / "profiles"
    files = (f for f in folder.iterdir() if f.name.endswith(".yaml"))
    said = {f.name.removesuffix(".yaml"): yaml.safe_load(f.read_text("utf-8")) for f in files}
    return {
        name: _on_top_of(said.get(said[name].get("like"), {}), said[name])
        for name in sorted(said, key=lambda name: ("like" in said[name], name))
    }


def _on_top_of(base: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """A profile with what it leaves out taken from the one it is like."""
    columns = {**base.get("columns", {}), **described["columns"]}
    return {**base, **described, "columns": columns}


def choose_profile(
    profiles: Sequence[Profile], headers: Sequence[str], name: str | None = None
) -> Profile:
    """The profile named, else the one that knows most headers (our own, when none knows more).

    One that a person told for a table with these headers counts for more.

    Raises
    ------
    UsageError
        When there is no profile of that name.
    """
    if name is None:
        remembered = (profile for profile in profiles if profile.remembers(headers))
        return next(remembered, max(profiles, key=lambda profile: profile.recognised(headers)))
    for profile in profiles:
        if profile.name == name:
            return profile
    names = [profile.name for profile in profiles]
    raise UsageError(
        "There is no supplier profile {name}; there are: {names}.",
        "Did you mean {nearest}?",
        name=name,
        names=", ".join(names),
        nearest=(difflib.get_close_matches(name, names, 1, 0) or names)[0],
    )


def _profile(
    name: str, described: Mapping[str, Any], catalogue: Catalogue, own: Mapping[str, Heading]
) -> Profile:
    columns = described["columns"]
    headings = dict(own)
    for key, column in columns.items():
        headings |= _headings(catalogue.by_key[key], column)
    blank = frozenset(described.get("blank", ()))
    numbers = tuple(
        NumberSource(normal(n["header"]), re.compile(n["pattern"]) if "pattern" in n else None)
        for n in described.get("contract_no", ())
    )
    return Profile(
        name=name,
        titles=described["title"],
        headings={h: replace(each, blank=each.blank | blank) for h, each in headings.items()},
        numbers=numbers,
        joins={key: column["join"] for key, column in columns.items() if "join" in column},
        exchanged=tuple(described.get("exchanged_when_reversed", ())),
    )


def _headings(attribute: Attribute, column: Mapping[str, Any]) -> dict[str, Heading]:
    """The supplier's headers of a column; ``with_unit`` ones count where a unit stands behind."""
    meant = Heading(
        attribute=attribute,
        factor=UNIT_FACTORS[column["unit"]] if "unit" in column else Fraction(1),
        blank=frozenset(column.get("blank", ())),
        words=column.get("words", {}),
        keep_unreadable=column.get("unreadable") == "keep",
    )
    headings = {normal(header): meant for header in column.get("headers", ())}
    stated = stated_headings(attribute, column.get("with_unit", ()))
    return headings | {h: replace(meant, factor=each.factor) for h, each in stated.items()}
