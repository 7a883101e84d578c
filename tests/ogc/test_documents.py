"""Documents of the interface: every conformance class has something to show for it."""

from __future__ import annotations

import jsonschema
import pytest

from geodata.geometry.published_crs import CRS84, PUBLISHED_CRS, STORAGE
from geodata.model.feature_collections import Published
from service.ogc.documents import CONFORMS_TO

pytestmark = pytest.mark.writes

LINKS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["href", "rel", "type"],
        "properties": {"href": {"type": "string", "pattern": "^https?://"}},
    },
}
COLLECTION = {
    "type": "object",
    "required": ["id", "links", "crs", "storageCrs", "extent", "itemType"],
    "properties": {"links": LINKS, "crs": {"contains": {"const": CRS84.uri}}},
}
FEATURES = {
    "type": "object",
    "required": ["type", "features", "links", "timeStamp", "numberReturned"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "links": LINKS,
        "timeStamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "geometry": {"type": ["object", "null"]},
                },
            },
        },
    },
}
DOCUMENTS = {
    "/": {"required": ["title", "links"], "properties": {"links": LINKS}},
    "/conformance": {"required": ["conformsTo"], "properties": {"conformsTo": {"minItems": 20}}},
    "/api": {
        "required": ["openapi", "info", "paths"],
        "properties": {"openapi": {"const": "3.0.3"}},
    },
    "/collections": {
        "required": ["links", "collections"],
        "properties": {"links": LINKS, "collections": {"items": COLLECTION, "minItems": 6}},
    },
    "/collections/contracts": COLLECTION,
    "/collections/contracts/queryables": {
        "required": ["$schema", "$id", "type", "properties"],
        "properties": {"type": {"const": "object"}},
    },
    "/collections/contracts/items": FEATURES,
    "/collections/contracts/tiles": {"required": ["tilesets"]},
    "/collections/contracts/tiles/WebMercatorQuad": {
        "required": ["dataType", "crs", "tileMatrixSetURI", "links"]
    },
    "/tileMatrixSets": {"required": ["tileMatrixSets"]},
    "/tileMatrixSets/WebMercatorQuad": {"required": ["id", "crs", "tileMatrices"]},
}
SHOWN_BY = {
    "ogcapi-features-1": "/",
    "ogcapi-features-2": "/collections/contracts",
    "ogcapi-features-3": "/collections/contracts/queryables",
    "cql2": "/collections/contracts/items?filter=in_idle",
    "ogcapi-tiles-1": "/collections/contracts/tiles/WebMercatorQuad",
}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_have_the_structure_of_the_standard(district_client, path):
    answer = district_client.get(f"/ogc{path}", query_string={"f": "json"})
    assert answer.status_code == 200
    jsonschema.validate(answer.json, {"type": "object", **DOCUMENTS[path]})
    page = district_client.get(f"/ogc{path}", query_string={"f": "html"})
    assert page.content_type.startswith("text/html")
    assert district_client.get(f"/ogc{path}?colour=red").status_code == 400


@pytest.mark.parametrize("uri", CONFORMS_TO)
def test_every_class_of_conformance_has_something_to_show(district_client, uri):
    standard = uri.split("/")[4]
    assert district_client.get(f"/ogc{SHOWN_BY[standard]}").status_code == 200


def test_every_link_leads_somewhere(district_client):
    seen, ahead = set(), ["http://localhost/ogc/"]
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = district_client.get(address.removeprefix("http://localhost"))
        assert answer.status_code == 200, address
        if answer.is_json and "items" not in address:
            links = [*answer.json.get("links", ()), *answer.json.get("tilesets", ())]
            ahead += [
                link["href"]
                for link in links
                if "href" in link and not link.get("templated") and link["href"] not in seen
            ]
    assert len(seen) > 8


def test_queryables_are_the_properties_of_the_features(district_client):
    for collection in Published:
        path = f"/ogc/collections/{collection}"
        told = district_client.get(f"{path}/queryables").json["properties"]
        assert list(told) == ["geometry", *(one.key for one in collection.attributes)]


def test_the_description_names_every_address(district_client, district_app):
    described = district_client.get("/ogc/api").json["paths"]
    assert len(described) == 11 + 2 * len(Published)
    asked = {one["name"] for one in described["/collections/contracts/items"]["get"]["parameters"]}
    assert {"bbox", "bbox-crs", "crs", "limit", "datetime", "filter", "verdict"} <= asked


def test_a_collection_names_its_reference_systems(district_client):
    told = district_client.get("/ogc/collections/parcels").json
    assert told["crs"] == list(PUBLISHED_CRS)
    assert told["storageCrs"] == STORAGE.uri
