"""Counts of what is new in a period: enterprises that joined a class, projects that were begun."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Flags, Texts, Whole
from geodata.model.encoding import encoded
from geodata.model.indicator_lists import IndicatorFormula, UnknownReason


@dataclass(frozen=True, slots=True)
class NewCount:
    """How many are new.

    Attributes
    ----------
    known_count
        Those that are new for certain.
    first_seen_count
        Those among them of which there is no row at all from before.
    missing_count
        Those that may be new, of which the data do not say it.
    formula
        How they are counted.
    unknown_because
        Why there is no count; None where there is one.
    """

    known_count: int
    first_seen_count: int
    missing_count: int
    formula: IndicatorFormula
    unknown_because: UnknownReason | None

    @property
    def count(self) -> int | None:
        """How many are new; None where it is unknown."""
        return None if self.unknown_because else self.known_count

    @property
    def missing_share(self) -> Fraction | None:
        """Share of those that may be new of which it is not known; None where there is nobody."""
        either = self.known_count + self.missing_count
        return Fraction(self.missing_count, either) if either else None


def new_members(
    uscc: Texts, year: Whole, belongs: Codes, base_year: int, until_year: int
) -> NewCount:
    """Enterprises that belong to a class within a period and did not up to its base year.

    Parameters
    ----------
    uscc, year
        Credit code and year of each row.
    belongs
        Yes (1), no (0) or unknown (`NO_CODE`), e.g. whether the enterprise is above scale.
    base_year
        The count begins after it; without any known row up to it nothing can be called new.
    until_year
        Last year that counts.
    """
    names, codes = encoded(list(uscc))
    firm = np.array(codes, dtype=np.intp)

    def firms(rows: Flags) -> Flags:
        return np.asarray(np.bincount(firm[rows], minlength=len(names)) > 0)

    before, within = year <= base_year, (year > base_year) & (year <= until_year)
    joined = firms(within & (belongs == 1)) & ~firms(before & (belongs == 1))
    doubtful = joined & firms(before & (belongs == NO_CODE))
    silent = firms(within & (belongs == NO_CODE)) & ~firms(belongs == 1)
    known = joined & ~doubtful
    based = bool(np.any(before & (belongs != NO_CODE)))
    return NewCount(
        known_count=int(np.count_nonzero(known)),
        first_seen_count=int(np.count_nonzero(known & ~firms(before))),
        missing_count=int(np.count_nonzero(doubtful | silent)),
        formula=IndicatorFormula.NEW_MEMBERS,
        unknown_because=None if based else UnknownReason.NO_FIGURES,
    )


def new_projects(project: Texts, days: Days, first: int, last: int) -> NewCount:
    """Projects dated within a period, each once; one without any date may belong to it.

    Parameters
    ----------
    project
        Code of the project of each row.
    days
        Its date, `NO_DAY` where unknown.
    first, last
        First and last day of the period, as day numbers.
    """
    names, codes = encoded(list(project))
    row_of = np.array(codes, dtype=np.intp)
    dated = days != NO_DAY
    within = dated & (days >= first) & (days <= last)
    counted = np.bincount(row_of[within], minlength=len(names)) > 0
    told = np.bincount(row_of[dated], minlength=len(names)) > 0
    return NewCount(
        known_count=int(np.count_nonzero(counted)),
        first_seen_count=int(np.count_nonzero(counted)),
        missing_count=int(np.count_nonzero(~told)),
        formula=IndicatorFormula.NEW_PROJECTS,
        unknown_because=None if len(names) else UnknownReason.NO_FIGURES,
    )
