"""Facts to write: typed rows of any content, ledgers, batches, squares and claims."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st

from geodata.model.attributes import ATTRIBUTES, Attribute, Kind
from geodata.model.codelists import Anchor, ClaimKind, ClaimStatus, TermUnit
from geodata.model.columns import (
    UNDELIVERED,
    Exact,
    LedgerColumns,
    Ragged,
    Term,
    Texts,
    from_rows,
)
from geodata.model.entities import Claim
from geodata.store.queries.imports import ImportBatch

NOON = datetime(2024, 3, 1, 4, 0, tzinfo=UTC)


def batch(hours: int = 0, **values: Any) -> ImportBatch:
    """A file imported so many hours after noon of 1 March 2024 in Shanghai."""
    at = NOON + timedelta(hours=hours)
    return ImportBatch("ledger.xlsx", "ab" * 32, at, "tester", **values)


def ledger(*rows: dict[str, Any]) -> LedgerColumns:
    """A ledger of typed rows; contract numbers are filled in where none is given."""
    return from_rows([{"contract_no": f"C{i}"} | row for i, row in enumerate(rows, start=1)])


def extras(**columns: list[str | None]) -> dict[str, Texts]:
    """Texts by header, one per row."""
    return {header: np.array(texts, dtype=np.object_) for header, texts in columns.items()}


def squares(*corners: float) -> np.ndarray:
    """Squares of a thousandth of a degree side, one thousandth apart per unit."""
    sides = [121.3 + corner / 1000 for corner in corners]
    return np.array([shapely.box(x, 30.7, x + 0.001, 30.701) for x in sides], dtype=np.object_)


def claim(code: str, **values: Any) -> Claim:
    """An entry of inefficient land."""
    stated = {
        "kind": ClaimKind.VACATED,
        "status": ClaimStatus.DONE,
        "done_on": date(2024, 2, 1),
        "reversed_on": None,
        "area_m2": Fraction(20_000, 3),
        "town": "亭林镇",
        "park": "工业区",
        "evidence": "deed",
    }
    return Claim(claim_code=code, **stated | values)


def as_lists(columns: LedgerColumns) -> dict[str, Any]:
    """Everything a ledger says, ready to be compared; the numbers of its rows left out."""
    said: dict[str, Any] = {"undelivered": columns.undelivered.tolist()}
    for part in ("texts", "days", "codes", "exact", "terms", "ragged"):
        said |= {f"{part} {key}": _listed(value) for key, value in getattr(columns, part).items()}
    return said


def _listed(value: Any) -> Any:
    match value:
        case Exact():
            return [value.fraction(row) for row in range(len(value))]
        case Term():
            return _listed(value.count), _listed(value.unit), _listed(value.anchor)
        case Ragged():
            fields = {name: _listed(entries) for name, entries in value.fields.items()}
            return _listed(value.offsets), _listed(value.given), fields
        case _:
            return str(value.dtype), value.tolist()


# Anything a typed row may hold

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
_names = _texts.filter(bool)
_days = st.dates(date(1949, 10, 1), date(2262, 1, 1))
_exact = st.fractions(min_value=0, max_value=10**12, max_denominator=10**6)
_amounts = st.none() | _exact
_maybe = st.none() | _days


def _periods() -> st.SearchStrategy[tuple[object, ...]]:
    order = st.tuples(_days, _maybe).filter(lambda ends: ends[1] is None or ends[0] <= ends[1])
    return st.tuples(order, st.integers(0, 7), st.integers(0, 2)).map(
        lambda parts: (*parts[0], *parts[1:])
    )


_CELLS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.DATE: _days,
    Kind.DELIVERY: _days | st.just(UNDELIVERED),
    Kind.BOOLEAN: st.integers(0, 1),
    Kind.EXACT: _exact,
    Kind.SHARE: st.fractions(0, 1, max_denominator=10**6),
    Kind.TERM: st.tuples(
        st.integers(0, 10**6),
        st.integers(0, len(TermUnit) - 1),
        st.integers(0, len(Anchor) - 1),
    ),
    Kind.SPLIT: st.tuples(_exact, _exact, _exact),
    Kind.INSTALMENTS: st.lists(st.tuples(_maybe, _amounts, _maybe, _maybe), max_size=3),
    Kind.EXTENSIONS: st.lists(st.tuples(_maybe, _maybe, _days), max_size=3),
    Kind.PERIODS: st.lists(_periods(), max_size=3),
}


def _cells(attribute: Attribute) -> st.SearchStrategy[Any]:
    if attribute.kind is Kind.TEXT:
        return _names if attribute.key in ("phase", "parcel_code") else _texts
    if attribute.codelist:
        return st.integers(0, len(attribute.codelist) - 1)
    return _CELLS[attribute.kind]


def ledgers(max_size: int = 4) -> st.SearchStrategy[LedgerColumns]:
    """Ledgers of any content in which no contract stands twice."""
    optional = {a.key: _cells(a) for a in ATTRIBUTES if a.key != "contract_no"}
    rows = st.lists(
        st.fixed_dictionaries({"contract_no": _names}, optional=optional),
        max_size=max_size,
        unique_by=lambda row: (row["contract_no"], row.get("phase"), row.get("parcel_code")),
    )
    return rows.map(from_rows)
