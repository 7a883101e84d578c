"""Public land-supply records and boundaries, read as they were published."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.importers.content import ContentFile, read_content
from geodata.importers.layers import read_layer
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.model.codelists import AcquisitionMode, IssueSeverity
from geodata.model.columns import NO_DAY, day_number
from geodata.model.content_lists import ContentKind

DATA = Path(__file__).parents[2].parent / "shared" / "data"
RECORDS = DATA / "land_records"
BOUNDARIES = DATA / "boundary_txt"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the public data samples are not beside the project (../shared/data)"
)


@pytest.fixture(scope="module")
def provinces() -> LedgerFile:
    return read_ledger(RECORDS / "landchina_results_2016-01_organisations.csv")


@pytest.fixture(scope="module")
def beijing() -> LedgerFile:
    return read_ledger(RECORDS / "landchina_results_beijing_2019H1_organisations.xlsx")


def repaired_columns(ledger: LedgerFile) -> set[str]:
    return {i.column for i in ledger.issues if i.severity is IssueSeverity.REPAIRED}


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
    assert repaired_columns(provinces) == {"far_min"}


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
    assert repaired_columns(beijing) == set()
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


def faults(file: ContentFile) -> dict[str, int]:
    return dict(Counter(issue.fault.value for issue in file.quality))


def test_words_for_nothing_of_2016_are_counted(provinces: LedgerFile):
    counts = {
        issue.header: issue.values["count"]
        for issue in provinces.issues
        if "mean “unknown”" in issue.text()
    }
    assert counts == {
        "成交价格": 40,
        "约定容积率(上限)": 25,
        "约定容积率(下限)": 12,
        "约定交地时间": 18,
        "约定开工时间": 27,
        "约定竣工时间": 27,
    }


@pytest.mark.parametrize(
    "path", sorted((DATA / "boundary_txt").glob("*.txt")), ids=lambda p: p.stem
)
def test_public_boundary_texts_are_parcels(path: Path):
    found = read_content(path)
    assert (found.kind, found.profile) == (ContentKind.PARCELS, "boundary_points")
    assert (found.rejected, len(found.rows), found.originals) == ((), 1, ())
    # Their blocks are numbered within the file, and their areas are those of their points.
    assert faults(found) == {"unusual_parcel_code": 1}
    assert found.geometry is not None
    assert found.geometry.is_valid.all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("referentiepercelen.gpkg", {"spike": 1}),
        ("brpgewaspercelen_definitief_2023.gpkg", {"spike": 9, "sliver": 2, "overlap": 1}),
        ("Marker_2026.zip", {"spike": 3, "area_differs": 19}),
    ],
)
def test_foreign_parcels_are_checked(name: str, expected: dict[str, int], tmp_path: Path):
    """Their columns are called as ours are; their outlines stay as they were published."""
    fields = gpd.read_file(DATA / "parcels_abroad" / name)
    named = fields.rename(columns={"IMK_areal": "宗地面积(公顷)"}).filter(
        ["宗地面积(公顷)", "geometry"]
    )
    named["parcel_code"] = [f"{n:019}" for n in range(len(fields))]
    named.to_file(tmp_path / "a.gpkg")
    found = read_content(tmp_path / "a.gpkg")
    assert (found.kind, found.row_count, found.rejected) == (ContentKind.PARCELS, 100, ())
    counts = faults(found)
    assert counts.pop("unusual_parcel_code") == 100
    assert counts == expected


@pytest.mark.parametrize("source", ["amap", "tianditu"])
def test_real_districts_have_no_fault(source: str, tmp_path: Path):
    districts = gpd.read_file(DATA / "boundaries" / f"shanghai_districts_{source}.geojson")
    towns = {"district_adcode": "park_code", "district_name": "name_zh"}
    districts.rename(columns=towns).assign(kind="town").to_file(tmp_path / "a.gpkg")
    found = read_content(tmp_path / "a.gpkg", ContentKind.PARKS)
    assert (found.row_count, found.rejected, found.quality, found.repairs) == (16, (), (), ())


@pytest.mark.parametrize("path", sorted(RECORDS.glob("landchina_*")), ids=lambda path: path.name)
def test_the_headers_tell_that_it_is_a_ledger(path: Path):
    found = read_content(path)
    assert found.kind is ContentKind.LEDGER
    assert found.profile.startswith("landchina_")
