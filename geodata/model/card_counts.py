"""Contracts counted by what a map tells them apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CardCount:
    """Contracts that stand the same on a day.

    Attributes
    ----------
    groups
        One bit for each `Group`, in their order.
    is_placed
        Whether they have an outline.
    area_m2
        Sum of the areas known.
    """

    verdict: str
    groups: int
    milestone: str | None
    park: str | None
    land_use: str | None
    is_placed: bool
    count: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class MonthlyChanges:
    """How many contracts got another verdict in each month, from that of the first contract on.

    Attributes
    ----------
    first_on
        First day of the first month.
    counts
        One number for each month up to the last one with a change.
    """

    first_on: date
    counts: Sequence[int]
