"""Exact figures as numbers of a JSON document, rounded as the tables round them."""

from __future__ import annotations

from fractions import Fraction

from service.maps.figures import grouped


def plain(value: Fraction) -> float:
    """A figure to two decimals."""
    return float(grouped(value, 2).replace(",", ""))


def optional(value: Fraction | None) -> float | None:
    """The same, and null for what is unknown."""
    return None if value is None else plain(value)
