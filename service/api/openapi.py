"""The description of the interface in OpenAPI 3.1, made from the table of its routes."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from service.api.parameters import KEY, VERSION, Parameter
from service.api.routes import PREFIX, Route
from service.api.schemas import COUNT, TEXT, Schema, record
from service.web.problems import MEDIA_TYPE

_JSON: Final = "application/json"
_TOKEN: Final = "token"  # noqa: S105  # the name of a scheme
_TITLES: Final = {"zh": "parcelwatch 数据接口", "en": "parcelwatch interface"}
_PROBLEM: Final = record(
    {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "next_step": TEXT}
)
_ALWAYS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS)
_GUARDED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def openapi_document(routes: Iterable[Route], version: str, language: str) -> dict[str, Any]:
    """The whole description, its words in ``zh`` or ``en``."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, language)
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLES[language], "version": version},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM},
            "securitySchemes": {_TOKEN: {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.zh if language == "zh" else route.en,
        "parameters": [
            _parameter(parameter, language)
            for parameter in route.parameters
            if parameter.place != "body"
        ],
        "responses": _responses(route),
        "security": [{_TOKEN: []}] if route.permission else [],
    }
    if route.permission:
        told["x-permission"] = route.permission.value
    if body := route.placed("body"):
        told["requestBody"] = {
            "required": True,
            "content": {_JSON: {"schema": _body_schema(body, language)}},
        }
    return told


def _parameter(parameter: Parameter, language: str) -> dict[str, Any]:
    schema: Schema = parameter.schema
    if parameter.is_many:
        schema = {"type": "array", "items": schema}
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.is_required or parameter is VERSION,
        "description": _said(parameter, language),
        "schema": schema,
    }


def _body_schema(body: Iterable[Parameter], language: str) -> Schema:
    fields = {one.name: {**one.schema, "description": _said(one, language)} for one in body}
    return record(fields, optional=[one.name for one in body if not one.is_required])


def _said(parameter: Parameter, language: str) -> str:
    return parameter.zh if language == "zh" else parameter.en


def _responses(route: Route) -> dict[str, Any]:
    answer = {"content": {_JSON: {"schema": route.schema}}}
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    good = {str(s.value): {"description": s.phrase, **answer} for s in route.statuses}
    bad = {str(s.value): {"description": s.phrase, **problem} for s in _refusals(route)}
    kept = {"304": {"description": HTTPStatus.NOT_MODIFIED.phrase}} if route.is_read else {}
    return good | kept | bad


def _refusals(route: Route) -> Iterable[HTTPStatus]:
    """The ways in which a route says no."""
    yield from _ALWAYS
    if route.permission:
        yield from _GUARDED
    names = {parameter.name for parameter in route.parameters}
    if route.placed("path") or route.placed("body") or "after" in names:
        yield HTTPStatus.NOT_FOUND
    if KEY in route.parameters:
        yield from (
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if VERSION in route.parameters:
        yield from (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
