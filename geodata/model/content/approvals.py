"""Land approved and not supplied (批而未供): no contract names it yet."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, shared
from geodata.model.content_lists import Blank, ContentKind

_UNIT: Final = "LA_SpatialUnit"

APPROVALS: Final = Catalogue(
    ContentKind.APPROVALS,
    (
        Attribute(
            *("approval_no", "批准文号", "approval number"),
            aliases=("批文号", "批准文件号"),
            blank=Blank.REQUIRED,
        ),
        Attribute("approved_on", "批准日期", "approved on", Kind.DATE, aliases=("批准时间",)),
        Attribute(*("batch", "批次名称", "batch"), aliases=("批次", "批次号"), blank=Blank.NONE),
        shared("location"),
        shared("district"),
        shared("town"),
        shared("park"),
        Attribute("approved_m2", "批准面积", "area approved", Kind.EXACT, "m2", ladm=_UNIT),
        Attribute(
            *("supplied_m2", "已供面积", "area supplied", Kind.EXACT, "m2"),
            ladm=_UNIT,
            aliases=("供地面积", "已供应面积"),
        ),
        Attribute(
            *("remaining_m2", "未供面积", "area not supplied", Kind.EXACT, "m2"),
            ladm=_UNIT,
            aliases=("剩余面积", "批而未供面积"),
        ),
        Attribute("cause", "未供原因", "cause", aliases=("原因",)),
        Attribute("measure", "处置措施", "measure", aliases=("措施", "拟采取措施")),
        Attribute(
            *("deadline_on", "完成时限", "deadline", Kind.DATE),
            aliases=("处置期限", "完成期限", "期限"),
            ladm="LA_Responsibility",
        ),
        Attribute(
            *("responsible", "责任单位", "responsible unit"),
            ladm="LA_Party",
            aliases=("责任部门", "责任主体"),
        ),
        shared("note"),
    ),
    key=("approval_no", "batch"),
    area="approved_m2",
    example={
        "approval_no": "沪府土〔2023〕0号",
        "approved_on": "2023-04-12",
        "batch": "2023年第1批次",
        "location": "示例路2号",
        "district": "金山区",
        "town": "示例镇",
        "park": "示例工业区",
        "approved_m2": "80000",
        "supplied_m2": "50000",
        "remaining_m2": "30000",
        "cause": "规划调整",
        "measure": "调整后组织供应",
        "deadline_on": "2026-12-31",
        "responsible": "示例镇人民政府",
        "note": "示例，不是真实批次",
    },
)
"""One row is one approval, or one batch of it."""
