"""Every route says who may use it; one that says nothing does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask

PUBLIC: Final = "public"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that everyone may use."""
    vars(view)["permission"] = PUBLIC
    return view


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a view declares; None when it declares nothing."""
    declared: str | None = vars(view).get("permission")
    return declared


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
