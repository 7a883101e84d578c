from __future__ import annotations

import csv

import geopandas as gpd
import pyogrio
import pytest

from geodata.demo.writing import LAYERS, TABLES, write_district
from geodata.errors import OutputFileError
from geodata.model.attributes import ATTRIBUTES


@pytest.fixture(scope="module")
def directory(district, tmp_path_factory):
    written = tmp_path_factory.mktemp("demo") / "district"
    write_district(district, written)
    return written


def test_the_ledger_reads_back_as_it_was(district, directory):
    keys = {attribute.zh: attribute.key for attribute in ATTRIBUTES}
    assert (directory / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (directory / "ledger.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [
            {keys[title]: cell for title, cell in row.items() if cell}
            for row in csv.DictReader(stream)
        ]
    assert rows == district.ledger


def test_the_layers_read_back_as_they_were(district, directory):
    path = directory / "district.gpkg"
    assert {name for name, _ in pyogrio.list_layers(path)} == set(LAYERS)
    for layer in LAYERS:
        written, given = gpd.read_file(path, layer=layer), getattr(district, layer)
        assert written.crs.to_epsg() == 4490
        assert list(written.columns) == list(given.columns)
        assert written.geometry.geom_equals_exact(given.geometry, tolerance=1e-9).all()
    claims = gpd.read_file(path, layer="claims")
    assert (claims["done_on"].dropna().to_numpy() == district.claims["done_on"].dropna()).all()


def test_writing_again_gives_the_same_bytes_and_leaves_nothing_behind(district, directory):
    before = (directory / "ledger.csv").read_bytes()
    write_district(district, directory)
    assert (directory / "ledger.csv").read_bytes() == before
    written = {path.name for path in directory.iterdir()}
    assert written == {"ledger.csv", *TABLES.values(), "district.gpkg"}


def test_a_place_that_cannot_be_written_is_named(district, tmp_path):
    (tmp_path / "taken").write_text("a file, not a directory")
    with pytest.raises(OutputFileError, match="taken"):
        write_district(district, tmp_path / "taken")
