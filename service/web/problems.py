"""What went wrong, told to a program: problem details (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Response, current_app, request

from geodata.errors import LandError

INTERFACES: Final = ("/api/", "/ogc/")
"""Beginnings of the addresses that programs ask."""
MEDIA_TYPE: Final = "application/problem+json"
_SPELLED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_interface() -> bool:
    """Whether a program asks, to which a page says nothing."""
    return request.path.startswith(INTERFACES)


def problem_type(kind: type[LandError] | None) -> str:
    """Name of a kind of problem; that of no error of ours means no more than its status."""
    if kind is None:
        return "about:blank"
    name = _SPELLED.sub("-", kind.__name__.removesuffix("Error")).lower()
    return f"urn:parcelwatch:problem:{name}"


def problem(
    status: HTTPStatus, sentences: Sequence[str], kind: type[LandError] | None = None
) -> Response:
    """The answer that says what is wrong, then what to do.

    Parameters
    ----------
    sentences
        What is wrong and, where there is a way on, what to do, in the language asked for.
    kind
        The error behind it; None = the status says all.
    """
    detail, *next_steps = sentences
    document: dict[str, Any] = {
        "type": problem_type(kind),
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "next_step": " ".join(next_steps),
    }
    body = current_app.json.dumps(document)
    response = current_app.response_class(body, status.value, content_type=MEDIA_TYPE)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
