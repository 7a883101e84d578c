from __future__ import annotations

import json
import re

import pytest

from geodata.errors import MissingProgramError, NothingFoundError
from service.maps.assets import CATALOGUE, InlinedAssets, ServedAssets, asset_named
from tests.conftest import PROJECT

NODE_MODULES = PROJECT / "node_modules"


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_asset_can_be_read(name):
    assert CATALOGUE[name].read(NODE_MODULES)


@pytest.mark.parametrize("name", ["../package.json", "leaflet/leaflet-src.js", ""])
def test_nothing_beside_the_catalogue_is_an_asset(name):
    with pytest.raises(NothingFoundError, match="no asset"):
        asset_named(name)


def test_without_the_npm_packages_the_way_out_is_named(tmp_path):
    with pytest.raises(MissingProgramError) as caught:
        InlinedAssets(tmp_path).script("leaflet/leaflet.js")
    assert "npm ci --ignore-scripts" in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_an_inlined_style_carries_its_pictures():
    style = InlinedAssets(NODE_MODULES).style("leaflet/leaflet.css")
    assert "url(images/" not in style
    assert style.count("url(data:image/png;base64,") == 3


def test_a_served_element_is_escaped_and_carries_the_nonce():
    assets = ServedAssets(lambda name: f'/a"{name}', "n0nce")
    assert assets.script("site.js") == '<script src="/a&#34;site.js" nonce="n0nce"></script>'
    assert assets.style("site.css") == '<link rel="stylesheet" href="/a&#34;site.css">'


def test_npm_packages_are_pinned_and_the_lock_names_no_other_registry():
    wanted = json.loads((PROJECT / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((PROJECT / "package-lock.json").read_text("utf-8"))["packages"]
    assert wanted
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in entry for path, entry in locked.items() if path)
    sources = " ".join(entry.get("resolved", "") for entry in locked.values())
    assert set(re.findall(r"https?://([^/\"]+)", sources)) <= {"registry.npmjs.org"}
