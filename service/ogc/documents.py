"""Documents of the interface: what there is, in which systems, and what can be asked of it."""

from __future__ import annotations

from typing import Any, Final

from geodata.geometry.published_crs import CRS84, PUBLISHED_CRS, STORAGE
from geodata.model.attributes import Attribute, Kind
from geodata.model.feature_collections import Published
from geodata.model.filter_values import json_type
from geodata.store.queries.map_page import Bounds
from geodata.tiles.matrix import DEEPEST, HALF_WORLD_M
from service.ogc.answers import (
    GEOJSON,
    HTML,
    OPENAPI,
    SCHEMA,
    VECTOR_TILE,
    Document,
    address,
    link,
    own_links,
)

_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
_TILES: Final = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
CONFORMS_TO: Final = (
    *(_FEATURES.format(1, one) for one in ("core", "geojson", "html", "oas30")),
    _FEATURES.format(2, "crs"),
    *(
        _FEATURES.format(3, one)
        for one in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        _CQL2.format(one)
        for one in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "basic-spatial-functions"),
            *("basic-spatial-functions-plus", "spatial-functions", "temporal-functions"),
        )
    ),
    *(
        _TILES.format(one)
        for one in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
    ),
)
MATRIX_SET: Final = "WebMercatorQuad"
_MATRIX_SET_URI: Final = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
_MERCATOR: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
_VECTOR_TILES: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_TILE_SIDE: Final = 256
_PIXEL_M: Final = 0.000_28
"""Side of a pixel on the screen scales are told of."""
_ROLES: Final = {"true_from": "primary-interval-start", "true_to": "primary-interval-end"}


def landing_document(title: str) -> Document:
    """The first document."""
    return {
        "title": title,
        "description": "OGC API - Features, OGC API - Tiles",
        "links": [
            *own_links(),
            link("service-desc", "api", OPENAPI),
            link("service-doc", "api", HTML, f="html"),
            link("conformance", "conformance"),
            link("data", "collections"),
            link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "matrix_sets"),
        ],
    }


def collection_document(collection: Published, language: str, bounds: Bounds) -> Document:
    """What a collection is."""
    name = {"name": str(collection)}
    return {
        "id": str(collection),
        "title": collection.label(language),
        "description": f"{collection.zh} · {collection.en}",
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(bounds)], "crs": CRS84.uri},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(PUBLISHED_CRS),
        "storageCrs": STORAGE.uri,
        "links": [
            link("items", "items", GEOJSON, **name),
            link("items", "items", HTML, **name, f="html"),
            link(_QUERYABLES, "queryables", SCHEMA, **name),
            link(_VECTOR_TILES, "tilesets", **name),
        ],
    }


def queryables_document(collection: Published, language: str) -> Document:
    """What the features of a collection can be asked by."""
    shape = {"x-ogc-role": "primary-geometry", "format": "geometry-multipolygon"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address("queryables", name=str(collection)),
        "type": "object",
        "title": collection.label(language),
        "properties": {
            "geometry": shape,
            **{one.key: attribute_schema(one, language) for one in collection.attributes},
        },
        "additionalProperties": False,
    }


def attribute_schema(attribute: Attribute, language: str) -> Document:
    """Schema of the values of an attribute."""
    schema: dict[str, Any] = {"title": attribute.title(language), "type": json_type(attribute)}
    if attribute.kind is Kind.DATE:
        schema["format"] = "date"
    if attribute.codelist:
        schema["enum"] = [str(word) for word in attribute.codelist]
    if attribute.unit:
        schema["x-ogc-unit"] = attribute.unit
    if attribute.key in _ROLES:
        schema["x-ogc-role"] = _ROLES[attribute.key]
    return schema


def tileset_document(collection: Published, language: str, bounds: Bounds) -> Document:
    """What the vector tiles of a collection are."""
    template = address("tile", name=str(collection), zoom=0, row=0, column=0)
    west, south, east, north = bounds
    return {
        "title": collection.label(language),
        "dataType": "vector",
        "crs": _MERCATOR,
        "tileMatrixSetURI": _MATRIX_SET_URI,
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri},
        "links": [
            *own_links(),
            link("http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "matrix_set"),
            {
                "rel": "item",
                "type": VECTOR_TILE,
                "href": template.removesuffix("0/0/0") + "{tileMatrix}/{tileRow}/{tileCol}",
                "templated": True,
            },
        ],
    }


def matrix_set_document() -> Document:
    """The tile matrix set all tiles are of."""
    width_m = 2 * HALF_WORLD_M / _TILE_SIDE
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": _MATRIX_SET_URI,
        "crs": _MERCATOR,
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": width_m / 2**zoom / _PIXEL_M,
                "cellSize": width_m / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF_WORLD_M, HALF_WORLD_M],
                "tileWidth": _TILE_SIDE,
                "tileHeight": _TILE_SIDE,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(DEEPEST + 1)
        ],
    }
