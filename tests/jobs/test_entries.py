"""What is entered on the site is put into effect by the worker, lists and maps with it."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry, EntryKind, EntryState
from geodata.model.roles import Actor, Role
from geodata.model.tasks import TaskState
from geodata.store.session import unit_of_work
from service.jobs.performing import perform
from service.operations.accounts import Accounts, add_account, lock
from service.operations.cards import refresh_cards
from service.operations.entries import Entries, decide, entry_file, propose
from service.operations.entry_forms import read_form
from service.settings import AccountSettings
from tests.conftest import NOON

from .conftest import AUDITOR, KEEPER, Bureau, clock

TODAY = NOON.date()
REVIEWER = Actor.of_role("reviewer", Role.REVIEWER)
GROUNDS = {"source": "示例规函〔2026〕1号", "reason": "现场核实"}
DONE = {"start_on": "2022-03-01"}
LONGER = {"milestone": "start", "extended_to": "2023-03-31", "approved_on": "2022-03-01"}


@pytest.fixture
def entries(bureau: Bureau) -> Entries:
    accounts = Accounts(bureau.owner, AccountSettings(), clock)
    add_account(accounts, KEEPER, REVIEWER.name, REVIEWER.role)
    refresh_cards(bureau.owner, bureau.law, TODAY)
    return Entries(bureau.site, bureau.law, clock)


def enter(entries: Entries, kind: EntryKind, said: dict[str, str]) -> Entry:
    form = read_form(kind, {**said, **GROUNDS}, TODAY)
    return propose(entries, AUDITOR, ContractKey("C1"), form)


def asked(bureau: Bureau) -> list[UUID]:
    """The tasks that put entries into effect."""
    query = sa.text("SELECT task_id FROM parcelwatch.task WHERE kind = 'apply_entry'")
    with bureau.owner.connect() as connection:
        return list(connection.scalars(query))


def verdict(bureau: Bureau) -> Verdict:
    """How the contract stands today, as lists and maps show it."""
    with unit_of_work(bureau.owner) as connection:
        spans = connection.execute(
            sa.text(
                "SELECT verdict FROM parcelwatch.card_span"
                " WHERE contract_id = 1 AND from_on <= :day AND until_on > :day"
            ),
            {"day": TODAY},
        )
        return Verdict.of(spans.scalar_one())


def state(entries: Entries, entry: Entry) -> EntryState:
    return entry_file(entries, REVIEWER, entry.entry_id, TODAY).entry.state


def test_a_milestone_is_put_into_effect_and_shown_at_once(bureau, entries):
    before = verdict(bureau)
    entry = enter(entries, EntryKind.MILESTONE, DONE)
    (task,) = asked(bureau)
    perform(bureau.place, task, 0, lambda: False)
    assert bureau.task(task).state is TaskState.DONE
    assert bureau.task(task).result.place == {"entry_id": str(entry.entry_id)}
    assert state(entries, entry) is EntryState.APPLIED
    assert before.is_adverse
    assert verdict(bureau) is Verdict.COMPLIANT


def test_an_extension_is_put_into_effect_once_it_is_approved(bureau, entries):
    entry = enter(entries, EntryKind.EXTENSION, LONGER)
    assert asked(bureau) == []
    decide(entries, REVIEWER, entry.entry_id, approves=True)
    (task,) = asked(bureau)
    perform(bureau.place, task, 0, lambda: False)
    assert state(entries, entry) is EntryState.APPLIED


def test_what_is_refused_asks_for_nothing(bureau, entries):
    entry = enter(entries, EntryKind.EXTENSION, LONGER)
    decide(entries, REVIEWER, entry.entry_id, approves=False, reason="文号不符")
    assert asked(bureau) == []


def test_what_a_locked_account_left_behind_takes_effect_with_the_next_entry(bureau, entries):
    waiting = enter(entries, EntryKind.EXTENSION, LONGER)
    entry = enter(entries, EntryKind.MILESTONE, DONE)
    lock(Accounts(bureau.owner, AccountSettings(), clock), KEEPER, AUDITOR.name)
    (task,) = asked(bureau)
    perform(bureau.place, task, 0, lambda: False)
    with bureau.owner.connect() as connection:
        ended = connection.scalar(sa.text("SELECT state FROM parcelwatch.task"))
    assert ended == TaskState.FAILED
    assert state(entries, entry) is EntryState.ACCEPTED
    decide(entries, REVIEWER, waiting.entry_id, approves=True)
    (later,) = set(asked(bureau)) - {task}
    perform(bureau.place, later, 0, lambda: False)
    assert state(entries, entry) is state(entries, waiting) is EntryState.APPLIED
