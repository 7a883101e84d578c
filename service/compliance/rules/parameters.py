"""The legal numbers that apply to each row, each picked by the date its entry names (R9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geodata.errors import LawBookError
from geodata.model.columns import NO_DAY, Days, Exact, day_number
from geodata.model.judgements import NEVER
from geodata.model.law_lists import Selector
from service.compliance.law import LawBook, Number

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The law book read row by row.

    A contract's terms follow the law of its signing, a procedure that of its day, a state that
    of the day of judgement; the entry of the number says which. A number that is the same for
    all rows comes as one value, else as a column of the rows asked about.

    Attributes
    ----------
    law
        The law book of the district.
    day
        The day on which each row is judged.
    signed_on
        When each contract was signed.
    """

    law: LawBook
    day: Days
    signed_on: Days

    def __contains__(self, number_id: object) -> bool:
        return number_id in self.law.numbers

    def count(
        self,
        number_id: str,
        *,
        due: Days | None = None,
        act: Days | None = None,
        rows: Rows | None = None,
    ) -> int | npt.NDArray[np.int32]:
        """A legal number that counts days, months or years.

        Parameters
        ----------
        number_id
            Name of the number.
        due, act
            Due dates and days of acts, for numbers that are selected by them.
        rows
            The rows meant where the dates are those of entries, such as instalments.

        Raises
        ------
        LawBookError
            When the book has no such number, it is not whole, or the rule does not know the
            date that selects it.
        """
        number = self.law.entry(number_id)
        place = self._place(number, due, act, rows)
        counts = number.counts
        return counts[place] if isinstance(place, int) else np.array(counts, np.int32)[place]

    def number(
        self,
        number_id: str,
        *,
        due: Days | None = None,
        act: Days | None = None,
        rows: Rows | None = None,
    ) -> Fraction | Exact:
        """A legal number as it stands, exactly; otherwise as `count`."""
        number = self.law.entry(number_id)
        place = self._place(number, due, act, rows)
        values = number.values
        return values[place] if isinstance(place, int) else Exact.of(values).take(place)

    def versions(
        self,
        number_id: str,
        *,
        due: Days | None = None,
        act: Days | None = None,
        rows: Rows | None = None,
    ) -> npt.NDArray[np.intp]:
        """Position of the version of a number that applies to each row; as `count`."""
        number = self.law.entry(number_id)
        return number.places(self._days(number.selected_by, due, act, rows))

    def next_version_on(self, as_of: Days) -> Days:
        """The first later day on which a number may say something else; `NEVER` if there is none.

        Numbers selected by a date of the contract count too: a row on which that date is blank
        is judged by the day asked about.
        """
        starts = [day_number(start) for start in self.law.version_starts]
        turns = np.array([*starts, NEVER], dtype=np.int32)
        return turns[np.searchsorted(turns, as_of, side="right")]

    def _place(
        self, number: Number, due: Days | None, act: Days | None, rows: Rows | None
    ) -> int | Rows:
        """Position of the version of each row, or of one that says the same for all."""
        offered = {Selector.DUE: due, Selector.ACT: act}
        if offered.get(number.selected_by, self.day) is None:
            raise LawBookError(
                "The legal number {number} is selected by {selector}, which its rule cannot tell.",
                "Select it by as_of or signing in the district pack.",
                number=number.number_id,
                selector=number.selected_by.value,
            )
        if len(set(number.values)) == 1:
            return 0
        days = self._days(number.selected_by, due, act, rows)
        if not days.size:
            return 0
        first, last = number.places(np.array([days.min(), days.max()], dtype=np.int32))
        if len(set(number.values[first : last + 1])) == 1:
            return int(first)
        return number.places(days)

    def _days(
        self, selector: Selector, due: Days | None, act: Days | None, rows: Rows | None
    ) -> Days:
        """The date that selects for each row; the day of judgement where it is unknown."""
        day, signed_on = self.day, self.signed_on
        if rows is not None:
            day, signed_on = day[rows], signed_on[rows]
        dates = {Selector.SIGNING: signed_on, Selector.DUE: due, Selector.ACT: act}
        chosen = dates.get(selector)
        return day if chosen is None else np.where(chosen == NO_DAY, day, chosen).astype(np.int32)
