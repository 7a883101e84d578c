"""Joint-supervision records (协同监管) of work safety, environment and tax."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import Blank, ContentKind, SupervisionField
from geodata.model.personal import Personal

SUPERVISION: Final = Catalogue(
    ContentKind.SUPERVISION,
    (
        required("uscc"),
        Attribute(
            *("enterprise", "企业名称", "enterprise"),
            ladm="LA_Party",
            personal=Personal.PARTY,
            aliases=("单位名称",),
        ),
        shared("parcel_code"),
        Attribute(
            *("field", "监管领域", "field", Kind.CODE),
            codelist=SupervisionField,
            aliases=("领域", "监管类别"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("record_no", "文书编号", "record number"),
            aliases=("文书号", "决定书文号"),
            blank=Blank.NONE,
        ),
        Attribute(
            *("recorded_on", "记录日期", "recorded on", Kind.DATE),
            aliases=("检查日期", "处罚日期", "决定日期"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("agency", "监管部门", "agency"),
            ladm="LA_Party",
            aliases=("处罚机关", "执法部门"),
        ),
        Attribute(
            *("matter", "事项", "matter"),
            personal=Personal.WORDS,
            aliases=("问题", "违法事实", "检查情况"),
        ),
        Attribute("outcome", "处理结果", "outcome", aliases=("处罚结果", "整改要求")),
        Attribute(
            *("amount_yuan", "涉及金额", "amount", Kind.EXACT, "yuan"),
            aliases=("罚款金额", "欠税金额"),
        ),
        Attribute(
            *("resolved_on", "办结日期", "resolved on", Kind.DATE),
            aliases=("整改完成日期",),
            blank=Blank.OPEN,
        ),
        shared("note"),
    ),
    key=("uscc", "field", "record_no", "recorded_on"),
    spans=(("recorded_on", "resolved_on"),),
    example={
        "uscc": "91310116MA1J00006H",
        "enterprise": "示例制造有限公司",
        "parcel_code": "310116101202GB00046",
        "field": "safety",
        "record_no": "示例应急检〔2026〕0号",
        "recorded_on": "2026-03-18",
        "agency": "示例应急管理局",
        "matter": "消防通道堵塞",
        "outcome": "责令限期整改",
        "amount_yuan": "20000",
        "resolved_on": "2026-04-02",
        "note": "示例，不是真实记录",
    },
)
"""One row is one record about one enterprise."""
