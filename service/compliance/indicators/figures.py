"""Yearly figures of enterprises, parks or projects as columns, and the formulas over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Self

import numpy as np

from geodata.errors import LawBookError
from geodata.model.columns import NO_CODE, Codes, Days, Exact, Flags, day_number
from geodata.model.units import MU_PER_M2
from service.compliance.law.schemes import Formula
from service.compliance.rules import exact

_LAND_MU: Final = "land_mu"
_FINE: Final = 10**9
"""Parts of a unit to which the mean of a group is taken: a product convention."""

Figure = Fraction | int | date | bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One year's figures, one row each; what is blank is unknown, never zero.

    Attributes
    ----------
    names
        Credit code of an enterprise, code of a park or project.
    exact
        Numbers by key: those of the yearly tables, and ``land_m2``, from which ``land_mu`` is made.
    days
        ``signed_on``, ``lease_started_on`` and ``production_on``, as far as they are needed.
    codes
        Yes (1) or no (0) by key; `NO_CODE` is unknown.
    """

    names: Sequence[str]
    exact: Mapping[str, Exact]
    days: Mapping[str, Days] = field(default_factory=dict)
    codes: Mapping[str, Codes] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Mapping[str, Mapping[str, Figure]], keys: Iterable[str] = ()) -> Self:
        """Columns of rows by name; `keys` are number columns that must be there though blank."""
        cells = {key: [row.get(key) for row in rows.values()] for key in _keys(rows.values())}
        days, flags, numbers = {}, {}, dict.fromkeys(keys, Exact.of([None] * len(rows)))
        for key, column in cells.items():
            known = next((cell for cell in column if cell is not None), None)
            if isinstance(known, date):
                days[key] = np.array(list(map(day_number, column)), dtype=np.int32)  # type: ignore[arg-type]  # dates, as the first is
            elif isinstance(known, bool):
                flags[key] = np.array([NO_CODE if c is None else c for c in column], dtype=np.int8)
            else:
                numbers[key] = Exact.of(column)  # type: ignore[arg-type]  # numbers or blank
        return cls(tuple(rows), numbers, days, flags)

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: Sequence[int]) -> Self:
        """The rows given, in that order."""
        place = np.asarray(rows, dtype=np.intp)
        return type(self)(
            [self.names[row] for row in rows],
            {key: column.take(place) for key, column in self.exact.items()},
            {key: column[place] for key, column in self.days.items()},
            {key: column[place] for key, column in self.codes.items()},
        )

    def number(self, key: str) -> Exact:
        """A column of numbers.

        Raises
        ------
        LawBookError
            When there is no such column.
        """
        if key == _LAND_MU and "land_m2" in self.exact:
            return exact.scaled(self.exact["land_m2"], MU_PER_M2)
        try:
            return self.exact[key]
        except KeyError:
            raise LawBookError(
                "A formula needs the figure {figure}, which is not among the figures given.",
                "Correct the name in the pack, or add the column; there are: {known}.",
                figure=key,
                known=", ".join(sorted(self.exact)),
            ) from None

    def value(self, formula: Formula) -> Exact:
        """What a formula gives on each row; unknown where a figure is, or the divisor is zero."""
        value = self.number(formula.of)
        if formula.per:
            value = exact.over(value, self.number(formula.per))
        return exact.scaled(value, formula.scale)

    def knows(self, keys: Iterable[str]) -> Flags:
        """Rows on which all of the numbers named are known."""
        known = np.ones(len(self), dtype=np.bool_)
        for key in keys:
            known &= self.number(key).known
        return known


def mean(values: Exact) -> Fraction | None:
    """The mean of the known values, to the billionth; None where none is known.

    Each value is taken down to the billionth, so that neither order nor count lets the
    denominator grow; the mean is rounded half up.
    """
    known = values.known
    if not known.any():
        return None
    total = sum(exact.floor(exact.scaled(values, _FINE))[known].tolist())
    count = int(known.sum())
    return Fraction((2 * total + count) // (2 * count), _FINE)


def _keys(rows: Iterable[Mapping[str, Figure]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))
