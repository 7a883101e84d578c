"""What a file changes in the contracts known, row by row, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Cell, Flags
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, MatchRule

GEOMETRY: Final = "geometry"
"""The field that stands for the shape of a row."""

_EXTRA: Final = "extra:"


def extra_field(header: str) -> str:
    """The field that stands for a column that is not part of the ledger."""
    return _EXTRA + header


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell before and after; None is unknown.

    Attributes
    ----------
    key
        Attribute key, `GEOMETRY`, or `extra_field` of a header.
    old, new
        Typed cells as in `geodata.model.columns.from_rows`; of `GEOMETRY`, areas in m².
    """

    key: str
    old: Cell
    new: Cell


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a file says of one contract.

    Attributes
    ----------
    kind
        Whether it is new, other than known, as known, or no longer in the file.
    key
        The contract; of a row, as the file names it.
    row_no
        Row of the file; None of a contract that is not in it.
    match
        By what the row met the known contract; None where it met none.
    fields
        The cells that differ; of an added row, all that are stated.
    """

    kind: ChangeKind
    key: ContractKey
    row_no: int | None = None
    match: MatchRule | None = None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person accepts of a file; the more particular word counts.

    Attributes
    ----------
    accepts
        Whether what is not named below is taken over.
    rows
        By row number: whether what the row says is taken over.
    cells
        By row number and field: the same of one changed cell. A new row is taken as a whole.
    retires
        Whether contracts that are not in the file, and not named below, are known no longer.
    contracts
        By contract that is not in the file: whether it is known no longer.
    """

    accepts: bool = True
    rows: Mapping[int, bool] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], bool] = field(default_factory=dict)
    retires: bool = False
    contracts: Mapping[ContractKey, bool] = field(default_factory=dict)

    def accepted_rows(self, row_no: npt.NDArray[np.int32]) -> Flags:
        """Whether each row as a whole is taken over."""
        taken = np.full(len(row_no), self.accepts, dtype=np.bool_)
        return _told(taken, row_no, self.rows)

    def accepted_cells(self, row_no: npt.NDArray[np.int32], key: str) -> Flags:
        """Whether one cell of each row is taken over."""
        cells = {row: taken for (row, name), taken in self.cells.items() if name == key}
        return _told(self.accepted_rows(row_no), row_no, cells)

    def retired(self, keys: Iterable[ContractKey]) -> Iterator[bool]:
        """Whether each contract that is not in the file is known no longer."""
        return (self.contracts.get(key, self.retires) for key in keys)


def _told(taken: Flags, row_no: npt.NDArray[np.int32], words: Mapping[int, bool]) -> Flags:
    for word in (True, False):
        taken[np.isin(row_no, [row for row, said in words.items() if said is word])] = word
    return taken
