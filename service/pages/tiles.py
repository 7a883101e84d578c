"""Vector tiles over HTTP; one whose land has not changed costs no query."""

from __future__ import annotations

import gzip
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request

from geodata.model.roles import Permission
from geodata.tiles.catalogue import layer_named
from geodata.tiles.matrix import TileAddress
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

_MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_ASK_AGAIN = "private, max-age=0, must-revalidate"
_FASTEST = 1

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<layer>/<int:z>/<int:x>/<int:y>.mvt")
@requires(Permission.VIEW)
def tile(layer: str, z: int, x: int, y: int) -> Response:
    """One tile of a layer as of a day, of the land the account sees."""
    chosen, address = layer_named(layer), TileAddress.of(z, x, y)
    actor, as_of = current_actor(), current_question().as_of
    land = current_site().land_map
    response = current_app.response_class(content_type=_MEDIA_TYPE)
    response.set_etag(land.version(actor, chosen, as_of), weak=True)
    response.headers["Cache-Control"] = _ASK_AGAIN
    response.vary.add("Accept-Encoding")
    if response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED:
        return response
    response.set_data(land.tile(actor, chosen, address, as_of))
    return _compressed(response)


def _compressed(response: Response) -> Response:
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), _FASTEST))
        response.headers["Content-Encoding"] = "gzip"
    return response
