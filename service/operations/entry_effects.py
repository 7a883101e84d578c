"""What an entry would change: the facts, and what the rules make of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from geodata.errors import NothingFoundError, UsageError
from geodata.model.cells import read_cell
from geodata.model.changes import FieldChange
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import Cell, from_rows
from geodata.model.content import Row, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import IDENTITY
from geodata.model.entries import Entry, EntryKind, ledger_changes, row_changes
from geodata.model.rows import row_cells
from geodata.store.engine import Connection
from geodata.store.queries.content import read_content, read_names
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.contracts import StoredContracts
from geodata.store.queries.entries import find_entry
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.oddities import Oddity, oddities
from service.compliance.rules.results import (
    ContractResult,
    FindingResult,
    MilestoneResult,
    contract_results,
)
from service.maps.figures import NOTHING
from service.wording import cell_value


@dataclass(frozen=True, slots=True)
class Effect:
    """One contract without and with an entry.

    Attributes
    ----------
    before, after
        What it is judged as.
    changes
        The cells that would read otherwise.
    warnings
        What would be odd in the facts and is not yet.
    approved_late_days
        By how many days an extension was approved after the due date it is to move; 0 = in time.
    """

    before: ContractResult
    after: ContractResult
    changes: tuple[FieldChange, ...]
    warnings: tuple[Oddity, ...]
    approved_late_days: int

    @property
    def token(self) -> str:
        """What was shown; another one means that the facts, or the form, have changed since."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()

    @property
    def gained(self) -> tuple[FindingResult, ...]:
        """Findings that are there with it only."""
        return _without(self.after, self.before)

    @property
    def lost(self) -> tuple[FindingResult, ...]:
        """Findings that are there without it only."""
        return _without(self.before, self.after)

    @property
    def moved(self) -> tuple[tuple[MilestoneResult, MilestoneResult], ...]:
        """The milestones that would stand otherwise, before and after."""
        pairs = zip(self.before.milestones, self.after.milestones, strict=True)
        return tuple((before, after) for before, after in pairs if before != after)


def known_row(
    connection: Connection, kind: EntryKind, stored: StoredContracts, said: Row
) -> dict[str, Cell]:
    """The row an entry changes, as it is known: the contract's, or that of the day's patrol."""
    cells = row_cells(stored.columns, 0)
    if kind is not EntryKind.OBSERVATION:
        return cells
    return dict(kept_row(connection, ContentKind.OBSERVATIONS, {**named(cells), **said})[0])


def kept_row(connection: Connection, kind: ContentKind, row: Row) -> tuple[Row, Mapping[str, str]]:
    """The row of a kind that has the natural key of another row, and its extra columns."""
    name = catalogue_of(kind).name_of(row)
    roster = read_names(connection, kind)
    if name not in roster.names:
        return {}, {}
    found = read_content(connection, kind, fact_ids=roster.known([name]).fact_id)
    return found.rows[0], found.extras[0]


def named(cells: Row) -> dict[str, Cell]:
    """The cells that say which contract a row of another kind is about."""
    return {key: cells.get(key) for key in IDENTITY}


def texts_of(kind: EntryKind, cells: Row, keys: Iterable[str]) -> dict[str, str]:
    """Cells as a file writes them; an unknown one is blank."""
    by_key = kind.catalogue.by_key
    return {key: cell_value(by_key[key], cells.get(key)) for key in keys}


def found_entry(connection: Connection, entry_id: UUID, *, keep: bool = False) -> Entry:
    """An entry; where wanted, kept as it is until the transaction ends.

    Raises
    ------
    NothingFoundError
        When there is none that is seen.
    """
    entry = find_entry(connection, entry_id, keep=keep)
    if entry is None:
        raise NothingFoundError(
            "There is no entry {number}.", "Look in the list of entries.", number=entry_id
        )
    return entry


def said_of(entry: Entry) -> Row:
    """The typed fields of an entry."""
    typed = {a.key: read_cell(a, entry.said.get(a.key)) for a in entry.kind.fields}
    return {key: cell for key, cell in typed.items() if cell is not None}


def require_unchanged(connection: Connection, entry: Entry, stored: StoredContracts) -> None:
    """Return when the cells an entry changes read as they did when it was entered.

    Raises
    ------
    UsageError
        When they do not.
    """
    row = known_row(connection, entry.kind, stored, said_of(entry))
    now = texts_of(entry.kind, row, entry.before)
    for key, old in entry.before.items():
        if now[key] != old:
            raise UsageError(
                "The facts have changed since this was entered: “{old}” then, “{new}” now.",
                "Look at the facts of the contract; what is still true can be entered again.",
                old=old or NOTHING,
                new=now[key] or NOTHING,
            )


def effect_of(
    connection: Connection,
    law: LawBook,
    stored: StoredContracts,
    kind: EntryKind,
    said: Row,
    as_of: date,
) -> Effect:
    """Judge a contract as it is known, and with an entry.

    Raises
    ------
    UsageError
        When nothing would change, or the period is one of several contracts.
    """
    cells, row = row_cells(stored.columns, 0), known_row(connection, kind, stored, said)
    changed = row_changes(kind, row, said)
    changes = [FieldChange(key, row.get(key), new) for key, new in changed.items()]
    changes = [change for change in changes if change.old != change.new]
    if not changes:
        raise UsageError(
            "This is known already: nothing would change.", "Look at the facts of the contract."
        )
    if kind is EntryKind.GOVERNMENT_PERIOD:
        _require_own(connection, int(stored.contract_id[0]), cells, said)
    both = from_rows([cells, {**cells, **ledger_changes(kind, cells, said)}])
    judged = evaluate(both, law, as_of)
    before, after = contract_results(both, judged)
    odd = oddities(both, judged, law, as_of)
    known = {oddity.code for oddity in odd if oddity.position == 0}
    return Effect(
        before=before,
        after=after,
        changes=tuple(changes),
        warnings=tuple(o for o in odd if o.position == 1 and o.code not in known),
        approved_late_days=_late(before, said) if kind is EntryKind.EXTENSION else 0,
    )


def _require_own(connection: Connection, contract_id: int, cells: Row, said: Row) -> None:
    """Raise `UsageError` for a period that a table states of other contracts as well."""
    kind = ContentKind.GOVERNMENT_PERIODS
    own = catalogue_of(kind).name_of({**named(cells), **said})
    for row in read_contract_rows(connection, kind, None, contract_id).rows:
        is_same = all(row.get(key) == said[key] for key in ("begins_on", "cause"))
        if is_same and catalogue_of(kind).name_of(row) != own:
            raise UsageError(
                "A table of government periods states this one of every phase or parcel of the"
                " contract {contract_no}.",
                "Correct it there, and import the table again.",
                contract_no=cells["contract_no"],
            )


def _late(before: ContractResult, said: Row) -> int:
    milestone, approved_on = said["milestone"], said["approved_on"]
    assert isinstance(milestone, int)
    assert isinstance(approved_on, date)
    stone = before.milestones[MilestoneKind.at(milestone).position]
    return max((approved_on - stone.due_on).days, 0) if stone.due_on else 0


def _without(one: ContractResult, other: ContractResult) -> tuple[FindingResult, ...]:
    there = {(finding.code, finding.milestone) for finding in other.findings}
    return tuple(f for f in one.findings if (f.code, f.milestone) not in there)
