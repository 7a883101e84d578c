"""Government periods of a separate table join those of the ledger, contract by contract."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geodata.model.columns import LedgerColumns, from_rows
from geodata.model.rows import row_cells
from geodata.model.separate_periods import with_government_periods

FIRST = (date(2024, 1, 1), date(2024, 2, 1), 1, 0)
OPEN = (date(2024, 3, 1), None, 2, 1)


def period(row: int, entry: tuple[object, ...] = OPEN) -> tuple[int, dict[str, object]]:
    return row, dict(zip(("begins_on", "ends_on", "cause", "status"), entry, strict=True))


def stated(columns: LedgerColumns) -> list[object]:
    return [row_cells(columns, row).get("government_periods") for row in range(len(columns))]


LEDGER = from_rows(
    [
        {"contract_no": "A", "government_periods": [FIRST]},
        {"contract_no": "B", "phase": "1", "parcel_code": "P"},
        {"contract_no": "B", "phase": "2", "government_periods": []},
    ]
)


def test_a_period_follows_those_of_its_row():
    joined = with_government_periods(LEDGER, [period(1), period(0), period(2)])
    assert stated(joined) == [[FIRST, OPEN], [OPEN], [OPEN]]
    assert stated(LEDGER) == [[FIRST], None, []]


def test_what_is_stated_already_is_not_added_again():
    joined = with_government_periods(LEDGER, [period(0, FIRST), period(0), period(0)])
    assert stated(joined)[0] == [FIRST, OPEN]


def test_everything_else_of_the_ledger_stays():
    joined = with_government_periods(LEDGER, [])
    assert [row_cells(joined, row) for row in range(3)] == [row_cells(LEDGER, n) for n in range(3)]


entries = st.tuples(st.dates(), st.none() | st.dates(), st.integers(0, 7), st.integers(0, 2))


@given(
    st.lists(st.lists(entries, max_size=3, unique=True), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), entries), max_size=6),
)
def test_joining_is_writing_the_periods_into_the_column(own, more):
    rows = [{"contract_no": str(n), "government_periods": list(cell)} for n, cell in enumerate(own)]
    columns = from_rows(rows)
    more = [(number % len(rows), entry) for number, entry in more]
    joined = with_government_periods(columns, [period(row, entry) for row, entry in more])
    for number, entry in more:
        if entry not in rows[number]["government_periods"]:
            rows[number]["government_periods"].append(entry)
    assert stated(joined) == stated(from_rows(rows))
