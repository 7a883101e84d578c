"""A small judged district: squares in three parks, one of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import geopandas as gpd
import shapely

from geodata.model.codelists import (
    ClaimKind,
    ClaimStatus,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.contract_key import ContractKey
from geodata.model.entities import Claim, Overlap
from service.compliance.indicators.tally import Tally, TallyLine
from service.compliance.law import load_book
from service.compliance.rules.results import (
    ContractResult,
    FindingResult,
    IdleResult,
    MilestoneResult,
)
from service.maps.view import Backdrop, JudgedParcel, MapView, PlacedClaim
from service.wording import Wording

AS_OF = date(2026, 6, 30)
LAW = load_book("310116")
NO_TALLY = Tally(AS_OF, (), ())
HOSTILE = '</script><img src=x onerror="window.stolen=1">\'&{{7*7}}'
PARKS = ("东园", "西园", "南园")
_WEST, _SOUTH, _STEP = 121.3, 30.8, 0.002
_GROUPS = {
    "overdue": (Group.OVERDUE, Group.SUPPLIED_UNUSED),
    "suspect": (Group.IDLE, Group.OVERDUE, Group.SUPPLIED_UNUSED),
    "idle_confirmed": (Group.IDLE,),
}


def square(column: int, row: int) -> shapely.Polygon:
    west, south = _WEST + column * _STEP, _SOUTH + row * _STEP
    return shapely.box(west, south, west + 0.8 * _STEP, south + 0.8 * _STEP)


def judged(number: int = 0, verdict: Verdict = Verdict.OVERDUE_START) -> JudgedParcel:
    """Contract `number`, with the groups and findings that go with its verdict."""
    return JudgedParcel(
        result=result(number, verdict),
        wording=Wording(LAW, "en"),
        project_name=f"项目{number}",
        grantee=f"企业{number % 7}",
        town="镇",
        park=PARKS[number // 7 % len(PARKS)],
        area_m2=None if number % 11 == 10 else Fraction(20_001 + number, 3),
        geometry=square(number % 10, number // 10),
    )


def result(number: int, verdict: Verdict) -> ContractResult:
    groups = next((g for stem, g in _GROUPS.items() if verdict.value.startswith(stem)), ())
    found, stones = findings(verdict, groups), milestones(verdict)
    lead = next((f for f in reversed(found) if f.code.tone is verdict.tone), None)
    clock = IdleResult(date(2024, 3, 31), 0, date(2025, 3, 31), date(2026, 3, 31))
    return ContractResult(
        row=number + 1,
        key=ContractKey(f"演示-{number:04d}", "", f"310116901001GB{number:05d}"),
        verdict=verdict,
        milestones=stones,
        idle=clock if groups else None,
        findings=found,
        next_change_on=None,
        groups=frozenset(groups),
        lead=lead,
        worst_days=stones[0].late_days or 0,
    )


def milestones(verdict: Verdict) -> tuple[MilestoneResult, ...]:
    start = (
        MilestoneResult(
            MilestoneKind.START,
            MilestoneState.OVERDUE,
            date(2024, 3, 31),
            date(2024, 9, 30),
            None,
            638,
            Decimal("4392000.00"),
        )
        if verdict.value.startswith(("overdue", "suspect"))
        else MilestoneResult(
            MilestoneKind.START,
            MilestoneState.MET,
            date(2024, 3, 31),
            date(2024, 3, 31),
            date(2024, 3, 1),
            0,
        )
    )
    due_soon = verdict is Verdict.DUE_SOON
    completion = MilestoneResult(
        MilestoneKind.COMPLETION,
        MilestoneState.DUE_SOON if due_soon else MilestoneState.NOT_DUE,
        date(2026, 7, 12),
        date(2026, 7, 12),
    )
    return start, completion


def findings(verdict: Verdict, groups: tuple[Group, ...]) -> tuple[FindingResult, ...]:
    found = []
    if Group.OVERDUE in groups:
        damages = Decimal("4392000.00")
        late = (date(2024, 10, 1), 638, damages, MilestoneKind.START)
        found.append(FindingResult(FindingCode.OVERDUE_START, *late))
    if verdict is Verdict.SUSPECT_IDLE_1Y:
        fee = Decimal("2400000.00")
        found.append(FindingResult(FindingCode.SUSPECT_IDLE_1Y, date(2026, 6, 20), 10, fee))
    if Group.SUPPLIED_UNUSED in groups:
        bucket = UnusedBucket.OVERDUE_UNDER_1Y
        found.append(FindingResult(FindingCode.SUPPLIED_UNUSED, bucket=bucket))
    return tuple(found)


def claims() -> tuple[PlacedClaim, ...]:
    vacated = Claim(
        claim_code="腾-1",
        kind=ClaimKind.VACATED,
        status=ClaimStatus.DONE,
        done_on=date(2024, 5, 1),
        reversed_on=None,
        area_m2=Fraction(20_000),
        town="",
        park=PARKS[0],
        evidence="",
    )
    twice = replace(vacated, claim_code="提-1", kind=ClaimKind.UPGRADED)
    wider = square(2, 1).union(square(3, 1))
    planned = replace(twice, claim_code="提-2", status=ClaimStatus.PLANNED, done_on=None, park="")
    return (
        PlacedClaim(vacated, ("提-1",), square(2, 1)),
        PlacedClaim(twice, ("腾-1",), wider, taken=square(2, 1), taken_by=("腾-1",)),
        PlacedClaim(planned, (), square(5, 1)),
    )


def tally() -> Tally:
    target = next(target for target in LAW.targets if target.kind is ClaimKind.VACATED)
    none, ten = Fraction(0), Fraction(10)
    vacated = TallyLine(ClaimKind.VACATED, target, Fraction(54_075, 100), Fraction(200), none)
    upgraded = TallyLine(ClaimKind.UPGRADED, None, Fraction(30), none, ten)
    return Tally(AS_OF, (vacated, upgraded), (Overlap("腾-1", "提-1", 20_000.0),))


def backdrop() -> Backdrop:
    def layer(shape: shapely.Geometry, **columns: str) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame([columns], geometry=[shape], crs=4490)

    ground = shapely.box(_WEST - 0.002, _SOUTH - 0.004, _WEST + 0.022, _SOUTH + 0.014)
    road = shapely.LineString([(_WEST - 0.002, _SOUTH - 0.001), (_WEST + 0.022, _SOUTH - 0.001)])
    river = shapely.box(_WEST, _SOUTH - 0.003, _WEST + 0.02, _SOUTH - 0.002)
    return Backdrop(
        outline=layer(ground, name="演示区"),
        parks=layer(square(0, 0).buffer(0.001), name="东园"),
        roads=layer(road, name="演示路", kind="trunk"),
        water=layer(river, name="演示河"),
    )


def district(count: int = 60, language: str = "en") -> MapView:
    """A district in which every verdict occurs, one project name tries to break out of the page."""
    verdicts = list(Verdict)
    parcels = [judged(number, verdicts[number % len(verdicts)]) for number in range(count)]
    parcels[0] = replace(parcels[0], project_name=HOSTILE, grantee=HOSTILE)
    parcels[1] = replace(parcels[1], geometry=None)
    parcels[2] = replace(parcels[2], geometry=shapely.Point(_WEST, _SOUTH))
    return MapView(AS_OF, language, "演示区", tally(), tuple(parcels), claims(), backdrop())
