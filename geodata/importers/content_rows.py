"""Rows of any kind of content but the ledger as they are compared with what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geodata.importers.content import ContentFile
from geodata.importers.table_rows import Extras, Shapes
from geodata.model.attributes import Attribute
from geodata.model.columns import Cell, Flags
from geodata.model.content import Catalogue, NaturalKey, Row, catalogue_of
from geodata.model.content.typed_rows import TypedRows


class Columns(Protocol):
    """The columns of rows, and what names a row: a `Catalogue`, for one."""

    @property
    def by_key(self) -> Mapping[str, Attribute]:
        """The columns in order, by key."""
        ...

    def key_of(self, row: Row) -> NaturalKey:
        """The natural key of a row."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ContentRows:
    """Typed rows of one kind.

    Attributes
    ----------
    catalogue
        Their columns.
    typed, row_no
        The rows, and the number of each in its file.
    extras
        The texts by header of columns that are not part of the kind.
    shapes
        Their outlines, None where a row has none; None where no row has one.
    """

    catalogue: Columns
    typed: Sequence[Row]
    row_no: npt.NDArray[np.int32]
    extras: Extras = field(default_factory=dict)
    shapes: Shapes | None = None

    @classmethod
    def of_file(cls, file: ContentFile) -> ContentRows:
        """The rows of a file that could be read."""
        shapes = file.geometry
        return cls(
            catalogue_of(file.kind),
            file.rows,
            np.asarray(file.row_no, dtype=np.int32),
            file.extras,
            None if shapes is None else np.asarray(shapes.to_numpy(), dtype=np.object_),
        )

    def __len__(self) -> int:
        return len(self.typed)

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """Their columns by key."""
        return self.catalogue.by_key

    def take(self, rows: npt.NDArray[np.intp]) -> ContentRows:
        """The rows given, in that order."""
        return replace(
            self,
            typed=TypedRows.of(self.typed).take(rows),
            row_no=self.row_no[rows],
            extras={header: texts[rows] for header, texts in self.extras.items()},
            shapes=None if self.shapes is None else self.shapes[rows],
        )

    def beside(self, extras: Extras, shapes: Shapes | None) -> ContentRows:
        """The same cells beside other extras and shapes."""
        return replace(self, extras=extras, shapes=shapes)

    def blended(self, known: ContentRows, kept: Mapping[str, Flags]) -> ContentRows:
        """The rows with what is known in the cells kept."""
        typed = list(self.typed)
        for key, rows in kept.items():
            for row in np.flatnonzero(rows).tolist():
                typed[row] = {**typed[row], key: known.typed[row].get(key)}
        return replace(self, typed=typed)

    def differing(self, known: ContentRows, is_compared: Flags) -> Iterator[tuple[str, Flags]]:
        """For each attribute, the rows compared in which it differs."""
        places = np.flatnonzero(is_compared).tolist()
        pairs = [(place, self.typed[place], known.typed[place]) for place in places]
        for key in self.catalogue.by_key:
            differs = np.zeros(len(self), dtype=np.bool_)
            differs[[place for place, new, old in pairs if new.get(key) != old.get(key)]] = True
            yield key, differs

    def names(self) -> list[str]:
        """What names each row, as one text."""
        if isinstance(self.catalogue, Catalogue):
            return TypedRows.of(self.typed).names(self.catalogue)
        return [self.catalogue.key_of(row).slug for row in self.typed]

    def key(self, row: int) -> NaturalKey:
        """What names a row."""
        return self.catalogue.key_of(self.typed[row])

    def cells(self, row: int) -> dict[str, Cell]:
        """The cells of a row that are known."""
        return {key: cell for key, cell in self.typed[row].items() if cell is not None}
