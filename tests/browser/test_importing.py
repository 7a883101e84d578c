"""Files are given, recognised, compared, decided about and imported, step by step."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, expect

from geodata.model.content_lists import ContentKind
from geodata.model.roles import Role
from geodata.store.queries.content import read_content
from geodata.store.session import unit_of_work

pytestmark = pytest.mark.browser

WORKED = 60_000
"""Milliseconds within which the worker has done a small task."""
KEPT, DECLINED = "310116999001GB00001", "310116999001GB00002"


@pytest.fixture
def parcels(tmp_path: Path) -> Path:
    """Two parcels beside each other that both claim a strip, in a corner of the district."""
    shapes = [
        shapely.box(121.30, 30.70, 121.301, 30.701),
        shapely.box(121.3008, 30.70, 121.302, 30.701),
    ]
    frame = gpd.GeoDataFrame({"宗地代码": [KEPT, DECLINED]}, geometry=shapes, crs=4490)
    frame.to_file(tmp_path / "parcels.gpkg", engine="pyogrio")
    return tmp_path / "parcels.gpkg"


def at_step(page: Page, name: str) -> None:
    """Wait until the worker has come so far."""
    reached = page.locator("body:not(:has(#working)) .steps [aria-current=step]")
    expect(reached).to_have_text(name, timeout=WORKED)


def test_five_steps_lead_from_a_file_to_facts(visit, site, parcels):
    page = visit(Role.AUDITOR).open("/imports", lang="en")
    at_step(page, "Upload")
    page.locator("#file").set_input_files(parcels)
    page.get_by_role("button", name="Upload").click()

    at_step(page, "Recognised")
    expect(page.locator("#kind-0")).to_have_value(ContentKind.PARCELS.value)
    page.get_by_role("button", name="Go on to the columns").click()

    at_step(page, "Columns")
    expect(page.locator(".columns-told select").first).to_have_value("parcel_code")
    page.get_by_role("button", name="Compare with what is known").click()

    at_step(page, "Preview")
    overlap = page.locator(".issues button", has_text="overlap")
    expect(overlap).to_contain_text(KEPT)
    overlap.click()
    expect(page.locator(".map-holder .leaflet-popup")).to_contain_text("overlap")
    page.get_by_label(f"Take over {DECLINED}").uncheck()
    page.get_by_role("button", name="Import what is accepted").click()

    at_step(page, "Result")
    expect(page.locator(".equation")).to_have_text(
        "2 rows of the file = 1 added + 0 changed + 0 unchanged + 1 declined + 0 rejected"
    )
    with unit_of_work(site.engine) as connection:
        known = {row["parcel_code"] for row in read_content(connection, ContentKind.PARCELS).rows}
    assert KEPT in known
    assert DECLINED not in known
