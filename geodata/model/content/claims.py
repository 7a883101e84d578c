"""Inefficient land (低效用地) that was or will be vacated or upgraded."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.content.catalogue import Catalogue, shared
from geodata.model.content_lists import Blank, ContentKind
from geodata.model.land_lists import Means

_UNIT: Final = "LA_SpatialUnit"

CLAIMS: Final = Catalogue(
    ContentKind.CLAIMS,
    (
        Attribute(
            *("claim_code", "编号", "entry"),
            aliases=("图斑编号", "地块编号", "低效用地编号"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("kind", "类型", "kind", Kind.CODE),
            codelist=ClaimKind,
            aliases=("column", "类别", "处置方式"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("status", "状态", "status", Kind.CODE),
            codelist=ClaimStatus,
            aliases=("进展",),
            blank=Blank.REQUIRED,
        ),
        Attribute("done_on", "完成日期", "done on", Kind.DATE, aliases=("验收日期",)),
        Attribute("reversed_on", "撤销日期", "reversed on", Kind.DATE, blank=Blank.NONE),
        Attribute(
            *("area_m2", "面积", "area", Kind.EXACT, "m2"),
            ladm=_UNIT,
            aliases=("登记面积", "用地面积"),
            blank=Blank.REQUIRED,
        ),
        shared("town"),
        shared("park"),
        Attribute("evidence", "佐证材料", "evidence", aliases=("依据",)),
        Attribute(
            *("planned_on", "计划完成日期", "planned on", Kind.DATE),
            aliases=("计划日期", "拟完成日期"),
        ),
        Attribute(
            *("cost_yuan", "所需资金", "cost", Kind.EXACT, "yuan"),
            aliases=("计划资金", "资金估算", "预算"),
        ),
        Attribute(
            *("means", "盘活方式", "means", Kind.CODE),
            codelist=Means,
            aliases=("腾退方式", "提升方式", "实施方式"),
        ),
    ),
    key=("claim_code",),
    needs=(("status", ClaimStatus.DONE, "done_on"),),
    area="area_m2",
    example={
        "claim_code": "D-001",
        "kind": "vacated",
        "status": "done",
        "done_on": "2025-11-30",
        "area_m2": "20000",
        "town": "示例镇",
        "park": "示例工业区",
        "evidence": "腾退协议、现场照片",
        "planned_on": "2025-09-30",
        "cost_yuan": "18000000",
        "means": "reserve",
    },
)
"""One row is one entry of the register."""
