"""A long list in pages: the one that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[_Row]):
    """Some rows of a list.

    Attributes
    ----------
    rows
        Those of the page.
    number
        Of the page, from 1.
    count
        How many pages there are; an empty list has one.
    """

    rows: Sequence[_Row]
    number: int
    count: int


def asked_page(rows: Sequence[_Row], size: int) -> ListPage[_Row]:
    """The page of a list that the address names: the nearest there is, without one the first."""
    count = max(1, -(-len(rows) // size))
    number = min(max(1, request.args.get("page", 1, int)), count)
    return ListPage(rows[(number - 1) * size : number * size], number, count)
