"""For machines: whether the site is well, and the codelists."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geodata.errors import LandError
from geodata.model.codelists import as_json
from service.web.errors import status_of
from service.web.permissions import public
from service.web.readings import current_site

blueprint = Blueprint("status", __name__)


@blueprint.get("/healthz")
@public
def health() -> tuple[Response, int]:
    """Whether the database answers."""
    try:
        current_site().readings.check_health()
    except LandError as error:
        return jsonify(status="unavailable", reason=str(error)), status_of(error)
    return jsonify(status="ok"), 200


@blueprint.get("/codelists.json")
@public
def codelists() -> Response:
    """Every codelist with labels and colours."""
    return jsonify(as_json())
