"""Patrol observations (履约巡查): what two officers saw on a site on a day."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelists import MilestoneKind
from geodata.model.content.catalogue import Catalogue, shared
from geodata.model.content_lists import Blank, ContentKind, SiteState
from geodata.model.personal import Personal

_SOURCE: Final = "LA_SpatialSource"


def _seen(
    key: str, zh: str, en: str, kind: Kind = Kind.TEXT, unit: str = "", *aliases: str
) -> Attribute:
    return Attribute(key, zh, en, kind, unit, ladm=_SOURCE, aliases=aliases)


OBSERVATIONS: Final = Catalogue(
    ContentKind.OBSERVATIONS,
    (
        shared("contract_no", blank=Blank.UNKNOWN),
        shared("phase"),
        shared("parcel_code"),
        Attribute(
            *("observed_on", "巡查日期", "observed on", Kind.DATE),
            ladm=_SOURCE,
            aliases=("核查日期", "巡查时间"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("officers", "巡查人员", "officers"),
            ladm=_SOURCE,
            personal=Personal.WORDS,
            aliases=("巡查员", "核查人员"),
        ),
        _seen("longitude_deg", "经度", "longitude", Kind.EXACT, "deg"),
        _seen("latitude_deg", "纬度", "latitude", Kind.EXACT, "deg"),
        _seen("track", "巡查轨迹", "track", Kind.TEXT, "", "轨迹文件"),
        _seen("photos", "照片", "photos", Kind.TEXT, "", "照片文件"),
        Attribute(
            *("site_state", "现场状态", "state of the site", Kind.CODE),
            codelist=SiteState,
            ladm=_SOURCE,
            aliases=("现场情况", "建设状态"),
        ),
        _seen("foundation_share", "基础完成比例", "foundation share", Kind.SHARE),
        _seen("developed_share", "已开发比例", "developed share", Kind.SHARE),
        _seen("piles_driven_count", "已打桩数", "piles driven", Kind.COUNT),
        _seen("piles_count", "总桩数", "piles in all", Kind.COUNT),
        _seen("storeys_count", "已建层数", "storeys built", Kind.COUNT, "", "施工层数"),
        _seen("suspended_on", "停工日期", "suspended since", Kind.DATE, "", "停工时间"),
        _seen("permit_no", "施工许可证号", "construction permit number"),
        shared("permit_on"),
        _seen("workers_count", "现场工人数", "workers present", Kind.COUNT, "persons"),
        _seen("machines_count", "现场机械数", "machines present", Kind.COUNT),
        Attribute(
            *("statement", "用地单位说明", "statement of the user"),
            ladm=_SOURCE,
            personal=Personal.WORDS,
            aliases=("企业说明",),
        ),
        _seen("deviation", "越界情况", "deviation from the boundary"),
        _seen("change", "较上次变化", "change since the last patrol"),
        Attribute(
            *("next_milestone", "下一节点", "next milestone", Kind.CODE),
            codelist=MilestoneKind,
            ladm=_SOURCE,
        ),
        _seen("conclusion", "巡查结论", "conclusion", Kind.TEXT, "", "结论"),
        _seen("is_signed", "是否签字", "signed", Kind.BOOLEAN),
        _seen("letters", "催告函件", "reminder letters", Kind.TEXT, "", "提醒函"),
        shared("note"),
    ),
    key=("contract_no", "phase", "parcel_code", "observed_on"),
    any_of=("contract_no", "parcel_code"),
    example={
        "contract_no": "沪金国有建设用地使用合同(2024)0号",
        "phase": "1",
        "parcel_code": "310116101202GB00046",
        "observed_on": "2026-06-15",
        "officers": "甲、乙",
        "longitude_deg": "121.34",
        "latitude_deg": "30.74",
        "track": "track-2026-06-15.gpx",
        "photos": "IMG_0001.jpg; IMG_0002.jpg",
        "site_state": "piles",
        "foundation_share": "60%",
        "developed_share": "20%",
        "piles_driven_count": "120",
        "piles_count": "200",
        "permit_no": "31011620240000000",
        "permit_on": "2024-12-02",
        "workers_count": "35",
        "machines_count": "4",
        "statement": "预计9月完成桩基",
        "deviation": "无",
        "change": "新增桩基60根",
        "next_milestone": "completion",
        "conclusion": "正常施工",
        "is_signed": "true",
        "note": "示例，不是真实记录",
    },
)
"""One row is one visit to one site."""
