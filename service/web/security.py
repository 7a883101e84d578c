"""Headers of every answer: nothing runs or loads that the site did not put there itself."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, g

from service.web.readings import current_site

_NONCE_BYTES: Final = 16
_STAY_ON_HTTPS: Final = "max-age=31536000"


def nonce() -> str:
    """The value that allows this answer's own inline script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return str(g.nonce)


def allow_pictures(*hosts: str) -> None:
    """Let this answer load pictures of other hosts, and tell them where they are shown."""
    g.picture_hosts = hosts


def protect(app: Flask) -> None:
    """Set the headers on every answer."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        hosts = g.get("picture_hosts", ())
        response.headers["Content-Security-Policy"] = _policy(hosts)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # The basemap's keys are bound to a site: without a referrer its hosts refuse.
        response.headers["Referrer-Policy"] = (
            "strict-origin-when-cross-origin" if hosts else "same-origin"
        )
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if current_site().access.https:
            response.headers["Strict-Transport-Security"] = _STAY_ON_HTTPS
        return response


def _policy(picture_hosts: Sequence[str]) -> str:
    pictures = " ".join(("'self'", "data:", *picture_hosts))
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce()}'",
        "style-src": "'self'",
        "img-src": pictures,
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
