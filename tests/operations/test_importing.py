"""A ledger's other columns are kept and shown; a district brings the layers its file has."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa
from flask.testing import FlaskClient

from geodata.errors import InputFileError
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Role
from geodata.store.queries.parcels import read_features, read_parks
from geodata.store.session import unit_of_work
from service.app import create_app
from service.i18n import translator
from service.operations.import_sources import Source
from service.operations.importing import ImportReport, import_now
from service.operations.land import backdrop, read_district
from service.operations.land_map import LandMap
from service.operations.reading import DatabaseReadings
from service.web.readings import Site
from tests.conftest import NOON, PROJECT
from tests.maps.samples import HOSTILE
from tests.web.conftest import known_as

AS_OF = date(2026, 6, 30)
KEY = ContractKey("G-1", "", "")
AUDITOR = Actor.of_role("auditor", Role.AUDITOR)


@pytest.fixture
def imported(own_engine: sa.Engine, tmp_path) -> ImportReport:
    quoted = HOSTILE.replace('"', '""')
    path = tmp_path / "ledger.csv"
    path.write_text(
        f'contract_no,signed_on,网格员,"{quoted}"\nG-1,2024-01-02,甲,"{quoted}"\nG-2,,,\n', "utf-8"
    )
    return import_now(own_engine, [Source(path)], actor="test", clock=lambda: NOON)


@pytest.fixture
def readings(own_engine, imported, law) -> DatabaseReadings:
    return DatabaseReadings(own_engine, law)


def test_unknown_columns_are_listed_and_follow_the_facts(imported, readings):
    assert imported.table(ContentKind.LEDGER).file.unknown_headers == ("网格员", HOSTILE)
    facts = readings.dossier(AUDITOR, KEY, AS_OF, "en").parcel.facts
    known = (("contract_no", "G-1"), ("signed_on", date(2024, 1, 2)))
    assert facts[: len(known)] == known
    assert dict(facts[len(known) :]) == {"网格员": "甲", HOSTILE: HOSTILE}


def test_a_contract_without_them_shows_none(readings):
    assert readings.dossier(AUDITOR, ContractKey("G-2", "", ""), AS_OF, "en").parcel.facts == (
        ("contract_no", "G-2"),
    )


@pytest.fixture(params=["en", "zh"])
def client(readings, law, clock, request) -> FlaskClient:
    site = Site(
        readings,
        lambda: AS_OF,
        translator,
        PROJECT / "node_modules",
        law.title,
        known_as(Role.AUDITOR),
        land_map=LandMap(readings.engine, law, clock),
        language=request.param,
    )
    return create_app(site).test_client()


def test_the_page_shows_them_as_text(client):
    body = client.get(f"/contracts/{KEY.slug}").text
    assert "<dt>网格员</dt><dd>甲</dd>" in body
    assert body.count("&lt;img src=x") == 2
    assert "<img src=x" not in body
    assert body.count("<script") == body.count("</script>")


@pytest.mark.parametrize("path", ["/", "/map", "/contracts"])
def test_a_ledger_without_a_district_has_every_page(client, path):
    assert client.get(path).status_code == HTTPStatus.OK


SQUARE = shapely.box(121.3, 30.7, 121.301, 30.701)
PARK = {"park_code": "P", "name_zh": "甲园", "name_en": "Park A", "kind": "park"}
CLAIM = {"claim_code": "K", "kind": "vacated", "status": "planned", "area_m2": "100"}


def district_of(path: Path, **layers: dict[str, object]) -> Path:
    """A GeoPackage of layers with one feature each."""
    path.unlink(missing_ok=True)
    for layer, cells in layers.items():
        columns = {name: [cell] for name, cell in cells.items()}
        frame = gpd.GeoDataFrame(columns, geometry=[SQUARE], crs=4490)
        frame.to_file(path, layer=layer, engine="pyogrio")
    return path


@pytest.fixture
def take_in(own_engine, tmp_path):
    """Import a district of the layers given, an hour after the one before."""
    hours = iter(range(99))

    def take(**layers: dict[str, object]) -> ImportReport:
        path = district_of(tmp_path / "district.gpkg", **layers)
        at = NOON + timedelta(hours=next(hours))
        return import_now(own_engine, [], district=Source(path), actor="test", clock=lambda: at)

    return take


def kept(engine: sa.Engine) -> dict[str, list[str]]:
    with unit_of_work(engine) as connection:
        layers = read_features(connection) | {
            "parks": read_parks(connection).rename(columns={"name_zh": "name"})
        }
    return {layer: found["name"].tolist() for layer, found in layers.items() if len(found)}


def test_a_district_of_parks_alone_or_of_claims_alone_is_one(take_in, own_engine):
    assert take_in(parks=PARK).table(ContentKind.PARKS).counts.added == 1
    (table,) = take_in(claims=CLAIM).tables
    assert (table.kind, table.counts.added) == (ContentKind.CLAIMS, 1)
    assert kept(own_engine) == {"parks": ["甲园"]}


def test_a_layer_that_did_not_come_stays(take_in, own_engine):
    take_in(outline={"name": "区界"}, water={"name": "河"}, parks=PARK)
    take_in(roads={"name": "大道"})
    assert kept(own_engine) == {
        "outline": ["区界"], "water": ["河"], "parks": ["甲园"], "roads": ["大道"],
    }  # fmt: skip


@pytest.mark.parametrize("cells", [{}, {"name": None, "kind": None}, {"kind": ""}], ids=str)
def test_what_a_road_does_not_say_stays_blank(take_in, own_engine, tmp_path, cells):
    take_in(roads=cells)
    road = backdrop(read_district(tmp_path / "district.gpkg").layers, "zh").roads.iloc[0]
    with unit_of_work(own_engine) as connection:
        stored = read_features(connection)["roads"].iloc[0]
    assert road["kind"] is road["name"] is stored["kind"] is stored["name"] is None


def test_a_park_needs_no_more_than_a_name(take_in, own_engine):
    take_in(parks={"name": "甲园"})
    with unit_of_work(own_engine) as connection:
        park = read_parks(connection).iloc[0]
    assert park.drop("geometry").to_dict() == {
        "park_code": "甲园", "name_zh": "甲园", "name_en": "甲园", "kind": "park",
    }  # fmt: skip


@pytest.mark.parametrize(("layer", "column"), [("parcels", "parcel_code"), ("parks", "name_zh")])
def test_a_missing_column_is_named_with_those_there_are(tmp_path, layer, column):
    path = district_of(tmp_path / "district.gpkg", **{layer: {"街道": "x", "编码": "y"}})
    with pytest.raises(InputFileError) as refused:
        read_district(path)
    for named in ("district.gpkg", f"column {column}", "街道, 编码"):
        assert named in str(refused.value)


def test_parcels_are_taken_without_a_ledger(take_in, own_engine):
    parcels, parks = take_in(parcels={"parcel_code": "P1"}, parks=PARK).tables
    assert (parcels.kind, parcels.counts.added) == (ContentKind.PARCELS, 1)
    assert (parks.kind, kept(own_engine)) == (ContentKind.PARKS, {"parks": ["甲园"]})
