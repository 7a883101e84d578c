"""Rows of a table whose cells stand in columns: each row is made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, overload

import numpy as np
import numpy.typing as npt

from geodata.model.cells import write_cell
from geodata.model.coded import Coded
from geodata.model.columns import Cell
from geodata.model.content.catalogue import Catalogue, Row, slug_part


@dataclass(frozen=True, slots=True, eq=False)
class TypedRows(Sequence[Row]):
    """Typed rows.

    Attributes
    ----------
    cells
        Cells by attribute key, one of each per row.
    row_count
        Number of the rows.
    """

    cells: Mapping[str, Coded[Cell]]
    row_count: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Self:
        """Rows with their cells in columns."""
        if isinstance(rows, cls):
            return rows
        keys = dict.fromkeys(key for row in rows for key in row)
        return cls({key: Coded.of([row.get(key) for row in rows]) for key in keys}, len(rows))

    def __len__(self) -> int:
        return self.row_count

    @overload
    def __getitem__(self, row: int) -> Row: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Row]: ...
    def __getitem__(self, row: int | slice) -> Row | Sequence[Row]:
        if isinstance(row, slice):
            return [self[number] for number in range(self.row_count)[row]]
        if not -self.row_count <= row < self.row_count:
            raise IndexError(row)
        return {key: column[row] for key, column in self.cells.items()}

    def __iter__(self) -> Iterator[Row]:
        for row in zip(*self.cells.values(), strict=True):
            yield dict(zip(self.cells, row, strict=True))

    def column(self, key: str) -> Coded[Cell]:
        """The cells of an attribute; unknown where there is no such column."""
        blank: Coded[Cell] = Coded([None], np.zeros(self.row_count, dtype=np.intp))
        return self.cells.get(key, blank)

    def take(self, rows: npt.NDArray[np.intp]) -> TypedRows:
        """The rows given, in that order."""
        cells = {key: column.take(rows) for key, column in self.cells.items()}
        return TypedRows(cells, len(rows))

    def names(self, catalogue: Catalogue) -> list[str]:
        """The natural key of each row as one text (`Catalogue.name_of`)."""

        def parts(key: str) -> Coded[str]:
            attribute = catalogue.by_key[key]
            return self.column(key).translated(lambda cell: slug_part(write_cell(attribute, cell)))

        return list(map("~".join, zip(*map(parts, catalogue.key), strict=True)))
