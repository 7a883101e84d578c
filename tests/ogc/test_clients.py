"""The programs people use read the interface: GDAL, OWSLib and QGIS."""

from __future__ import annotations

import os
import subprocess
import textwrap
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from owslib.ogcapi.features import Features

from geodata.model.feature_collections import Published
from tests.programs import missing, program

pytestmark = pytest.mark.writes

QGIS = Path("/usr/bin/python3")
READ_WITH_QGIS = """
    import sys
    from qgis.core import (
        QgsApplication, QgsFeatureRequest, QgsVectorFileWriter, QgsVectorLayer,
    )
    address, name, password, wanted, target = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorLayer(
        f"url='{address}' typename='contracts' username='{name}' password='{password}'"
        " pageSize='500' maxNumFeatures='100000'", "contracts", "OAPIF",
    )
    assert layer.isValid(), layer.error().message()
    count = sum(1 for _ in layer.getFeatures())
    asked = QgsFeatureRequest().setFilterExpression(f'"verdict" = \\'{wanted}\\'')
    chosen = sum(1 for _ in layer.getFeatures(asked))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    context = layer.transformContext()
    error = QgsVectorFileWriter.writeAsVectorFormatV3(layer, target, context, options)
    assert error[0] == QgsVectorFileWriter.NoError, error
    print(count, chosen)
    del layer
    application.exitQgis()
"""


@pytest.fixture(scope="module")
def stored(demo) -> gpd.GeoDataFrame:
    """The contracts as the database has them."""
    query = """
        SELECT contract_id, contract_no, verdict, geom FROM parcelwatch.contract_card
        JOIN parcelwatch.card_span USING (contract_id)
        JOIN parcelwatch.contract AS owner USING (contract_id, contract_no)
        LEFT JOIN parcelwatch.parcel_fact AS outline ON outline.parcel_id = owner.parcel_id
            AND outline.known_to = 'infinity' AND outline.true_to = 'infinity'
        WHERE from_on <= '2026-06-30' AND until_on > '2026-06-30' ORDER BY contract_id
    """
    with demo.engine.connect() as connection:
        return gpd.read_postgis(query, connection)


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(read: gpd.GeoDataFrame, stored: gpd.GeoDataFrame) -> None:
    read = read.sort_values("contract_no").reset_index(drop=True)
    stored = stored.sort_values("contract_no").reset_index(drop=True)
    assert list(read["contract_no"]) == list(stored["contract_no"])
    assert list(read["verdict"]) == list(stored["verdict"])
    both = read.geometry.notna()
    assert list(both) == list(stored.geometry.notna())
    far = shapely.hausdorff_distance(read.geometry[both].array, stored.geometry[both].array)
    assert far.max() < 2e-8


def test_gdal_reads_the_whole_layer_as_the_database_has_it(served, token, stored, tmp_path):
    target = tmp_path / "contracts.gpkg"
    userpwd = {"GDAL_HTTP_USERPWD": f"qgis:{token}"}
    told = run(program("ogrinfo"), "-so", "-ro", f"OAPIF:{served}", "contracts", **userpwd)
    assert f"Feature Count: {len(stored)}" in told
    assert "verdict: String" in told
    run(program("ogr2ogr"), str(target), f"OAPIF:{served}", "contracts", **userpwd)
    assert_same(gpd.read_file(target, layer="contracts"), stored)


def test_gdal_asks_for_what_it_filters(served, token, stored):
    west, south, east, north = 121.28, 30.75, 121.36, 30.82
    told = run(
        *(program("ogrinfo"), "-so", "-ro", f"OAPIF:{served}", "contracts"),
        *("-spat", str(west), str(south), str(east), str(north)),
        GDAL_HTTP_USERPWD=f"qgis:{token}",
    )
    assert f"Feature Count: {len(stored.cx[west:east, south:north])}" in told


def test_owslib_reads_every_collection(served, token):
    client = Features(f"{served}/", headers={"Authorization": f"Bearer {token}"})
    assert set(client.feature_collections()) == set(map(str, Published))
    assert client.conformance()["conformsTo"]
    page = client.collection_items("contracts", limit=3, datetime="2024-03-01")
    assert page["numberReturned"] == 3
    assert client.collection_queryables("contracts")["properties"]["verdict"]["enum"]
    (first, *_) = page["features"]
    one = client.collection_item("contracts", str(first["id"]))
    assert one["properties"]["contract_no"] == first["properties"]["contract_no"]
    found = client.collection_items("contracts", filter="in_idle = true", limit=5)
    assert all(one["properties"]["in_idle"] for one in found["features"])


def test_qgis_loads_filters_and_exports(served, token, stored, tmp_path):
    tried = QGIS.exists() and subprocess.run([QGIS, "-c", "import qgis.core"], check=False)
    if not tried or tried.returncode:
        missing("QGIS's Python is not installed: .ci/setup --for test")
    wanted = stored["verdict"].mode()[0]
    target = tmp_path / "export.gpkg"
    told = run(
        *(str(QGIS), "-c", textwrap.dedent(READ_WITH_QGIS)),
        *(served, "qgis", token, wanted, str(target)),
        QT_QPA_PLATFORM="offscreen",
        HOME=str(tmp_path),
        XDG_RUNTIME_DIR=str(tmp_path),
    )
    assert told.split()[-2:] == [str(len(stored)), str((stored["verdict"] == wanted).sum())]
    assert_same(gpd.read_file(target), stored)
