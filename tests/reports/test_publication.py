"""What is published names no person, and adds up to what the bureau's own list does."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.attributes import ATTRIBUTES
from geodata.model.columns import LedgerColumns, from_rows
from geodata.model.personal import MASK
from service.operations.views import judged_parcels
from service.reports.listing_files import FORMATS
from service.reports.publication import public_columns, public_listing, total_lines, write_totals
from service.wording import Wording
from tests.law.strategies import random_rows
from tests.maps.samples import LAW, district

NAMES = st.sampled_from(["张三", "欧阳小明", "金山示例有限公司", "上海第三机床厂", None])


def masked(columns: LedgerColumns) -> LedgerColumns:
    """The same facts as a transaction is told them that sees no persons."""
    ways = {a.key: a.personal for a in ATTRIBUTES if a.personal}
    texts = {
        key: np.array([text and ways[key].masked(text) for text in column], dtype=np.object_)
        for key, column in columns.texts.items()
        if key in ways
    }
    return replace(columns, texts={**columns.texts, **texts})


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    names=st.lists(NAMES, min_size=1, max_size=12),
    as_of=st.dates(date(2012, 1, 1), date(2027, 12, 31)),
    parks=st.lists(st.sampled_from(["A", "B", None]), min_size=12, max_size=12),
)
def test_sums_are_the_same_without_persons(seed, names, as_of, parks):
    rows: list[dict[str, Any]] = random_rows(seed, as_of, len(names))
    told = [
        {**row, "grantee": name, "note": name, "park": park, "area_m2": Fraction(seed + 1, 3)}
        for row, name, park in zip(rows, names, parks, strict=False)
    ]
    columns, wording = from_rows(told), Wording(LAW, "en")
    inside, outside = (
        tuple(judged_parcels(each, wording, as_of)) for each in (columns, masked(columns))
    )
    assert total_lines(outside) == total_lines(inside)
    assert sum(line.totals.count for line in total_lines(outside) if line.about == "park") == len(
        names
    )
    shown = {parcel.grantee for parcel in outside}
    assert not shown & {"张三", "欧阳小明"}
    assert (MASK in shown) == bool({"张三", "欧阳小明"} & set(names))


def test_the_list_and_the_sums_of_a_district_agree():
    view = district()
    body = b"".join(FORMATS["csv"].write(public_listing(view))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    stream = io.StringIO()
    write_totals(total_lines(view.parcels), stream)
    sums = list(csv.DictReader(io.StringIO(stream.getvalue())))
    whole = next(row for row in sums if row["about"] == "all")
    assert int(whole["contracts"]) == len(rows)
    by_verdict = {row["name"]: int(row["contracts"]) for row in sums if row["about"] == "verdict"}
    assert sum(by_verdict.values()) == len(rows)
    areas = [parcel.area_m2 for parcel in view.parcels if parcel.area_m2 is not None]
    assert Fraction(whole["area_m2"]) == sum(areas, Fraction(0))


def test_nobody_is_told_by_what_somebody_is_held():
    assert "held" not in {column.key for column in public_columns("en")}
