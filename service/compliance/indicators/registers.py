"""The three lists as registers, and what a listed enterprise is held by.

Certain is only what has the same credit code, or the same name and no other code. What is merely
alike is a candidate that a person confirms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final

from geodata.model.land_lists import Control, LandList, MatchKind, Register
from geodata.model.spelling import folded
from service.compliance.law import LawBook
from service.compliance.law.duties import Duty

_SHORTEST: Final = 4
"""Characters a name needs to be looked for within another one."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A project or enterprise; a blank credit code is unknown."""

    name: str
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of a register, from a day on, up to and with another one."""

    register: Register
    subject: Subject
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """The entry stands on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that is, or may be, about a project or enterprise."""

    entry: RegisterEntry
    kind: MatchKind

    @property
    def is_certain(self) -> bool:
        """False where a person has to confirm it first."""
        return self.kind is not MatchKind.TO_CONFIRM


@dataclass(frozen=True, slots=True)
class Hold:
    """A control measure on a listed enterprise.

    Attributes
    ----------
    since_on
        Day on which the enterprise was listed.
    duty
        The bodies that watch over the process; None where the book names none.
    """

    subject: Subject
    land_list: LandList
    control: Control
    since_on: date
    duty: Duty | None


def matches(subject: Subject, entries: Iterable[RegisterEntry], as_of: date) -> tuple[Match, ...]:
    """The entries about a project or enterprise on a day; certain ones first, then as given."""
    found = (
        Match(entry, kind)
        for entry in entries
        if entry.holds_on(as_of) and (kind := match_kind(subject, entry.subject))
    )
    return tuple(sorted(found, key=lambda match: match.kind.position))


def match_kind(one: Subject, other: Subject) -> MatchKind | None:
    """How two are the same, or may be; None where nothing speaks for it."""
    if one.uscc and one.uscc == other.uscc:
        return MatchKind.CREDIT_CODE
    codes_differ = bool(one.uscc and other.uscc)
    if one.name and one.name == other.name and not codes_differ:
        return MatchKind.NAME
    return MatchKind.TO_CONFIRM if _alike(one.name, other.name) else None


def holds(subject: Subject, land_list: LandList, since_on: date, law: LawBook) -> tuple[Hold, ...]:
    """What a listed enterprise is held by: registration, change of shares, judicial auction.

    Source: 金府办发〔2023〕24号, item 13. Other lists than the two of inefficient land bring none.
    """
    controls = Control if land_list.brings_holds else ()
    return tuple(
        Hold(subject, land_list, control, since_on, law.duties.get(f"control.{control.value}"))
        for control in controls
    )


def _alike(one: str, other: str) -> bool:
    """The same but for width, case and blanks; one within the other; or one character apart."""
    shorter, longer = sorted((_bare(one), _bare(other)), key=len)
    if len(shorter) < _SHORTEST:
        return shorter == longer != ""
    return shorter in longer or _one_apart(shorter, longer)


def _bare(name: str) -> str:
    return folded(name).replace(" ", "")


def _one_apart(shorter: str, longer: str) -> bool:
    """One character was put in, left out or exchanged."""
    if len(longer) - len(shorter) > 1:
        return False
    begins = _shared(shorter, longer)
    return begins + _shared(shorter[begins:][::-1], longer[begins:][::-1]) >= len(longer) - 1


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
