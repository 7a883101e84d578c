"""达纲率 by park and cohort, 亩产冠军, and the figures of parks for their evaluation.

The manufacturing plan names these (五（五）) and defines none: the formulas are product
conventions, and every result says how much it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Exact
from service.compliance.indicators.figures import Figures
from service.compliance.law.schemes import Formula
from service.compliance.rules import exact

_OUTPUT_PER_MU: Final = Formula("output_yuan", "land_mu", Fraction(1, 10_000))
"""万元 per mu."""

Rows = npt.NDArray[np.intp]
Key = TypeVar("Key", str, tuple[str, int])


@dataclass(frozen=True, slots=True)
class Attainment:
    """How far the projects of a park and cohort have come.

    Attributes
    ----------
    park, cohort
        The park, and the year its projects are counted under; None = all years.
    project_count, reached_count, unknown_count
        Projects whose output and target are known; those of them that reached it; the others.
    output_yuan, target_yuan, reached_yuan
        Output and target of the projects known; output of those that reached theirs.
    """

    park: str
    cohort: int | None
    project_count: int
    reached_count: int
    unknown_count: int
    output_yuan: Fraction
    target_yuan: Fraction
    reached_yuan: Fraction

    @property
    def project_share(self) -> Fraction | None:
        """Projects that reached their target, of those known."""
        return Fraction(self.reached_count, self.project_count) if self.project_count else None

    @property
    def output_share(self) -> Fraction | None:
        """Output made by projects that reached their target, of all output known."""
        return self.reached_yuan / self.output_yuan if self.output_yuan else None

    @property
    def output_rate(self) -> Fraction | None:
        """Output over target, of the projects known."""
        return self.output_yuan / self.target_yuan if self.target_yuan else None


@dataclass(frozen=True, slots=True)
class Champions:
    """Who makes most of a mu in a park; several where they make the same.

    Attributes
    ----------
    output_wan_per_mu
        What they make; None where nobody's figures are known.
    unknown_count
        Enterprises whose output or land is not known.
    """

    park: str
    names: tuple[str, ...]
    output_wan_per_mu: Fraction | None
    unknown_count: int


@dataclass(frozen=True, slots=True)
class ParkFigures:
    """Figures of parks, added up over their enterprises.

    Attributes
    ----------
    figures
        One row per park.
    counted, left_out
        How many enterprises of each park have every figure needed, and how many have not.
    """

    figures: Figures
    counted: tuple[int, ...]
    left_out: tuple[int, ...]


def attainment(
    parks: Sequence[str], cohorts: Sequence[int], output: Exact, target: Exact
) -> tuple[Attainment, ...]:
    """How many projects, and how much of their output, reached the target.

    Parameters
    ----------
    parks, cohorts
        Park and year of each project in production.
    output, target
        Yearly output reached and agreed, in yuan; a project reached its target when the one is
        not below the other.
    """
    reached = exact.at_least(output, target)
    known = output.known & target.known
    keys = list(zip(parks, map(int, cohorts), strict=True))
    return tuple(
        Attainment(
            park=park,
            cohort=cohort,
            project_count=int(known[rows].sum()),
            reached_count=int(reached[rows].sum()),
            unknown_count=int((~known[rows]).sum()),
            output_yuan=_total(output, rows[known[rows]]),
            target_yuan=_total(target, rows[known[rows]]),
            reached_yuan=_total(output, rows[reached[rows]]),
        )
        for (park, cohort), rows in _groups(keys)
    )


def by_park(attainments: Iterable[Attainment]) -> tuple[Attainment, ...]:
    """The same of each park, all its years together."""
    parts: dict[str, list[Attainment]] = {}
    for each in attainments:
        parts.setdefault(each.park, []).append(each)
    return tuple(_together(park, own) for park, own in sorted(parts.items()))


def champions(parks: Sequence[str], figures: Figures) -> tuple[Champions, ...]:
    """The enterprises of each park with the most output per mu of land."""
    per_mu = figures.value(_OUTPUT_PER_MU)
    return tuple(_best(park, rows, per_mu, figures.names) for park, rows in _groups(parks))


def park_figures(parks: Sequence[str], figures: Figures, needed: Iterable[str]) -> ParkFigures:
    """Figures of each park, of the enterprises that have all that are needed.

    An enterprise with a gap is left out of every sum, so that no quotient sets the output of one
    against the land of another.
    """
    keys = tuple(needed)
    known = figures.knows(keys)
    groups = list(_groups(parks))
    counted = [rows[known[rows]] for _, rows in groups]
    sums = {key: _sums(figures.number(key), counted) for key in keys}
    return ParkFigures(
        figures=Figures(tuple(park for park, _ in groups), sums),
        counted=tuple(map(len, counted)),
        left_out=tuple(
            len(rows) - len(own) for (_, rows), own in zip(groups, counted, strict=True)
        ),
    )


def _together(park: str, parts: Sequence[Attainment]) -> Attainment:
    return Attainment(
        park=park,
        cohort=None,
        project_count=sum(each.project_count for each in parts),
        reached_count=sum(each.reached_count for each in parts),
        unknown_count=sum(each.unknown_count for each in parts),
        output_yuan=sum((each.output_yuan for each in parts), Fraction(0)),
        target_yuan=sum((each.target_yuan for each in parts), Fraction(0)),
        reached_yuan=sum((each.reached_yuan for each in parts), Fraction(0)),
    )


def _best(park: str, rows: Rows, per_mu: Exact, names: Sequence[str]) -> Champions:
    known = rows[per_mu.known[rows]]
    values = {int(row): per_mu.fraction(row) for row in known}
    most = max((value for value in values.values() if value is not None), default=None)
    winners = sorted(names[row] for row, value in values.items() if value == most)
    return Champions(park, tuple(winners), most, len(rows) - len(known))


def _groups(keys: Sequence[Key]) -> Iterator[tuple[Key, Rows]]:
    """The rows of each key, in order of the keys."""
    rows: dict[Key, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    for key in sorted(rows):
        yield key, np.array(rows[key], dtype=np.intp)


def _sums(values: Exact, groups: Iterable[Rows]) -> Exact:
    """The total of each group, unknown where it is empty; as Python integers, however large."""
    totals = [_total(values, rows).as_integer_ratio() if len(rows) else (0, 0) for rows in groups]
    both: npt.NDArray[Any] = np.array(totals, dtype=np.object_).reshape(-1, 2)
    return Exact(both[:, 0], both[:, 1])


def _total(values: Exact, rows: Rows) -> Fraction:
    return exact.total(values.take(rows))
