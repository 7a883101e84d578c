"""Ledgers in and out of the store, and what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from samples import NOON, as_lists, batch, extras, ledger, ledgers, squares
from sqlalchemy.exc import IntegrityError

from geodata.errors import DatabaseUnavailableError, InputFileError
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import UNDELIVERED, LedgerColumns
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.imports import ImportCounts, ImportIssue, last_import_at
from geodata.store.queries.versions import Version, write_versions
from geodata.store.session import in_our_words, unit_of_work
from geodata.store.tables import (
    CONTRACT,
    CONTRACT_FACT,
    IMPORT_BATCH,
    IMPORT_ISSUE,
    METADATA,
    PARCEL,
    TRANSITION,
)

HOUR = timedelta(hours=1)


def size(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(columns=ledgers())
def test_a_ledger_comes_back_as_it_went_in(connection: sa.Connection, columns: LedgerColumns):
    with connection.begin_nested() as attempt:
        counts = import_ledger(connection, batch(), columns)
        stored = read_contracts(connection)
        assert as_lists(stored.columns) == as_lists(columns)
        assert counts.added == len(columns) == len(stored.contract_id)
        assert import_ledger(connection, batch(1), stored.columns).unchanged == len(columns)
        attempt.rollback()


@pytest.mark.parametrize(
    "notes",
    [
        ['a "b",\r\n\\.\n' * 2000] * 80,
        ["x" * 2_500_000, "\n"],
        ["", *["\r\n" * 1000] * 600],
        ["x", *["\r\n" * 1000] * 600],
    ],
    ids=["many lines", "one cell larger than a block", "only breaks", "only breaks, one off"],
)
def test_long_texts_come_back(connection, notes):
    columns = ledger(*({"note": note, "project_name": ""} for note in notes))
    import_ledger(connection, batch(), columns)
    assert as_lists(read_contracts(connection).columns) == as_lists(columns)


def test_every_row_is_counted_once(connection):
    known = ledger({"note": "a"}, {"note": "b"}, {"note": "c"})
    import_ledger(connection, batch(), known)
    update = ledger({"note": "a"}, {"note": "B"}, {"note": "c"}, {"note": "d"})
    counts = import_ledger(connection, batch(1, declined=2, rejected=3), update)
    assert counts == ImportCounts(
        rows_in=9, added=1, changed=1, unchanged=2, declined=2, rejected=3
    )
    logged = connection.execute(
        sa.select(IMPORT_BATCH).order_by(IMPORT_BATCH.c.import_id.desc()).limit(1)
    ).one()
    assert (logged.rows_in, logged.added, logged.rejected) == (9, 1, 3)
    assert (logged.kind, logged.file_name, logged.actor) == ("ledger", "ledger.xlsx", "tester")


def test_a_row_that_says_nothing_new_writes_nothing(connection):
    columns = ledger({"instalments": [(None, Fraction(1, 3), None, None)]}, {})
    import_ledger(connection, batch(), columns, squares(0, 1))
    before = {table: size(connection, table) for table in METADATA.tables.values()}
    import_ledger(connection, batch(1), columns, squares(0, 1))
    before[IMPORT_BATCH] += 1
    assert {table: size(connection, table) for table in METADATA.tables.values()} == before


def test_what_was_known_at_an_instant_stays_known(connection):
    first = ledger({"start_on": date(2023, 1, 1), "start_extensions": []}, {"note": "same"})
    import_ledger(connection, batch(), first)
    digest = read_contracts(connection).facts_digest
    extended = [(None, date(2023, 2, 1), date(2023, 9, 1))]
    corrected = ledger({"start_extensions": extended}, {"note": "same"}, {"note": "new"})
    import_ledger(connection, batch(2), corrected)

    assert as_lists(read_contracts(connection).columns) == as_lists(corrected)
    for then in (NOON, NOON + HOUR):
        earlier = read_contracts(connection, known_at=then)
        assert as_lists(earlier.columns) == as_lists(first)
        assert (earlier.facts_digest, earlier.known_at) == (digest, then)
    assert read_contracts(connection).facts_digest != digest


def test_columns_that_are_not_of_the_ledger_come_back(connection):
    """Whatever stands in them; blank cells are left out, and no ledger column is touched."""
    hostile = '"}\'::jsonb; \\.\r\n\t{"a": [1]}, \\u0041 \u2028 <script>&amp;\x01'
    others = extras(
        **{"网格员": ["甲", None, ""], "note": [hostile, None, "x"], hostile: ["1"] * 3}
    )
    columns = ledger({"note": "own"}, {}, {})
    import_ledger(connection, batch(), columns, extras=others)
    stored = read_contracts(connection)
    assert list(stored.extras) == [
        {"网格员": "甲", "note": hostile, hostile: "1"},
        {hostile: "1"},
        {"note": "x", hostile: "1"},
    ]
    assert as_lists(stored.columns) == as_lists(columns)
    assert import_ledger(connection, batch(1), columns, extras=others).unchanged == 3


def test_a_ledger_without_other_columns_has_no_extras(connection):
    import_ledger(connection, batch(), ledger({}, {}))
    digest = read_contracts(connection).facts_digest
    blank = extras(网格员=[None, ""])
    assert import_ledger(connection, batch(1), ledger({}, {}), extras=blank).unchanged == 2
    stored = read_contracts(connection)
    assert (list(stored.extras), stored.facts_digest) == ([{}, {}], digest)


def test_extras_are_versioned_like_every_fact(connection):
    rows = ledger({"park": "甲"}, {"park": "乙"}, {"park": "乙"})
    first = extras(a=["1", "2", "3"], b=["x", "x", None])
    import_ledger(connection, batch(), rows, extras=first)
    digest = read_contracts(connection).facts_digest
    reordered = extras(b=["x", None, None], a=["1", "2", "4"])
    counts = import_ledger(connection, batch(1), rows, extras=reordered)
    assert (counts.changed, counts.unchanged) == (2, 1)
    assert import_ledger(connection, batch(2), rows).changed == 3

    def known(hours: int, **options: object) -> list[object]:
        return list(read_contracts(connection, known_at=NOON + hours * HOUR, **options).extras)

    assert known(0) == [{"a": "1", "b": "x"}, {"a": "2", "b": "x"}, {"a": "3"}]
    assert known(1) == [{"a": "1", "b": "x"}, {"a": "2"}, {"a": "4"}]
    assert known(1, parks=["乙"]) == known(1)[1:]
    assert known(2) == [{}, {}, {}]
    assert read_contracts(connection, known_at=NOON).facts_digest == digest


def test_nothing_is_known_before_the_first_import(connection):
    unread = read_contracts(connection)
    assert (len(unread.columns), unread.known_at) == (0, None)
    import_ledger(connection, batch(), ledger({}))
    assert len(read_contracts(connection, known_at=NOON - HOUR).columns) == 0


def test_a_clock_that_stands_still_does_not_change_what_was_known(connection):
    import_ledger(connection, batch(), ledger({"note": "a"}))
    before = read_contracts(connection)
    import_ledger(connection, batch(), ledger({"note": "b"}))
    import_ledger(connection, batch(-1), ledger({"note": "c"}))
    again = read_contracts(connection, known_at=before.known_at)
    assert again.columns.texts["note"].tolist() == ["a"]
    assert read_contracts(connection).columns.texts["note"].tolist() == ["c"]


def test_contracts_keep_the_order_of_their_first_import(connection):
    import_ledger(connection, batch(), ledger({"contract_no": "Z"}, {"contract_no": "A"}))
    later = ledger({"contract_no": "M"}, {"contract_no": "A", "note": "x"})
    import_ledger(connection, batch(1), later)
    stored = read_contracts(connection)
    assert stored.columns.texts["contract_no"].tolist() == ["Z", "A", "M"]
    assert stored.columns.row_no.tolist() == [1, 2, 3]
    assert sorted(stored.contract_id.tolist()) == stored.contract_id.tolist()


def test_phase_and_parcel_belong_to_the_identity(connection):
    rows = [
        {"contract_no": "C", "note": "whole"},
        {"contract_no": "C", "phase": "1", "note": "one"},
        {"contract_no": "C", "parcel_code": "P", "note": "parcel"},
    ]
    import_ledger(connection, batch(), ledger(*rows))
    assert read_contracts(connection).columns.texts["note"].tolist() == ["whole", "one", "parcel"]


def test_only_the_parks_asked_for_are_read(connection):
    instalments = [(None, Fraction(n), None, None) for n in range(2)]
    rows = ledger(
        {"park": "甲", "instalments": instalments}, {"park": "乙"}, {}, {"park": "甲", "note": "x"}
    )
    import_ledger(connection, batch(), rows)
    stored = read_contracts(connection, parks=["甲", "丙"])
    assert as_lists(stored.columns) == as_lists(rows.take([0, 3]))


def test_the_facts_true_on_the_day_are_read(connection):
    import_ledger(connection, batch(), ledger({}))
    connection.execute(sa.insert(CONTRACT).from_select(*_copy_of_contract()))
    contract_id = connection.scalar(sa.select(sa.func.max(CONTRACT.c.contract_id)))
    import_id = connection.scalar(sa.select(sa.func.max(IMPORT_BATCH.c.import_id)))
    flags = {name: [False] * 2 for name in _required_flags()}
    cells = flags | {
        "contract_id": [contract_id] * 2,
        "content_digest": [b"\1" * 32, b"\2" * 32],
        "row_no": [1, 1],
        "true_from": ["-infinity", "2024-01-01"],
        "true_to": ["2024-01-01", "infinity"],
        "note": ["before", "after"],
    }
    write_versions(connection, CONTRACT_FACT, Version(import_id, NOON), [], cells)

    def note(day: date | None) -> str:
        return read_contracts(connection, as_of=day).columns.texts["note"][-1]

    assert note(date(2023, 12, 31)) == "before"
    assert note(date(2024, 1, 1)) == note(None) == "after"


def _copy_of_contract():
    return ["contract_no", "phase", "parcel_code", "parcel_id"], sa.select(
        sa.literal("X"), sa.literal(""), sa.literal(""), PARCEL.c.parcel_id
    )


def _required_flags() -> list[str]:
    return [c.name for c in CONTRACT_FACT.c if isinstance(c.type, sa.Boolean) and not c.nullable]


def test_issues_are_logged_and_folders_are_not(connection):
    issue = ImportIssue(7, "signed_on", "2023-02-30", IssueSeverity.REJECTED, "no such day")
    whole = ImportIssue(None, "", "", IssueSeverity.NOTED, "unknown column")
    import_ledger(connection, batch(rejected=1, issues=(issue, whole)), ledger({}))
    rows = connection.execute(sa.select(IMPORT_ISSUE).order_by(IMPORT_ISSUE.c.issue_no)).all()
    assert [row[1:] for row in rows] == [
        (1, 7, "signed_on", "2023-02-30", "rejected", "no such day"),
        (2, None, "", "", "noted", "unknown column"),
    ]


@pytest.mark.parametrize("path", ["/home/wang/台账.xlsx", r"C:\Users\wang\台账.xlsx"])
def test_the_log_names_the_file_without_its_folders(connection, path):
    import_ledger(connection, replace(batch(), file_name=path), ledger({}))
    assert connection.scalar(sa.select(IMPORT_BATCH.c.file_name)) == "台账.xlsx"


def test_each_kind_of_import_has_its_own_last_instant(connection):
    import_ledger(connection, batch(), ledger({}))
    assert last_import_at(connection, "ledger") == NOON
    assert last_import_at(connection, "claims") is None


def test_a_refused_ledger_leaves_nothing_behind(own_engine):
    twice = ledger({"contract_no": "C1"}, {"contract_no": "C1", "note": "again"})
    with pytest.raises(InputFileError, match="contract"), unit_of_work(own_engine) as connection:
        import_ledger(connection, batch(), twice, squares(0, 1))
    with pytest.raises(ZeroDivisionError), unit_of_work(own_engine) as connection:
        assert import_ledger(connection, batch(), ledger({}), squares(0)).added // 0
    with unit_of_work(own_engine) as connection:
        empty = {*METADATA.tables.values()} - {TRANSITION}  # how cases may move comes with them
        assert {size(connection, table) for table in empty} == {0}


@pytest.mark.parametrize(
    "changed",
    [
        {"area_m2_den": 0},
        {"area_m2_den": None},
        {"area_m2_num": -1},
        {"foundation_share_num": 3, "foundation_share_den": 2},
        {"damages_scheme": "weekly"},
        {"start_agreed_after_count": 6},
        {"undelivered": True},
        {"extras": ["text"]},
        {"true_from": date(2024, 1, 1), "true_to": date(2024, 1, 1)},
        {"content_digest": b"short"},
        {},
    ],
    ids=str,
)
def test_the_database_guards_the_facts(connection, changed):
    """The empty change is a second version, true and known at the same time as the first."""
    row = {"area_m2": Fraction(5), "delivered_on": date(2024, 1, 1)}
    import_ledger(connection, batch(), ledger(row))
    names = [c.name for c in CONTRACT_FACT.c if c.name != "fact_id"]
    values = [changed.get(name, CONTRACT_FACT.c[name]) for name in names]
    typed = [
        sa.literal(value, CONTRACT_FACT.c[name].type) if name in changed else value
        for name, value in zip(names, values, strict=True)
    ]
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(sa.insert(CONTRACT_FACT).from_select(names, sa.select(*typed)))


def test_a_count_that_loses_a_row_is_refused(connection):
    import_ledger(connection, batch(), ledger({}))
    names = [c.name for c in IMPORT_BATCH.c if c.name not in ("import_id", "imported_at")]
    values = [sa.literal(5) if name == "rows_in" else IMPORT_BATCH.c[name] for name in names]
    lossy = sa.select(*values, sa.literal(NOON + HOUR))
    with pytest.raises(InputFileError, match="no_row_lost"), in_our_words():
        connection.execute(sa.insert(IMPORT_BATCH).from_select([*names, "imported_at"], lossy))


def test_undelivered_is_not_an_unknown_delivery(connection):
    import_ledger(connection, batch(), ledger({"delivered_on": UNDELIVERED}, {}))
    assert read_contracts(connection).columns.undelivered.tolist() == [True, False]


def test_imports_wait_for_each_other(own_engine):
    busy = pytest.raises(DatabaseUnavailableError, match="busy")
    with unit_of_work(own_engine) as first, busy, unit_of_work(own_engine) as second:
        import_ledger(first, batch(), ledger({}))
        second.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
        import_ledger(second, batch(1), ledger({}))


def test_settings_of_the_server_do_not_change_what_is_read(connection):
    connection.execute(sa.text("SET LOCAL datestyle = 'German, DMY'"))
    connection.execute(sa.text("SET LOCAL timezone = 'America/Los_Angeles'"))
    columns = ledger({"signed_on": date(2024, 2, 3), "delivered_on": date(1999, 12, 31)})
    import_ledger(connection, batch(), columns)
    assert as_lists(read_contracts(connection, known_at=NOON).columns) == as_lists(columns)
