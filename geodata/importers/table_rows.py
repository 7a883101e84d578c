"""What rows of any kind of content have in common where they are compared with what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from geodata.model.attributes import Attribute
from geodata.model.changes import RowKey
from geodata.model.columns import Cell, Flags, Texts

Shapes = npt.NDArray[np.object_]
Extras = Mapping[str, Texts]


class TableRows(Protocol):
    """Rows of one kind of content, with what stands beside the columns of the kind.

    `differing` and `blended` are about those columns alone.
    """

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The columns of the kind by key."""
        ...

    @property
    def row_no(self) -> npt.NDArray[np.int32]:
        """Number of each row in its file."""
        ...

    @property
    def extras(self) -> Extras:
        """Texts by header of columns that are not part of the kind."""
        ...

    @property
    def shapes(self) -> Shapes | None:
        """Outlines, None where a row has none; None where no row has one."""
        ...

    def __len__(self) -> int: ...

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """The rows given, in that order."""
        ...

    def beside(self, extras: Extras, shapes: Shapes | None) -> Self:
        """The same cells beside other extras and shapes."""
        ...

    def blended(self, known: Self, kept: Mapping[str, Flags]) -> Self:
        """The rows with what is known in the cells kept."""
        ...

    def differing(self, known: Self, is_compared: Flags) -> Iterator[tuple[str, Flags]]:
        """For each attribute, the rows compared in which it differs."""
        ...

    def key(self, row: int) -> RowKey:
        """What a row is about."""
        ...

    def cells(self, row: int) -> dict[str, Cell]:
        """The cells of a row that are known."""
        ...


R = TypeVar("R", bound=TableRows)
