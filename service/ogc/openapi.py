"""The description of the interface in OpenAPI 3.0, made from the collections themselves."""

from __future__ import annotations

from typing import Any, Final

from geodata.geometry.published_crs import CRS84, PUBLISHED_CRS
from geodata.model.feature_collections import Published
from service.ogc.answers import GEOJSON, HTML, JSON, OPENAPI, PROBLEM, SCHEMA, VECTOR_TILE, Document
from service.ogc.documents import MATRIX_SET, attribute_schema
from service.ogc.parameters import FORMS, LANGUAGES, LIMIT, MOST, RESULTS

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_CRS: Final[Schema] = {"type": "string", "enum": list(PUBLISHED_CRS), "default": CRS84.uri}


def _parameter(name: str, schema: Schema, place: str = "query", **more: Any) -> Document:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, **more}


_COLLECTION: Final = _parameter(
    "collectionId", {"type": "string", "enum": [str(one) for one in Published]}, "path"
)
_FORM: Final = _parameter("f", {"type": "string", "enum": list(FORMS)})
_TILE: Final = tuple(
    _parameter(name, {"type": "integer", "minimum": 0}, "path")
    for name in ("tileMatrix", "tileRow", "tileCol")
)
_BOX: Final[Schema] = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 4,
    "maxItems": 6,
}
_ITEM: Final = (
    _parameter("crs", _CRS, explode=False),
    _parameter("datetime", _TEXT, style="form", explode=False),
)
_ITEMS: Final = (
    *_ITEM,
    _parameter("bbox", _BOX, style="form", explode=False),
    _parameter("bbox-crs", _CRS),
    _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        style="form",
        explode=False,
    ),
    _parameter("after", _TEXT),
    _parameter("filter", _TEXT),
    _parameter("filter-lang", {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}),
    _parameter("filter-crs", _CRS),
    _parameter("resultType", {"type": "string", "enum": list(RESULTS), "default": RESULTS[0]}),
)


def openapi_document(title: str, version: str, server: str, language: str) -> Document:
    """The whole description."""
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": version},
        "servers": [{"url": server}],
        "security": [{"token": []}, {"basic": []}, {"session": []}],
        "paths": _paths(language),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "parcelwatch_session"},
            }
        },
    }


def _paths(language: str) -> dict[str, Document]:
    one, tiles = "/collections/{collectionId}", f"/collections/{{collectionId}}/tiles/{MATRIX_SET}"
    paths = {
        "/": _path("landing", JSON),
        "/conformance": _path("conformance", JSON),
        "/api": _path("api", OPENAPI),
        "/collections": _path("collections", JSON),
        one: _path("collection", JSON, _COLLECTION),
        f"{one}/queryables": _path("queryables", SCHEMA, _COLLECTION),
        f"{one}/tiles": _path("tilesets", JSON, _COLLECTION),
        tiles: _path("tileset", JSON, _COLLECTION),
        f"{tiles}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _path(
            "tile", VECTOR_TILE, _COLLECTION, *_TILE, _ITEM[1]
        ),
        "/tileMatrixSets": _path("tileMatrixSets", JSON),
        f"/tileMatrixSets/{MATRIX_SET}": _path("tileMatrixSet", JSON),
    }
    for collection in Published:
        items = f"/collections/{collection}/items"
        asked = (_parameter(a.key, attribute_schema(a, language)) for a in collection.attributes)
        paths[items] = _path(f"{collection}.items", GEOJSON, *_ITEMS, *asked)
        number = _parameter("featureId", _TEXT, "path")
        paths[f"{items}/{{featureId}}"] = _path(f"{collection}.item", GEOJSON, number, *_ITEM)
    return paths


def _path(name: str, media_type: str, *parameters: Document) -> Document:
    content = {one: {"schema": {"type": "object"}} for one in (media_type, HTML)}
    failed = {"description": "problem", "content": {PROBLEM: {"schema": {"type": "object"}}}}
    return {
        "get": {
            "operationId": name,
            "parameters": [*parameters, _FORM],
            "responses": {
                "200": {"description": "answer", "content": content},
                **dict.fromkeys(("400", "401", "403", "404"), failed),
            },
        }
    }
