"""All routes of the interface, and the description made from them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from flask import Blueprint

from service.api import casework, facts, judgement, records
from service.api.openapi import openapi_document
from service.api.parameters import LANGUAGE, Asked
from service.api.routes import Answered, Route, blueprint_of

_TABLE: Final = (*facts.ROUTES, *judgement.ROUTES, *casework.ROUTES, *records.ROUTES)


def _description(asked: Asked) -> Answered:
    return Answered(openapi_document(ROUTES, version("parcelwatch"), asked.language))


ROUTES: Final = (
    *_TABLE,
    Route(
        *("openapi", "/openapi.json", None, _description, (LANGUAGE,), {"type": "object"}),
        *("接口说明 (OpenAPI 3.1)", "the description of the interface (OpenAPI 3.1)"),
    ),
)


def interface() -> Blueprint:
    """The interface, to be registered with an application."""
    return blueprint_of(ROUTES)
