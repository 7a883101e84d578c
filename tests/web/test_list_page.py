"""The list of contracts: its filters, columns, views and files show the same rows."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import geopandas as gpd
import openpyxl
import pytest
from flask.testing import FlaskClient

from geodata.model.roles import Role
from service.app import create_app
from service.operations.demonstration import DEMO_AS_OF
from tests.maps.samples import HOSTILE

from .conftest import MemoryReadings

DAY = f"as_of={DEMO_AS_OF}"
PART = {"HX-Request": "true"}
FILES = ("xlsx", "csv", "gpkg", "geojson", "parquet")


def keys_of(page: str) -> list[str]:
    """The contracts of the rows, in order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return list(dict.fromkeys(re.findall(r'href="/contracts/([^"?]+)', body)))


def test_a_script_gets_the_list_and_nothing_else(client):
    page, part = (
        client.get("/contracts?verdict=overdue_start", headers=headers) for headers in ({}, PART)
    )
    assert "<!DOCTYPE html>" in page.text
    assert "<html" not in part.text
    assert keys_of(part.text) == keys_of(page.text) != []
    assert 'class="chip"' in part.text
    assert page.vary == part.vary
    assert "HX-Request" in page.headers["Vary"]


def test_the_list_shows_the_columns_chosen(client):
    def heads(query: str) -> list[str]:
        head = client.get(f"/contracts{query}").text.partition("<thead")[2].partition("</thead>")[0]
        return [
            re.sub(r"<[^>]+>|▾", "", cell).strip()
            for cell in re.findall(r"<th.*?</th>", head, re.DOTALL)
        ]

    assert heads("")[:4] == ["Verdict", "Project", "Contract", "Park"]
    assert heads("?column=town&column=verdict&column=none") == ["Verdict", "Contract", "Town"]
    assert heads("?column=none") == heads("")


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("due_within=30&due_within=90", ["due within 30 days", "due within 90 days"]),
        ("milestone=start&land_use=x", ["start of construction", "x"]),
        ("park=", ["not given"]),
        ("q=%3Cb%3E", ["“<b>”"]),
    ],
)
def test_each_filter_in_force_can_be_removed(client, query, chips):
    page = client.get(f"/contracts?{query}").text
    told = re.findall(r'class="chip"[^>]*>(.*?)</a>', page)
    assert [html.unescape(text) for text in told] == chips


@pytest.mark.parametrize("query", ["due_within=31", "due_within=x", "milestone=end"])
def test_an_unknown_value_is_refused_by_name(client, query):
    name, value = query.split("=")
    response = client.get(f"/contracts?{query}")
    assert response.status_code == 400
    assert f"The filter {name} has no value {value}." in response.text


def post(client: FlaskClient, path: str, **form: str):
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/contracts").text)[1]
    return client.post(path, data={"csrf": token, **form})


def test_a_list_is_kept_and_comes_back(client, readings):
    address = (
        "/contracts/views?verdict=overdue_start&order=days&column=town&page=2&as_of=2024-02-29"
    )
    answer = post(client, address, title=HOSTILE)
    assert answer.status_code == 302
    assert readings.kept == {HOSTILE: "verdict=overdue_start&order=days&column=town"}
    page = client.get(answer.location).text
    assert "<img" not in page
    assert 'href="/contracts?verdict=overdue_start&amp;order=days&amp;column=town"' in page
    assert post(client, "/contracts/views/1/delete").status_code == 302
    assert readings.kept == {}


def test_a_form_of_another_site_keeps_nothing(client, readings):
    assert client.post("/contracts/views?order=days", data={"title": "x"}).status_code == 400
    assert readings.kept == {}


def rows_of(client: FlaskClient, form: str, query: str, tmp_path) -> list[dict[str, object]]:
    """The rows of a file by the keys of their columns."""
    response = client.get(f"/contracts.{form}?{query}")
    assert response.status_code == 200
    assert f"filename=contracts-{DEMO_AS_OF}.{form}" in response.headers["Content-Disposition"]
    content = response.data
    path = tmp_path / f"list.{form}"
    path.write_bytes(content)
    match form:
        case "csv":
            lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            return [dict(zip(KEYS, line, strict=True)) for line in lines[1:]]
        case "xlsx":
            sheet = openpyxl.load_workbook(path)["list"].iter_rows(values_only=True)
            return [dict(zip(KEYS, line, strict=True)) for line in list(sheet)[1:]]
        case "geojson":
            return [feature["properties"] for feature in json.loads(content)["features"]]
        case "parquet":
            frame = gpd.read_parquet(path)
        case _:
            frame = gpd.read_file(path)
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.is_valid.all()
    assert list(frame.columns) == [*KEYS, "geometry"]
    return frame.drop(columns="geometry").to_dict("records")


KEYS = ("verdict", "contract", "park", "due", "area", "stake")


@pytest.mark.parametrize("form", FILES)
def test_a_file_holds_what_the_list_shows(district_client, tmp_path, form):
    columns = "&".join(f"column={key}" for key in KEYS)
    query = f"{DAY}&group=overdue&order=stake&{columns}"
    rows = rows_of(district_client, form, query, tmp_path)
    page = district_client.get(f"/contracts?{query}").text
    total = int(re.search(r"([\d,]+) contracts in all", page)[1].replace(",", ""))
    assert len(rows) == total > 50
    shown = re.findall(r'<a href="/contracts/[^"]+">([^<]+)</a>', page.partition("<tbody>")[2])
    assert [row["contract"] for row in rows[: len(shown)]] == shown
    stakes = [float(row["stake"] or 0) for row in rows]
    assert stakes == sorted(stakes, reverse=True)
    written = page.partition("<tfoot>")[2].replace(",", "")
    assert f"{sum(float(row['area'] or 0) for row in rows):.1f}"[:-2] in written
    dues = [row["due"] for row in rows if row["due"] and str(row["due"]) != "NaT"]
    assert all(date.fromisoformat(str(due)[:10]) >= DEMO_AS_OF for due in dues)


@pytest.mark.parametrize("form", FILES)
def test_a_file_may_be_empty(district_client, tmp_path, form):
    columns = "&".join(f"column={key}" for key in KEYS)
    assert rows_of(district_client, form, f"{DAY}&park=nowhere&{columns}", tmp_path) == []


def test_a_cell_is_never_a_formula(site, readings: MemoryReadings):
    first, *_ = readings.view.parcels
    hostile = replace(first, project_name="=cmd|' /C calc'!A0")
    readings.view = replace(readings.view, parcels=(hostile,))
    client = create_app(site).test_client()
    assert "'=cmd" in client.get("/contracts.csv").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/contracts.xlsx").data))
    assert {cell.data_type for cell in book["list"][2]} <= {"s", "n"}


def test_another_kind_of_file_is_refused(client):
    response = client.get("/contracts.exe")
    assert response.status_code == 404
    assert "xlsx, csv, gpkg, geojson, parquet" in response.text


def test_a_park_manager_lists_searches_and_exports_own_parks_only(
    client_as: Callable[..., FlaskClient], district_client: FlaskClient
) -> None:
    page = district_client.get(f"/contracts?{DAY}").text
    park = re.search(r'name="park" value="([^"]+)"', page)[1]
    manager = client_as(Role.PARK_MANAGER, park)
    assert manager.get(f"/contracts?{DAY}").status_code == 200
    counts = re.findall(r'name="park" value="([^"]*)"', manager.get(f"/contracts?{DAY}").text)
    assert counts == [park]
    text = manager.get(f"/contracts.csv?{DAY}&column=park&q=310116").text
    assert {line.rsplit(",", 1)[1] for line in text.splitlines()[1:]} == {park}


def test_what_was_known_before_is_asked_for_and_carried(client):
    page = client.get("/contracts?known_on=2026-06-01").text
    assert 'class="bar past"' in page
    assert "known on 2026-06-01" in page
    links = [html.unescape(link) for link in re.findall(r'href="(/contracts/[^"]+)"', page)]
    assert links
    assert all("known_on=2026-06-01" in link for link in links)
