"""What the bureau decides and states about land and enterprises, and projects it has checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from geodata.model.attributes import BY_KEY, Attribute, Kind
from geodata.model.codelists import Confidence
from geodata.model.content import catalogue_of
from geodata.model.content.catalogue import shared
from geodata.model.content_lists import Blank, ContentKind, SupervisionField
from geodata.model.land_lists import ConditionState, ProjectKind, Roll, SiteStatement


@dataclass(frozen=True, slots=True)
class RollEntry:
    """An entry of a roll, from a day on; nothing of it is ever changed but its end.

    Attributes
    ----------
    name, uscc
        Project or enterprise, one of them at least; a blank credit code is unknown.
    until_on
        Last day; None = still standing.
    ended_by, ended_at, end_reason
        Who set the last day, when, and why.
    """

    entry_id: UUID
    roll: Roll
    name: str
    uscc: str
    from_on: date
    source: str
    reason: str
    entered_by: str
    entered_at: datetime
    until_on: date | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str = ""

    def stands_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class StatedSite:
    """What an office said of the land of a contract; the last word counts.

    Attributes
    ----------
    holds
        Yes or no.
    since_on
        Day since which it is so, as far as it is known.
    """

    contract_id: int
    statement: SiteStatement
    holds: bool
    since_on: date | None
    source: str
    reason: str
    entered_by: str
    entered_at: datetime


def last_words(statements: Iterable[StatedSite]) -> dict[SiteStatement, StatedSite]:
    """The last word on each matter, of statements with the newest first."""
    return {stated.statement: stated for stated in reversed(list(statements))}


@dataclass(frozen=True, slots=True)
class SupervisionRecord:
    """A record of another office about an enterprise; blank texts are unknown."""

    uscc: str
    parcel_code: str
    field: SupervisionField
    record_no: str
    recorded_on: date
    agency: str
    matter: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CheckedRequirement:
    """One requirement as it stood when a project was checked; figures as exact texts.

    Attributes
    ----------
    zh, en
        What is required.
    at_least, actual
        The least, and what the project has; None = not known.
    """

    zh: str
    en: str
    at_least: str
    actual: str | None
    state: ConditionState

    def title(self, language: str) -> str:
        """What is required, in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """A project as it was recorded, and how it stood against the standard of its kind.

    Attributes
    ----------
    said
        Its figures, as files write them, by key.
    checked_on
        Day whose standard it was held against.
    state
        What came out; `checks` has it requirement by requirement.
    basis
        The places of the papers, in ``zh`` and ``en``.
    confidence
        How sure these are; None where the book has no standard for the day.
    book, digest
        The law book it was checked by.
    """

    project_id: UUID
    kind: ProjectKind
    name: str
    uscc: str
    park: str
    said: Mapping[str, str]
    checked_on: date
    state: ConditionState
    checks: Sequence[CheckedRequirement]
    basis: Mapping[str, Sequence[str]]
    confidence: Confidence | None
    book: str
    digest: str
    source: str
    entered_by: str
    entered_at: datetime


def _figure(kind: ContentKind, key: str) -> Attribute:
    return catalogue_of(kind).by_key[key]


PROJECT_FIGURES: Final[tuple[Attribute, ...]] = (
    Attribute("land_m2", "用地面积", "land", Kind.EXACT, "m2", ladm="LA_SpatialUnit"),
    _figure(ContentKind.OCCUPANCIES, "floor_m2"),
    *(
        _figure(ContentKind.ENTERPRISE_YEARS, key)
        for key in ("investment_yuan", "output_yuan", "tax_yuan", "energy_tce", "staff_count")
    ),
)
"""The figures of a project as it is planned, by year where they are yearly."""

PROJECT_NAMES: Final[tuple[Attribute, ...]] = (
    shared("project_name", blank=Blank.REQUIRED),
    BY_KEY["uscc"],
    BY_KEY["park"],
)
"""What names a project."""
