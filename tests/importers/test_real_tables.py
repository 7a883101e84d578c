"""Public land-supply records and boundaries, read as they were published."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from geodata.importers.content import read_content
from geodata.importers.layers import read_layer
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.model.codelists import AcquisitionMode
from geodata.model.columns import NO_DAY, day_number
from geodata.model.content_lists import ContentKind

DATA = Path(__file__).parents[2].parent / "shared" / "data"
RECORDS = DATA / "land_records"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public data samples are not beside the project (../shared/data)"
)


@pytest.fixture(scope="module")
def provinces() -> LedgerFile:
    return read_ledger(RECORDS / "landchina_results_2016-01_organisations.csv")


@pytest.fixture(scope="module")
def beijing() -> LedgerFile:
    return read_ledger(RECORDS / "landchina_results_beijing_2019H1_organisations.xlsx")


def modes(ledger: LedgerFile) -> Counter[AcquisitionMode]:
    return Counter(AcquisitionMode.at(code) for code in ledger.columns.codes["acquisition_mode"])


def test_no_row_of_2016_is_lost(provinces: LedgerFile):
    assert provinces.profile == "landchina_zh"
    assert provinces.rejected == ()
    assert provinces.row_count == len(provinces.columns) == 274
    numbers = provinces.columns.texts["contract_no"].tolist()
    assert len(set(numbers)) == 274
    assert numbers[0] == "77f6cd5c-d167-40b2-8062-3e5b55384e83"
    assert not any(provinces.columns.texts["parcel_code"])


def test_the_first_industrial_contract_of_2016(provinces: LedgerFile):
    columns, row = provinces.columns, 2
    assert columns.texts["land_use"][row] == "工业用地"
    assert columns.texts["grantee"][row] == "察布查尔中新建设发展有限公司"
    assert columns.exact["area_m2"].fraction(row) == 105_800
    assert columns.exact["premium_yuan"].fraction(row) == 9_280_000
    assert columns.exact["term_years"].fraction(row) == 50
    assert columns.days["signed_on"][row] == day_number(date(2016, 1, 5))
    assert columns.days["delivery_agreed_on"][row] == day_number(date(2016, 1, 5))
    assert columns.days["start_agreed_on"][row] == day_number(date(2016, 1, 5))
    assert columns.days["completion_agreed_on"][row] == day_number(date(2018, 1, 5))
    assert columns.codes["acquisition_mode"][row] == AcquisitionMode.GRANT.position


def test_modes_and_missing_dates_of_2016(provinces: LedgerFile):
    assert modes(provinces) == {AcquisitionMode.GRANT: 157, AcquisitionMode.ALLOCATION: 117}
    days = provinces.columns.days
    assert (days["start_agreed_on"] == NO_DAY).sum() == 27 + 2  # 1900-01-01 and blank
    assert (days["delivery_agreed_on"] == NO_DAY).sum() == 18 + 1


def test_the_exchanged_floor_area_limits_of_2016_are_put_right(provinces: LedgerFile):
    low, high = provinces.columns.exact["far_min"], provinces.columns.exact["far_max"]
    pairs = [(low.fraction(row), high.fraction(row)) for row in range(274)]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    assert len(both) > 100
    assert all(a <= b for a, b in both)
    assert not any(0 in pair for pair in pairs)
    assert any(issue.column == "far_min" for issue in provinces.issues)


def test_what_2016_cannot_say_stays_unknown_and_is_kept(provinces: LedgerFile):
    columns = provinces.columns
    composite = [issue for issue in provinces.issues if issue.column == "term_years"]
    assert len(composite) == 8
    row = columns.row_no.tolist().index(composite[1].row)
    assert columns.exact["term_years"].fraction(row) is None
    assert (
        provinces.extras["土地使用年限"][row] == composite[1].value == "工业用地50年; 仓储用地40年;"
    )
    assert not columns.ragged["instalments"].given.any()
    assert provinces.extras["分期支付"][2] == "928.0000;"
    prices = [columns.exact["premium_yuan"].fraction(row) for row in range(274)]
    assert sum(1 for price in prices if price is None) == 52 + 40  # blank and 0.0000
    assert min(price for price in prices if price is not None) > 0


def test_no_row_of_beijing_is_lost(beijing: LedgerFile):
    assert beijing.profile == "landchina_en"
    assert beijing.rejected == ()
    assert beijing.row_count == len(beijing.columns) == 88
    columns = beijing.columns
    assert columns.texts["contract_no"].tolist() == columns.texts["supervision_no"].tolist()
    assert columns.texts["contract_no"][0] == "1101002019B01585"
    assert modes(beijing) == {AcquisitionMode.GRANT: 82, AcquisitionMode.ALLOCATION: 6}
    assert (columns.days["start_agreed_on"] != NO_DAY).sum() == 66
    assert (columns.days["completion_agreed_on"] != NO_DAY).sum() == 66
    assert (columns.days["start_on"] == NO_DAY).all()


def test_a_holder_in_the_second_column_of_beijing_is_kept(beijing: LedgerFile):
    holders = beijing.columns.texts["grantee"].tolist()
    assert "光明日报社" in holders
    assert None not in holders


def test_the_limits_of_beijing_were_right(beijing: LedgerFile):
    assert not any(issue.column == "far_min" for issue in beijing.issues)
    high = beijing.columns.exact["far_max"]
    assert high.fraction(1) == 1
    assert beijing.columns.exact["area_m2"].fraction(1) * 100 == 3_947_905  # type: ignore[operator]


@pytest.mark.parametrize("source", ["amap", "tianditu"])
def test_real_boundaries(source: str):
    districts = read_layer(DATA / "boundaries" / f"shanghai_districts_{source}.geojson")
    assert len(districts) == 16
    assert districts.crs.to_epsg() == 4490
    assert districts.geometry.is_valid.all()
    west, south, east, north = districts.total_bounds
    assert 120 < west < east < 123
    assert 30 < south < north < 32


def test_foreign_fields_with_their_own_system():
    fields = read_layer(DATA / "parcels_abroad" / "referentiepercelen.gpkg")
    assert len(fields) == 100
    assert fields.crs.to_epsg() == 4490
    assert fields.geometry.is_valid.all()


@pytest.mark.parametrize("path", sorted(RECORDS.glob("landchina_*")), ids=lambda path: path.name)
def test_the_headers_tell_that_it_is_a_ledger(path: Path):
    found = read_content(path)
    assert found.kind is ContentKind.LEDGER
    assert found.profile.startswith("landchina_")
