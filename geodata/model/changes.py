"""What a file changes in what is known, row by row, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Cell, Flags
from geodata.model.content import NaturalKey
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, MatchRule

GEOMETRY: Final = "geometry"
"""The field that stands for the shape of a row."""

_EXTRA: Final = "extra:"

RowKey: TypeAlias = ContractKey | NaturalKey
"""What names the row of a ledger, or of another kind of content."""


def extra_field(header: str) -> str:
    """The field that stands for a column that is not part of the kind."""
    return _EXTRA + header


def header_of(field_key: str) -> str:
    """The header an `extra_field` stands for; empty of another field."""
    return field_key.removeprefix(_EXTRA) if field_key.startswith(_EXTRA) else ""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What became of the rows of a file; no row is lost.

    What was not in the file and is known no longer (`retired`) is none of its rows.
    """

    rows_in: int
    added: int
    changed: int
    unchanged: int
    declined: int
    rejected: int
    retired: int = 0

    def __post_init__(self) -> None:
        parts = (self.added, self.changed, self.unchanged, self.declined, self.rejected)
        assert self.rows_in == sum(parts), "every row is counted once"


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
    """What a file says of one contract, or of another thing it has a row for.

    Attributes
    ----------
    kind
        Whether it is new, other than known, as known, or no longer in the file.
    key
        What it is about; of a row, as the file names it.
    row_no
        Row of the file; None of what is not in it.
    match
        By what the row met the known contract; None where it met none, and of other kinds.
    fields
        The cells that differ; of an added row, all that are stated.
    """

    kind: ChangeKind
    key: RowKey
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
        Whether what is not in the file, and not named below, is known no longer.
    vanished
        By key of what is not in the file: whether it is known no longer.
    """

    accepts: bool = True
    rows: Mapping[int, bool] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], bool] = field(default_factory=dict)
    retires: bool = False
    vanished: Mapping[RowKey, bool] = field(default_factory=dict)

    def accepted_rows(self, row_no: npt.NDArray[np.int32]) -> Flags:
        """Whether each row as a whole is taken over."""
        taken = np.full(len(row_no), self.accepts, dtype=np.bool_)
        return _told(taken, row_no, self.rows)

    def accepted_cells(self, row_no: npt.NDArray[np.int32], key: str) -> Flags:
        """Whether one cell of each row is taken over."""
        cells = {row: taken for (row, name), taken in self.cells.items() if name == key}
        return _told(self.accepted_rows(row_no), row_no, cells)

    def retired(self, keys: Iterable[RowKey]) -> Iterator[bool]:
        """Whether each of what is not in the file is known no longer."""
        return (self.vanished.get(key, self.retires) for key in keys)

    def takes(self, row_no: int, key: str | None = None) -> bool:
        """Whether one row, or one cell of it, is taken over."""
        taken = self.rows.get(row_no, self.accepts)
        return taken if key is None else self.cells.get((row_no, key), taken)


ACCEPT_ALL: Final = Decision()
"""Every row is taken over; what is not in the file stays known."""


def _told(taken: Flags, row_no: npt.NDArray[np.int32], words: Mapping[int, bool]) -> Flags:
    for word in (True, False):
        taken[np.isin(row_no, [row for row, said in words.items() if said is word])] = word
    return taken
