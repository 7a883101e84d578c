"""For machines: whether the site is well and how it is getting on, and the codelists."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from geodata.errors import LandError, NothingFoundError
from geodata.model.codelists import as_json
from geodata.model.roles import Permission
from service.operations.operating import Check, Operation
from service.setting_rules import LOOPBACK
from service.web.errors import status_of
from service.web.measuring import current_metrics
from service.web.metrics import CONTENT_TYPE
from service.web.permissions import public
from service.web.readings import current_site
from service.web.sessions import signed_in_identity

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


@blueprint.get("/readyz")
@public
def readiness() -> tuple[Response, int]:
    """Whether everything is there that the work needs."""
    failing = _operation().failing()
    checks = {check.value: check not in failing for check in Check}
    status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
    return jsonify(status="not ready" if failing else "ready", checks=checks), status


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Figures for Prometheus: open to this machine where the settings say so, else by token."""
    operation = _operation()
    is_near = operation.settings.local_metrics and request.remote_addr in LOOPBACK
    if not is_near:
        signed_in_identity().actor.require(Permission.OPERATE)
    content = current_metrics().text(operation.figures(), operation.clock())
    return Response(content, content_type=CONTENT_TYPE)


@blueprint.get("/codelists.json")
@public
def codelists() -> Response:
    """Every codelist with labels and colours."""
    return jsonify(as_json())


def _operation() -> Operation:
    operation = current_site().operation
    if operation is None:
        raise NothingFoundError("This site has no database.", "Serve it with: parcelwatch serve")
    return operation
