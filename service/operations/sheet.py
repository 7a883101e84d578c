"""The contracts of a day, counted: every total and every count of a list, without its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geodata.model.codelist import Codelist
from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.columns import Flags, Whole
from geodata.model.selection import DUE_WITHIN, Selection
from geodata.store.queries.browse import NO_CONTRACT
from service.maps.overview import ParkLine
from service.maps.selection import FILTERS, Facets, Totals
from service.operations.stakes import Stakes

_CODED: Final[Mapping[str, tuple[str, type[Codelist]]]] = {
    "verdicts": ("verdict", Verdict),
    "buckets": ("bucket", UnusedBucket),
    "milestones": ("milestone", MilestoneKind),
}
_NAMED: Final = {"parks": "park", "towns": "town", "land_uses": "land_use"}


@dataclass(frozen=True, slots=True, eq=False)
class DaySheet:
    """Contracts counted by everything a list can be filtered by; see `read_lines`.

    Attributes
    ----------
    values, place
        By filter, the values that occur, and which of them each line has; -1 = none.
    groups
        Whether the contracts of each line stand in a group.
    due_within
        Least of `DUE_WITHIN` that applies to each line; 0 = none.
    contract_id
        The contract of a line with money at stake, else `NO_CONTRACT`.
    count, area_m2, unknown_area_count
        Contracts of each line, their areas added up, and those without one.
    """

    values: Mapping[str, tuple[Any, ...]]
    place: Mapping[str, npt.NDArray[np.int32]]
    groups: Mapping[Group, Flags]
    due_within: Whole
    contract_id: Whole
    count: Whole
    area_m2: npt.NDArray[np.float64]
    unknown_area_count: Whole
    stakes: Stakes

    @classmethod
    def of(cls, lines: pa.Table, stakes: Stakes) -> DaySheet:
        """The sheet of lines read, with what is at stake in them."""
        values: dict[str, tuple[Any, ...]] = {}
        place: dict[str, npt.NDArray[np.int32]] = {}
        for name, column in {**{n: c for n, (c, _) in _CODED.items()}, **_NAMED}.items():
            cells = lines[column] if name in _CODED else lines[column].fill_null("")
            words = cells.combine_chunks().dictionary_encode()
            place[name] = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            known = words.dictionary.to_pylist()
            values[name] = tuple(map(_CODED[name][1].of, known) if name in _CODED else known)
        numbers = ("contract_id", "count", "unknown_area_count")
        return cls(
            values,
            place,
            groups={group: lines[f"in_{group.value}"].to_numpy() for group in Group},
            due_within=lines["due_within"].fill_null(0).to_numpy(),
            area_m2=lines["area_m2"].to_numpy(),
            **{name: lines[name].to_numpy() for name in numbers},
            stakes=stakes,
        )

    def passing(self, selection: Selection) -> Flags:
        """The lines that pass the filters."""
        return reduce(np.logical_and, self._passing(selection).values())

    def totals(self, lines: Flags, *groups: Group) -> Totals:
        """What lines add up to, money at stake counted for the groups given (default all)."""
        return Totals(
            int(self.count[lines].sum()),
            Fraction(float(self.area_m2[lines].sum())),
            int(self.unknown_area_count[lines].sum()),
            self.stakes.of_contracts(self.own(lines)).total(*groups),
        )

    def own(self, lines: Flags) -> Whole:
        """The contracts of lines with money at stake."""
        return np.asarray(self.contract_id[lines & (self.contract_id != NO_CONTRACT)])

    def facets(self, selection: Selection) -> Facets:
        """The contracts that each value of a filter would leave, given the others."""
        passing = self._passing(selection)

        def left(name: str) -> Flags:
            others = (flags for filter_, flags in passing.items() if filter_ != name)
            return reduce(np.logical_and, others)

        return Facets.of({name: self._counts(name, left(name)) for name in FILTERS})

    def verdict_counts(self, lines: Flags) -> dict[Verdict, int]:
        """Contracts of lines by verdict, the gravest first."""
        counts = self._counts("verdicts", lines)
        return dict(sorted(counts.items(), key=lambda item: item[0].severity))

    def park_lines(self) -> tuple[ParkLine, ...]:
        """The contracts of each park, those with the most in a group first."""
        parks = sorted(self.values["parks"])
        lines = (self._park_line(park, self._having("parks", frozenset({park}))) for park in parks)
        return tuple(sorted(lines, key=lambda line: -line.any_group_count))

    def _park_line(self, park: str, lines: Flags) -> ParkLine:
        def count(own: Flags) -> int:
            return int(self.count[lines & own].sum())

        groups = {group: count(own) for group, own in self.groups.items()}
        return ParkLine(park, count(lines), groups, count(self.in_any_group))

    def _passing(self, selection: Selection) -> dict[str, Flags]:
        """The lines that pass each filter."""
        every = np.ones(len(self.count), dtype=np.bool_)
        passing = {"any_group": self.in_any_group if selection.any_group else every}
        for name in FILTERS:
            chosen = getattr(selection, name)
            passing[name] = self._having(name, chosen) if chosen else every
        return passing

    @property
    def in_any_group(self) -> Flags:
        """Lines of contracts that stand in at least one group."""
        return reduce(np.logical_or, self.groups.values())

    def _having(self, name: str, chosen: frozenset[Any]) -> Flags:
        if name == "groups":
            return reduce(np.logical_or, (self.groups[group] for group in chosen))
        if name == "due_within":
            return np.asarray((self.due_within > 0) & (self.due_within <= max(chosen)))
        wanted = [at for at, value in enumerate(self.values[name]) if value in chosen]
        return np.isin(self.place[name], wanted)

    def _counts(self, name: str, lines: Flags) -> dict[Any, int]:
        if name in self.values:
            own = lines & (self.place[name] >= 0)
            counts = np.bincount(
                self.place[name][own], self.count[own], minlength=len(self.values[name])
            )
            found = zip(self.values[name], counts.astype(np.int64).tolist(), strict=True)
            return {value: count for value, count in found if count}
        values: tuple[Any, ...] = tuple(Group) if name == "groups" else DUE_WITHIN
        having = ((value, self._having(name, frozenset({value}))) for value in values)
        return {value: int(self.count[lines & own].sum()) for value, own in having}
