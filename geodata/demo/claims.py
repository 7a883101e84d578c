"""The register of inefficient land: entries vacated and upgraded, some of the same land."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import shapely

from geodata.demo.chance import Chance
from geodata.demo.contracts import Plot
from geodata.demo.cutting import part_of
from geodata.demo.timeline import add_months, on_weekday
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.land_lists import Means
from geodata.model.units import MU_PER_M2

_DONE_MU: Final = {ClaimKind.VACATED: 930, ClaimKind.UPGRADED: 1900}
_OPEN_CLAIMS: Final = {
    (ClaimKind.VACATED, ClaimStatus.PLANNED): 10,
    (ClaimKind.VACATED, ClaimStatus.IN_PROGRESS): 8,
    (ClaimKind.UPGRADED, ClaimStatus.PLANNED): 18,
    (ClaimKind.UPGRADED, ClaimStatus.IN_PROGRESS): 12,
}
_DUE_MONTHS: Final = {ClaimStatus.PLANNED: (2, 26), ClaimStatus.IN_PROGRESS: (-9, 12)}
"""Months from the day of the district to the planned day of what is still open."""
_SMALLEST_PART_M2: Final = 2_500
_USUAL_SIZES_M2: Final = (18_000, 80_000)
_EVIDENCE: Final = {
    Means.RESERVE: "收储协议、腾空验收记录、现场照片",
    Means.PURCHASE: "收购协议、腾空验收记录",
    Means.RESTRUCTURING: "产业结构调整验收意见、现场照片",
    Means.REDUCTION: "减量化验收意见、影像比对",
    Means.RENOVATION: "技术改造备案、竣工验收意见",
    Means.EXTENSION: "扩容规划许可、竣工验收意见",
    Means.GRAFTING: "项目嫁接协议、投产认定书",
    Means.JOINT_DEVELOPMENT: "合作开发协议、投产认定书",
    Means.REDEVELOPMENT: "二次开发批复、竣工验收意见",
}
_YUAN_PER_MU: Final = {
    ClaimKind.VACATED: (450_000, 1_100_000),
    ClaimKind.UPGRADED: (80_000, 350_000),
}
_COST_STEP_YUAN: Final = 10_000
_EARLIEST_DAYS: Final = 45
_UNPLANNED, _UNPRICED = 0.04, 0.08
"""Shares of entries of which nobody said when they were to be done, or at what cost."""


@dataclass(frozen=True, slots=True)
class ClaimedLand:
    """A plot that may be claimed, and its outline in metres on the grid."""

    plot: Plot
    shape: shapely.Polygon


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """One entry of the register, as in `geodata.model.entities.Claim`, with its outline."""

    column: ClaimKind
    status: ClaimStatus
    done_on: date | None
    reversed_on: date | None
    area_m2: float
    town: str
    park: str
    evidence: str
    planned_on: date | None
    cost_yuan: int | None
    means: Means
    shape: shapely.Polygon


def write_claims(
    land: Sequence[ClaimedLand], size: float, as_of: date, chance: Chance
) -> list[ClaimEntry]:
    """Entries that reach part of the targets, with double claims and one that was withdrawn.

    Parameters
    ----------
    land
        Where works have stood for years; there must be enough of it.
    size
        Size of the district, 1 for the usual one: smaller districts reach less.
    """
    supply = iter(chance.shuffled([piece for piece in land if _is_usual(piece)]))
    vacated = list(_done(supply, ClaimKind.VACATED, size, as_of, chance))
    upgraded = list(_done(supply, ClaimKind.UPGRADED, size, as_of, chance))
    claimed_again = [
        _claimed_again(vacated[0], 1.0, as_of, chance),
        _claimed_again(vacated[1], 0.4, as_of, chance),
        _claimed_again(upgraded[0], 0.5, as_of, chance),
    ]
    withdrawn = replace(
        _entry(next(supply), ClaimKind.VACATED, ClaimStatus.DONE, chance),
        done_on=_months_ago(as_of, 30),
        planned_on=_months_ago(as_of, 33),
        reversed_on=_months_ago(as_of, 10),
    )
    still_open = [
        _still_open(next(supply), kind, status, as_of, chance)
        for (kind, status), number in _OPEN_CLAIMS.items()
        for _ in range(max(1, round(number * size)))
    ]
    return [*vacated, *upgraded, *claimed_again, withdrawn, *still_open]


def _is_usual(piece: ClaimedLand) -> bool:
    smallest, largest = _USUAL_SIZES_M2
    return smallest < piece.plot.area_m2 < largest


def _months_ago(as_of: date, months: int) -> date:
    return on_weekday(add_months(as_of, -months))


def _done(
    supply: Iterator[ClaimedLand], kind: ClaimKind, size: float, as_of: date, chance: Chance
) -> Iterator[ClaimEntry]:
    """Whole parcels and parts of some, until the area aimed at is reached."""
    missing_m2 = size * float(_DONE_MU[kind] / MU_PER_M2)
    while missing_m2 > _SMALLEST_PART_M2:
        piece = next(supply)
        share = chance.between(0.35, 0.75) if chance.happens(0.2) else 1.0
        share = min(share, missing_m2 / piece.plot.area_m2)
        entry = _entry(piece, kind, ClaimStatus.DONE, chance, share)
        missing_m2 -= entry.area_m2
        done_on = _months_ago(as_of, chance.whole(7, 64))
        yield replace(entry, done_on=done_on, planned_on=_promised(entry, done_on, chance))


def _still_open(
    piece: ClaimedLand, kind: ClaimKind, status: ClaimStatus, as_of: date, chance: Chance
) -> ClaimEntry:
    entry = _entry(piece, kind, status, chance)
    due_on = _months_ago(as_of, -chance.whole(*_DUE_MONTHS[status]))
    return replace(entry, planned_on=None if chance.happens(_UNPLANNED) else due_on)


def _promised(entry: ClaimEntry, done_on: date, chance: Chance) -> date | None:
    """The day first named for what is done: most are late, those of some towns more."""
    if chance.happens(_UNPLANNED):
        return None
    delay_days = chance.size(60 + 30 * (len(entry.town + entry.park) % 4), 0.8) - _EARLIEST_DAYS
    return done_on - timedelta(round(delay_days))


def _entry(
    piece: ClaimedLand, kind: ClaimKind, status: ClaimStatus, chance: Chance, share: float = 1.0
) -> ClaimEntry:
    shape = piece.shape if share == 1.0 else part_of(piece.shape, share, chance)
    area_m2 = round(piece.plot.area_m2 * shape.area / piece.shape.area, 2)
    means = _means(kind, chance)
    return ClaimEntry(
        column=kind,
        status=status,
        done_on=None,
        reversed_on=None,
        area_m2=area_m2,
        town=piece.plot.town,
        park=piece.plot.park,
        evidence="" if status is ClaimStatus.PLANNED else _EVIDENCE[means],
        planned_on=None,
        cost_yuan=_cost_yuan(kind, area_m2, chance),
        means=means,
        shape=shape,
    )


def _means(kind: ClaimKind, chance: Chance) -> Means:
    return chance.pick([means for means in _EVIDENCE if means.kind is kind])


def _cost_yuan(kind: ClaimKind, area_m2: float, chance: Chance) -> int | None:
    if chance.happens(_UNPRICED):
        return None
    yuan = area_m2 * float(MU_PER_M2) * chance.between(*_YUAN_PER_MU[kind])
    return round(yuan / _COST_STEP_YUAN) * _COST_STEP_YUAN


def _claimed_again(entry: ClaimEntry, share: float, as_of: date, chance: Chance) -> ClaimEntry:
    """Land of an entry, or part of it, reported as upgraded some time later."""
    assert entry.done_on is not None
    shape = entry.shape if share == 1.0 else part_of(entry.shape, share, chance)
    area_m2 = round(entry.area_m2 * shape.area / entry.shape.area, 2)
    done_on = entry.done_on + (as_of - entry.done_on) / 2
    means = _means(ClaimKind.UPGRADED, chance)
    return replace(
        entry,
        column=ClaimKind.UPGRADED,
        done_on=done_on,
        area_m2=area_m2,
        evidence=_EVIDENCE[means],
        planned_on=_promised(entry, done_on, chance),
        cost_yuan=_cost_yuan(ClaimKind.UPGRADED, area_m2, chance),
        means=means,
        shape=shape,
    )
