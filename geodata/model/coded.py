"""Columns in which many cells are alike: each different one once, and which stands in each row."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np
import numpy.typing as npt

from geodata.model.encoding import encoded

T = TypeVar("T")
U = TypeVar("U")

Places = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Sequence[T], Generic[T]):
    """A column.

    Attributes
    ----------
    different
        What stands in it.
    place
        Which of these stands in each row.
    """

    different: Sequence[T]
    place: Places

    @classmethod
    def of(cls, values: Sequence[T]) -> Self:
        """A sequence as such a column; equal values are not looked for."""
        return values if isinstance(values, cls) else cls(values, np.arange(len(values)))

    @classmethod
    def told(cls, different: Sequence[T], place: array[int]) -> Self:
        """The column that `geodata.model.encoding.encoded` tells."""
        return cls(different, np.frombuffer(place, dtype=f"u{place.itemsize}"))

    @property
    def counts(self) -> npt.NDArray[np.intp]:
        """How often each of the different values stands in it."""
        return np.bincount(self.place, minlength=len(self.different))

    def __len__(self) -> int:
        return len(self.place)

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> Coded[T]: ...
    def __getitem__(self, row: int | slice) -> T | Coded[T]:
        if isinstance(row, slice):
            return replace(self, place=self.place[row])
        return self.different[int(self.place[row])]

    def __iter__(self) -> Iterator[T]:
        different = list(self.different)
        return map(different.__getitem__, self.place.tolist())

    def take(self, rows: npt.NDArray[np.intp]) -> Coded[T]:
        """The rows given, in that order."""
        return replace(self, place=self.place[rows])

    def used(self) -> Coded[T]:
        """The same column without values that stand in no row."""
        is_used = self.counts > 0
        if is_used.all():
            return self
        renumbered = np.cumsum(is_used, dtype=self.place.dtype) - 1
        different = [self.different[place] for place in np.flatnonzero(is_used).tolist()]
        return Coded(different, renumbered[self.place])

    def translated(self, translate: Callable[[T], U]) -> Coded[U]:
        """The column with something else in place of each value."""
        return Coded([translate(value) for value in self.different], self.place)

    def rows_of(self, places: Sequence[int]) -> list[int]:
        """Rows in which some of the different values stand."""
        return np.flatnonzero(np.isin(self.place, places)).tolist() if places else []


def coded(values: Sequence[T]) -> Coded[T]:
    """The column of some values: see `geodata.model.encoding.encoded`."""
    if isinstance(values, Coded):
        return values
    return Coded.told(*encoded(values))
