"""Equal values told once; it imports little, because small processes begin with it."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Final, TypeVar

T = TypeVar("T")

_NEVER_ALIKE: Final = frozenset({str, date, datetime, type(None)})
"""Types no value of which equals one of another; of further types there may be one beside them."""
_PLAIN: Final = frozenset({bool, int, float})


def encoded(values: Sequence[T]) -> tuple[list[T], array[int]]:
    """The different values, by the first row they stand in, and which of them stands in each row.

    What is equal and of another type, as 1 and True are, is different.
    """
    others = set(map(type, values)) - _NEVER_ALIKE
    if len(others) <= 1 and others <= _PLAIN:
        places: defaultdict[T, int] = defaultdict(count().__next__)
        place = array("I", map(places.__getitem__, values))
        return list(places), place
    typed: defaultdict[tuple[type[T], T], int] = defaultdict(count().__next__)
    place = array("I", map(typed.__getitem__, zip(map(type, values), values, strict=True)))
    return [value for _, value in typed], place
