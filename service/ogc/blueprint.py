"""The addresses of OGC API - Features and Tiles, below ``/ogc``."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version

from flask import Blueprint, Response, request

from geodata.errors import LandError
from geodata.geometry.published_crs import PUBLISHED_CRS
from geodata.model.feature_collections import Published
from geodata.model.roles import Permission
from geodata.tiles.matrix import TileAddress
from service.ogc.answers import (
    OPENAPI,
    SCHEMA,
    VECTOR_TILE,
    address,
    answer,
    own_links,
    problem,
    unless_known,
)
from service.ogc.documents import (
    CONFORMS_TO,
    MATRIX_SET,
    collection_document,
    landing_document,
    matrix_set_document,
    queryables_document,
    tileset_document,
)
from service.ogc.feature_answers import counted, one_feature, some_features
from service.ogc.openapi import openapi_document
from service.ogc.parameters import (
    ITEM,
    check_known,
    collection_named,
    crs_named,
    day_asked,
    items_question,
)
from service.operations.open_features import OpenFeatures
from service.web.permissions import requires
from service.web.question import question_or_today
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")
blueprint.register_error_handler(LandError, problem)

_ONE = "/collections/<name>"
_TILES = f"{_ONE}/tiles/{MATRIX_SET}"
_MATRIX_SETS = "/tileMatrixSets"


@blueprint.get("/")
@requires(Permission.VIEW)
def landing() -> Response:
    """What the interface is, and where it leads."""
    check_known(request.args)
    title = current_site().title(_language())
    return answer(title, landing_document(title))


@blueprint.get("/conformance")
@requires(Permission.VIEW)
def conformance() -> Response:
    """The classes of the standards that are met."""
    check_known(request.args)
    return answer("conformance", {"conformsTo": list(CONFORMS_TO), "links": own_links()})


@blueprint.get("/api")
@requires(Permission.VIEW)
def api() -> Response:
    """The description in OpenAPI."""
    check_known(request.args)
    title = current_site().title(_language())
    server = address("landing").rstrip("/")
    described = openapi_document(title, version("parcelwatch"), server, _language())
    return answer(title, described, OPENAPI)


@blueprint.get("/collections")
@requires(Permission.VIEW)
def collections() -> Response:
    """All collections."""
    check_known(request.args)
    bounds = _open().bounds()
    told = [collection_document(one, _language(), bounds) for one in Published]
    document = {"links": own_links(), "crs": list(PUBLISHED_CRS), "collections": told}
    return answer("collections", document)


@blueprint.get(_ONE)
@requires(Permission.VIEW)
def collection(name: str) -> Response:
    """One collection."""
    check_known(request.args)
    chosen = collection_named(name)
    document = collection_document(chosen, _language(), _open().bounds())
    document["links"] = [*own_links(), *document["links"]]
    return answer(document["title"], document)


@blueprint.get(f"{_ONE}/queryables")
@requires(Permission.VIEW)
def queryables(name: str) -> Response:
    """What the items of a collection can be asked by."""
    check_known(request.args)
    document = queryables_document(collection_named(name), _language())
    return answer(document["title"], document, SCHEMA)


@blueprint.get(f"{_ONE}/items")
@requires(Permission.VIEW)
def items(name: str) -> Response:
    """Features of a collection, page by page."""
    chosen = collection_named(name)
    question = items_question(chosen, _arguments(), current_site().today())
    seen = OpenFeatures.as_of(current_site().land_map, current_actor(), question.as_of)
    response = unless_known(seen.version)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    if question.only_count:
        return counted(response, seen.count(chosen, question.asked))
    return some_features(response, chosen, question, seen.page(chosen, question.asked))


@blueprint.get(f"{_ONE}/items/<number>")
@requires(Permission.VIEW)
def item(name: str, number: str) -> Response:
    """One feature."""
    check_known(request.args, *ITEM)
    chosen, crs = collection_named(name), crs_named(_arguments(), "crs")
    seen = _open()
    response = unless_known(seen.version)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    return one_feature(response, chosen, crs, seen.feature(chosen, number, crs))


@blueprint.get(f"{_ONE}/tiles")
@requires(Permission.VIEW)
def tilesets(name: str) -> Response:
    """The sets of vector tiles of a collection: one."""
    check_known(request.args)
    one = tileset_document(collection_named(name), _language(), _open().bounds())
    return answer(one["title"], {"links": own_links(), "tilesets": [one]})


@blueprint.get(_TILES)
@requires(Permission.VIEW)
def tileset(name: str) -> Response:
    """The vector tiles of a collection."""
    check_known(request.args)
    document = tileset_document(collection_named(name), _language(), _open().bounds())
    document["links"] = [*own_links(), *document["links"]]
    return answer(document["title"], document)


@blueprint.get(f"{_TILES}/<int:zoom>/<int:row>/<int:column>")
@requires(Permission.VIEW)
def tile(name: str, zoom: int, row: int, column: int) -> Response:
    """One vector tile."""
    check_known(request.args, "datetime")
    chosen, place = collection_named(name), TileAddress.of(zoom, column, row)
    seen = _open()
    response = unless_known(seen.version)
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        response.set_data(seen.tile(chosen, place))
        response.content_type = VECTOR_TILE
    return response


@blueprint.get(_MATRIX_SETS)
@requires(Permission.VIEW)
def matrix_sets() -> Response:
    """The tile matrix sets: one."""
    check_known(request.args)
    one = matrix_set_document()
    told = {key: one[key] for key in ("id", "title", "uri")}
    links = [{"rel": "self", "type": "application/json", "href": address("matrix_set")}]
    return answer("tileMatrixSets", {"tileMatrixSets": [{**told, "links": links}]})


@blueprint.get(f"{_MATRIX_SETS}/{MATRIX_SET}")
@requires(Permission.VIEW)
def matrix_set() -> Response:
    """The tile matrix set of all tiles."""
    check_known(request.args)
    return answer(MATRIX_SET, matrix_set_document())


def _open() -> OpenFeatures:
    site = current_site()
    as_of = day_asked(_arguments(), site.today())
    return OpenFeatures.as_of(site.land_map, current_actor(), as_of)


def _arguments() -> dict[str, str]:
    return request.args.to_dict()


def _language() -> str:
    return question_or_today().language
