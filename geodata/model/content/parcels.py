"""Parcels (宗地): the bureau's register of land, with outlines where the file has shapes."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import ContentKind
from geodata.model.personal import Personal

_UNIT: Final = "LA_SpatialUnit"
_PARTY: Final = "LA_Party"

PARCELS: Final = Catalogue(
    ContentKind.PARCELS,
    (
        required("parcel_code"),
        Attribute("unit_code", "不动产单元号", "real estate unit code", ladm=_UNIT),
        shared("location"),
        shared("district"),
        shared("town"),
        shared("park"),
        shared("land_use"),
        Attribute(
            *("area_m2", "宗地面积", "parcel area", Kind.EXACT, "m2"),
            ladm=_UNIT,
            aliases=("土地面积", "使用权面积"),
        ),
        Attribute(
            *("holder", "权利人", "holder"),
            ladm=_PARTY,
            personal=Personal.PARTY,
            aliases=("土地使用权人", "权利人名称"),
        ),
        shared("uscc"),
        Attribute(
            *("right_kind", "权利类型", "kind of right"),
            ladm="LA_RRR",
            aliases=("使用权类型", "权利性质"),
        ),
        Attribute(
            *("registered_on", "登记日期", "registered on", Kind.DATE), aliases=("登记时间",)
        ),
        Attribute(*("right_ends_on", "使用权终止日期", "right ends on", Kind.DATE), ladm="LA_RRR"),
        shared("note"),
    ),
    key=("parcel_code",),
    spans=(("registered_on", "right_ends_on"),),
    area="area_m2",
    example={
        "parcel_code": "310116101202GB00046",
        "unit_code": "310116101202GB00046W00000000",
        "location": "示例路1号",
        "district": "金山区",
        "town": "示例镇",
        "park": "示例工业区",
        "land_use": "工业用地",
        "area_m2": "29400",
        "holder": "示例制造有限公司",
        "uscc": "91310116MA1J00006H",
        "right_kind": "国有建设用地使用权",
        "registered_on": "2024-06-03",
        "right_ends_on": "2044-05-09",
        "note": "示例，不是真实宗地",
    },
)
"""One row is one parcel."""
