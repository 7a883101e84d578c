"""What a route is: one row of the table from which addresses, description and pages are made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request

from geodata.errors import NeededHeaderError, UsageError
from geodata.model.roles import Permission
from service.api.parameters import KEY, LANGUAGE, VERSION, Asked, Parameter, refuse_unknown
from service.api.schemas import Schema
from service.operations.once import Once
from service.web.counting import count_request, tell_limits
from service.web.permissions import public, requires
from service.web.question import question_or_today
from service.web.readings import current_site
from service.web.sessions import current_actor

PREFIX: Final = "/api/v1"
MOST_BYTES: Final = 1 << 20
MADE: Final = (HTTPStatus.CREATED,)
"""Statuses of a route that makes something."""
_FIELD: Final = re.compile(r"{(\w+)}")
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a route answers.

    Attributes
    ----------
    after
        Where the next page goes on; None = this is the last.
    version
        Of what is answered, where changes to it have to name one.
    location
        Path of what was made.
    """

    document: Any
    status: HTTPStatus = HTTPStatus.OK
    after: str | None = None
    version: int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One address with a method.

    Attributes
    ----------
    name
        Its operation, in the description and in the application.
    path
        Below `PREFIX`, with fields in braces.
    permission
        What it needs; None = it is for everyone.
    answer
        Calls one operation and presents what it gives.
    schema
        Of the answer.
    statuses
        Of answers that are no problem, the usual one first.
    """

    name: str
    path: str
    permission: Permission | None
    answer: Callable[[Asked], Answered]
    parameters: tuple[Parameter, ...]
    schema: Schema
    zh: str
    en: str
    method: str = "GET"
    statuses: tuple[HTTPStatus, ...] = field(default=(HTTPStatus.OK,))

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"

    def placed(self, place: str) -> list[Parameter]:
        """Its parameters of one place."""
        return [parameter for parameter in self.parameters if parameter.place == place]


def change(
    name: str,
    path: str,
    permission: Permission,
    answer: Callable[[Asked], Answered],
    *parameters: Parameter,
    **more: Any,
) -> Route:
    """A route that changes something; a key may be sent with it."""
    told = (LANGUAGE, KEY, *parameters)
    return Route(name, path, permission, answer, told, method="POST", **more)


def blueprint_of(routes: Iterable[Route]) -> Blueprint:
    """The addresses of the routes."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    blueprint.after_request(tell_limits)
    for route in routes:
        blueprint.add_url_rule(
            _FIELD.sub(r"<\1>", route.path),
            route.name,
            _view(route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    return blueprint


def _view(route: Route) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        count_request()
        return _response(_answered(route, path))

    return public(view) if route.permission is None else requires(route.permission)(view)


def _answered(route: Route, path: Mapping[str, str]) -> Answered:
    if route.is_read:
        return route.answer(_asked(route, path, {}))
    request.max_content_length = MOST_BYTES
    asked = _asked(route, path, _body())
    if VERSION in route.parameters and asked[VERSION.name] is None:
        raise NeededHeaderError(
            "The request does not say on which version of the case it rests.",
            "Send the ETag of the case as If-Match.",
        )
    key = asked[KEY.name]
    if key is None:
        return route.answer(asked)

    def do() -> dict[str, Any]:
        made = route.answer(asked)
        return {"document": made.document, "status": made.status, "location": made.location}

    accounts = current_site().access.accounts
    told = (request.method, request.path, request.headers.get(VERSION.name, ""), request.args)
    digest = sha256(repr(told).encode() + request.get_data()).hexdigest()
    kept = Once(accounts.engine, accounts.clock).answer(current_actor(), key, digest, do)
    return Answered(**{**kept, "status": HTTPStatus(kept["status"])})


def _asked(route: Route, path: Mapping[str, str], body: Mapping[str, Any]) -> Asked:
    query = request.args.to_dict(flat=False)
    refuse_unknown(query, [parameter.name for parameter in route.placed("query")])
    refuse_unknown(body, [parameter.name for parameter in route.placed("body")])
    said: dict[str, Mapping[str, list[Any]]] = {
        "query": query,
        "path": {name: [value] for name, value in path.items()},
        "header": {name: [value] for name, value in request.headers.items()},
        "body": {name: [value] for name, value in body.items()},
    }
    values = {p.name: p.value(said[p.place].get(p.name, [])) for p in route.parameters}
    question = question_or_today()
    return Asked(
        values.get("as_of") or question.today, values.get("known_at"), question.language, values
    )


def _body() -> Mapping[str, Any]:
    try:
        said = json.loads(request.get_data()) if request.mimetype == _JSON else None
    except ValueError:  # also what is no text
        said = None
    if not isinstance(said, dict):
        raise UsageError(
            "The body of the request is no object of JSON.",
            "Send one, with Content-Type: application/json.",
        )
    return said


def _response(answered: Answered) -> Response:
    body = current_app.json.dumps(answered.document)
    response = current_app.response_class(body, answered.status, content_type=_JSON)
    if answered.location:
        response.headers["Location"] = PREFIX + answered.location
    if answered.after is not None:
        asked = {**request.args.to_dict(flat=False), "after": answered.after}
        query = urlencode(asked, doseq=True)
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    if request.method != "POST":
        digest = sha256(body.encode()).hexdigest()[:32]
        version = answered.version
        response.set_etag(digest if version is None else f"{version}-{digest}")
        response.make_conditional(request)
    return response
