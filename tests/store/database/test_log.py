"""The log is only added to, in order; what is done to it behind its back is found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random

import pytest
import sqlalchemy as sa

from geodata.errors import DatabaseStateError, InputFileError
from geodata.model.chain import (
    GENESIS,
    Break,
    Event,
    EventKind,
    EventSubject,
    Flaw,
    Head,
    link_after,
    prove,
)
from geodata.store.log import append, head, read_events, read_links
from geodata.store.scope import EVERYTHING, Scope
from geodata.store.session import in_our_words, unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine

AT = datetime(2026, 6, 30, 4, tzinfo=UTC)


def event(number: int) -> Event:
    told = {"note": f"第{number}件"}
    return Event(AT, "auditor", EventKind.ENTERED, EventSubject.ENTRY, str(number), told)


def fill(connection: sa.Connection, count: int) -> Head:
    for number in range(1, count + 1):
        last = append(connection, event(number))
    return last


def behind_the_back(connection: sa.Connection, statement: str, **values: object) -> None:
    """What a superuser can do who switches the triggers off."""
    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    connection.execute(sa.text(statement), values)
    connection.execute(sa.text("SET LOCAL session_replication_role = origin"))


def test_what_was_appended_is_read_back_and_holds(connection):
    assert head(connection) == GENESIS
    last = fill(connection, 3)
    assert head(connection) == last == prove(read_links(connection)).head
    assert prove(read_links(connection), last.text).broken is None
    newest, *_older = read_events(connection, 2)
    assert (newest.event, newest.head) == (event(3), last)
    of_second = read_events(connection, 9, EventSubject.ENTRY, "2")
    assert [found.event for found in of_second] == [event(2)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parcelwatch.event SET said = said",
        "DELETE FROM parcelwatch.event",
        "DELETE FROM parcelwatch.event WHERE false",
        "TRUNCATE parcelwatch.event",
    ],
)
def test_even_the_owner_changes_nothing(connection, statement):
    fill(connection, 1)
    with pytest.raises(InputFileError, match="never changed"), in_our_words():
        connection.execute(sa.text(statement))


def test_rights_to_change_are_given_to_nobody(connection):
    granted = "SELECT privilege_type FROM information_schema.role_table_grants"
    rights = connection.scalars(sa.text(f"{granted} WHERE table_name = 'event'")).all()
    assert {"UPDATE", "DELETE", "TRUNCATE"}.isdisjoint(rights)
    assert "INSERT" in rights


@pytest.mark.parametrize(
    ("after", "fault"),
    [
        (Head(2, bytes(32)), "number"),
        (Head(0, bytes(32)), "number"),
        (Head(1, bytes(32)), "previous hash"),
    ],
)
def test_an_event_out_of_order_is_refused(connection, after, fault):
    fill(connection, 1)
    link = link_after(after, event(2))
    insert = "INSERT INTO parcelwatch.event (said, previous, hash) VALUES (:said, :previous, :hash)"
    row = {"said": link.said.decode(), "previous": link.previous, "hash": link.hash}
    with pytest.raises(InputFileError, match=f"wrong {fault}"), in_our_words():
        connection.execute(sa.text(insert), row)


def test_a_wrong_hash_is_refused(connection):
    link = link_after(fill(connection, 1), event(2))
    insert = "INSERT INTO parcelwatch.event (said, previous, hash) VALUES (:said, :previous, :hash)"
    row = {"said": link.said.decode(), "previous": link.previous, "hash": bytes(32)}
    with pytest.raises(InputFileError, match="wrong hash"), in_our_words():
        connection.execute(sa.text(insert), row)


def test_the_site_appends_whatever_land_it_sees_and_reads_what_everybody_may(own_engine):
    url = own_engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    site = site_engine(url)
    with unit_of_work(site) as connection:
        fill(connection, 2)
    with unit_of_work(site, Scope(frozenset({"A"}))) as connection:
        last = append(connection, event(3))
        assert head(connection) == last
        assert read_events(connection, 9) == []
        scope = connection.scalar(sa.text("SELECT current_setting('parcelwatch.scope')"))
        assert scope == "{A}"
    with unit_of_work(site, EVERYTHING) as connection:
        assert len(read_events(connection, 9)) == 3
    for statement in ("UPDATE parcelwatch.event SET said = ''", "TRUNCATE parcelwatch.event"):
        with pytest.raises(DatabaseStateError), unit_of_work(site) as connection:
            connection.execute(sa.text(statement))
    site.dispose()


def test_many_at_once_make_one_chain(own_engine):
    def one(number: int) -> None:
        with unit_of_work(own_engine) as connection:
            append(connection, event(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    with unit_of_work(own_engine) as connection:
        proof = prove(read_links(connection))
    assert (proof.broken, proof.head.seq) == (None, 24)


def test_what_is_undone_leaves_no_gap(own_engine):
    with own_engine.connect() as connection:
        append(connection, event(1))
        connection.rollback()
    with unit_of_work(own_engine) as connection:
        assert append(connection, event(1)).seq == 1


def cut(connection: sa.Connection) -> None:
    behind_the_back(connection, "DELETE FROM parcelwatch.event WHERE seq > 4")


def take_out(connection: sa.Connection) -> None:
    behind_the_back(connection, "DELETE FROM parcelwatch.event WHERE seq = 3")


def rewrite(connection: sa.Connection) -> None:
    behind_the_back(connection, "DELETE FROM parcelwatch.event")
    fill(connection, 3)
    append(connection, event(9))
    fill(connection, 2)


@pytest.mark.parametrize(
    ("damage", "alone", "with_head"),
    [
        (cut, None, Break(4, Flaw.HEAD)),
        (rewrite, None, Break(6, Flaw.HEAD)),
        (take_out, Break(3, Flaw.NUMBER), Break(3, Flaw.NUMBER)),
    ],
)
def test_a_log_that_was_tampered_with_is_found(
    connection, damage: Callable[[sa.Connection], None], alone, with_head
):
    printed = fill(connection, 6).text
    damage(connection)
    assert prove(read_links(connection)).broken == alone
    assert prove(read_links(connection), printed).broken == with_head


def flips_found(connection: sa.Connection, count: int) -> int:
    """How many of so many single changed bytes of the rows are found, or cannot be written."""
    fill(connection, 5)
    chance, found = Random(11), 0
    for _ in range(count):
        attempt = connection.begin_nested()
        try:
            flip(connection, chance)
        except (sa.exc.DataError, sa.exc.IntegrityError):
            found += 1  # the row could not be read as an event any more
        else:
            found += prove(read_links(connection)).broken is not None
        attempt.rollback()
    return found


def flip(connection: sa.Connection, chance: Random) -> None:
    """Change one byte of one row."""
    seq, column = chance.randint(1, 5), chance.choice(["said", "previous", "hash"])
    link = list(read_links(connection))[seq - 1]
    content = bytearray(getattr(link, column))
    place = chance.randrange(len(content))
    content[place] = chance.choice([byte for byte in range(1, 128) if byte != content[place]])
    value = content.decode(errors="replace") if column == "said" else bytes(content)
    statement = f"UPDATE parcelwatch.event SET {column} = :value WHERE seq = :seq"
    behind_the_back(connection, statement, value=value, seq=seq)


def test_every_changed_byte_of_a_row_is_found(connection):
    assert flips_found(connection, 100) == 100


@pytest.mark.faults
def test_a_thousand_changed_bytes_of_rows_are_found(connection):
    assert flips_found(connection, 1_000) == 1_000
