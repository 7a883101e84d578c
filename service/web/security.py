"""Headers of every answer: nothing runs or loads that the site did not put there itself."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, g

from service.maps.assets import TIANDITU_HOSTS
from service.web.readings import current_site

_NONCE_BYTES: Final = 16
_STAY_ON_HTTPS: Final = "max-age=31536000"


def nonce() -> str:
    """The value that allows this answer's own inline script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return str(g.nonce)


def allow_basemap() -> None:
    """Let this answer load pictures of the basemap and tell its hosts where they are shown."""
    g.basemap = True


def protect(app: Flask) -> None:
    """Set the headers on every answer."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        with_basemap = bool(g.get("basemap"))
        response.headers["Content-Security-Policy"] = _policy(with_basemap)
        response.headers["X-Content-Type-Options"] = "nosniff"
        # The basemap's keys are bound to a site: without a referrer its hosts refuse.
        response.headers["Referrer-Policy"] = (
            "strict-origin-when-cross-origin" if with_basemap else "same-origin"
        )
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if current_site().access.https:
            response.headers["Strict-Transport-Security"] = _STAY_ON_HTTPS
        return response


def _policy(with_basemap: bool) -> str:
    pictures = " ".join(("'self'", "data:", *(TIANDITU_HOSTS if with_basemap else ())))
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
