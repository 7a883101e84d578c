"""Government periods (政府原因期间) as a table of their own, beside the ledger's column."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import Blank, ContentKind

_LIMIT: Final = "LA_Restriction"

GOVERNMENT_PERIODS: Final = Catalogue(
    ContentKind.GOVERNMENT_PERIODS,
    (
        required("contract_no"),
        shared("phase"),
        shared("parcel_code", blank=Blank.NONE),
        Attribute(
            *("begins_on", "起始日期", "begins on", Kind.DATE),
            ladm=_LIMIT,
            aliases=("开始日期", "起始时间"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("ends_on", "终止日期", "ends on", Kind.DATE),
            ladm=_LIMIT,
            aliases=("结束日期", "终止时间"),
            blank=Blank.OPEN,
        ),
        Attribute(
            *("cause", "原因", "cause", Kind.CODE),
            codelist=GovernmentCause,
            ladm=_LIMIT,
            aliases=("政府原因",),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("status", "核实状态", "status", Kind.CODE),
            codelist=PeriodStatus,
            ladm=_LIMIT,
            aliases=("认定状态",),
            blank=Blank.REQUIRED,
        ),
        Attribute(*("document", "认定文件", "document"), aliases=("文号", "文件号", "证明文件")),
        shared("note"),
    ),
    key=("contract_no", "phase", "parcel_code", "begins_on", "cause"),
    spans=(("begins_on", "ends_on"),),
    example={
        "contract_no": "沪金国有建设用地使用合同(2024)0号",
        "phase": "1",
        "begins_on": "2024-06-01",
        "ends_on": "2024-07-15",
        "cause": "G2",
        "status": "verified",
        "document": "示例规函〔2024〕0号",
        "note": "示例，不是真实认定",
    },
)
"""One row is one span of days, both inclusive.

Without phase or parcel code it concerns every phase or parcel of the contract.
"""
