"""What the database itself demands of entries, whoever writes the SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from samples import batch, ledger

from geodata.store.queries.contracts import import_ledger
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE

INSERT = """
    INSERT INTO parcelwatch.entry (entry_id, contract_id, kind, said, before, source, reason,
        entered_by, entered_at, state, decided_by, decided_at, decision)
    SELECT gen_random_uuid(), contract_id, %(kind)s, '{}', '{}', %(source)s, 'a reason', 'chen',
        now(), %(state)s, %(decided_by)s, CASE WHEN %(decided_by)s::text IS NOT NULL THEN now() END,
        %(decision)s
    FROM parcelwatch.contract WHERE contract_no = %(contract)s
"""
USUAL = {
    "kind": "extension",
    "source": "a document",
    "state": "waiting",
    "decided_by": None,
    "decision": "",
    "contract": "A",
}
DECIDE = "UPDATE parcelwatch.entry SET state = %s, decided_by = %s, decided_at = now()"


@pytest.fixture
def owner(own_engine: sa.Engine) -> sa.Engine:
    """Two contracts, each in the park of its name."""
    with unit_of_work(own_engine) as connection:
        rows = ({"contract_no": name, "park": name} for name in ("A", "B"))
        import_ledger(connection, batch(), ledger(*rows))
    return own_engine


@contextmanager
def seeing(engine: sa.Engine, scope: str, role: str = SITE_ROLE) -> Iterator[psycopg.Connection]:
    """SQL of an account that sees some parks."""
    url = engine.url.set(username=role, drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        connection.execute("SELECT set_config('parcelwatch.scope', %s, true)", [scope])
        yield connection


def add(connection: psycopg.Connection, **changes: Any) -> int:
    return connection.execute(INSERT, {**USUAL, **changes}).rowcount


def test_an_entry_waits_until_a_second_person_decides(owner):
    with seeing(owner, "{A}") as connection:
        assert add(connection) == 1
        assert connection.execute(DECIDE, ["accepted", "lin"]).rowcount == 1
        assert connection.execute(DECIDE, ["refused", "wang"]).rowcount == 0, "decided already"


@pytest.mark.parametrize("role", [SITE_ROLE, "owner"])
@pytest.mark.parametrize("state", ["accepted", "refused"])
def test_nobody_decides_about_the_own_entry(owner, role, state):
    role = owner.url.username if role == "owner" else role
    with seeing(owner, "all", role) as connection:
        add(connection)
        own = f"{DECIDE}, decision = 'no'"
        with pytest.raises(errors.CheckViolation, match="ck_entry_four_eyes"):
            connection.execute(own, [state, "chen"])


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": "accepted"}, "ck_entry_decided"),
        ({"decided_by": "lin"}, "ck_entry_decided"),
        ({"state": "refused", "decided_by": "lin"}, "ck_entry_refusal"),
        ({"kind": "milestone"}, "ck_entry_decided"),
        ({"kind": "milestone", "state": "accepted", "decided_by": "lin"}, "ck_entry_decided"),
        ({"state": "applied", "decided_by": "lin"}, "ck_entry_end"),
        ({"state": "failed", "decided_by": "lin"}, "ck_entry_end"),
        ({"kind": "decree", "state": "accepted"}, "ck_entry_kind"),
        ({"source": ""}, "ck_entry_grounds"),
    ],
)
def test_a_state_goes_with_who_decided(owner, changes, rule):
    expected = pytest.raises(errors.CheckViolation, match=rule)
    with seeing(owner, "all", owner.url.username) as connection, expected:
        add(connection, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "accepted", "decided_by": "lin"},
        {"state": "refused", "decided_by": "lin", "decision": "no"},
    ],
)
def test_the_site_enters_nothing_that_is_decided(owner, changes):
    expected = pytest.raises(errors.InsufficientPrivilege, match="row-level security")
    with seeing(owner, "all") as connection, expected:
        add(connection, **changes)


@pytest.mark.parametrize("state", ["waiting", "failed"])
def test_the_site_decides_and_nothing_else(owner, state):
    with seeing(owner, "all") as connection:
        add(connection)
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            connection.execute(DECIDE, [state, "lin"])


def test_nobody_enters_about_a_contract_of_another_park(owner):
    with seeing(owner, "{A}") as connection:
        assert add(connection, contract="B") == 0, "it is not seen"
        number = "INSERT INTO parcelwatch.entry SELECT gen_random_uuid(), 2, 'milestone', '{}',"
        grounds = "'{}', 's', 'r', 'chen', now(), 'accepted'"
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(f"{number} {grounds}")


def test_the_same_is_open_once(owner):
    with seeing(owner, "all") as connection:
        add(connection)
        with pytest.raises(errors.UniqueViolation, match="uq_entry_open"):
            add(connection)
