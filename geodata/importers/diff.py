"""What a ledger file changes: every row against the contract it is about, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.errors import UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.measure import planar_area_m2
from geodata.model.blending import blended
from geodata.model.changes import GEOMETRY, Decision, FieldChange, RowChange, extra_field
from geodata.model.columns import NO_CODE, Cell, Codes, Flags, LedgerColumns, Texts
from geodata.model.comparing import differing_cells
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, MatchRule
from geodata.model.rows import row_cells

Shapes = npt.NDArray[np.object_]
Extras = Mapping[str, Texts]

NOBODY: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
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

    def take(self, rows: npt.NDArray[np.intp]) -> Rows:
        """The rows given, in that order."""
        return Rows(
            self.columns.take(rows),
            {header: texts[rows] for header, texts in self.extras.items()},
            None if self.shapes is None else self.shapes[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """What of a file is taken over: the rows accepted, by their place in it, and their cells.

    Where all is, `rows` are the rows found.
    """

    place: npt.NDArray[np.intp]
    rows: Rows
    declined_count: int


@dataclass(frozen=True, eq=False)
class LedgerDiff:
    """A ledger file against the contracts known; nothing is decided yet.

    Attributes
    ----------
    found
        The rows of the file. Where the file has no such column, they hold what is known.
    known
        What is known of the contract of each row, in the same order; it means nothing where no
        field differs, and may be empty where none does.
    rule
        `MatchRule` by which each row met its contract; `NO_CODE` of a new one.
    is_added
        Rows about contracts of which nothing is known by now.
    differing
        The other rows that differ from what is known, by field.
    vanished
        The contracts known that are not in the file.
    """

    found: Rows
    known: Rows
    rule: Codes
    is_added: Flags
    differing: Mapping[str, Flags]
    vanished: tuple[ContractKey, ...] = ()

    @cached_property
    def kinds(self) -> Codes:
        """`ChangeKind` of each row."""
        changed = np.logical_or.reduce([*self.differing.values(), np.zeros_like(self.is_added)])
        kinds = np.where(changed, ChangeKind.CHANGED.position, ChangeKind.UNCHANGED.position)
        return np.where(self.is_added, ChangeKind.ADDED.position, kinds).astype(np.int8)

    def count(self, kind: ChangeKind) -> int:
        """Of how many contracts the file says this."""
        if kind is ChangeKind.VANISHED:
            return len(self.vanished)
        return int(np.sum(self.kinds == kind.position))

    def changes(self, kinds: Iterable[ChangeKind] = ChangeKind) -> Iterator[RowChange]:
        """What the file says of each contract, in its order, and then those that are not in it.

        Each is made when it is asked for: take as many as are shown.
        """
        wanted = tuple(kinds)
        rows = np.flatnonzero(np.isin(self.kinds, [kind.position for kind in wanted]))
        yield from map(self._change, rows.tolist())
        if ChangeKind.VANISHED in wanted:
            yield from (RowChange(ChangeKind.VANISHED, key) for key in self.vanished)

    def decide(self, decision: Decision) -> Decided:
        """The rows that are taken over, with what is known in the cells that are declined.

        A changed row of which no cell is accepted counts as declined.

        Raises
        ------
        UsageError
            When the decision names a row or a cell that does not differ, or a contract that is in
            the file.
        """
        self._check(decision)
        row_no = self.found.columns.row_no
        declined = self.kinds == ChangeKind.CHANGED.position
        kept: dict[str, Flags] = {}
        for key, differs in self.differing.items():
            accepted = decision.accepted_cells(row_no, key)
            kept[key] = differs & ~accepted
            declined &= ~(differs & accepted)
        declined |= self.is_added & ~decision.accepted_rows(row_no)
        place = np.flatnonzero(~declined)
        rows = self.found
        if declined.any() or any(flags.any() for flags in kept.values()):
            rows = self._with(kept).take(place)
        return Decided(place, rows, int(declined.sum()))

    def _with(self, kept: Mapping[str, Flags]) -> Rows:
        """The rows with what is known in some cells; without a shape, it stays as it is known."""
        found, known = self.found, self.known
        extras, shapes = dict(found.extras), found.shapes
        for header in found.extras:
            if (rows := kept.get(extra_field(header))) is not None:
                extras[header] = found.extras[header].copy()
                extras[header][rows] = known.extras[header][rows]
        if shapes is not None and GEOMETRY in kept:
            shapes = _blanked(shapes, kept[GEOMETRY])
        return Rows(blended(found.columns, known.columns, kept), extras, shapes)

    def _check(self, decision: Decision) -> None:
        rows = {int(row): place for place, row in enumerate(self.found.columns.row_no)}
        for row in decision.rows:
            if row not in rows or self.kinds[rows[row]] == ChangeKind.UNCHANGED.position:
                raise UsageError(
                    "The decision names row {row}, which changes nothing.",
                    "Decide about the rows that are shown as added or changed.",
                    row=row,
                )
        for row, key in decision.cells:
            if row not in rows or key not in self.differing or not self.differing[key][rows[row]]:
                raise UsageError(
                    "The decision names {field} of row {row}, which is not a changed cell.",
                    "Decide about the cells that are shown; a new row is taken as a whole.",
                    field=key,
                    row=row,
                )
        for contract in set(decision.contracts) - set(self.vanished):
            raise UsageError(
                "The decision ends contract {contract}, which is in the file or is not known.",
                "Decide about the contracts that are shown as vanished.",
                contract=contract.slug,
            )

    def _change(self, row: int) -> RowChange:
        kind, rule = ChangeKind.at(int(self.kinds[row])), int(self.rule[row])
        fields = self._stated(row) if kind is ChangeKind.ADDED else self._differing(row)
        return RowChange(
            kind=kind,
            key=ContractKey.of_row(self.found.columns, row),
            row_no=int(self.found.columns.row_no[row]),
            match=None if rule == NO_CODE else MatchRule.at(rule),
            fields=tuple(fields),
        )

    def _stated(self, row: int) -> Iterator[FieldChange]:
        cells = _cells(self.found, row) | {GEOMETRY: _area(self.found, row)}
        yield from (FieldChange(k, None, cell) for k, cell in cells.items() if cell is not None)

    def _differing(self, row: int) -> Iterator[FieldChange]:
        keys = [key for key, rows in self.differing.items() if rows[row]]
        if keys and keys != [GEOMETRY]:
            old, new = _cells(self.known, row), _cells(self.found, row)
            yield from (FieldChange(k, old.get(k), new.get(k)) for k in keys if k != GEOMETRY)
        if GEOMETRY in keys:
            yield FieldChange(GEOMETRY, _area(self.known, row), _area(self.found, row))


def completed(found: Rows, known: Rows, has_known: Flags, stated: frozenset[str]) -> Rows:
    """The rows of a file with what is known in the columns that the file does not have.

    Where nothing is known in these, they are the rows given.

    Parameters
    ----------
    found, known
        The rows, and what is known of each.
    has_known
        Rows of which something is.
    stated
        Attributes the file has columns for.
    """
    kept = {
        key: has_known
        for key, differs in differing_cells(found.columns, known.columns)
        if key not in stated and bool(np.any(differs & has_known))
    }
    extras = {
        header: _blanked(texts, ~has_known)
        for header, texts in known.extras.items()
        if header not in found.extras
    }
    if not kept and not extras:
        return found
    columns = blended(found.columns, known.columns, kept)
    return Rows(columns, {**found.extras, **extras}, found.shapes)


def differing_fields(found: Rows, known: Rows, is_compared: Flags) -> dict[str, Flags]:
    """The rows that differ from what is known, by field; shapes are compared elsewhere.

    Both have the same columns that are not part of the ledger.
    """
    extras = (
        (extra_field(header), _stated(texts) != _stated(known.extras[header]))
        for header, texts in found.extras.items()
    )
    cells = chain(differing_cells(found.columns, known.columns), extras)
    fields = ((key, np.asarray(rows, dtype=np.bool_) & is_compared) for key, rows in cells)
    return {key: rows for key, rows in fields if rows.any()}


def extras_by_header(rows: Sequence[Mapping[str, str]], headers: Iterable[str]) -> dict[str, Texts]:
    """Texts by header out of texts by row, under the headers given and those that are met."""
    wanted = dict.fromkeys(chain(headers, *rows))
    return {
        header: np.array([row.get(header) for row in rows], dtype=np.object_) for header in wanted
    }


def _stated(texts: Texts) -> Texts:
    """An empty text says nothing."""
    return _blanked(texts, np.asarray(texts == "", dtype=np.bool_))


def _blanked(texts: Texts, rows: Flags) -> Texts:
    blanked = texts.copy()
    blanked[rows] = None
    return blanked


def _cells(rows: Rows, row: int) -> dict[str, Cell]:
    extras = {extra_field(header): texts[row] for header, texts in rows.extras.items()}
    return row_cells(rows.columns, row) | {key: text for key, text in extras.items() if text}


def _area(rows: Rows, row: int) -> Fraction | None:
    """Of a shape, in m² with two decimals."""
    if rows.shapes is None or rows.shapes[row] is None:
        return None
    (area,) = planar_area_m2(gpd.GeoDataFrame(geometry=[rows.shapes[row]], crs=STORAGE_EPSG))
    return Fraction(round(area * 100), 100)
