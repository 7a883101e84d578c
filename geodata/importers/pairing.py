"""Which known contract each row of a ledger is about: by its key, else by weaker signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.geometry.likeness import same_land
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Flags, LedgerColumns, Whole
from geodata.model.import_lists import MatchRule

NOBODY: Final = -1

Shapes = npt.NDArray[np.object_]
_Cells = Mapping[str, npt.NDArray[Any]]
_Pairs = tuple[Whole, Whole]

_TEXTS: Final = ("contract_no", "phase", "parcel_code", "supervision_no")
_DAY: Final = "signed_on"


@dataclass(frozen=True, slots=True)
class _Sign:
    """Cells by which rows are about one contract: all `stated`, the `also` equal or both blank."""

    rule: MatchRule
    stated: tuple[str, ...]
    also: tuple[str, ...] = ()


_KEY: Final = _Sign(MatchRule.KEY, ("contract_no",), ("phase", "parcel_code"))
_NUMBER: Final = _Sign(MatchRule.CONTRACT_NO, ("contract_no",), ("phase",))
_FORMER: Final = _Sign(MatchRule.FORMER_KEY, ("contract_no",), ("phase", "parcel_code"))
_WEAKER: Final = (
    _Sign(MatchRule.SUPERVISION_NO, ("supervision_no",), ("phase", "parcel_code")),
    _Sign(MatchRule.SUPERVISION_NO, ("supervision_no",)),
    _Sign(MatchRule.PARCEL_CODE, ("parcel_code", _DAY), ("phase",)),
)

_SIGNED_THE_SAME_DAY: Final = (MatchRule.FORMER_KEY, MatchRule.GEOMETRY)


@dataclass(frozen=True, slots=True)
class Land:
    """Outlines, by which rows are matched last.

    Attributes
    ----------
    shapes
        Those of the rows, None where there is none.
    outlines
        Gives those of known contracts by their rows, in the same reference system; it is asked for
        contracts that no other sign has matched.
    least_share
        Share of their joint land that a row and a contract have in common from which they are
        about the same land.
    """

    shapes: Shapes
    outlines: Callable[[Whole], Shapes]
    least_share: float


@dataclass(frozen=True, slots=True)
class FormerKeys:
    """Keys that contracts had before: whose each was (row of the known ones), and what it says."""

    owner: Whole
    columns: LedgerColumns


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows of a file, and known contracts, that cannot be told apart: none of them was matched."""

    rule: MatchRule
    found: tuple[int, ...]
    known: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The known contract of each row of a file.

    Attributes
    ----------
    partner
        Row of the known contract; `NOBODY` where there is none.
    rule
        `MatchRule` by which it was found; `NO_CODE` where there is none.
    doubts
        What could not be decided; a row stands in one of them at most.
    """

    partner: Whole
    rule: Codes
    doubts: tuple[Doubt, ...] = ()


def pair_rows(
    known: LedgerColumns,
    found: LedgerColumns,
    *,
    former: FormerKeys | None = None,
    apart: Flags | None = None,
    land: Land | None = None,
) -> Pairing:
    """Match the rows of a file with known contracts, each with one at most.

    The key decides first. Each weaker sign is tried on what is still unmatched on both sides, and
    decides where just one row and one contract have it in common. Supervision numbers that differ
    contradict every weaker sign; days of signing that differ, shapes and former keys.

    Parameters
    ----------
    known, found
        The contracts known, and the rows of the file: at least the texts ``contract_no, phase,
        parcel_code, supervision_no``, and ``signed_on``.
    former
        Keys that known contracts had before.
    apart
        Rows that are matched by their key or not at all.
    land
        What is known of their outlines.
    """
    search = _Search(_cells(known), _cells(found))
    search.try_sign(_KEY)
    if apart is not None:
        search.barred |= apart
    search.try_sign(_NUMBER)
    if former is not None:
        search.try_former(former)
    for sign in _WEAKER:
        search.try_sign(sign)
    if land is not None:
        search.try_land(land)
    return Pairing(search.partner, search.rule, tuple(search.open_doubts()))


def _cells(columns: LedgerColumns) -> _Cells:
    return {key: columns.texts[key] for key in _TEXTS} | {_DAY: columns.days[_DAY]}


@dataclass(slots=True)
class _Search:
    """What is matched so far."""

    known: _Cells
    found: _Cells
    partner: Whole = field(init=False)
    rule: Codes = field(init=False)
    taken: Flags = field(init=False)
    barred: Flags = field(init=False)
    doubts: list[Doubt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.partner = np.full(len(self.found[_DAY]), NOBODY, dtype=np.int64)
        self.rule = np.full(len(self.partner), NO_CODE, dtype=np.int8)
        self.barred = np.zeros(len(self.partner), dtype=np.bool_)
        self.taken = np.zeros(len(self.known[_DAY]), dtype=np.bool_)

    def try_sign(self, sign: _Sign) -> None:
        ours, theirs = self._open()
        (one, other), doubtful = _decide(*_groups(self.known, self.found, ours, theirs, sign))
        self._join(sign.rule, *self._agreeing(sign.rule, ours[one], theirs[other]))
        for known, found in doubtful:
            self._doubt(sign.rule, ours[known], theirs[found])

    def try_former(self, former: FormerKeys) -> None:
        _, theirs = self._open()
        ours = np.flatnonzero(~self.taken[former.owner])
        groups = _groups(_cells(former.columns), self.found, ours, theirs, _FORMER)
        (one, other), _ = _decide(*groups)
        owner, first = np.unique(former.owner[ours[one]], return_index=True)
        self._join(_FORMER.rule, *self._agreeing(_FORMER.rule, owner, theirs[other[first]]))

    def try_land(self, land: Land) -> None:
        ours, theirs = self._open()
        if not len(ours) or not len(theirs):
            return
        one, other = same_land(land.outlines(ours), land.shapes[theirs], land.least_share)
        one, other = self._agreeing(MatchRule.GEOMETRY, ours[one], theirs[other])
        alone = _is_alone(one) & _is_alone(other)
        self._join(MatchRule.GEOMETRY, one[alone], other[alone])
        one, other = one[~alone], other[~alone]
        for row in np.unique(other):
            self._doubt(MatchRule.GEOMETRY, one[other == row], np.array([row]))

    def open_doubts(self) -> Iterator[Doubt]:
        """The doubts that no later sign has cleared."""
        told: set[int] = set()
        for doubt in self.doubts:
            found = [r for r in doubt.found if self.partner[r] == NOBODY and r not in told]
            known = [row for row in doubt.known if not self.taken[row]]
            if found and known:
                told.update(found)
                yield Doubt(doubt.rule, tuple(found), tuple(known))

    def _open(self) -> _Pairs:
        """Known contracts and rows that are still to be matched."""
        unmatched = (self.partner == NOBODY) & ~self.barred
        return np.flatnonzero(~self.taken), np.flatnonzero(unmatched)

    def _join(self, rule: MatchRule, known: Whole, found: Whole) -> None:
        self.partner[found] = known
        self.rule[found] = rule.position
        self.taken[known] = True

    def _agreeing(self, rule: MatchRule, known: Whole, found: Whole) -> _Pairs:
        """The pairs in which no other cell contradicts what they have in common."""
        clash = np.zeros(len(known), dtype=np.bool_)
        if rule is not MatchRule.KEY:
            clash |= _differ(
                self.known["supervision_no"][known], self.found["supervision_no"][found]
            )
        if rule in _SIGNED_THE_SAME_DAY:
            clash |= _differ(self.known[_DAY][known], self.found[_DAY][found])
        return known[~clash], found[~clash]

    def _doubt(self, rule: MatchRule, known: Whole, found: Whole) -> None:
        self.doubts.append(Doubt(rule, tuple(found.tolist()), tuple(known.tolist())))


def _groups(known: _Cells, found: _Cells, ours: Whole, theirs: Whole, sign: _Sign) -> _Pairs:
    """Numbers that are equal where the cells of a sign are; `NOBODY` where one is not stated."""
    size = len(ours) + len(theirs)
    group, is_stated = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.bool_)
    for key in (*sign.stated, *sign.also):
        values = np.concatenate((known[key][ours], found[key][theirs]))
        codes, _ = pd.factorize(values)  # a missing text is -1
        if key in sign.stated:
            is_stated &= _is_stated(values)
        group, _ = pd.factorize(group * (size + 1) + codes)
    group = np.where(is_stated, group, NOBODY)
    return group[: len(ours)], group[len(ours) :]


def _decide(known: Whole, found: Whole) -> tuple[_Pairs, list[_Pairs]]:
    """Places of the two in a group of one each; and those of groups with more on a side."""
    size = max(known.max(initial=NOBODY), found.max(initial=NOBODY)) + 1
    many = [np.bincount(side[side != NOBODY], minlength=size) for side in (known, found)]
    is_pair = (many[0] == 1) & (many[1] == 1)
    owner = np.full(size, NOBODY)
    owner[known[known != NOBODY]] = np.flatnonzero(known != NOBODY)
    second = np.flatnonzero(found != NOBODY)
    second = second[is_pair[found[second]]]
    doubtful = np.flatnonzero((many[0] > 0) & (many[1] > 0) & ~is_pair)
    members = [_members(side, doubtful) for side in (known, found)]
    return (owner[found[second]], second), list(zip(*members, strict=True))


def _members(groups: Whole, wanted: Whole) -> list[Whole]:
    """Places of the members of each group that is wanted."""
    places = np.flatnonzero(np.isin(groups, wanted))
    places = places[np.argsort(groups[places], kind="stable")]
    return np.split(places, np.searchsorted(groups[places], wanted)[1:]) if len(wanted) else []


def _differ(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Flags:
    """Where both are stated and are not the same."""
    return np.asarray(_is_stated(one) & _is_stated(other) & (one != other))


def _is_stated(cells: npt.NDArray[Any]) -> Flags:
    return np.asarray(pd.notna(cells) & (cells != NO_DAY))


def _is_alone(rows: Whole) -> Flags:
    _, place, counts = np.unique(rows, return_inverse=True, return_counts=True)
    return np.asarray(counts[place] == 1)
