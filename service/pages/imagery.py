"""Imagery of the land of a contract: figures, chips, and raster tiles."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, current_app, render_template, request

from geodata.imagery.tiles import MEDIA_TYPE
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Permission
from geodata.store.engine import Engine
from geodata.tiles.matrix import TileAddress
from service.operations import imagery_showing as operations
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_ASK_AGAIN = "private, max-age=0, must-revalidate"

blueprint = Blueprint("imagery", __name__)


@blueprint.get("/contracts/<slug>/imagery")
@requires(Permission.VIEW)
def parcel(slug: str) -> str:
    """What scenes show of the land of a contract."""
    key, known_at = ContractKey.from_slug(slug), current_question().known_at
    found = operations.imagery_of(_engine(), current_actor(), key, known_at)
    return render_template("imagery.html", found=found)


@blueprint.get("/contracts/<slug>/imagery/<int:scene_id>.png")
@requires(Permission.VIEW)
def chip(slug: str, scene_id: int) -> Response:
    """A small picture of the land of a contract on a scene."""
    key = ContractKey.from_slug(slug)
    return _picture(operations.chip_of(_engine(), current_actor(), key, scene_id))


@blueprint.get("/imagery/<int:scene_id>/<int:z>/<int:x>/<int:y>.png")
@requires(Permission.VIEW)
def tile(scene_id: int, z: int, x: int, y: int) -> Response:
    """One raster tile of a scene; a scene never changes, so that one already had costs no query."""
    address = TileAddress.of(z, x, y)
    response = _picture(b"")
    response.set_etag(f"scene-{scene_id}", weak=True)
    if response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED:
        return response
    found = operations.tile_of(_engine(), current_actor(), scene_id, address)
    if found is None:
        response.status_code = HTTPStatus.NO_CONTENT
    else:
        response.set_data(found)
    return response


def _engine() -> Engine:
    return current_site().access.accounts.engine


def _picture(content: bytes) -> Response:
    response = current_app.response_class(content, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = _ASK_AGAIN
    return response
