"""Growth and counts of enterprises, from the yearly figures that were imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from geodata.model.columns import NO_CODE, Exact, day_number
from geodata.model.content import Row
from geodata.model.content_lists import ContentKind
from geodata.store.engine import Engine
from geodata.store.queries.content import read_content
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.development import (
    FIGURES,
    Development,
    Enterprises,
    development,
)
from service.compliance.indicators.yields import FirmYears, Ground, Stays
from service.compliance.law import LawBook


def development_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
) -> Development:
    """Growth and counts of the database; the parameters are those of the tally."""
    kinds = (ContentKind.ENTERPRISE_YEARS, ContentKind.OCCUPANCIES, ContentKind.PARCELS)
    with unit_of_work(engine, scope) as connection:
        years, stays, parcels = (read_content(connection, kind, known_at).rows for kind in kinds)
    return development(enterprises(years, stays, parcels, as_of), law, as_of)


def enterprises(
    years: Sequence[Row], stays: Sequence[Row], parcels: Sequence[Row], as_of: date
) -> Enterprises:
    """Rows of the tables as columns; a year that had not ended on the day is left out."""
    years = [row for row in years if _whole(row["year"]) < as_of.year]
    uscc, year = _texts(years, "uscc"), np.array([row["year"] for row in years], dtype=np.int64)
    above = [NO_CODE if row.get("above_scale") is None else row["above_scale"] for row in years]
    return Enterprises(
        years={key: FirmYears(uscc, year, _exact(years, key)) for key in FIGURES},
        above_scale=np.array(above, dtype=np.int8),
        ground=Ground(
            _texts(parcels, "parcel_code"), _texts(parcels, "park"), _exact(parcels, "area_m2")
        ),
        stays=Stays(
            uscc=_texts(stays, "uscc"),
            parcel=_texts(stays, "parcel_code"),
            occupied_m2=_exact(stays, "occupied_m2"),
            begins=_days(stays, "begins_on"),
            ends=_days(stays, "ends_on"),
        ),
    )


def _whole(cell: Any) -> int:
    return int(cell)


def _texts(rows: Sequence[Row], key: str) -> Any:
    return np.array([row.get(key) or "" for row in rows], dtype=object)


def _exact(rows: Sequence[Row], key: str) -> Exact:
    return Exact.of([row.get(key) for row in rows])  # type: ignore[misc]  # typed by the catalogue


def _days(rows: Sequence[Row], key: str) -> Any:
    return np.array([day_number(row.get(key)) for row in rows], dtype=np.int32)  # type: ignore[arg-type]  # typed by the catalogue
