"""Before every request: who is it, may they, and was the form ours."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from geodata.errors import NotSignedInError, UsageError
from geodata.model.roles import Permission
from service.operations.identities import Identity
from service.web.permissions import PUBLIC, SIGNED_IN, permission_of
from service.web.question import current_question
from service.web.sessions import READING, check_form, current_identity, signed_in_identity

_PATH: Final = re.compile(r"/(?![/\\])")
"""A page of this site; with another slash, a browser takes what follows for a host."""
_WITH_FIRST_PASSWORD: Final = ("account.password", "account.change_own_password", "login.logout")
"""All that is open to somebody whose password was given by somebody else."""


def admit(app: Flask) -> None:
    """Let requests in as the routes declare."""
    app.before_request(_admit)


def safe_target(address: str | None) -> str:
    """A page of this site to go on to; the first page for anything else."""
    written = address or ""
    is_ours = _PATH.match(written) and written.isprintable()
    return written if is_ours else url_for("home.home")


def _admit() -> Response | None:
    if request.endpoint is None:
        return None  # there is no such page, which the page about that says
    with suppress(UsageError):  # a day that cannot be read is the page's to refuse
        current_question()  # carried by the links that lead elsewhere
    declared = permission_of(current_app.view_functions[request.endpoint])
    identity = None
    if declared != PUBLIC:
        identity = current_identity()
        if identity is None and _is_page():
            asked = request.full_path.rstrip("?")
            return redirect(url_for("login.login", next=asked))
        identity = signed_in_identity()
        _check_right(identity, declared)
        if identity.must_change and request.endpoint not in _WITH_FIRST_PASSWORD:
            return redirect(url_for("account.password"))
    if request.method not in READING and (identity is None or identity.session):
        check_form()
    return None


def _check_right(identity: Identity, declared: str | None) -> None:
    if isinstance(declared, Permission):
        identity.actor.require(declared)
    elif declared == SIGNED_IN and identity.session is None:
        raise NotSignedInError(
            "A token opens no page of an account.", "Sign in with the name of the account."
        )


def _is_page() -> bool:
    """Whether a person waits for a page, who can be sent elsewhere; a script cannot."""
    accepted = (kind for kind, _ in request.accept_mimetypes)
    return request.method in READING and "text/html" in accepted
