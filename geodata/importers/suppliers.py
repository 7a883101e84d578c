"""Profiles of suppliers: what the columns of a table mean that is not written as a ledger.

Each profile is a file in ``profiles/`` and adds headers to those of the ledger itself, so a table
may mix both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import resources
from typing import Any, Final

import yaml

from geodata.errors import UsageError
from geodata.importers.headings import (
    UNIT_FACTORS,
    Heading,
    find_heading,
    headings_of,
    normal,
)
from geodata.model.attributes import ATTRIBUTES, BY_KEY

LEDGER: Final = "ledger"
"""Name of the profile that the attribute catalogue itself implies."""


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
        Column by header in normal form: the ledger's own and the supplier's.
    numbers
        Sources of a missing contract number, the best one first.
    joins
        Separators of attributes whose parts stand in several columns.
    exchanged
        Lower and upper limit that are exchanged when most rows have them the wrong way round.
    """

    name: str
    titles: Mapping[str, str]
    headings: Mapping[str, Heading]
    numbers: tuple[NumberSource, ...] = ()
    joins: Mapping[str, str] = field(default_factory=dict)
    exchanged: tuple[str, ...] = ()

    def recognised(self, headers: Iterable[str]) -> int:
        """Number of headers this profile knows."""
        return sum(1 for header in headers if find_heading(header, self.headings))


def load_profiles() -> tuple[Profile, ...]:
    """Every profile, the ledger's own first."""
    own = headings_of(ATTRIBUTES)
    ledger = Profile(LEDGER, {"zh": "履约台账", "en": "parcelwatch ledger"}, own)
    folder = resources.files(__package__) / "profiles"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    described = [(f.name.removesuffix(".yaml"), f.read_text("utf-8")) for f in files]
    return ledger, *(_profile(name, yaml.safe_load(text), own) for name, text in described)


def choose_profile(
    profiles: Sequence[Profile], headers: Sequence[str], name: str | None = None
) -> Profile:
    """The profile named, else the one that knows most headers (the ledger, when none knows more).

    Raises
    ------
    UsageError
        When there is no profile of that name.
    """
    if name is None:
        return max(profiles, key=lambda profile: profile.recognised(headers))
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


def _profile(name: str, described: dict[str, Any], own: Mapping[str, Heading]) -> Profile:
    columns = described["columns"]
    supplied = {
        normal(header): _heading(key, column)
        for key, column in columns.items()
        for header in column["headers"]
    }
    numbers = tuple(
        NumberSource(normal(n["header"]), re.compile(n["pattern"]) if "pattern" in n else None)
        for n in described["contract_no"]
    )
    joins = {key: column["join"] for key, column in columns.items() if "join" in column}
    exchanged = tuple(described.get("exchanged_when_reversed", ()))
    return Profile(name, described["title"], {**own, **supplied}, numbers, joins, exchanged)


def _heading(key: str, column: dict[str, Any]) -> Heading:
    return Heading(
        attribute=BY_KEY[key],
        factor=UNIT_FACTORS[column["unit"]] if "unit" in column else Fraction(1),
        blank=frozenset(column.get("blank", ())),
        words=column.get("words", {}),
        keep_unreadable=column.get("unreadable") == "keep",
    )
