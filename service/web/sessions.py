"""The browser's side of a session: its cookies, and the token that every form repeats."""

from __future__ import annotations

from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

from geodata.errors import NotSignedInError, UsageError
from geodata.model.roles import Actor
from service.auth.tokens import derived, is_derived, new_token
from service.operations.identities import Identity
from service.web.readings import current_site

_SESSION: Final = "parcelwatch_session"
_VISIT: Final = "parcelwatch_visit"
"""Of a browser that is not signed in: what its forms and its way to the provider are bound to."""
_FIELD: Final = "csrf"
_BEARER: Final = "Bearer "
READING: Final = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


def current_identity() -> Identity | None:
    """Who makes this request; None = nobody who is known."""
    if "identity" not in g:
        g.identity = None  # also when asking fails: the page about that asks again
        session = request.cookies.get(_name(_SESSION))
        g.identity = current_site().access.identities.identify(session, _shown_token())
    identity: Identity | None = g.identity
    return identity


def known_identity() -> Identity | None:
    """Who makes this request, as far as that was asked before; it is not asked now."""
    identity: Identity | None = g.get("identity")
    return identity


def signed_in_identity() -> Identity:
    """Who makes this request.

    Raises
    ------
    NotSignedInError
        When nobody who is known does.
    """
    identity = current_identity()
    if identity is None:
        raise NotSignedInError(
            "You are not signed in, or your session has ended. Nothing was changed.",
            "Sign in, then do it again.",
        )
    return identity


def current_actor() -> Actor:
    """The actor of this request; see `signed_in_identity`."""
    return signed_in_identity().actor


def begin_session(response: Response, token: str) -> Response:
    """Give the browser its session, and none of what it had before."""
    _set(response, _SESSION, token)
    return forget_visit(response)


def end_session(response: Response) -> Response:
    """Take the session from the browser."""
    _delete(response, _SESSION)
    return response


def visit() -> str:
    """The secret of a browser that is not signed in; drawn where it has none yet."""
    if "visit" not in g:
        g.visit = request.cookies.get(_name(_VISIT)) or _new_visit()
    return str(g.visit)


def renew_visit() -> str:
    """Another secret for the browser, which no page has used yet."""
    g.visit = _new_visit()
    return str(g.visit)


def forget_visit(response: Response) -> Response:
    """Take the secret from the browser: it was used."""
    g.pop("new_visit", None)
    _delete(response, _VISIT)
    return response


def csrf_token() -> str:
    """What a form of this browser repeats, so that no other site can send it."""
    return derived(request.cookies.get(_name(_SESSION)) or visit(), _FIELD)


def check_form() -> None:
    """Return when the form sent is one of ours, shown to this browser.

    Raises
    ------
    UsageError
        When it is not.
    """
    sent = request.form.get(_FIELD, "")
    cookies = (request.cookies.get(_name(name)) for name in (_SESSION, _VISIT))
    if not any(is_derived(sent, cookie, _FIELD) for cookie in cookies if cookie):
        raise UsageError(
            "The form is not one this site showed you in this session. Nothing was changed.",
            "Open the page again, and fill in the form there.",
        )


def hand_out(app: Flask) -> None:
    """Give a browser the secret that a page for it was made with."""

    @app.after_request
    def set_visit(response: Response) -> Response:
        if "new_visit" in g:
            _set(response, _VISIT, g.new_visit)
        return response


def _shown_token() -> str | None:
    """The token of an interface; to read, it can stand for the password of HTTP Basic.

    Not to write: a browser repeats a password by itself, whichever site has sent the form.
    """
    shown = request.headers.get("Authorization", "")
    if shown.startswith(_BEARER):
        return shown.removeprefix(_BEARER)
    known = request.authorization
    if known is None or known.type != "basic" or request.method not in READING:
        return None
    return known.password or ""


def _new_visit() -> str:
    g.new_visit = new_token()
    return str(g.new_visit)


def _name(cookie: str) -> str:
    """Behind HTTPS no other host of the domain can set it."""
    return f"__Host-{cookie}" if current_site().access.https else cookie


def _set(response: Response, cookie: str, value: str) -> None:
    secure = current_site().access.https
    response.set_cookie(_name(cookie), value, httponly=True, samesite="Lax", secure=secure)


def _delete(response: Response, cookie: str) -> None:
    secure = current_site().access.https
    response.delete_cookie(_name(cookie), httponly=True, samesite="Lax", secure=secure)
