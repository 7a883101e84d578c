"""What is done is in the log, in the transaction in which it is done."""

from __future__ import annotations

from uuid import uuid4

import pytest

from geodata.errors import NotAllowedError
from geodata.model.accounts import AccountEventKind
from geodata.model.chain import EventKind, EventSubject, prove
from geodata.model.roles import Actor, Role
from geodata.store.log import LoggedEvent, read_links
from geodata.store.session import unit_of_work
from service.operations.accounts import Accounts, add_account, lock, set_role
from service.operations.event_log import newest_events
from service.settings import AccountSettings
from tests.conftest import NOON

AUDITOR = Actor.of_role("hecha", Role.AUDITOR)
KEEPER = Actor.of_role("guanli", Role.ADMINISTRATOR)


def of_kind(demo, kind: EventKind) -> list[LoggedEvent]:
    return [one for one in newest_events(demo.engine, AUDITOR, 999) if one.event.kind is kind]


def test_an_import_tells_file_counts_and_what_it_brought(demo):
    told = [one.event.payload for one in of_kind(demo, EventKind.IMPORTED)]
    (counted,) = [table for table in demo.imported.tables if table.kind == "ledger"]
    *_later, ledger = [payload for payload in told if payload["sha256"] == counted.file.sha256]
    assert ledger["kind"] == "ledger"
    assert ledger["added"] > 0
    assert len(ledger["content_digest"]) == 64


def test_an_audit_tells_its_digests(demo):
    run, told = demo.audited.run, of_kind(demo, EventKind.AUDITED)
    (audited,) = [one for one in told if one.event.subject_id == str(run.run_id)]
    assert audited.event.payload["result_digest"] == run.result_digest


def test_accounts_tell_what_changes_them(demo):
    accounts, name = Accounts(demo.engine, AccountSettings(), lambda: NOON), f"a{uuid4().hex[:8]}"
    add_account(accounts, KEEPER, name, Role.AUDITOR)
    set_role(accounts, KEEPER, name, Role.LEGAL)
    lock(accounts, KEEPER, name)
    newest = newest_events(demo.engine, AUDITOR, 3, EventSubject.ACCOUNT)
    kinds = AccountEventKind
    told = [(one.event.payload["what"], one.event.payload["detail"]) for one in newest]
    assert told == [(kinds.LOCKED, ""), (kinds.ROLE_CHANGED, "legal"), (kinds.CREATED, "auditor")]
    assert not kinds.SIGNED_IN.changes_account


def test_the_log_of_a_whole_district_holds(demo):
    with unit_of_work(demo.engine) as connection:
        proof = prove(read_links(connection))
    assert proof.broken is None
    assert proof.head.seq > 2


def test_the_log_is_for_who_may_see_it(demo):
    with pytest.raises(NotAllowedError):
        newest_events(demo.engine, Actor.of_role("lingdao", Role.LEADER), 1)
