"""Parks and towns (园区和镇), with their outlines."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue
from geodata.model.content_lists import Blank, ContentKind, ParkKind

_UNIT: Final = "LA_SpatialUnit"

PARKS: Final = Catalogue(
    ContentKind.PARKS,
    (
        Attribute(
            *("park_code", "园区代码", "code of the park"),
            ladm=_UNIT,
            aliases=("镇代码",),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("name_zh", "园区名称", "Chinese name"),
            ladm=_UNIT,
            aliases=("镇名称", "中文名称"),
            blank=Blank.REQUIRED,
        ),
        Attribute("name_en", "英文名称", "English name", ladm=_UNIT, blank=Blank.NONE),
        Attribute(
            *("kind", "类别", "park or town", Kind.CODE),
            codelist=ParkKind,
            ladm=_UNIT,
            blank=Blank.REQUIRED,
        ),
    ),
    key=("park_code",),
    example={
        "park_code": "310116-A",
        "name_zh": "示例工业区",
        "name_en": "Example Industrial Park",
        "kind": "park",
    },
)
"""One row is one park or one town."""
