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
    Confidence,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from service.maps.view import (
    Backdrop,
    ClaimView,
    ContractKey,
    FindingView,
    IdleView,
    JudgedParcel,
    MapView,
    MilestoneView,
    OverlapView,
    TallyLine,
    TallyView,
)

AS_OF = date(2026, 6, 30)
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
    groups = next((g for stem, g in _GROUPS.items() if verdict.value.startswith(stem)), ())
    return JudgedParcel(
        key=ContractKey(f"演示-{number:04d}", "", f"310116901001GB{number:05d}"),
        verdict=verdict,
        project_name=f"项目{number}",
        grantee=f"企业{number % 7}",
        town="镇",
        park=PARKS[number // 7 % len(PARKS)],
        area_m2=None if number % 11 == 10 else Fraction(20_001 + number, 3),
        groups=frozenset(groups),
        bucket=UnusedBucket.OVERDUE_UNDER_1Y if groups else None,
        milestones=milestones(verdict),
        idle=IdleView(date(2024, 3, 31), date(2025, 3, 31), date(2026, 3, 31)) if groups else None,
        findings=findings(verdict, groups),
        geometry=square(number % 10, number // 10),
    )


def milestones(verdict: Verdict) -> tuple[MilestoneView, ...]:
    start = (
        MilestoneView(
            MilestoneKind.START,
            MilestoneState.OVERDUE,
            date(2024, 3, 31),
            date(2024, 9, 30),
            None,
            638,
            Decimal("4392000.00"),
        )
        if verdict.value.startswith(("overdue", "suspect"))
        else MilestoneView(
            MilestoneKind.START,
            MilestoneState.MET,
            date(2024, 3, 31),
            date(2024, 3, 31),
            date(2024, 3, 1),
            0,
        )
    )
    due_soon = verdict is Verdict.DUE_SOON
    completion = MilestoneView(
        MilestoneKind.COMPLETION,
        MilestoneState.DUE_SOON if due_soon else MilestoneState.NOT_DUE,
        date(2026, 7, 12),
        date(2026, 7, 12),
    )
    return start, completion


def findings(verdict: Verdict, groups: tuple[Group, ...]) -> tuple[FindingView, ...]:
    found = []
    if Group.OVERDUE in groups:
        found.append(
            FindingView(
                FindingCode.OVERDUE_START,
                date(2024, 10, 1),
                638,
                Decimal("4392000.00"),
                "Start was due on 2024-09-30.",
                ("GF-2008-2601 Art. 33",),
                Confidence.KNOWN,
                "Send a reminder.",
                MilestoneKind.START,
            )
        )
    if verdict is Verdict.SUSPECT_IDLE_1Y:
        fee = Decimal("2400000.00")
        found.append(
            FindingView(FindingCode.SUSPECT_IDLE_1Y, date(2026, 6, 20), 10, fee, "One year idle.")
        )
    if Group.SUPPLIED_UNUSED in groups:
        found.append(FindingView(FindingCode.SUPPLIED_UNUSED, reason="Nothing is built."))
    return tuple(found)


def claims() -> tuple[ClaimView, ...]:
    area, day = Fraction(20_000), date(2024, 5, 1)
    vacated = ClaimView(
        claim_code="腾-1",
        kind=ClaimKind.VACATED,
        status=ClaimStatus.DONE,
        area_m2=area,
        park=PARKS[0],
        done_on=day,
        overlaps_with=("提-1",),
        geometry=square(2, 1),
    )
    twice = replace(vacated, claim_code="提-1", kind=ClaimKind.UPGRADED, overlaps_with=("腾-1",))
    planned = ClaimView(
        "提-2", ClaimKind.UPGRADED, ClaimStatus.PLANNED, area, geometry=square(5, 1)
    )
    return vacated, twice, planned


def tally() -> TallyView:
    vacated = TallyLine(
        ClaimKind.VACATED,
        Fraction(1500),
        Fraction(54_075, 100),
        Fraction(200),
        Fraction(0),
        Fraction(54_075, 150_000),
    )
    upgraded = TallyLine(ClaimKind.UPGRADED, None, Fraction(30), Fraction(0), Fraction(10), None)
    return TallyView((vacated, upgraded), (OverlapView("腾-1", "提-1", Fraction(30)),))


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
    return MapView(AS_OF, language, "演示区", tuple(parcels), claims(), tally(), backdrop())
