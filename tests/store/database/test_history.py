"""What was known once is never changed or deleted."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa
from samples import NOON, batch, claim, ledger, squares
from sqlalchemy.exc import IntegrityError

from geodata.model.cells import read_cell
from geodata.model.codelists import IssueSeverity
from geodata.model.content import catalogue_of
from geodata.store.queries.claims import import_claims
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportIssue
from geodata.store.tables import (
    CLAIM_FACT,
    CONTENT,
    CONTRACT_FACT,
    EXTENSION_FACT,
    IMPORT_BATCH,
    IMPORT_ISSUE,
    INSTALMENT_FACT,
    METADATA,
    PARCEL_FACT,
    PERIOD_FACT,
)

VERSIONED = (
    CONTRACT_FACT,
    PARCEL_FACT,
    CLAIM_FACT,
    *(tables.fact for tables in CONTENT.values()),
)
UNCHANGING = (INSTALMENT_FACT, EXTENSION_FACT, PERIOD_FACT, IMPORT_BATCH, IMPORT_ISSUE)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def filled(connection):
    """A store with a row in every table that keeps history."""
    row = {
        "instalments": [(date(2024, 1, 1), Fraction(5), None, None)],
        "completion_extensions": [(None, None, date(2024, 1, 1))],
        "government_periods": [(date(2024, 1, 1), None, 0, 0)],
    }
    issue = ImportIssue(1, "note", "?", IssueSeverity.NOTED, "odd")
    import_ledger(connection, batch(issues=(issue,)), ledger(row), squares(0))
    import_claims(connection, batch(), [claim("K1")], squares(1))
    for kind in CONTENT:
        catalogue = catalogue_of(kind)
        cells = catalogue.example.items()
        example = {key: read_cell(catalogue.by_key[key], text) for key, text in cells}
        import_content(connection, batch(), kind, [example])
    return connection


def refused(connection: sa.Connection, statement: sa.Executable) -> bool:
    words = r"only be closed, once|never changed or deleted"
    with pytest.raises(IntegrityError, match=words), connection.begin_nested():
        connection.execute(statement)
    return True


def test_every_table_with_versions_is_listed_here():
    assert {t for t in METADATA.tables.values() if "known_to" in t.c} == set(VERSIONED)


@pytest.mark.parametrize("table", [*VERSIONED, *UNCHANGING], ids=str)
def test_rows_are_never_deleted(filled, table):
    assert refused(filled, sa.delete(table))
    assert refused(filled, sa.text(f"TRUNCATE {table.fullname} CASCADE"))


@pytest.mark.parametrize("table", UNCHANGING, ids=str)
def test_rows_are_never_changed(filled, table):
    last = list(table.c)[-1]
    assert refused(filled, sa.update(table).values({last: last}))


@pytest.mark.parametrize("table", VERSIONED, ids=str)
def test_a_version_may_be_closed_and_nothing_else(filled, table):
    assert refused(filled, sa.update(table).values(true_to=date(2024, 1, 1)))
    assert refused(filled, sa.update(table).values(known_to=table.c.known_to))
    assert refused(filled, sa.update(table).values(known_to=LATER, content_digest=b"\0" * 32))
    close = sa.update(table).values(known_to=LATER)
    assert filled.execute(close).rowcount == 1
    assert refused(filled, close)
    assert refused(filled, sa.update(table).values(known_to="infinity"))


def test_an_outline_cannot_be_moved_while_it_is_closed(filled):
    moved = sa.func.ST_Translate(PARCEL_FACT.c.geom, 1, 0)
    assert refused(filled, sa.update(PARCEL_FACT).values(known_to=LATER, geom=moved))
