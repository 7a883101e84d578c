"""The three lists as registers, and what a listed enterprise is held by.

Certain is only what has the same credit code, or the same name and no other code. What is merely
alike is a candidate that a person confirms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final, Self

from geodata.model.land_lists import Control, LandList, MatchKind, Register, Roll
from geodata.model.personal import MASK
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

    def is_surely(self, other: Subject) -> bool:
        """The same credit code, or the same name and no code that speaks against it."""
        return match_kind(self, other) in (MatchKind.CREDIT_CODE, MatchKind.NAME)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of a register, from a day on, up to and with another one."""

    register: Register | Roll
    subject: Subject
    from_on: date
    until_on: date | None = None

    @property
    def land_list(self) -> LandList | None:
        """The list of land it decides about; None of a register."""
        return self.register.land_list if isinstance(self.register, Roll) else None

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


@dataclass(frozen=True, slots=True)
class Watched:
    """Everybody under control measures on a day, found by credit code or by name.

    Attributes
    ----------
    by_code, by_name
        The entries of the lists that bring holds; none that has ended or not begun.
    """

    law: LawBook
    by_code: Mapping[str, Sequence[RegisterEntry]]
    by_name: Mapping[str, Sequence[RegisterEntry]]

    @classmethod
    def of(cls, entries: Iterable[RegisterEntry], law: LawBook, as_of: date) -> Self:
        """Those whom entries put under control measures."""
        by_code: dict[str, list[RegisterEntry]] = defaultdict(list)
        by_name: dict[str, list[RegisterEntry]] = defaultdict(list)
        for entry in entries:
            if entry.land_list and entry.land_list.brings_holds and entry.holds_on(as_of):
                by_code[entry.subject.uscc].append(entry)
                by_name[entry.subject.name].append(entry)
        return cls(law, dict(by_code), dict(by_name))

    def holds(self, subject: Subject) -> tuple[Hold, ...]:
        """What is certain to hold somebody, by the day it began; never what is merely alike."""
        near = {
            id(entry): entry
            for entry in (
                *(self.by_code.get(subject.uscc, ()) if subject.uscc else ()),
                *(self.by_name.get(subject.name, ()) if subject.name else ()),
            )
            if subject.is_surely(entry.subject)
        }
        return tuple(
            hold
            for entry in sorted(near.values(), key=lambda each: each.from_on)
            if entry.land_list
            for hold in holds(subject, entry.land_list, entry.from_on, self.law)
        )


def matches(subject: Subject, entries: Iterable[RegisterEntry], as_of: date) -> tuple[Match, ...]:
    """The entries about a project or enterprise on a day; certain ones first, then as given."""
    found = (
        Match(entry, kind)
        for entry in entries
        if entry.holds_on(as_of) and (kind := match_kind(subject, entry.subject))
    )
    return tuple(sorted(found, key=lambda match: match.kind.position))


def match_kind(one: Subject, other: Subject) -> MatchKind | None:
    """How two are the same, or may be; None where nothing speaks for it.

    Two persons who are not told are not the same one.
    """
    if MASK in (one.name, other.name, one.uscc, other.uscc):
        return None
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
