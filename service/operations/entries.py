"""Facts entered by hand: shown with what they would change, entered, and decided about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from geodata.errors import UsageError
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry, EntryKind, EntryState
from geodata.model.roles import Actor, Permission
from geodata.model.rows import row_cells
from geodata.model.tasks import TaskKind
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries import entries as rows
from geodata.store.queries.contracts import StoredContracts
from geodata.store.queries.tasks import add_task
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.compliance.law import LawBook
from service.operations.dossier import stored_contract
from service.operations.entry_effects import (
    Effect,
    effect_of,
    found_entry,
    require_unchanged,
    said_of,
    texts_of,
)
from service.operations.entry_forms import EntryForm, ground
from service.operations.entry_log import event_of
from service.operations.two_keys import require_second_key

_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Entries:
    """Where entries are kept, the law that judges them, and the clock they live by."""

    engine: Engine
    law: LawBook
    clock: Clock


@dataclass(frozen=True, slots=True)
class EntryTarget:
    """The contract facts are entered about.

    Attributes
    ----------
    key
        The key it has by now.
    stored
        Its facts as they are known by now.
    """

    key: ContractKey
    stored: StoredContracts

    @property
    def title(self) -> str:
        """The project, else the contract number."""
        return str(self.stored.columns.texts["project_name"][0] or self.key.contract_no)


@dataclass(frozen=True, slots=True)
class EntryFile:
    """An entry with the contract it is about.

    Attributes
    ----------
    effect
        What it would change by now; None where it has ended, or cannot take effect.
    obstacle
        Why it cannot.
    """

    entry: Entry
    target: EntryTarget
    effect: Effect | None = None
    obstacle: UsageError | None = None


def open_contract(entries: Entries, actor: Actor, key: ContractKey) -> EntryTarget:
    """The contract somebody wants to enter facts about.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor enters nothing, or sees no such contract.
    """
    actor.require(Permission.ENTER)
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        return _target(connection, key)


def known_texts(target: EntryTarget, kind: EntryKind) -> dict[str, str]:
    """What is known of the fields of a form, as a file writes it; unknown ones are left out."""
    cells = row_cells(target.stored.columns, 0)
    return texts_of(kind, cells, [a.key for a in kind.fields if a.key in cells])


def effect_of_form(
    entries: Entries, actor: Actor, key: ContractKey, form: EntryForm, as_of: date
) -> Effect:
    """What a form without problems would change.

    Raises
    ------
    NotAllowedError, NothingFoundError
        As `open_contract`.
    UsageError
        When it would change nothing, or rests on imagery that nothing else confirms.
    """
    actor.require(Permission.ENTER)
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        stored = _target(connection, key).stored
        require_second_key(connection, int(stored.contract_id[0]), form)
        return effect_of(connection, entries.law, stored, form.kind, form.said, as_of)


def propose(
    entries: Entries,
    actor: Actor,
    key: ContractKey,
    form: EntryForm,
    *,
    beside: Callable[[Connection, Entry], None] | None = None,
) -> Entry:
    """Enter facts: they wait for a second person, or are put into effect by the worker.

    Parameters
    ----------
    beside
        Does what belongs to the entry in its transaction; what it raises undoes all.

    Raises
    ------
    NotAllowedError, NothingFoundError
        As `open_contract`.
    UsageError
        When the form has problems, rests on imagery that nothing else confirms, or the same is
        open already.
    """
    actor.require(Permission.ENTER)
    for problem in form.problems.values():
        raise problem
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        stored = _target(connection, key).stored
        require_second_key(connection, int(stored.contract_id[0]), form)
        as_of = today(entries.clock)
        effect = effect_of(connection, entries.law, stored, form.kind, form.said, as_of)
        known = {change.key: change.old for change in effect.changes}
        entry = Entry(
            entry_id=uuid4(),
            contract_id=int(stored.contract_id[0]),
            kind=form.kind,
            said=form.texts,
            before=texts_of(form.kind, known, known),
            source=form.source,
            reason=form.reason,
            entered_by=actor.name,
            entered_at=entries.clock(),
            state=EntryState.at_first(form.kind),
        )
        if not rows.add_entry(connection, entry):
            raise UsageError(
                "The same has been entered already, and is not in effect yet.",
                "Look at the entries of the contract.",
            )
        _put_into_effect(entries, connection, actor, entry)
        if beside:
            beside(connection, entry)
        append(connection, event_of(entry, entry.entered_at, actor.name))
    return entry


def decide(
    entries: Entries, actor: Actor, entry_id: UUID, *, approves: bool, reason: str = ""
) -> Entry:
    """Approve or refuse what somebody else entered.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor approves nothing, or sees no such entry.
    UsageError
        When it is the actor's own, somebody has decided before, facts have changed since it was
        entered, or a refusal has no reason.
    """
    actor.require(Permission.APPROVE)
    told = ground(reason, is_needed=not approves)
    state = EntryState.ACCEPTED if approves else EntryState.REFUSED
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        entry = found_entry(connection, entry_id)
        if entry.entered_by == actor.name:
            raise UsageError(
                "Nobody decides about what the same person entered.", "Ask a second person."
            )
        if approves and entry.state is EntryState.WAITING:
            target = _target(connection, rows.key_of_contract(connection, entry.contract_id))
            require_unchanged(connection, entry, target.stored)
        if not rows.decide_entry(connection, entry_id, state, actor.name, entries.clock(), told):
            raise _decided(found_entry(connection, entry_id))
        decided = found_entry(connection, entry_id)
        _put_into_effect(entries, connection, actor, decided)
        append(connection, event_of(decided, entries.clock(), actor.name))
    return decided


def entry_file(entries: Entries, actor: Actor, entry_id: UUID, as_of: date) -> EntryFile:
    """An entry and, while it is open, what it would change by now.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such entry.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        entry = found_entry(connection, entry_id)
        target = _target(connection, rows.key_of_contract(connection, entry.contract_id))
        if not entry.state.is_open:
            return EntryFile(entry, target)
        stored, said = target.stored, said_of(entry)
        try:
            require_unchanged(connection, entry, stored)
            effect = effect_of(connection, entries.law, stored, entry.kind, said, as_of)
        except UsageError as obstacle:
            return EntryFile(entry, target, obstacle=obstacle)
    return EntryFile(entry, target, effect)


def entries_shown(
    entries: Entries, actor: Actor, *, are_open: bool
) -> list[tuple[Entry, ContractKey]]:
    """The newest entries that are open, or have ended, with the keys of their contracts."""
    actor.require(Permission.VIEW)
    states = [state for state in EntryState if state.is_open is are_open]
    with unit_of_work(entries.engine, Scope.of(actor)) as connection:
        return rows.list_entries(connection, states, _SHOWN)


def _target(connection: Connection, key: ContractKey) -> EntryTarget:
    stored = stored_contract(connection, key)
    return EntryTarget(ContractKey.of_row(stored.columns, 0), stored)


def _put_into_effect(entries: Entries, connection: Connection, actor: Actor, entry: Entry) -> None:
    """Have the worker put it into effect, once nobody has to approve it any more."""
    if entry.state is EntryState.ACCEPTED:
        asked = {"entry_id": str(entry.entry_id)}
        now = entries.clock()
        add_task(connection, TaskKind.APPLY_ENTRY, asked, actor.name, actor.parks, now)


def _decided(entry: Entry) -> UsageError:
    return UsageError(
        "This has been decided about already: {state}, by {account}.",
        "Nothing was changed. Look at the entry as it stands now.",
        state=entry.state,
        account=entry.decided_by or entry.entered_by,
    )
