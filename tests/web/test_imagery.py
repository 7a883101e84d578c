"""Imagery on the site: who sees which land, pictures, and raster tiles like the others."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image
from rio_tiler.constants import WEB_MERCATOR_TMS

from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from geodata.store.blobs import BlobStore
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.scenes import read_scene
from geodata.store.session import unit_of_work
from service.operations.imagery import Imagery, add_scene, measure_scenes, opened_scene
from service.operations.imagery_comparing import compare_scenes
from tests.conftest import NOON
from tests.imagery.landscape import SIDE, Landscape
from tests.imagery.scenes import EPSG, PIXEL_M, SIX, write_raster

pytestmark = pytest.mark.writes

BEFORE, AFTER = date(2022, 5, 4), date(2024, 5, 20)
PARK, OTHER = "枫泾镇", "亭林镇"


@pytest.fixture(scope="module")
def shown(demo, tmp_path_factory) -> tuple[str, int]:
    """Two scenes around a parcel of a park: the address of its imagery, and the later scene."""
    directory = tmp_path_factory.mktemp("scenes")
    with unit_of_work(demo.engine) as connection:
        stored = read_contracts(connection)
        outlines = read_outlines(connection, stored.contract_id)
    parks = stored.columns.texts["park"]
    row = next(row for row, park in enumerate(parks) if park == PARK and outlines[row] is not None)
    middle = gpd.GeoSeries([outlines[row]], crs=4490).to_crs(EPSG).centroid[0]
    west, north = middle.x - SIDE / 2 * PIXEL_M, middle.y + SIDE / 2 * PIXEL_M
    imagery = Imagery(demo.engine, BlobStore(directory), lambda: NOON)
    land = Landscape.of_seed(5)
    for day, values in ((BEFORE, land.before()), (AFTER, land.after())):
        path = write_raster(directory / f"{day}.tif", values, west=west, north=north)
        scene = add_scene(imagery, "tests", path, day, SIX, scale=0.0001)
    list(measure_scenes(imagery))
    compare_scenes(imagery, BEFORE, AFTER)
    slug = ContractKey.of_row(stored.columns, row).slug
    return f"/contracts/{slug}/imagery", scene.scene_id


def test_the_page_tells_dates_classes_and_numbers(district_client, shown):
    address, scene_id = shown
    page = district_client.get(f"{address}?lang=en").get_data(as_text=True)
    assert "2022-05-04 – 2024-05-20" in page
    assert f"/imagery/{scene_id}.png" in page
    assert "no survey" in page
    assert "changes no fact and no verdict" in page


def test_a_contract_leads_to_its_imagery(district_client, shown):
    address, _ = shown
    contract = district_client.get(f"{address.removesuffix('/imagery')}?lang=en").text
    assert "What imagery shows of this land" in contract
    _, _, section = contract.partition('id="imagery"')
    section = section.partition("</section>")[0]
    assert section.count("<img") == 2
    assert "2022-05-04 – 2024-05-20: " in section
    assert 'class="badge' in section
    assert "changes no fact and no verdict" in section


def test_the_map_offers_the_scenes_as_a_layer(district_client, shown):
    _, scene_id = shown
    page = district_client.get("/map?as_of=2026-06-30&lang=en").text
    assert '"pane": "scene"' in page
    assert "/imagery/{scene}/{z}/{x}/{y}.png" in page
    assert f'{{"id":{scene_id},"title":"{AFTER} {AFTER}.tif"}}' in page
    assert f'<option value="{scene_id}">' in page


def test_land_without_scenes_says_what_to_do(district_client, shown):
    contracts = district_client.get(f"/contracts?park={OTHER}").get_data(as_text=True)
    slug = contracts.partition('href="/contracts/')[2].partition("?")[0].partition('"')[0]
    page = district_client.get(f"/contracts/{slug}/imagery?lang=en").get_data(as_text=True)
    assert "parcelwatch imagery add" in page


def test_a_chip_is_a_picture_of_the_land(district_client, shown):
    address, scene_id = shown
    response = district_client.get(f"{address}/{scene_id}.png")
    assert (response.status_code, response.content_type) == (200, "image/png")
    assert Image.open(BytesIO(response.data)).size == (320, 320)
    assert district_client.get(f"{address}/999999.png").status_code == 404


def test_who_does_not_see_the_land_sees_nothing_of_it(client_as, shown):
    address, scene_id = shown
    own, other = client_as(Role.PARK_MANAGER, PARK), client_as(Role.PARK_MANAGER, OTHER)
    for path in (address, f"{address}/{scene_id}.png"):
        assert own.get(path).status_code == 200
        assert other.get(path).status_code == 404


def test_a_raster_tile_is_private_and_asked_for_again(district_client, demo, shown):
    _, scene_id = shown
    with unit_of_work(demo.engine) as connection:
        middle = opened_scene(read_scene(connection, scene_id)).grid.footprint.centroid
    tile = WEB_MERCATOR_TMS.tile(middle.x, middle.y, 13)
    ours = f"/imagery/{scene_id}/{tile.z}/{tile.x}/{tile.y}.png"
    response = district_client.get(ours)
    assert response.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert np.asarray(Image.open(BytesIO(response.data)).convert("RGBA")).shape == (256, 256, 4)
    again = district_client.get(ours, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert district_client.get(f"/imagery/{scene_id}/5/0/0.png").status_code == 204
    assert district_client.get(f"/imagery/{scene_id}/0/0/0.png").status_code == 204
    assert district_client.get(f"/imagery/{scene_id}/0/0/7.png").status_code == 404
    assert district_client.get("/imagery/999999/0/0/0.png").status_code == 404
