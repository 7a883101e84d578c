"""Investment agreements (投资协议): obligations and rates agreed beside the contract."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import BY_KEY, Attribute, Kind
from geodata.model.codelists import MilestoneKind
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import Blank, ContentKind

_TERMS: Final = tuple(
    BY_KEY[f"{milestone.value}_{part}"]
    for part in ("agreed_on", "agreed_after", "permille")
    for milestone in MilestoneKind
)

AGREEMENTS: Final = Catalogue(
    ContentKind.AGREEMENTS,
    (
        Attribute(
            *("agreement_no", "协议编号", "agreement number"),
            aliases=("投资协议编号", "监管协议编号"),
            blank=Blank.REQUIRED,
        ),
        required("contract_no"),
        shared("phase"),
        shared("parcel_code"),
        Attribute(*("authority", "协议甲方", "authority"), ladm="LA_Party", aliases=("监管方",)),
        shared("grantee", aliases=("协议乙方", "投资方", "企业名称")),
        shared("uscc"),
        Attribute(
            *("signed_on", "协议签订日期", "agreement signed on", Kind.DATE),
            aliases=("签订日期", "签订时间"),
        ),
        Attribute(*("ends_on", "协议终止日期", "agreement ends on", Kind.DATE), blank=Blank.OPEN),
        *_TERMS,
        shared("investment_agreed_yuan"),
        shared("far_min"),
        shared("far_max"),
        shared("output_agreed"),
        shared("tax_agreed"),
        shared("damages_scheme"),
        shared("bond_yuan"),
        shared("bond_split"),
        Attribute(
            *("obligations", "其他义务", "further obligations"),
            ladm="LA_Responsibility",
            aliases=("其他约定",),
        ),
        shared("note"),
    ),
    key=("agreement_no",),
    spans=(("signed_on", "ends_on"),),
    example={
        "agreement_no": "TZ-2024-001",
        "contract_no": "沪金国有建设用地使用合同(2024)0号",
        "phase": "1",
        "parcel_code": "310116101202GB00046",
        "authority": "示例工业区管理委员会",
        "grantee": "示例制造有限公司",
        "uscc": "91310116MA1J00006H",
        "signed_on": "2024-01-22",
        "start_agreed_after": "6m after delivery",
        "completion_agreed_after": "30m after delivery",
        "production_agreed_after": "6m after completion",
        "target_output_agreed_after": "1y after production",
        "target_output_permille": "0.5",
        "investment_agreed_yuan": "150600000",
        "far_min": "1.2",
        "output_agreed": "800",
        "tax_agreed": "50",
        "damages_scheme": "bond_tier",
        "bond_yuan": "6000000",
        "bond_split": "60/20/20",
        "obligations": "未经同意不得转让或出租",
        "note": "示例，不是真实协议",
    },
)
"""One row is one agreement about one contract."""
