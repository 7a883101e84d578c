"""Importing files on the site: five steps, what is remembered, and what is refused."""

from __future__ import annotations

import gc
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from geodata.model.roles import Role
from geodata.settings import DatabaseSettings
from geodata.store.site_account import SITE_ROLE, site_engine
from service.app import database_app
from service.compliance.law import LawBook
from service.config import load_config
from service.settings import UploadSettings
from tests.conftest import NOON, PROJECT

from .forms import PAGE, text_of
from .imports_site import ImportSite, accept, form_of, go, post, table_of, upload


def contract(number: str, town: str, area: object, **more: object) -> dict[str, object]:
    return {"contract_no": number, "town": town, "area_m2": area, **more}


FIRST = (
    contract("G-1", "亭林镇", 100),
    contract("G-2", "朱泾镇", 200),
    contract("G-3", "枫泾镇", 300),
)
FOREIGN = (
    {"编号": "W-1", "地块面积": "3", "镇": "亭林镇", "网格员": "甲"},
    {"编号": "W-2", "地块面积": "4.5", "镇": "朱泾镇", "网格员": "乙"},
)


@pytest.fixture
def site(own_engine: sa.Engine, law: LawBook, tmp_path) -> Iterator[ImportSite]:
    shipped = load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "en"})
    config = replace(
        shipped,
        database=DatabaseSettings(own_engine.url.render_as_string(hide_password=False), tmp_path),
        uploads=UploadSettings("kept", 1),
    )
    engine = site_engine(
        own_engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    )
    yield ImportSite(database_app(config, engine, lambda: NOON), own_engine, law, config)
    engine.dispose()


CLIENT_LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def large_forms() -> Iterator[None]:
    """Flask's client leaves the temporary file of a large form open; it is let go here."""
    yield
    gc.collect()


@pytest.fixture
def client(site):
    return site.client()


def equation(response) -> list[int]:
    """The numbers of the first line that adds up the rows of a file."""
    line = re.search(r'class="equation">(.*?)</p>', response.get_data(as_text=True), re.DOTALL)[1]
    return [int(number.replace(",", "")) for number in re.findall(r"<b>([\d,]+)</b>", line)]


def test_five_steps_from_a_file_to_its_contracts(site, client):
    given = upload(client, ("台账.csv", table_of(*FIRST)))
    assert given.status_code == 303
    path = given.location.partition("?")[0]
    assert "recognising files" in text_of(client.get(path, headers=PAGE))
    assert client.get(f"{path}/files", headers=PAGE).status_code == 303
    assert site.work() == []
    files = client.get(path, headers=PAGE, follow_redirects=True)
    assert files.request.path == f"{path}/files"
    assert "contract ledger" in text_of(files)
    told = post(client, f"{path}/files", form_of(client, f"{path}/files"))
    assert told.location.partition("?")[0] == f"{path}/columns"
    columns = text_of(client.get(f"{path}/columns"))
    assert "亭林镇" in columns
    assert post(client, f"{path}/columns", form_of(client, f"{path}/columns")).status_code == 303
    assert site.work() == []
    preview = client.get(path, headers=PAGE, follow_redirects=True)
    assert preview.request.path == f"{path}/preview"
    assert equation(preview) == [3, 3, 0, 0, 0, 0]
    assert site.facts() == {}
    assert accept(client, path).status_code == 303
    assert site.work() == []
    result = client.get(path, headers=PAGE)
    assert equation(result) == [3, 3, 0, 0, 0, 0]
    link = re.search(r'href="(/contracts/G-1[^"]*)"', result.get_data(as_text=True))[1]
    assert client.get(link).status_code == 200
    assert set(site.facts()) == {"G-1", "G-2", "G-3"}
    assert client.get(f"{path}.xlsx").data.startswith(b"PK")


def test_a_second_file_is_decided_cell_by_cell(site, client):
    accept(client, go(site, client, ("a.csv", table_of(*FIRST))))
    site.work()
    second = (
        contract("G-1", "枫泾镇", 150),
        contract("G-2", "朱泾镇", 200),
        contract("G-3", "亭林镇", 300),
        contract("G-4", "亭林镇", 400),
        contract("", "亭林镇", 500),
    )
    path = go(site, client, ("b.csv", table_of(*second)))
    preview = client.get(f"{path}/preview", headers=PAGE)
    assert equation(preview) == [5, 1, 2, 1, 0, 1]
    assert "100" in text_of(preview)
    taken = form_of(client, f"{path}/preview")["take"]
    assert set(taken) == {"0/1", "0/1:town", "0/1:area_m2", "0/3", "0/3:town", "0/4"}
    left = ["0/1", "0/1:area_m2", "0/3:town"]  # a town kept, a row and a new one declined
    shown = form_of(client, f"{path}/preview")
    assert (
        post(client, f"{path}/preview", {**shown, "take": left, "act": "save"}).status_code == 303
    )
    kept = client.get(f"{path}/preview", headers=PAGE)
    assert equation(kept) == [5, 0, 1, 1, 2, 1]
    assert accept(client, path).status_code == 303
    assert site.work() == []
    assert equation(client.get(path, headers=PAGE)) == [5, 0, 1, 1, 2, 1]
    facts = site.facts()
    assert (facts["G-1"]["town"], float(facts["G-1"]["area_m2"])) == ("亭林镇", 150)
    assert facts["G-3"]["town"] == "枫泾镇"
    assert "G-4" not in facts


def test_all_is_declined_and_accepted_by_one_press(site, client):
    path = go(site, client, ("a.csv", table_of(*FIRST)))
    shown = form_of(client, f"{path}/preview")
    post(client, f"{path}/preview", {**shown, "act": "none"})
    assert equation(client.get(f"{path}/preview")) == [3, 0, 0, 0, 3, 0]
    post(client, f"{path}/preview", {**shown, "act": "all"})
    assert equation(client.get(f"{path}/preview")) == [3, 3, 0, 0, 0, 0]


def test_what_vanished_ends_only_where_that_is_said(site, client):
    accept(client, go(site, client, ("a.csv", table_of(*FIRST))))
    site.work()
    path = go(site, client, ("b.csv", table_of(*FIRST[:2])))
    shown = form_of(client, f"{path}/preview")
    assert shown["shown"] == ["0/v0"]
    assert "take" not in shown
    assert accept(client, path, take=["0/v0"]).status_code == 303
    assert site.work() == []
    assert set(site.facts()) == {"G-1", "G-2"}


def test_what_a_person_says_of_columns_is_remembered(site, client):
    path = upload(client, ("甲公司 2026.csv", table_of(*FOREIGN, encoding="gb18030"))).location
    path = path.partition("?")[0]
    site.work()
    files = client.get(f"{path}/files", headers=PAGE)
    assert "GB18030" in text_of(files)
    told = form_of(client, f"{path}/files") | {"kind-0": ["ledger"]}
    assert post(client, f"{path}/files", told).location.partition("?")[0] == path
    site.work()
    columns = form_of(client, f"{path}/columns")
    assert columns["supplier-0"] == ["甲公司 2026"]
    columns |= {"key-0-0": ["contract_no"], "key-0-1": ["area_m2"], "unit-0-1": ["mu"]}
    columns |= {"supplier-0": ["甲公司"]}
    assert post(client, f"{path}/columns", columns).status_code == 303
    assert site.work() == []
    accept(client, path)
    assert site.work() == []
    assert float(site.facts()["W-1"]["area_m2"]) == pytest.approx(2000)
    more = [{**row, "编号": f"X-{n}"} for n, row in enumerate(FOREIGN)]
    again = go(site, client, ("乙.csv", table_of(*more)))
    assert form_of(client, f"{again}/columns")["key-0-1"] == ["area_m2"]
    accept(client, again)
    assert site.work() == []
    assert float(site.facts()["X-1"]["area_m2"]) == pytest.approx(3000)


def test_a_supplier_has_a_name_of_its_own(site, client):
    path = upload(client, ("a.csv", table_of(*FIRST))).location.partition("?")[0]
    site.work()
    columns = form_of(client, f"{path}/columns") | {"key-0-1": [""], "supplier-0": ["landchina_zh"]}
    refused = post(client, f"{path}/columns", columns)
    assert refused.status_code == 400
    assert "landchina_zh cannot be one" in text_of(refused)


def test_facts_that_changed_since_the_preview_are_shown_again(site, client):
    path = go(site, client, ("a.csv", table_of(*FIRST)))
    other = go(site, client, ("b.csv", table_of(contract("G-1", "枫泾镇", 1))))
    accept(client, other)
    site.work()
    stale = form_of(client, f"{path}/preview")
    assert accept(client, path).status_code == 303
    assert site.work() == [
        "The files, or what is known, have changed since the comparison was shown."
    ]
    assert set(site.facts()) == {"G-1"}
    shown = client.get(path, headers=PAGE, follow_redirects=True)
    assert equation(shown) == [3, 2, 1, 0, 0, 0]
    assert "have changed since" in text_of(shown)
    refused = post(client, f"{path}/preview", {**stale, "act": "accept"})
    assert refused.status_code == 409
    assert accept(client, path).status_code == 303
    assert site.work() == []
    assert set(site.facts()) == {"G-1", "G-2", "G-3"}


def test_the_form_sent_twice_imports_once(site, client):
    path = go(site, client, ("a.csv", table_of(*FIRST)))
    form = form_of(client, f"{path}/preview")
    for _ in range(2):
        assert post(client, f"{path}/preview", {**form, "act": "accept"}).status_code == 303
    assert site.work() == []
    assert post(client, f"{path}/preview", {**form, "act": "accept"}).status_code == 303
    assert site.work() == []
    with site.owner.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM parcelwatch.import_batch").scalar()
    assert count == 1


def test_an_ended_session_changes_nothing(site, client):
    path = go(site, client, ("a.csv", table_of(*FIRST)))
    form = form_of(client, f"{path}/preview")
    client.delete_cookie("parcelwatch_session")
    refused = post(client, f"{path}/preview", {**form, "act": "accept"})
    assert refused.status_code == 401
    assert "Nothing was changed" in text_of(refused)
    assert site.work() == []
    assert site.facts() == {}


def test_uploads_are_seen_by_who_made_them_and_by_administrators(site, client):
    path = go(site, client, ("secret.csv", table_of(*FIRST)))
    other, keeper = site.client(name="other"), site.client(Role.ADMINISTRATOR, "keeper")
    assert "secret.csv" not in text_of(other.get("/imports"))
    for page in ("", "/files", "/columns", "/preview", ".xlsx"):
        assert other.get(path + page, headers=PAGE).status_code == 404
    for page in ("files", "columns", "preview", "discard"):
        data = form_of(other, "/imports")
        assert post(other, f"{path}/{page}", data).status_code == 404
    assert "secret.csv" in text_of(keeper.get("/imports"))
    assert keeper.get(f"{path}/preview").status_code == 200
    assert site.client(Role.REVIEWER, "reviewer").get("/imports").status_code == 403


@pytest.mark.filterwarnings("ignore::UserWarning")  # what a Shapefile cannot hold is the point
def test_a_shapefile_in_parts_asks_where_two_answers_fit(site, client, tmp_path):
    box = shapely.box(350_000, 3_400_000, 350_100, 3_400_100)
    frame = gpd.GeoDataFrame({"contract_no": ["G-1"], "town": ["T"]}, geometry=[box])
    frame.to_file(tmp_path / "地块.shp", engine="pyogrio")
    parts = [(path.name, path.read_bytes()) for path in tmp_path.glob("地块.*")]
    path = upload(client, *parts).location.partition("?")[0]
    assert site.work() == []
    files = client.get(f"{path}/files", headers=PAGE)
    answers = re.findall(r'name="crs-0" value="([^"]+)"', files.get_data(as_text=True))
    assert len(answers) > 1
    told = form_of(client, f"{path}/files") | {"crs-0": ["EPSG:4549"], "kind-0": ["ledger"]}
    post(client, f"{path}/files", told)
    assert site.work() == []
    post(client, f"{path}/columns", form_of(client, f"{path}/columns"))
    assert site.work() == []
    accept(client, path)
    assert site.work() == []
    with site.owner.connect() as connection:
        place = "SELECT st_x(st_centroid(geom)) FROM parcelwatch.parcel_fact"
        assert 118 < connection.exec_driver_sql(place).scalar() < 123


def test_issues_stand_beside_the_map(site, client, tmp_path):
    boxes = [shapely.box(x, 30.8, x + 0.002, 30.802) for x in (121.3, 121.301)]
    frame = gpd.GeoDataFrame({"contract_no": ["G-1", "G-2"]}, geometry=boxes, crs=4490)
    frame.to_file(tmp_path / "a.gpkg")
    path = go(site, client, ("a.gpkg", (tmp_path / "a.gpkg").read_bytes()))
    for language, word in (("zh", "重叠"), ("en", "overlap")):
        preview = client.get(f"{path}/preview?lang={language}", headers=PAGE)
        body = preview.get_data(as_text=True)
        assert word in text_of(preview).lower()
        assert 'id="page-data"' in body
        assert "data-issue=" in body
        nonce = re.search(r"'nonce-([^']+)'", preview.headers["Content-Security-Policy"])[1]
        assert set(re.findall(r'<script nonce="([^"]*)"', body)) == {nonce}
        assert " style=" not in body


def test_a_place_that_is_not_chosen_keeps_the_question(site, client, tmp_path):
    box = shapely.box(350_000, 3_400_000, 350_100, 3_400_100)
    frame = gpd.GeoDataFrame({"contract_no": ["G-1"], "geometry": [box.wkt]})
    path = upload(client, ("a.csv", frame.to_csv(index=False).encode())).location.partition("?")[0]
    site.work()
    told = form_of(client, f"{path}/files")
    post(client, f"{path}/files", told)
    site.work()
    post(client, f"{path}/columns", form_of(client, f"{path}/columns"))
    assert site.work() != []
    shown = client.get(path, headers=PAGE, follow_redirects=True)
    assert shown.request.path == f"{path}/files"
    assert 'role="alert"' in shown.get_data(as_text=True)
    assert site.facts() == {}


@pytest.mark.parametrize("files", [(), (("", b""),), (("empty.csv", b""),)])
def test_no_file_and_an_empty_one_are_refused(site, client, files):
    refused = upload(client, *files)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.get_data(as_text=True)
    assert "Nothing yet" in text_of(client.get("/imports"))


@CLIENT_LEAKS
def test_too_much_is_refused_with_the_limit(large_forms, site, client):
    refused = upload(client, ("a.csv", b"x" * (3 << 20)))
    assert refused.status_code == 413
    assert "MiB taken at once" in text_of(refused)
    together = upload(client, ("a.csv", b"x" * 700_000), ("b.csv", b"y" * 700_000))
    assert together.status_code == 400
    assert "Nothing yet" in text_of(client.get("/imports"))


NAMES = ("../../etc/passwd.csv", "a\x00b.csv", "x" * 400 + ".csv", "<script>alert(1)</script>.csv")


@pytest.mark.parametrize("name", [*NAMES, "..\\..\\boot.ini.csv", "CON.csv", "\u202efdp.csv"])
def test_a_hostile_name_is_text_and_nothing_else(site, client, name, tmp_path):
    path = go(site, client, (name, table_of(*FIRST)))
    body = client.get(f"{path}/preview", headers=PAGE).get_data(as_text=True)
    assert "<script>alert" not in body
    accept(client, path)
    assert site.work() == []
    with site.owner.connect() as connection:
        logged = connection.exec_driver_sql("SELECT file_name FROM parcelwatch.import_batch")
        (kept,) = logged.scalars()
    assert 0 < len(kept) <= 120
    assert {p.name for p in tmp_path.iterdir()} == {"kept"}


def packed(size: int) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return stream.getvalue()


KML_BOMB = b"""<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&b;</name></Document></kml>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.zip", packed(300 << 20)),
        ("bomb.kml", KML_BOMB),
        ("letter.docx", b"PK\x03\x04 no archive"),
        ("noise.xlsx", bytes(range(256)) * 40),
        ("noise.csv", b"\xff\xfe\x00\xd8" * 50),
        ("words.csv", "没有任何表格\n只是一段文字\n".encode()),
    ],
)
def test_what_is_no_table_says_so_and_changes_nothing(site, client, name, content):
    path = upload(client, (name, content)).location.partition("?")[0]
    assert site.work() == []
    for language in ("zh", "en"):
        shown = client.get(f"{path}/files?lang={language}", headers=PAGE)
        assert shown.status_code == 200
        body = shown.get_data(as_text=True)
        assert 'role="alert"' in body or 'class="question"' in body
        assert "/tmp/" not in body
        assert name in body
    assert site.facts() == {}


def test_a_cell_with_a_formula_stays_a_text(site, client):
    row = contract("G-1", '=HYPERLINK("http://x","y")', 1)
    path = go(site, client, ("a.csv", table_of(row)))
    assert "=HYPERLINK" in text_of(client.get(f"{path}/preview"))
    book = zipfile.ZipFile(io.BytesIO(client.get(f"{path}.xlsx").data))
    assert not any(b"<f>" in book.read(name) for name in book.namelist() if "sheet" in name)


@CLIENT_LEAKS
def test_a_polygon_of_a_million_points_is_survived(large_forms, site, client, tmp_path):
    site.app.extensions["parcelwatch"] = replace(
        site.app.extensions["parcelwatch"],
        uploads=replace(site.app.extensions["parcelwatch"].uploads, most_bytes=1 << 30),
    )
    ring = shapely.Point(121.3, 30.8).buffer(0.001, quad_segs=250_000)
    gpd.GeoDataFrame({"contract_no": ["G-1"]}, geometry=[ring], crs=4490).to_file(
        tmp_path / "a.gpkg"
    )
    path = upload(client, ("a.gpkg", (tmp_path / "a.gpkg").read_bytes())).location.partition("?")[0]
    assert site.work() == []
    assert client.get(f"{path}/files", headers=PAGE).status_code == 200


def test_an_upload_is_given_up(site, client):
    path = go(site, client, ("a.csv", table_of(*FIRST)))
    assert post(client, f"{path}/discard", form_of(client, f"{path}/preview")).status_code == 303
    assert "Nothing of these files is imported" in text_of(client.get(path, headers=PAGE))
    refused = post(client, f"{path}/discard", form_of(client, "/imports"))
    assert refused.status_code == 400
