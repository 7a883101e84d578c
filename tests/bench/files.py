"""Files as large as a province hands in: a layer of parcels, and a workbook with a ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import xlsxwriter

from geodata.model.attributes import ATTRIBUTES, BY_KEY, Attribute
from geodata.model.cells import write_cell
from geodata.model.columns import Cell, Exact, LedgerColumns
from geodata.model.rows import row_cells

from .contracts import many_contracts
from .parcels import many_parcels

_OVERLAPPING: Final = 0.02
_USES: Final = ("工业用地", "商服用地", "住宅用地")
_FIRST_DAY: Final = date(2015, 1, 1)
_DAYS: Final = 3_650
_SCALED: Final = ("yuan", "m2")
_PERCENT: Final = (50, 200)
_SERIALS: Final = 100_000  # of one parcel code


def write_parcels(path: Path, count: int, crs: str) -> None:
    """A GeoPackage of parcels that touch each other, one in fifty drawn into its neighbours."""
    chance = np.random.default_rng(1)
    frame = many_parcels(count, overlapping=_OVERLAPPING).drop(columns="key")
    days = chance.integers(0, _DAYS, count).tolist()
    frame["parcel_code"] = _codes("310116{:06d}GB{:05d}", count)
    frame["land_use"] = chance.choice(_USES, count)
    frame["area_m2"] = frame.area.round(2)
    frame["holder"] = [f"示例公司{row // 3}" for row in range(count)]
    frame["registered_on"] = [_FIRST_DAY + timedelta(days=day) for day in days]
    frame.to_crs(crs).to_file(path, driver="GPKG")


def write_ledger(path: Path, count: int) -> None:
    """A workbook of contracts, each with days and sums of its own in cells of their kind."""
    columns = _own_sums(many_contracts(count))
    numbers = {
        "contract_no": _codes("演示-{:04d}-{:05d}", count),
        "parcel_code": _codes("310116{:06d}GB{:05d}", count),
        "supervision_no": _codes("310116{:04d}B{:05d}", count),
    }
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [attribute.zh for attribute in ATTRIBUTES])
        places = {attribute.key: place for place, attribute in enumerate(ATTRIBUTES)}
        for row in range(count):
            cells = row_cells(columns, row) | {key: texts[row] for key, texts in numbers.items()}
            for key, cell in cells.items():
                sheet.write(row + 1, places[key], _written(BY_KEY[key], cell))


def _codes(form: str, count: int) -> list[str]:
    return [form.format(*divmod(row, _SERIALS)) for row in range(count)]


def _own_sums(contracts: LedgerColumns) -> LedgerColumns:
    """The contracts with all sums and areas of each times a factor of its own."""
    percent = np.random.default_rng(1).integers(*_PERCENT, len(contracts))
    instalments = contracts.ragged["instalments"]
    amounts = _times(instalments.exact("amount"), percent[instalments.owner])
    paid = replace(instalments, fields={**instalments.fields, "amount": amounts})
    exact = {
        key: _times(numbers, percent) if key in BY_KEY and BY_KEY[key].unit in _SCALED else numbers
        for key, numbers in contracts.exact.items()
    }
    ragged = {**contracts.ragged, "instalments": paid}
    return replace(contracts, exact=exact, ragged=ragged)


def _times(numbers: Exact, percent: npt.NDArray[np.int64]) -> Exact:
    num, den = numbers.num * percent, numbers.den * 100
    common = np.maximum(np.gcd(num, den), 1)
    return Exact(num // common, den // common)


def _written(attribute: Attribute, cell: Cell) -> str | float | date:
    match cell:
        case Fraction():
            return float(cell)
        case date():
            return cell
        case _:
            return write_cell(attribute, cell)
