"""The ledger held as columns: what importers and the store make, and what the rules read.

Dates are day numbers (int32, days since 1970-01-01, `NO_DAY` = unknown), codes are positions in
their codelist (int8, `NO_CODE` = unknown), numbers are exact fractions, and the parts of a
contract that may repeat (instalments, extensions, government periods) are values with offsets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Final, overload

import numpy as np
import numpy.typing as npt

from geodata.model.attributes import ATTRIBUTES, Attribute, Kind
from geodata.model.coded import Coded

Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int8]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

NO_DAY: Final = int(np.iinfo(np.int32).min)
NO_CODE: Final = -1
EPOCH: Final = date(1970, 1, 1)
_EPOCH_ORDINAL: Final = EPOCH.toordinal()


def day_number(day: date | None) -> int:
    """Days from 1970-01-01 to `day`; `NO_DAY` for None."""
    return NO_DAY if day is None else day.toordinal() - _EPOCH_ORDINAL


def as_date(number: int) -> date | None:
    """The calendar date of a day number; None for `NO_DAY`."""
    return None if number == NO_DAY else EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, slots=True)
class Exact:
    """Rational numbers in lowest terms: ``num / den``; ``den == 0`` means unknown.

    Money in yuan, areas in m² and rates in ‰ stay exact through every unit conversion
    (1 mu is 2000/3 m²) and every comparison.
    """

    num: Whole
    den: Whole

    @classmethod
    def of(cls, values: Iterable[Fraction | int | None]) -> Exact:
        """Column of the values given; None is unknown."""
        if isinstance(values, Fractions):
            return values.exact
        pairs = [(0, 0) if v is None else v.as_integer_ratio() for v in values]
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return cls(both[:, 0].copy(), both[:, 1].copy())

    @property
    def known(self) -> Flags:
        """True where the number is known."""
        return np.asarray(self.den != 0)

    def __len__(self) -> int:
        return len(self.num)

    def take(self, rows: npt.NDArray[np.intp]) -> Exact:
        """The rows given, in that order."""
        return Exact(self.num[rows], self.den[rows])

    def block(self, rows: slice) -> Exact:
        """Consecutive rows, without copying them."""
        return Exact(self.num[rows], self.den[rows])

    def fraction(self, row: int) -> Fraction | None:
        """One number as a fraction; None when unknown."""
        den = int(self.den[row])
        return Fraction(int(self.num[row]), den) if den else None


@dataclass(frozen=True, slots=True, eq=False)
class Fractions(Sequence[Fraction | None]):
    """Exact numbers as a sequence, in which each is made when it is asked for."""

    exact: Exact

    def __len__(self) -> int:
        return len(self.exact)

    @overload
    def __getitem__(self, row: int) -> Fraction | None: ...
    @overload
    def __getitem__(self, row: slice) -> Fractions: ...
    def __getitem__(self, row: int | slice) -> Fraction | Fractions | None:
        if isinstance(row, slice):
            return Fractions(self.exact.block(row))
        return self.exact.fraction(row)


Column = Days | Codes | Flags | Whole | Texts | Exact


@dataclass(frozen=True, slots=True)
class Term:
    """Relative dates: ``count`` (-1 = none), unit (`TermUnit`) and anchor (`Anchor`)."""

    count: npt.NDArray[np.int32]
    unit: Codes
    anchor: Codes

    def take(self, rows: npt.NDArray[np.intp]) -> Term:
        """The rows given, in that order."""
        return Term(self.count[rows], self.unit[rows], self.anchor[rows])

    def block(self, rows: slice) -> Term:
        """Consecutive rows, without copying them."""
        return Term(self.count[rows], self.unit[rows], self.anchor[rows])


@dataclass(frozen=True)
class Ragged:
    """Repeating parts: entry *k* of row *i* stands at ``offsets[i] + k`` of every field.

    Attributes
    ----------
    offsets
        int64, one more than rows.
    given
        False where the cell was blank: unknown, which is not the same as none.
    fields
        Days, codes or `Exact` by name: instalments have ``due_on, amount, paid_on,
        demanded_on``; extensions ``applied_on, approved_on, extended_to``; periods
        ``begins_on, ends_on, cause, status``.
    """

    offsets: Whole
    given: Flags
    fields: Mapping[str, Days | Codes | Exact]

    @cached_property
    def owner(self) -> npt.NDArray[np.intp]:
        """Row of each entry."""
        return np.repeat(np.arange(len(self.given), dtype=np.intp), np.diff(self.offsets))

    def days(self, name: str) -> Days:
        """A date field."""
        values = self.fields[name]
        assert isinstance(values, np.ndarray)
        return values.astype(np.int32, copy=False)

    def codes(self, name: str) -> Codes:
        """A code field."""
        values = self.fields[name]
        assert isinstance(values, np.ndarray)
        return values.astype(np.int8, copy=False)

    def exact(self, name: str) -> Exact:
        """A number field."""
        values = self.fields[name]
        assert isinstance(values, Exact)
        return values

    def take(self, rows: npt.NDArray[np.intp]) -> Ragged:
        """The rows given, in that order."""
        counts = np.diff(self.offsets)[rows]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        starts = np.repeat(self.offsets[:-1][rows] - offsets[:-1], counts)
        entries = (np.arange(offsets[-1]) + starts).astype(np.intp)
        fields = {
            name: values.take(entries) if isinstance(values, Exact) else values[entries]
            for name, values in self.fields.items()
        }
        return Ragged(offsets, self.given[rows], fields)

    def block(self, rows: slice) -> Ragged:
        """Consecutive rows; their entries are not copied."""
        offsets = self.offsets[rows.start : rows.stop + 1]
        entries = slice(int(offsets[0]), int(offsets[-1]))
        fields = {
            name: values.block(entries) if isinstance(values, Exact) else values[entries]
            for name, values in self.fields.items()
        }
        return Ragged(offsets - offsets[0], self.given[rows], fields)


RAGGED_FIELDS: Final[Mapping[Kind, Mapping[str, type]]] = {
    Kind.INSTALMENTS: {"due_on": date, "amount": Fraction, "paid_on": date, "demanded_on": date},
    Kind.EXTENSIONS: {"applied_on": date, "approved_on": date, "extended_to": date},
    Kind.PERIODS: {"begins_on": date, "ends_on": date, "cause": int, "status": int},
}
"""Fields of each repeating kind with what they hold: a date, a number or a code."""

SPLIT_PARTS: Final = ("start", "completion", "production")
"""The milestones a performance bond is split over."""


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """The rows of a ledger, one array per attribute of the catalogue.

    Attributes
    ----------
    row_no
        int32, the data row of the file (from 1) or any other number that names the row.
    texts, flags_known, days, codes, exact, terms, ragged
        Columns by attribute key. A boolean is a code: 0 = no, 1 = yes, `NO_CODE` = unknown.
        ``bond_split`` is three exact columns ``bond_split_start``, … (per cent).
    undelivered
        True where ``delivered_on`` says that delivery is known not to have happened.
    """

    row_no: npt.NDArray[np.int32]
    undelivered: Flags
    texts: Mapping[str, Texts] = field(default_factory=dict)
    days: Mapping[str, Days] = field(default_factory=dict)
    codes: Mapping[str, Codes] = field(default_factory=dict)
    exact: Mapping[str, Exact] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    ragged: Mapping[str, Ragged] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row_no)

    def take(self, rows: Sequence[int] | npt.NDArray[np.intp] | slice) -> LedgerColumns:
        """The rows given, in that order."""
        chosen = np.arange(len(self), dtype=np.intp)[rows]
        return LedgerColumns(
            row_no=self.row_no[chosen],
            undelivered=self.undelivered[chosen],
            texts={k: v[chosen] for k, v in self.texts.items()},
            days={k: v[chosen] for k, v in self.days.items()},
            codes={k: v[chosen] for k, v in self.codes.items()},
            exact={k: v.take(chosen) for k, v in self.exact.items()},
            terms={k: v.take(chosen) for k, v in self.terms.items()},
            ragged={k: v.take(chosen) for k, v in self.ragged.items()},
        )

    def block(self, start: int, stop: int) -> LedgerColumns:
        """Rows from `start` up to `stop`, without copying them."""
        rows = slice(start, min(stop, len(self)))
        return LedgerColumns(
            row_no=self.row_no[rows],
            undelivered=self.undelivered[rows],
            texts={k: v[rows] for k, v in self.texts.items()},
            days={k: v[rows] for k, v in self.days.items()},
            codes={k: v[rows] for k, v in self.codes.items()},
            exact={k: v.block(rows) for k, v in self.exact.items()},
            terms={k: v.block(rows) for k, v in self.terms.items()},
            ragged={k: v.block(rows) for k, v in self.ragged.items()},
        )


Cell = str | date | Fraction | int | bool | None | tuple[object, ...] | list[tuple[object, ...]]
"""A typed cell: see `from_rows`."""

UNDELIVERED: Final = "none"
"""What a typed ``delivered_on`` cell holds when delivery is known not to have happened."""


def from_rows(
    rows: Sequence[Mapping[str, Cell]],
    row_no: Sequence[int] | None = None,
    attributes: Iterable[Attribute] = ATTRIBUTES,
) -> LedgerColumns:
    """Columns of typed rows.

    Parameters
    ----------
    rows
        One mapping per row; a missing key or None is unknown. Cell types by kind: text ``str``;
        date ``date``; delivery ``date`` or `UNDELIVERED`; boolean and code ``int`` (position);
        exact and share ``Fraction`` or ``int``; term ``(count, unit, anchor)``; split three
        fractions (per cent); repeating kinds a list of tuples in the order of `RAGGED_FIELDS`.
    row_no
        Numbers of the rows; 1, 2, … by default.
    attributes
        The columns; those of the ledger by default.
    """
    wanted = tuple(attributes)
    cells = {a.key: [row.get(a.key) for row in rows] for a in wanted}
    return from_cells(cells, range(1, len(rows) + 1) if row_no is None else row_no, wanted)


def from_cells(
    cells: Mapping[str, Sequence[Cell]],
    row_no: Sequence[int],
    attributes: Iterable[Attribute] = ATTRIBUTES,
) -> LedgerColumns:
    """Columns of typed cells by attribute key; what is not among them is unknown.

    Cells that are `Coded` are looked at once for each different one. Their types, and the other
    parameters, are those of `from_rows`.
    """
    texts: dict[str, Texts] = {}
    days: dict[str, Days] = {}
    codes: dict[str, Codes] = {}
    exact: dict[str, Exact] = {}
    terms: dict[str, Term] = {}
    ragged: dict[str, Ragged] = {}
    undelivered = np.zeros(len(row_no), dtype=np.bool_)
    blank: Coded[Cell] = Coded([None], np.zeros(len(row_no), dtype=np.intp))
    for attribute in attributes:
        key = attribute.key
        column = Coded.of(cells.get(key, blank))
        different, place = column.different, column.place.astype(np.intp, copy=False)
        match attribute.kind:
            case Kind.TEXT:
                texts[key] = _texts(different)[place]
            case Kind.DATE:
                days[key] = _days(different)[place]
            case Kind.DELIVERY:
                is_not = [cell == UNDELIVERED for cell in different]
                undelivered |= np.array(is_not, dtype=np.bool_)[place]
                days[key] = _days([None if cell == UNDELIVERED else cell for cell in different])[
                    place
                ]
            case Kind.BOOLEAN | Kind.CODE:
                codes[key] = _codes(different)[place]
            case Kind.EXACT | Kind.SHARE:
                exact[key] = Exact.of(different).take(place)  # type: ignore[arg-type]  # the kind says so
            case Kind.TERM:
                terms[key] = _term(different).take(place)
            case Kind.SPLIT:
                for position, part in enumerate(SPLIT_PARTS):
                    shares = [
                        cell[position] if isinstance(cell, tuple) else None for cell in different
                    ]
                    exact[f"{key}_{part}"] = Exact.of(shares).take(place)  # type: ignore[arg-type]  # as above
            case _:
                ragged[key] = _ragged(attribute, different).take(place)
    return LedgerColumns(
        row_no=np.fromiter(row_no, dtype=np.int32, count=len(row_no)),
        undelivered=undelivered,
        texts=texts,
        days=days,
        codes=codes,
        exact=exact,
        terms=terms,
        ragged=ragged,
    )


def _texts(cells: Sequence[Cell]) -> Texts:
    column = np.empty(len(cells), dtype=np.object_)
    column[:] = cells
    return column


def _days(cells: Iterable[object]) -> Days:
    return np.array([day_number(cell) for cell in cells], dtype=np.int32)  # type: ignore[arg-type]


def _codes(cells: Iterable[object]) -> Codes:
    return np.array([NO_CODE if cell is None else cell for cell in cells], dtype=np.int8)


def _term(cells: Sequence[Cell]) -> Term:
    filled = [cell if isinstance(cell, tuple) else (-1, NO_CODE, NO_CODE) for cell in cells]
    parts = np.array(filled, dtype=np.int32).reshape(-1, 3)
    return Term(parts[:, 0].copy(), parts[:, 1].astype(np.int8), parts[:, 2].astype(np.int8))


def _ragged(attribute: Attribute, cells: Sequence[Cell]) -> Ragged:
    entries = [cell if isinstance(cell, list) else [] for cell in cells]
    offsets = np.concatenate(([0], np.cumsum([len(e) for e in entries]))).astype(np.int64)
    flat = [entry for row in entries for entry in row]
    fields: dict[str, Days | Codes | Exact] = {}
    for position, (name, holds) in enumerate(RAGGED_FIELDS[attribute.kind].items()):
        values = [entry[position] for entry in flat]
        if holds is date:
            fields[name] = _days(values)
        elif holds is Fraction:
            fields[name] = Exact.of(values)  # type: ignore[arg-type]  # typed by RAGGED_FIELDS
        else:
            fields[name] = _codes(values)
    given = np.array([cell is not None for cell in cells], dtype=np.bool_)
    return Ragged(offsets, given, fields)
