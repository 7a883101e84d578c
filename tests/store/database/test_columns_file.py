"""The columns of a ledger as Parquet: exact, the same bytes each time, readable by anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from samples import as_lists, ledger, ledgers

from geodata.errors import DatabaseStateError
from geodata.model.attributes import ATTRIBUTES
from geodata.model.columns import UNDELIVERED, LedgerColumns
from geodata.store.columns_file import columns_from_parquet, columns_to_parquet


def numbered(columns: LedgerColumns) -> np.ndarray:
    return np.arange(len(columns), dtype=np.int64) * 3 + 10**12


def written(columns: LedgerColumns) -> bytes:
    return columns_to_parquet(numbered(columns), columns)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(columns=ledgers())
def test_columns_come_back_as_they_went_in(columns: LedgerColumns):
    content = written(columns)
    contract_id, again = columns_from_parquet(content)
    assert contract_id.tolist() == numbered(columns).tolist()
    assert as_lists(again) == as_lists(columns)
    assert (again.row_no.dtype, again.row_no.tolist()) == (np.int32, columns.row_no.tolist())
    assert written(again) == content


def test_neither_the_order_of_mappings_nor_the_way_columns_were_made_changes_the_bytes():
    rows = [{"note": "a", "area_m2": Fraction(1, 3), "start_extensions": []}, {"closed_as": 2}]
    columns = ledger(*rows, {})
    turned = replace(columns, days=dict(reversed(columns.days.items())))
    cut = ledger({"contract_no": "C0"}, *rows, {}).take(slice(1, 4))
    names = {"contract_no": columns.texts["contract_no"]}
    cut = replace(cut, row_no=columns.row_no, texts=cut.texts | names)
    assert written(columns) == written(turned) == written(cut)
    assert written(columns) != written(replace(columns, row_no=columns.row_no + 1))


def test_any_reader_of_parquet_understands_it():
    row = {
        "signed_on": date(2024, 2, 29),
        "delivered_on": UNDELIVERED,
        "reserve_land": 1,
        "damages_scheme": 1,
        "area_m2": Fraction(20_000, 3),
        "start_agreed_after": (6, 2, 2),
        "instalments": [(date(2024, 1, 1), Fraction(1, 2), None, None)],
        "start_extensions": [],
    }
    file = pq.ParquetFile(pa.BufferReader(written(ledger(row, {}))))
    known, blank = file.read().to_pylist()
    assert (
        known
        | {
            "undelivered": True,
            "signed_on": date(2024, 2, 29),
            "delivered_on": None,
            "reserve_land": True,
            "damages_scheme": "bond_tier",
            "area_m2": {"num": 20_000, "den": 3},
            "start_agreed_after": {"count": 6, "unit": "m", "anchor": "delivery"},
            "instalments": [
                {
                    "due_on": date(2024, 1, 1),
                    "amount": {"num": 1, "den": 2},
                    "paid_on": None,
                    "demanded_on": None,
                }
            ],
            "start_extensions": [],
        }
        == known
    )
    stated = {name for name, cell in blank.items() if cell is not None}
    assert stated == {"contract_id", "row_no", "undelivered", "contract_no"}
    assert file.metadata.metadata[b"format"] == b"parcelwatch ledger columns"
    assert {a.key for a in ATTRIBUTES} - {"bond_split"} <= set(known)


@pytest.mark.parametrize("marks", [{}, {"format": "parcelwatch ledger columns", "version": "2"}])
def test_another_format_is_named(marks):
    file = pa.BufferOutputStream()
    with pq.ParquetWriter(file, pa.schema([("a", pa.int8())])) as writer:
        writer.add_key_value_metadata(marks)
    with pytest.raises(DatabaseStateError, match=marks.get("version", r"\?")):
        columns_from_parquet(file.getvalue().to_pybytes())
