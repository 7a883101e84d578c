"""The acts of a case and their periods: what is done by whom, after what, and within what time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from geodata.errors import LawBookError
from geodata.model.codelists import Confidence, TermUnit
from geodata.model.law_lists import CaseParty, Disposal, PeriodKind
from service.compliance.law.entries import Entry
from service.compliance.law.sources import Citation
from service.compliance.law.versions import in_order

_LENGTH: Final = re.compile("([1-9][0-9]*)(wd|d|m|y)")


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time.

    Attributes
    ----------
    kind
        Act within it, act no later than it before a date, or act only once it is over.
    count, unit
        Its length; the day it runs from is not counted (民法典 Art. 201).
    rolls
        A last day that is a rest day moves to the next working day (Art. 203).
    """

    kind: PeriodKind
    count: int
    unit: TermUnit
    rolls: bool


@dataclass(frozen=True, slots=True)
class ActVersion:
    """The law of an act from a day on; without a period the law sets none."""

    from_on: date
    period: Period | None
    citations: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Act:
    """Something done in a case, with its dated law, oldest first.

    Attributes
    ----------
    act_id
        Key, e.g. ``hearing_request``.
    zh, en
        What is done.
    place
        Its place in the order of the procedure.
    by
        Who does it.
    after
        Acts or events of which the first one known starts the period.
    disposals
        The kinds of disposal that need it; none for an act outside the idle-land procedure.
    if_mortgaged
        Needed only where the land is mortgaged.
    pack
        The district pack that supplied it.
    """

    act_id: str
    zh: str
    en: str
    place: int
    by: CaseParty
    after: tuple[str, ...]
    disposals: tuple[Disposal, ...]
    if_mortgaged: bool
    pack: str
    versions: tuple[ActVersion, ...]

    def title(self, language: str) -> str:
        """What is done, in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    def on(self, day: date) -> ActVersion:
        """The law of the act on a day: procedure follows the law of the day (R9.1).

        Raises
        ------
        LawBookError
            When the book begins later: an older law is not guessed.
        """
        in_force = [version for version in self.versions if version.from_on <= day]
        if not in_force:
            raise LawBookError(
                "The law book has no law for {act} on {day}; it begins on {start}.",
                "Add the older version with date and citation.",
                act=self.act_id,
                day=day,
                start=self.versions[0].from_on,
            )
        return in_force[-1]


def read_act(entry: Entry, pack: str) -> Act:
    """An act as ``procedure.yaml`` has it."""
    return Act(
        act_id=entry.key,
        zh=entry.text("zh"),
        en=entry.text("en"),
        place=entry.whole("place"),
        by=entry.member("by", CaseParty),
        after=tuple(map(str, entry.listed("after"))),
        disposals=entry.members("for", Disposal) if entry.has("for") else (),
        if_mortgaged=entry.has("if_mortgaged") and entry.flag("if_mortgaged"),
        pack=pack,
        versions=in_order(entry.key, [_version(part) for part in entry.parts("versions")]),
    )


def _version(entry: Entry) -> ActVersion:
    return ActVersion(
        from_on=entry.day("from"),
        period=_period(entry),
        citations=entry.citations,
        confidence=entry.confidence,
    )


def _period(entry: Entry) -> Period | None:
    kinds = [kind for kind in PeriodKind if entry.has(kind)]
    if not kinds:
        return None
    found = _LENGTH.fullmatch(entry.text(kinds[0]))
    if found is None or len(kinds) > 1:
        raise LawBookError(
            "The period of the law book entry {entry} cannot be read: {value}.",
            "Write one of within, ahead or waits, with a number and d, wd, m or y.",
            entry=entry.key,
            value=", ".join(entry.text(kind) for kind in kinds),
        )
    return Period(kinds[0], int(found[1]), TermUnit.of(found[2]), entry.flag("rolls"))
