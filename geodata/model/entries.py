"""Facts entered by hand: what each kind of entry states, where it stands, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from geodata.model.attributes import BY_KEY, Attribute, Kind
from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import MilestoneKind, PeriodStatus
from geodata.model.columns import RAGGED_FIELDS, Cell
from geodata.model.content import Catalogue, Row, catalogue_of
from geodata.model.content_lists import Blank, ContentKind

PERIODS: Final = "government_periods"
"""The ledger column of government periods."""

LAST_SEEN: Final = "observed_on"
"""Of a patrol its day; of a contract the last day on which somebody looked."""


class EntryKind(Codelist):
    """What can be entered by hand."""

    MILESTONE = ("milestone", "履约节点完成情况", "milestones done")
    EXTENSION = ("extension", "延期", "extension")
    GOVERNMENT_PERIOD = ("government_period", "政府原因期间", "government period")
    OBSERVATION = ("observation", "履约巡查", "patrol observation")

    @property
    def needs_two(self) -> bool:
        """Whether it takes effect only when somebody else has approved it."""
        return self in (EntryKind.EXTENSION, EntryKind.GOVERNMENT_PERIOD)

    @property
    def fields(self) -> tuple[Attribute, ...]:
        """What it states, typed as in imports."""
        return _FIELDS[self]

    @property
    def is_any_of(self) -> bool:
        """Whether any one of its fields is enough."""
        return not any(attribute.is_required for attribute in self.fields)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the row it changes."""
        is_patrol = self is EntryKind.OBSERVATION
        return catalogue_of(ContentKind.OBSERVATIONS if is_patrol else ContentKind.LEDGER)


class EntryState(Codelist):
    """Where an entry stands."""

    WAITING = ("waiting", "待复核", "waiting for approval", Tone.DUE_SOON)
    ACCEPTED = ("accepted", "已接受，正在生效", "accepted, being applied", Tone.SHORTFALL)
    APPLIED = ("applied", "已生效", "in effect", Tone.COMPLIANT)
    REFUSED = ("refused", "不予同意", "refused", Tone.CLOSED)
    FAILED = ("failed", "未能生效", "could not take effect", Tone.OVERDUE)

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen."""
        return self in (EntryState.WAITING, EntryState.ACCEPTED)

    @classmethod
    def at_first(cls, kind: EntryKind) -> EntryState:
        """Where an entry of a kind begins."""
        return cls.WAITING if kind.needs_two else cls.ACCEPTED


def _needed(attribute: Attribute) -> Attribute:
    return replace(attribute, blank=Blank.REQUIRED)


def _of_extension(key: str, zh: str, en: str, blank: Blank = Blank.REQUIRED) -> Attribute:
    return Attribute(key, zh, en, Kind.DATE, blank=blank)


_PERIOD: Final = catalogue_of(ContentKind.GOVERNMENT_PERIODS).by_key
_PATROL: Final = catalogue_of(ContentKind.OBSERVATIONS).by_key
_DONE: Final = (
    *("start_on", "development_on", "completion_on", "production_on", "target_output_on"),
    *("developed_m2", "far_actual", "investment_actual_yuan", "output_actual", "tax_actual"),
)
_SEEN: Final = (
    *(LAST_SEEN, "site_state", "officers", "longitude_deg", "latitude_deg"),
    *("foundation_share", "developed_share", "piles_driven_count", "piles_count"),
    *("storeys_count", "suspended_on", "permit_no", "permit_on", "workers_count"),
    *("machines_count", "statement", "deviation", "change", "conclusion", "letters", "note"),
)
"""What a patrol tells, in the order in which officers look."""

_FIELDS: Final[Mapping[EntryKind, tuple[Attribute, ...]]] = {
    EntryKind.MILESTONE: tuple(BY_KEY[key] for key in _DONE),
    EntryKind.EXTENSION: (
        Attribute(
            *("milestone", "履约节点", "milestone", Kind.CODE),
            codelist=MilestoneKind,
            blank=Blank.REQUIRED,
        ),
        _of_extension("extended_to", "延期至", "extended to"),
        _of_extension("approved_on", "批准日期", "approved on"),
        _of_extension("applied_on", "申请日期", "applied on", Blank.UNKNOWN),
    ),
    EntryKind.GOVERNMENT_PERIOD: (_PERIOD["begins_on"], _PERIOD["ends_on"], _PERIOD["cause"]),
    EntryKind.OBSERVATION: tuple(
        _needed(_PATROL[key]) if key == "site_state" else _PATROL[key] for key in _SEEN
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Facts that somebody entered about a contract.

    Attributes
    ----------
    said
        What it states, as a file writes it, by key of the fields of its kind.
    before
        What was known of the cells it changes when it was entered; an unknown one is blank.
    source, reason
        The document or statement it rests on, and why it is entered.
    decided_by, decided_at, decision
        Who approved or refused it, when and why; None and empty while nobody has.
    problem
        Why it could not take effect: ``template``, ``next_step`` and ``values`` of the error.
    import_id
        The import by which it took effect.
    """

    entry_id: UUID
    contract_id: int
    kind: EntryKind
    said: Mapping[str, str]
    before: Mapping[str, str]
    source: str
    reason: str
    entered_by: str
    entered_at: datetime
    state: EntryState
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str = ""
    problem: Mapping[str, Any] | None = None
    import_id: int | None = None


def row_changes(kind: EntryKind, known: Row, said: Row) -> dict[str, Cell]:
    """The cells an entry changes in the row of its catalogue.

    Parameters
    ----------
    known
        The row as it is known; of an observation, what is known of that day's patrol.
    said
        The typed fields of the entry.
    """
    match kind:
        case EntryKind.EXTENSION:
            milestone = said["milestone"]
            assert isinstance(milestone, int)
            key = f"{MilestoneKind.at(milestone).value}_extensions"
            entry = tuple(said.get(name) for name in RAGGED_FIELDS[Kind.EXTENSIONS])
            entries = _entries(known, key)
            return {key: entries if entry in entries else [*entries, entry]}
        case EntryKind.GOVERNMENT_PERIOD:
            return {PERIODS: _with_period(_entries(known, PERIODS), said)}
        case _:
            return dict(said)


def ledger_changes(kind: EntryKind, known: Row, said: Row) -> dict[str, Cell]:
    """The cells of its contract that an entry changes; a patrol tells that somebody looked."""
    if kind is not EntryKind.OBSERVATION:
        return row_changes(kind, known, said)
    days = [day for day in (known.get(LAST_SEEN), said[LAST_SEEN]) if day is not None]
    return {LAST_SEEN: max(days)}


def states_period(known: Row, said: Row) -> bool:
    """Whether a row states a government period of the same beginning and cause."""
    return any(_same_period(entry, said) for entry in _entries(known, PERIODS))


def _with_period(entries: list[tuple[object, ...]], said: Row) -> list[tuple[object, ...]]:
    """The periods with one more, or with another end of the one that begins the same."""
    entry = (said["begins_on"], said.get("ends_on"), said["cause"], PeriodStatus.VERIFIED.position)
    others = [other for other in entries if not _same_period(other, said)]
    return entries if entry in entries else [*others, entry]


def _same_period(entry: tuple[object, ...], said: Row) -> bool:
    begins_on, _ends_on, cause, _status = entry
    return (begins_on, cause) == (said["begins_on"], said["cause"])


def _entries(known: Row, key: str) -> list[tuple[object, ...]]:
    cell = known.get(key)
    return list(cell) if isinstance(cell, list) else []
