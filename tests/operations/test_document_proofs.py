"""Issued documents are held against the log: what is changed of one behind its back is found."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from geodata.model.case_documents import DocumentFlaw
from geodata.model.case_lists import DocumentKind, ServiceWay
from geodata.model.chain import prove
from geodata.store.log import read_links
from service.operations.document_proofs import held_against_log
from service.operations.verifying import changed_documents, issued_as
from tests.cli.conftest import run
from tests.operations.casework import opened
from tests.operations.test_case_documents import issued, read, serve
from tests.store.database.test_log import behind_the_back

__all__ = ["run"]

COLUMNS = {
    "case_document": (
        *("content", "drafted", "number", "recipient", "issued_by", "drafted_by", "edited_by"),
        *("approved_by", "content_digest", "pdf_digest", "facts_digest", "log_hash"),
    ),
    "document_service": ("receiver", "evidence", "recorded_by"),
    "event": ("said", "previous", "hash"),
}
KEYS = {"case_document": "document_id", "document_service": "service_id", "event": "seq"}


@pytest.fixture
def connection(cases, owner) -> Iterator[sa.Connection]:
    """Two issued documents, one of them served twice, and a superuser's way to them."""
    case = opened(cases)
    notice = issued(cases, case)
    serve(cases, notice, ServiceWay.RETURNED)
    serve(cases, notice)
    issued(cases, case, DocumentKind.DETERMINATION)
    with owner.connect() as connection:
        yield connection


def flaws(connection: sa.Connection) -> list[DocumentFlaw]:
    return [one.flaw for one in held_against_log(connection)[1]]


def test_what_was_issued_and_served_is_as_the_log_has_it(connection, owner):
    assert changed_documents(owner) == (2, [])
    assert prove(read_links(connection)).broken is None


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE parcelwatch.case_document SET content = content || ' '", DocumentFlaw.CONTENT),
        (
            "UPDATE parcelwatch.case_document SET content = '{}', content_digest = sha256('{}')",
            DocumentFlaw.ISSUE,
        ),
        ("UPDATE parcelwatch.case_document SET recipient = '他人'", DocumentFlaw.ISSUE),
        ("UPDATE parcelwatch.case_document SET facts_digest = pdf_digest", DocumentFlaw.ISSUE),
        ("UPDATE parcelwatch.case_document SET issued_on = issued_on - 1", DocumentFlaw.ISSUE),
        (
            "UPDATE parcelwatch.case_document SET issued_at = issued_at + interval '1 microsecond'",
            DocumentFlaw.ISSUE,
        ),
        ("UPDATE parcelwatch.document_service SET served_on = served_on - 1", DocumentFlaw.SERVICE),
        ("DELETE FROM parcelwatch.document_service", DocumentFlaw.SERVICE),
    ],
)
def test_what_was_changed_is_named(connection, statement, flaw):
    behind_the_back(connection, statement)
    assert set(flaws(connection)) == {flaw}


def test_a_document_that_is_gone_or_was_put_in_is_named(connection):
    row = connection.execute(sa.text("SELECT document_id FROM parcelwatch.case_document")).first()
    name = "UPDATE parcelwatch.case_document SET document_id = gen_random_uuid()"
    behind_the_back(connection, f"{name} WHERE document_id = :id", id=row.document_id)
    count, broken = held_against_log(connection)
    assert count == 2
    assert {one.flaw for one in broken} == {DocumentFlaw.MISSING, DocumentFlaw.UNLOGGED}
    assert len({one.number for one in broken}) == 1


def test_a_pdf_is_known_as_the_document_it_was_made_of(connection, owner, cases):
    row = connection.execute(sa.text("SELECT * FROM parcelwatch.case_document")).first()
    assert issued_as(owner, row.pdf_digest.hex()) == read(cases, row.document_id).document
    assert issued_as(owner, bytes(32).hex()) is None


def test_the_command_names_the_document_and_its_flaw_in_words(connection, owner, run):
    place = {"DATABASE_URL": owner.url.render_as_string(hide_password=False)}
    whole = run("verify", **place)
    assert whole.returncode == 0, whole.stderr
    assert "Documents: 2 issued, each as the log has it." in whole.stderr
    behind_the_back(connection, "UPDATE parcelwatch.case_document SET recipient = '他人'")
    connection.commit()
    changed = run("verify", **place, PARCELWATCH_LANG="zh")
    assert changed.returncode == 1
    _, (first, _second) = held_against_log(connection)
    assert (
        f"文书 {first.number}（闲置土地调查通知书）已被改动：与日志所记的制发内容不符。"
        in changed.stderr
    )


def flips_found(connection: sa.Connection, count: int) -> int:
    """How many of so many single changed signs of documents, services and events are found."""
    connection.rollback()
    chance, found = Random(11), 0
    for _ in range(count):
        with connection.begin() as undone:
            found += not _flip(connection, chance) or _is_found(connection)
            undone.rollback()
    return found


def _flip(connection: sa.Connection, chance: Random) -> bool:
    """Change one sign of one cell; False where the database does not take it."""
    table = chance.choice(list(COLUMNS))
    column = chance.choice(COLUMNS[table])
    key = KEYS[table]
    query = f"SELECT {key}, {column} FROM parcelwatch.{table} WHERE {column} IS NOT NULL"
    name, cell = chance.choice(connection.execute(sa.text(f"{query} ORDER BY {key}")).all())
    change = f"UPDATE parcelwatch.{table} SET {column} = :cell WHERE {key} = :name"
    try:
        with connection.begin_nested():
            behind_the_back(connection, change, cell=_flipped(cell, chance), name=name)
    except sa.exc.DBAPIError:
        return False
    return True


def _flipped(cell: Any, chance: Random) -> Any:
    place = chance.randrange(len(cell))
    if isinstance(cell, str):
        other = chance.choice([sign for sign in "0a,甲" if sign != cell[place]])
        return cell[:place] + other + cell[place + 1 :]
    damaged = bytearray(cell)
    damaged[place] ^= chance.randint(1, 255)
    return bytes(damaged)


def _is_found(connection: sa.Connection) -> bool:
    return prove(read_links(connection)).broken is not None or flaws(connection) != []


def test_every_changed_sign_of_what_is_stored_is_found(connection):
    assert flips_found(connection, 100) == 100


@pytest.mark.faults
def test_a_thousand_changed_signs_of_what_is_stored_are_found(connection):
    assert flips_found(connection, 1_000) == 1_000
