"""Government periods of a separate table join those of the ledger, contract by contract."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geodata.model.columns import LedgerColumns, from_rows
from geodata.model.rows import row_cells
from geodata.model.separate_periods import periods_without_contract, with_government_periods

FIRST = (date(2024, 1, 1), date(2024, 2, 1), 1, 0)
OPEN = (date(2024, 3, 1), None, 2, 1)


def period(contract_no: str, entry: tuple[object, ...] = OPEN, **name: str) -> dict[str, object]:
    facts = dict(zip(("begins_on", "ends_on", "cause", "status"), entry, strict=True))
    return {"contract_no": contract_no, **name, **facts}


def stated(columns: LedgerColumns) -> list[object]:
    return [row_cells(columns, row).get("government_periods") for row in range(len(columns))]


LEDGER = from_rows(
    [
        {"contract_no": "A", "government_periods": [FIRST]},
        {"contract_no": "B", "phase": "1", "parcel_code": "P"},
        {"contract_no": "B", "phase": "2", "government_periods": []},
    ]
)


def test_a_period_goes_to_every_phase_of_its_contract():
    joined = with_government_periods(LEDGER, [period("B"), period("A")])
    assert stated(joined) == [[FIRST, OPEN], [OPEN], [OPEN]]
    assert stated(LEDGER) == [[FIRST], None, []]


def test_a_phase_or_parcel_narrows_it():
    assert stated(with_government_periods(LEDGER, [period("B", phase="2")]))[1:] == [None, [OPEN]]
    assert stated(with_government_periods(LEDGER, [period("B", parcel_code="P")]))[1] == [OPEN]


def test_what_is_stated_already_is_not_added_again():
    joined = with_government_periods(LEDGER, [period("A", FIRST), period("A"), period("A")])
    assert stated(joined)[0] == [FIRST, OPEN]


def test_a_period_of_no_contract_is_found_and_changes_nothing():
    foreign = [period("A"), period("C"), period("B", phase="3")]
    assert periods_without_contract(LEDGER, foreign) == [1, 2]
    assert stated(with_government_periods(LEDGER, foreign[1:])) == stated(LEDGER)


def test_everything_else_of_the_ledger_stays():
    joined = with_government_periods(LEDGER, [])
    assert [row_cells(joined, row) for row in range(3)] == [row_cells(LEDGER, n) for n in range(3)]


entries = st.tuples(st.dates(), st.none() | st.dates(), st.integers(0, 7), st.integers(0, 2))


@given(
    st.lists(st.lists(entries, max_size=3, unique=True), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 5), entries), max_size=6),
)
def test_joining_is_writing_the_periods_into_the_column(own, more):
    rows = [{"contract_no": str(n), "government_periods": list(cell)} for n, cell in enumerate(own)]
    columns = from_rows(rows)
    joined = with_government_periods(columns, [period(str(n), entry) for n, entry in more])
    for number, entry in more:
        if number < len(rows) and entry not in rows[number]["government_periods"]:
            rows[number]["government_periods"].append(entry)
    assert stated(joined) == stated(from_rows(rows))
