"""Every request numbered, timed and told of: by route, never by address, name or question."""

from __future__ import annotations

import re
import time
from hashlib import sha256
from typing import Final
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from service.web.metrics import Metrics
from service.web.readings import current_site
from service.web.sessions import known_identity

REQUEST_ID: Final = "X-Request-Id"
_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_OTHER: Final = "-"
_DIGITS: Final = 12
_EXTENSION: Final = "parcelwatch_metrics"


def measure(app: Flask) -> None:
    """Number, time and count every request; to be installed first, so that all the rest counts."""
    metrics = app.extensions[_EXTENSION] = Metrics()

    @app.before_request
    def begin() -> None:
        g.began_s = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.began_s
        method = request.method if request.method in _METHODS else _OTHER
        route = request.url_rule.rule if request.url_rule else _OTHER
        response.headers[REQUEST_ID] = request_id()
        metrics.count(method, route, response.status_code, seconds)
        if log := current_site().request_log:
            log.tell(
                request=request_id(),
                method=method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                session=_session(),
            )
        return response


def current_metrics() -> Metrics:
    """What the application that answers this request has counted."""
    metrics = current_app.extensions[_EXTENSION]
    assert isinstance(metrics, Metrics)
    return metrics


def request_id() -> str:
    """The number of this request: the caller's where it is a plain word, else one of our own."""
    if "request_id" not in g:
        given = request.headers.get(REQUEST_ID, "")
        g.request_id = given if _SANE.fullmatch(given) else uuid4().hex
    return str(g.request_id)


def _session() -> str | None:
    """What tells one session from another and leads to nobody; None for programs and strangers."""
    identity = known_identity()
    if identity is None or identity.session is None:
        return None
    return sha256(identity.session).hexdigest()[:_DIGITS]
