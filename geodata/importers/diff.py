"""What a file changes: every row against what is known of what it is about, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Generic

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.errors import UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.measure import planar_area_m2
from geodata.importers.table_rows import R, TableRows
from geodata.model.changes import (
    GEOMETRY,
    Decision,
    FieldChange,
    ImportCounts,
    RowChange,
    RowKey,
    extra_field,
    header_of,
)
from geodata.model.columns import NO_CODE, Cell, Codes, Flags, Texts
from geodata.model.import_lists import ChangeKind, MatchRule


@dataclass(frozen=True, slots=True, eq=False)
class Decided(Generic[R]):
    """What of a file is taken over.

    Attributes
    ----------
    place, rows
        The rows accepted, by their place in the file and with their cells; where all is accepted,
        the rows found.
    declined
        Rows of the file that are not.
    """

    place: npt.NDArray[np.intp]
    rows: R
    declined: Flags

    @property
    def declined_count(self) -> int:
        """How many rows are left out."""
        return int(self.declined.sum())


@dataclass(frozen=True, eq=False)
class Diff(Generic[R]):
    """A file against what is known; nothing is decided yet.

    Attributes
    ----------
    found
        The rows of the file. Where the file has no such column, they hold what is known.
    known
        What is known of what each row is about, in the same order; it means nothing where no
        field differs, and may be empty where none does.
    rule
        `MatchRule` by which each row met its contract; `NO_CODE` of a new one, and of other kinds.
    is_added
        Rows about something of which nothing is known by now.
    differing
        The other rows that differ from what is known, by field.
    vanished
        What is known and not in the file.
    """

    found: R
    known: R
    rule: Codes
    is_added: Flags
    differing: Mapping[str, Flags]
    vanished: tuple[RowKey, ...] = ()

    @cached_property
    def kinds(self) -> Codes:
        """`ChangeKind` of each row."""
        changed = np.logical_or.reduce([*self.differing.values(), np.zeros_like(self.is_added)])
        kinds = np.where(changed, ChangeKind.CHANGED.position, ChangeKind.UNCHANGED.position)
        return np.where(self.is_added, ChangeKind.ADDED.position, kinds).astype(np.int8)

    def count(self, kind: ChangeKind) -> int:
        """Of how many rows, or things that are not in the file, this is said."""
        if kind is ChangeKind.VANISHED:
            return len(self.vanished)
        return int(np.sum(self.kinds == kind.position))

    def changes(self, kinds: Iterable[ChangeKind] = ChangeKind) -> Iterator[RowChange]:
        """What each row says, in the order of the file, and then what is not in it.

        Each is made when it is asked for: take as many as are shown.
        """
        wanted = tuple(kinds)
        rows = np.flatnonzero(np.isin(self.kinds, [kind.position for kind in wanted]))
        yield from map(self._change, rows.tolist())
        if ChangeKind.VANISHED in wanted:
            yield from (RowChange(ChangeKind.VANISHED, key) for key in self.vanished)

    def decide(self, decision: Decision) -> Decided[R]:
        """The rows that are taken over, with what is known in the cells that are declined.

        A changed row of which no cell is accepted counts as declined.

        Raises
        ------
        UsageError
            When the decision names a row or a cell that does not differ, or what has not vanished.
        """
        self._check(decision)
        row_no = self.found.row_no
        kept = {
            key: differs & ~decision.accepted_cells(row_no, key)
            for key, differs in self.differing.items()
        }
        declined = self._declined(kept, decision)
        place = np.flatnonzero(~declined)
        rows = self.found
        if declined.any() or any(flags.any() for flags in kept.values()):
            rows = self._with(kept).take(place)
        return Decided(place, rows, declined)

    def counts(self, decision: Decision, rejected_count: int) -> ImportCounts:
        """What a decision makes of the rows of a file of which some more were sent back.

        Raises
        ------
        UsageError
            As `decide`.
        """
        declined = self.decide(decision).declined
        added, changed = (
            int(np.sum((self.kinds == kind.position) & ~declined))
            for kind in (ChangeKind.ADDED, ChangeKind.CHANGED)
        )
        unchanged = self.count(ChangeKind.UNCHANGED)
        left_out = int(declined.sum())
        return ImportCounts(
            rows_in=added + changed + unchanged + left_out + rejected_count,
            added=added,
            changed=changed,
            unchanged=unchanged,
            declined=left_out,
            rejected=rejected_count,
            retired=sum(decision.retired(self.vanished)),
        )

    def _declined(self, kept: Mapping[str, Flags], decision: Decision) -> Flags:
        """New rows that are not accepted, and changed rows of which no cell is."""
        declined = self.kinds == ChangeKind.CHANGED.position
        for key, differs in self.differing.items():
            declined &= ~differs | kept[key]
        return np.asarray(declined | (self.is_added & ~decision.accepted_rows(self.found.row_no)))

    def _with(self, kept: Mapping[str, Flags]) -> R:
        """The rows with what is known in some cells; without a shape, it stays as it is known."""
        found, known = self.found, self.known
        extras, shapes = dict(found.extras), found.shapes
        for header in found.extras:
            if (rows := kept.get(extra_field(header))) is not None:
                extras[header] = found.extras[header].copy()
                extras[header][rows] = known.extras[header][rows]
        if shapes is not None and GEOMETRY in kept:
            shapes = _blanked(shapes, kept[GEOMETRY])
        cells = {key: rows for key, rows in kept.items() if key != GEOMETRY and not header_of(key)}
        return found.blended(known, cells).beside(extras, shapes)

    def _check(self, decision: Decision) -> None:
        rows = {row: place for place, row in enumerate(self.found.row_no.tolist())}
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
        for gone in set(decision.vanished) - set(self.vanished):
            raise UsageError(
                "The decision ends {key}, which is in the file or is not known.",
                "Decide about what is shown as vanished.",
                key=gone.slug,
            )

    def _change(self, row: int) -> RowChange:
        kind, rule = ChangeKind.at(int(self.kinds[row])), int(self.rule[row])
        fields = self._stated(row) if kind is ChangeKind.ADDED else self._differing(row)
        return RowChange(
            kind=kind,
            key=self.found.key(row),
            row_no=int(self.found.row_no[row]),
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


def completed(found: R, known: R, has_known: Flags, stated: frozenset[str]) -> R:
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
        for key, differs in found.differing(known, has_known)
        if key not in stated and differs.any()
    }
    extras = {
        header: _blanked(texts, ~has_known)
        for header, texts in known.extras.items()
        if header not in found.extras
    }
    if not kept and not extras:
        return found
    return found.blended(known, kept).beside({**found.extras, **extras}, found.shapes)


def differing_fields(found: R, known: R, is_compared: Flags) -> dict[str, Flags]:
    """The rows that differ from what is known, by field; shapes are compared elsewhere.

    Both have the same columns that are not part of the kind.
    """
    extras = (
        (extra_field(header), is_compared & (_stated(texts) != _stated(known.extras[header])))
        for header, texts in found.extras.items()
    )
    fields = chain(found.differing(known, is_compared), extras)
    return {key: np.asarray(rows, dtype=np.bool_) for key, rows in fields if rows.any()}


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


def _cells(rows: TableRows, row: int) -> dict[str, Cell]:
    extras = {extra_field(header): texts[row] for header, texts in rows.extras.items()}
    return rows.cells(row) | {key: text for key, text in extras.items() if text}


def _area(rows: TableRows, row: int) -> Fraction | None:
    """Of a shape, in m² with two decimals; of a line, none."""
    if rows.shapes is None or rows.shapes[row] is None:
        return None
    (area,) = planar_area_m2(gpd.GeoDataFrame(geometry=[rows.shapes[row]], crs=STORAGE_EPSG))
    return Fraction(round(area * 100), 100)
