"""The register of inefficient land: entries vacated and upgraded, some of the same land."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import shapely

from geodata.demo.chance import Chance
from geodata.demo.contracts import Plot
from geodata.demo.cutting import part_of
from geodata.demo.timeline import add_months, on_weekday
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.units import MU_PER_M2

_DONE_MU: Final = {ClaimKind.VACATED: 930, ClaimKind.UPGRADED: 1900}
_OPEN_CLAIMS: Final = {
    (ClaimKind.VACATED, ClaimStatus.PLANNED): 4,
    (ClaimKind.VACATED, ClaimStatus.IN_PROGRESS): 3,
    (ClaimKind.UPGRADED, ClaimStatus.PLANNED): 6,
    (ClaimKind.UPGRADED, ClaimStatus.IN_PROGRESS): 5,
}
_SMALLEST_PART_M2: Final = 2_500
_USUAL_SIZES_M2: Final = (18_000, 80_000)
_EVIDENCE: Final = {
    ClaimKind.VACATED: (
        "收储协议、腾空验收记录、现场照片", "收购协议、腾空验收记录",
        "产业结构调整验收意见、现场照片", "减量化验收意见、影像比对",
    ),
    ClaimKind.UPGRADED: (
        "技术改造备案、竣工验收意见", "扩容规划许可、竣工验收意见", "项目嫁接协议、投产认定书",
        "合作开发协议、投产认定书", "二次开发批复、竣工验收意见",
    ),
}  # fmt: skip


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
        reversed_on=_months_ago(as_of, 10),
    )
    still_open = [
        _entry(next(supply), kind, status, chance)
        for (kind, status), number in _OPEN_CLAIMS.items()
        for _ in range(number)
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
        yield replace(entry, done_on=_months_ago(as_of, chance.whole(7, 64)))


def _entry(
    piece: ClaimedLand, kind: ClaimKind, status: ClaimStatus, chance: Chance, share: float = 1.0
) -> ClaimEntry:
    shape = piece.shape if share == 1.0 else part_of(piece.shape, share, chance)
    area_m2 = round(piece.plot.area_m2 * shape.area / piece.shape.area, 2)
    evidence = "" if status is ClaimStatus.PLANNED else chance.pick(_EVIDENCE[kind])
    plot = piece.plot
    return ClaimEntry(kind, status, None, None, area_m2, plot.town, plot.park, evidence, shape)


def _claimed_again(entry: ClaimEntry, share: float, as_of: date, chance: Chance) -> ClaimEntry:
    """Land of an entry, or part of it, reported as upgraded some time later."""
    assert entry.done_on is not None
    shape = entry.shape if share == 1.0 else part_of(entry.shape, share, chance)
    return replace(
        entry,
        column=ClaimKind.UPGRADED,
        done_on=entry.done_on + (as_of - entry.done_on) / 2,
        area_m2=round(entry.area_m2 * shape.area / entry.shape.area, 2),
        evidence=chance.pick(_EVIDENCE[ClaimKind.UPGRADED]),
        shape=shape,
    )
