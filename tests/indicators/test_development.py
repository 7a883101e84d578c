"""Growth and counts against the papers' targets, from rows of the yearly tables."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from geodata.model.indicator_lists import UnknownReason
from service.compliance.indicators.development import development
from service.operations.developing import enterprises
from service.reports.development import count_table, growth_table

AS_OF = date(2026, 6, 30)


def firm(uscc, year, output, *, above_scale=True, tax=None):
    return {
        "uscc": uscc,
        "year": year,
        "output_yuan": None if output is None else Fraction(output),
        "tax_yuan": None if tax is None else Fraction(tax),
        "above_scale": above_scale,
    }


YEARS = [
    firm("A", 2020, 100),
    firm("A", 2025, 200),
    firm("B", 2020, 50, above_scale=False),
    firm("B", 2025, 70),
    firm("A", 2026, 999),
]
PARCELS = [{"parcel_code": "P", "park": "一园", "area_m2": Fraction(2000)}]
STAYS = [
    {"uscc": "A", "parcel_code": "P", "begins_on": date(2019, 1, 1), "ends_on": None},
    {"uscc": "B", "parcel_code": "P", "begins_on": date(2019, 1, 1), "ends_on": None},
]


@pytest.fixture
def found(law):
    return development(enterprises(YEARS, STAYS, PARCELS, AS_OF), law, AS_OF)


def test_growth_per_land_is_told_for_the_district_and_each_park(found):
    (line,) = (one for one in found.growth if one.target.target_id == "park_yield_growth_2025_plan")
    assert [place.place for place in line.places] == ["", "一园"]
    for place in line.places:
        assert (place.first.year, place.last.year) == (2020, 2025)
        assert place.first.total_yuan == 150
        assert place.ratio == Fraction(270, 150)
        assert place.rate == pytest.approx(1.8 ** (1 / 5) - 1)


def test_a_year_that_has_not_ended_is_left_out_and_only_those_above_scale_count(found):
    (line,) = (one for one in found.growth if one.target.target_id.endswith("scale_growth_2025"))
    (district,) = line.places
    assert (district.first.total_yuan, district.last.total_yuan) == (100, 270)


def test_without_figures_the_reason_stands_in_the_table(found):
    (line,) = (one for one in found.growth if one.target.target_id == "park_tax_growth_2025_plan")
    assert {place.unknown_because for place in line.places} == {UnknownReason.TOO_MUCH_MISSING}
    rows = growth_table(found, "en").rows
    row = next(row for row in rows if row[:2] == [line.target.en, "一园"])
    assert row[3] is UnknownReason.TOO_MUCH_MISSING
    assert row[5] is None


def test_new_enterprises_above_scale_are_counted(found):
    lines = {line.target.target_id: line for line in found.counts}
    assert lines["new_above_scale_2025_plan"].count.count == 1
    assert len(count_table(found, "zh").rows) == len(found.counts)


def test_without_any_table_nothing_is_zero(law):
    found = development(enterprises([], [], [], AS_OF), law, AS_OF)
    assert all(place.rate is None for line in found.growth for place in line.places)
    assert all(line.count.count is None for line in found.counts)
