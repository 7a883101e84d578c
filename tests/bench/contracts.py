"""As many contracts as a country has: those of the fictitious district, moved in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.demo.district import build_district
from geodata.demo.writing import LEDGER_FILE, write_district
from geodata.importers.ledger import read_ledger
from geodata.model.columns import NO_DAY, Days, LedgerColumns, Ragged

AS_OF: Final = date(2026, 6, 30)
_SPREAD_DAYS: Final = 400
"""Contracts are moved by up to so many days, so that their dates do not all fall together."""


def many_contracts(count: int, seed: int = 1) -> LedgerColumns:
    """Contracts of the fictitious district, repeated, each moved in time as a whole."""
    district = _district_ledger()
    chance = np.random.default_rng(seed)
    rows = np.arange(count, dtype=np.intp) % len(district)
    drawn = district.take(rows)
    shift = chance.integers(-_SPREAD_DAYS, _SPREAD_DAYS, count, dtype=np.int32)
    numbers = np.array([f"B{number:08d}" for number in range(count)], dtype=object)
    return replace(
        drawn,
        row_no=np.arange(1, count + 1, dtype=np.int32),
        texts={**drawn.texts, "contract_no": numbers, "parcel_code": numbers},
        days={key: _moved(days, shift) for key, days in drawn.days.items()},
        ragged={key: _moved_parts(part, shift) for key, part in drawn.ragged.items()},
    )


@cache
def _district_ledger() -> LedgerColumns:
    with TemporaryDirectory() as name:
        write_district(build_district(AS_OF), Path(name))

        return read_ledger(Path(name) / LEDGER_FILE).columns


def _moved(days: Days, shift: npt.NDArray[np.int32]) -> Days:
    return np.where(days == NO_DAY, NO_DAY, days + shift)


def _moved_parts(part: Ragged, shift: npt.NDArray[np.int32]) -> Ragged:
    fields = {
        name: _moved(values, shift[part.owner]) if name.endswith(("_on", "_to")) else values
        for name, values in part.fields.items()
    }
    return replace(part, fields=fields)
