"""Requests that are counted: those of programs."""

from __future__ import annotations

from flask import Response, g

from geodata.errors import TooManyRequestsError
from service.web.readings import current_site
from service.web.sessions import current_identity


def tell_limits(response: Response) -> Response:
    """Say on an answer what is left of the window, where the request was counted."""
    response.headers.extend(g.get("rate_limit", {}))
    return response


def count_request() -> None:
    """Count the request.

    Raises
    ------
    TooManyRequestsError
        When there were too many.
    """
    site, identity = current_site(), current_identity()
    who = identity.account_id if identity else None
    limits = site.limits
    window = limits.take(who, site.access.accounts.clock())
    g.rate_limit = {
        "RateLimit-Policy": f'"account";q={limits.requests};w={limits.window_s}',
        "RateLimit": f'"account";r={max(0, window.left)};t={window.seconds}',
    }
    if window.left < 0:
        g.rate_limit["Retry-After"] = str(window.seconds)
        raise TooManyRequestsError(
            "The account has sent more than {count} requests within {seconds} seconds.",
            "Wait for {wait} seconds, then go on.",
            count=limits.requests,
            seconds=limits.window_s,
            wait=window.seconds,
        )
