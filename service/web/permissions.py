"""Every route says who may use it; one that says nothing does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app

from geodata.model.roles import Actor, Permission

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"
"""For every person with a session, and about nobody but that one."""

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that everyone may use."""
    return _declared(view, PUBLIC)


def signed_in(view: View) -> View:
    """Mark a view for whoever is signed in."""
    return _declared(view, SIGNED_IN)


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view for those who are allowed a thing."""
    return lambda view: _declared(view, permission)


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a view declares; None when it declares nothing."""
    declared: str | None = vars(view).get("permission")
    return declared


def may_open(actor: Actor | None, endpoint: str) -> bool:
    """Whether an actor may use a route: what cannot be opened is not offered."""
    declared = permission_of(current_app.view_functions[endpoint])
    if isinstance(declared, Permission):
        return actor is not None and actor.may(declared)
    return declared == PUBLIC or actor is not None


def refuse_undeclared(app: Flask) -> None:
    """Stop an application that has a route without a permission.

    Raises
    ------
    RuntimeError
        When there is such a route; names every one.
    """
    missing = [name for name, view in app.view_functions.items() if permission_of(view) is None]
    if missing:
        message = f"routes without a permission: {', '.join(missing)}"
        raise RuntimeError(message)


def _declared(view: View, permission: str) -> View:
    vars(view)["permission"] = permission
    return view
