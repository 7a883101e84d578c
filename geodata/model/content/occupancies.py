"""Enterprises on parcels (企业用地): who owns and who rents, which share, from when to when.

One parcel may hold many enterprises and one enterprise many parcels, so that the figures of a
rented plant reach the land they were made on.
"""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import Blank, ContentKind, OccupancyRole
from geodata.model.personal import Personal

_RIGHT: Final = "LA_RRR"

OCCUPANCIES: Final = Catalogue(
    ContentKind.OCCUPANCIES,
    (
        required("uscc"),
        Attribute(
            *("enterprise", "企业名称", "enterprise"),
            ladm="LA_Party",
            personal=Personal.PARTY,
            aliases=("单位名称",),
        ),
        required("parcel_code"),
        Attribute(
            *("role", "用地方式", "role", Kind.CODE),
            codelist=OccupancyRole,
            ladm=_RIGHT,
            aliases=("使用方式", "自有或承租"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("building", "厂房", "building"),
            ladm="LA_SpatialUnit",
            aliases=("楼栋", "幢号", "厂房名称"),
            blank=Blank.NONE,
        ),
        Attribute(
            *("share", "占宗地份额", "share of the parcel", Kind.SHARE),
            ladm=_RIGHT,
            aliases=("份额", "占用比例"),
        ),
        Attribute(
            *("occupied_m2", "占用土地面积", "land occupied", Kind.EXACT, "m2"),
            ladm=_RIGHT,
            aliases=("占地面积",),
        ),
        Attribute(
            *("floor_m2", "使用建筑面积", "floor area used", Kind.EXACT, "m2"),
            ladm=_RIGHT,
            aliases=("承租面积", "租赁面积", "建筑面积"),
        ),
        Attribute(
            *("begins_on", "起始日期", "begins on", Kind.DATE),
            ladm=_RIGHT,
            aliases=("租赁起始日期", "入驻日期"),
        ),
        Attribute(
            *("ends_on", "终止日期", "ends on", Kind.DATE),
            ladm=_RIGHT,
            aliases=("租赁终止日期", "迁出日期"),
            blank=Blank.OPEN,
        ),
        shared("note"),
    ),
    key=("uscc", "parcel_code", "role", "building", "begins_on"),
    spans=(("begins_on", "ends_on"),),
    example={
        "uscc": "91310116MA1J00014C",
        "enterprise": "示例配件有限公司",
        "parcel_code": "310116101202GB00046",
        "role": "tenant",
        "building": "2号厂房",
        "share": "1/3",
        "occupied_m2": "9800",
        "floor_m2": "12000",
        "begins_on": "2023-07-01",
        "ends_on": "2028-06-30",
        "note": "示例，不是真实企业",
    },
)
"""One row is one enterprise on one parcel for one span of time."""
