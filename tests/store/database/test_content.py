"""Every kind of content goes into the store and comes out, as known now and at any instant."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import NOON, batch, extras, ledger, squares

from geodata.model.attributes import Attribute, Kind
from geodata.model.cells import read_cell
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.content import CATALOGUES, Catalogue
from geodata.model.content_lists import ContentKind
from geodata.store.queries.content import import_content, read_content
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.parcels import read_outlines
from geodata.store.tables import CONTENT, IMPORT_BATCH

STORED = [CATALOGUES[kind] for kind in CONTENT]
each_kind = pytest.mark.parametrize("catalogue", STORED, ids=lambda c: c.kind.value)
YEARS = ContentKind.ENTERPRISE_YEARS


def example(catalogue: Catalogue) -> dict[str, Any]:
    return {key: read_cell(catalogue.by_key[key], text) for key, text in catalogue.example.items()}


def known(rows: Any) -> list[dict[str, Any]]:
    return [{key: cell for key, cell in row.items() if cell is not None} for row in rows]


def year(number: int, **figures: Any) -> dict[str, Any]:
    return {"uscc": "91310116MA1J00006H", "year": number, **figures}


@each_kind
def test_a_row_comes_back_as_it_went_in(connection, catalogue):
    rows = [example(catalogue)]
    counts = import_content(connection, batch(declined=1), catalogue.kind, rows)
    assert (counts.rows_in, counts.added, counts.declined) == (2, 1, 1)
    stored = read_content(connection, catalogue.kind)
    assert known(stored.rows) == rows
    assert (stored.kind, stored.known_at) == (catalogue.kind, NOON)


@each_kind
def test_the_same_table_twice_changes_nothing(connection, catalogue):
    rows = [example(catalogue)]
    import_content(connection, batch(), catalogue.kind, rows)
    before = read_content(connection, catalogue.kind)
    counts = import_content(connection, batch(1), catalogue.kind, rows)
    assert (counts.added, counts.changed, counts.unchanged) == (0, 0, 1)
    after = read_content(connection, catalogue.kind)
    assert (after.rows, after.facts_digest) == (before.rows, before.facts_digest)


@each_kind
def test_what_is_needed_is_all_that_is_needed(connection, catalogue):
    needed = {a.key for a in catalogue.required} | set(catalogue.any_of[:1])
    row = {key: cell for key, cell in example(catalogue).items() if key in needed}
    import_content(connection, batch(), catalogue.kind, [row])
    assert known(read_content(connection, catalogue.kind).rows) == [row]


def test_a_correction_is_a_new_version_and_the_old_one_stays(connection):
    import_content(connection, batch(), YEARS, [year(2024, tax_yuan=Fraction(1, 3)), year(2025)])
    corrected = [year(2025, staff_count=4), year(2024, tax_yuan=Fraction(2)), year(2026)]
    counts = import_content(connection, batch(1), YEARS, corrected)
    assert (counts.added, counts.changed, counts.unchanged) == (1, 2, 0)
    assert known(read_content(connection, YEARS).rows) == [corrected[1], corrected[0], corrected[2]]
    first = read_content(connection, YEARS, NOON)
    assert known(first.rows) == [year(2024, tax_yuan=Fraction(1, 3)), year(2025)]
    assert first.known_at == NOON


def test_further_columns_are_kept_and_count(connection):
    import_content(connection, batch(), YEARS, [year(2025)], extras=extras(网格=["甲"]))
    assert read_content(connection, YEARS).extras == ({"网格": "甲"},)
    counts = import_content(connection, batch(1), YEARS, [year(2025)], extras=extras(网格=["乙"]))
    assert counts.changed == 1


def test_rows_keep_their_numbers_in_the_file(connection):
    import_content(connection, batch(), YEARS, [year(2024), year(2025)], row_no=[3, 7])
    assert connection.scalars(sa.select(CONTENT[YEARS].fact.c.row_no)).all() == [3, 7]


def test_an_empty_table_is_read_as_one(connection):
    stored = read_content(connection, YEARS)
    assert (list(stored.rows), list(stored.extras), stored.known_at) == ([], [], None)
    counts = import_content(connection, batch(rejected=2), YEARS, [])
    assert (counts.rows_in, counts.rejected) == (2, 2)


def test_facts_are_never_overwritten(connection):
    import_content(connection, batch(), YEARS, [year(2025)])
    with pytest.raises(sa.exc.DBAPIError, match="may only be closed"), connection.begin_nested():
        connection.execute(sa.update(CONTENT[YEARS].fact).values(staff_count=5))
    with pytest.raises(sa.exc.DBAPIError), connection.begin_nested():
        connection.execute(sa.delete(CONTENT[YEARS].fact))


def test_kinds_are_logged_apart(connection):
    import_content(connection, batch(), YEARS, [year(2025)])
    import_content(connection, batch(), ContentKind.PARCELS, [{"parcel_code": "P"}])
    kinds = sa.select(IMPORT_BATCH.c.kind, IMPORT_BATCH.c.imported_at)
    assert connection.execute(kinds).all() == [("enterprise_years", NOON), ("parcels", NOON)]


# Parcels and their outlines


def test_an_outline_of_the_register_is_that_of_the_contract(connection):
    import_ledger(connection, batch(), ledger({"parcel_code": "P1"}, {}), squares(0, 2))
    rows = [{"parcel_code": "P1"}, {"parcel_code": "P2"}]
    shapes = np.array([squares(8)[0], None], dtype=np.object_)
    counts = import_content(connection, batch(), ContentKind.PARCELS, rows, geometry=shapes)
    assert counts.added == 2
    contracts = read_contracts(connection)
    assert contracts.known_at > NOON
    outlines = read_outlines(connection, contracts.contract_id, contracts.known_at)
    drawn = [shapely.MultiPolygon([square]) for square in squares(8, 2)]
    assert [shape.equals(wanted) for shape, wanted in zip(outlines, drawn, strict=True)] == [
        True
    ] * 2
    before = read_outlines(connection, contracts.contract_id, NOON)
    assert before[0].equals(shapely.MultiPolygon([squares(0)[0]]))


def test_a_moved_outline_alone_is_a_change(connection):
    rows = [{"parcel_code": "P1"}, {"parcel_code": "P2"}]
    import_content(connection, batch(), ContentKind.PARCELS, rows, geometry=squares(0, 2))
    counts = import_content(connection, batch(1), ContentKind.PARCELS, rows, geometry=squares(0, 4))
    assert (counts.changed, counts.unchanged) == (1, 1)
    counts = import_content(connection, batch(2), ContentKind.PARCELS, rows)
    assert counts.unchanged == 2


def test_a_ledger_may_follow_at_the_same_instant(connection):
    import_content(
        connection, batch(), ContentKind.PARCELS, [{"parcel_code": "P1"}], geometry=squares(0)
    )
    counts = import_ledger(connection, batch(), ledger({"parcel_code": "P1"}), squares(4))
    assert counts.added == 1


# Any content at all

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
_exact = st.fractions(min_value=0, max_value=10**12, max_denominator=10**6)
_share = st.fractions(0, 1, max_denominator=10**6)
_CELLS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: _texts.filter(bool),
    Kind.DATE: st.dates(date(1949, 10, 1), date(2199, 12, 31)),
    Kind.BOOLEAN: st.integers(0, 1),
    Kind.EXACT: _exact,
    Kind.SHARE: _share,
    Kind.COUNT: st.integers(0, 2**62),
    Kind.YEAR: st.integers(1949, 2199),
    Kind.DIGEST: st.binary(min_size=32, max_size=32).map(bytes.hex),
    Kind.SPLIT: st.tuples(_exact, _exact, _exact),
    Kind.TERM: st.tuples(
        st.integers(0, 10**6), st.integers(0, len(TermUnit) - 1), st.integers(0, len(Anchor) - 1)
    ),
}


def _cell(attribute: Attribute) -> st.SearchStrategy[Any]:
    if attribute.codelist:
        return st.integers(0, len(attribute.codelist) - 1)
    return _CELLS[attribute.kind]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Catalogue, list[dict[str, Any]]]:
    catalogue = draw(st.sampled_from(STORED))
    needed = {a.key: _cell(a) for a in catalogue.required}
    optional = {a.key: _cell(a) for a in catalogue.attributes if a.key not in needed}
    row = st.fixed_dictionaries(needed, optional=optional).map(
        lambda row: _forwards(catalogue, row)
    )
    return catalogue, draw(st.lists(row, max_size=4, unique_by=catalogue.name_of))


def _forwards(catalogue: Catalogue, row: dict[str, Any]) -> dict[str, Any]:
    for begin, end in catalogue.spans:
        if row.get(begin) and row.get(end):
            row[begin], row[end] = sorted((row[begin], row[end]))
    return row


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables())
def test_whatever_was_stated_is_stated_still(connection, table):
    catalogue, rows = table
    with connection.begin_nested() as savepoint:
        import_content(connection, batch(), catalogue.kind, rows)
        assert known(read_content(connection, catalogue.kind).rows) == rows
        counts = import_content(connection, batch(1), catalogue.kind, rows[::-1])
        assert counts.unchanged == len(rows)
        savepoint.rollback()
