"""Answers in JSON, or as a small page for a browser; links between them; errors as documents."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Response, current_app, json, render_template, request, url_for

from geodata.errors import LandError, trace
from service.i18n import error_text
from service.web.errors import status_of
from service.web.question import question_or_today

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM: Final = "application/problem+json"
VECTOR_TILE: Final = "application/vnd.mapbox-vector-tile"

_ASK_AGAIN: Final = "private, max-age=0, must-revalidate"
_CHALLENGE: Final = 'Basic realm="parcelwatch", charset="UTF-8"'

Link = dict[str, str]
Document = dict[str, Any]


def link(relation: str, endpoint: str, media_type: str = JSON, **values: Any) -> Link:
    """A link to another resource of the interface."""
    return {"rel": relation, "type": media_type, "href": address(endpoint, **values)}


def address(endpoint: str, **values: Any) -> str:
    """The whole address of a resource."""
    return url_for(f"ogc.{endpoint}", _external=True, **values)


def own_links(media_type: str = JSON) -> list[Link]:
    """Links to the answer itself, and to the same as a page."""
    asked = {**(request.view_args or {}), **request.args.to_dict(), "f": None}
    endpoint = str(request.endpoint).rpartition(".")[2]
    is_page = wants_page()
    return [
        link("alternate" if is_page else "self", endpoint, media_type, **{**asked, "f": "json"}),
        link("self" if is_page else "alternate", endpoint, HTML, **{**asked, "f": "html"}),
    ]


def wants_page() -> bool:
    """Whether the answer is wanted as a page: said by ``f``, else by what is accepted."""
    if "f" in request.args:
        return request.args["f"] == "html"
    return request.accept_mimetypes.best_match([JSON, GEOJSON, HTML], JSON) == HTML


def answer(title: str, document: Document, media_type: str = JSON) -> Response:
    """A document."""
    if wants_page():
        return page(title, document)
    return of_type(current_app.json.dumps(document), media_type)


def page(title: str, document: Document) -> Response:
    """A document as a page."""
    written = json.dumps(document, indent=2)
    return of_type(render_template("ogc.html", title=title, document=document, written=written))


def of_type(content: str | bytes, media_type: str = f"{HTML}; charset=utf-8") -> Response:
    """An answer of a type, different by what is accepted."""
    response = current_app.response_class(content, content_type=media_type)
    response.vary.add("Accept")
    return response


def unless_known(version: str) -> Response:
    """An answer that a client keeps as long as its version stands; 304 where it has it."""
    response = current_app.response_class()
    response.set_etag(version, weak=True)
    response.headers["Cache-Control"] = _ASK_AGAIN
    response.vary.update(("Accept", "Authorization", "Cookie"))
    response.make_conditional(request)
    return response


def problem(error: LandError) -> Response:
    """What went wrong, as RFC 9457 and the standard write it."""
    status: HTTPStatus = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s\n%s", error.template, trace(error))
    said = error_text(error, question_or_today().language)
    document: Mapping[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": said,
        "code": type(error).__name__,
        "description": said,
    }
    response = of_type(current_app.json.dumps(document), PROBLEM)
    response.status_code = status
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    return response
