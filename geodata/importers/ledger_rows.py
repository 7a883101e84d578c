"""Rows of a ledger as they are compared with what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geodata.importers.table_rows import Extras, Shapes
from geodata.model.attributes import BY_KEY, Attribute
from geodata.model.blending import blended
from geodata.model.columns import Cell, Flags, LedgerColumns
from geodata.model.comparing import differing_cells
from geodata.model.contract_key import ContractKey
from geodata.model.rows import row_cells


@dataclass(frozen=True, slots=True, eq=False)
class LedgerRows:
    """Rows of a ledger.

    Attributes
    ----------
    columns, extras
        Their cells, and the texts by header of columns that are not part of the ledger.
    shapes
        Their outlines, None where a row has none; None where no row has one.
    """

    columns: LedgerColumns
    extras: Extras
    shapes: Shapes | None = None

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The columns of a ledger by key."""
        return BY_KEY

    @property
    def row_no(self) -> npt.NDArray[np.int32]:
        """Number of each row in its file."""
        return self.columns.row_no

    def take(self, rows: npt.NDArray[np.intp]) -> LedgerRows:
        """The rows given, in that order."""
        return LedgerRows(
            self.columns.take(rows),
            {header: texts[rows] for header, texts in self.extras.items()},
            None if self.shapes is None else self.shapes[rows],
        )

    def beside(self, extras: Extras, shapes: Shapes | None) -> LedgerRows:
        """The same cells beside other extras and shapes."""
        return replace(self, extras=extras, shapes=shapes)

    def blended(self, known: LedgerRows, kept: Mapping[str, Flags]) -> LedgerRows:
        """The rows with what is known in the cells kept."""
        return replace(self, columns=blended(self.columns, known.columns, kept))

    def differing(self, known: LedgerRows, is_compared: Flags) -> Iterator[tuple[str, Flags]]:
        """For each attribute, the rows compared in which it differs."""
        for key, rows in differing_cells(self.columns, known.columns):
            yield key, rows & is_compared

    def key(self, row: int) -> ContractKey:
        """The contract of a row."""
        return ContractKey.of_row(self.columns, row)

    def cells(self, row: int) -> dict[str, Cell]:
        """The cells of a row that are known."""
        return row_cells(self.columns, row)
