"""The closed lists of data quality: what can be wrong, how grave it is, and who must act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import WarningCode


class QualitySeverity(Codelist):
    """How grave an issue is; the gravest first."""

    ERROR = ("error", "错误", "error", Tone.OVERDUE)
    WARNING = ("warning", "警告", "warning", Tone.DUE_SOON)
    NOTE = ("note", "说明", "note", Tone.NEUTRAL)


class Responsible(Codelist):
    """Who must act on an issue."""

    SURVEYOR = ("surveyor", "测绘单位", "surveyor")
    BUREAU = ("bureau", "自然资源主管部门", "bureau")
    IMPORTER = ("importer", "导入人员", "importer")


class Measure(Codelist):
    """Unit of the figure of an issue."""

    METRES = ("m", "米", "m")
    SQUARE_METRES = ("m2", "平方米", "m²")
    DEGREES = ("degrees", "度", "degrees")
    PERCENT = ("percent", "%", "%")
    SHARE = ("share", "比例", "share")
    POINTS = ("points", "个点", "points")
    RINGS = ("rings", "个环", "rings")
    PAIRS = ("pairs", "对", "pairs")
    ROWS = ("rows", "行", "rows")
    YUAN = ("yuan", "元", "yuan")
    YEARS = ("years", "年", "years")
    RATIO = ("ratio", "容积率", "floor area ratio")


class RingDirection(Codelist):
    """How outer rings run; holes run the other way."""

    ANY = ("any", "不限", "any")
    CLOCKWISE = ("clockwise", "顺时针", "clockwise")
    COUNTERCLOCKWISE = ("counterclockwise", "逆时针", "counterclockwise")


class RepairPolicy(Codelist):
    """What may be done to a shape; nothing is done that is not named."""

    NONE = ("none", "不修复", "nothing is repaired")
    CLOSE_RINGS = ("close_rings", "闭合界址线", "rings closed")
    DROP_POINTS = ("drop_points", "去除重复界址点", "duplicate points left out")
    DROP_SPIKES = ("drop_spikes", "去除尖刺", "spikes left out")
    MAKE_VALID = ("make_valid", "修复为有效图形", "made valid")
    ORIENT = ("orient", "统一环方向", "rings turned")


class ShapeFault(Codelist):
    """What can be wrong with outlines."""

    SHAPE_MISSING = ("shape_missing", "缺少图形", "shape missing")
    NO_POLYGON = ("no_polygon", "不是面状图形", "not a polygon")
    BAD_COORDINATE = ("bad_coordinate", "坐标不是数值", "coordinate is no number")
    TOO_FEW_POINTS = ("too_few_points", "界址点不足", "too few points")
    UNCLOSED_RING = ("unclosed_ring", "界址线未闭合", "ring not closed")
    SELF_INTERSECTION = ("self_intersection", "界址线自相交", "self-intersection")
    RINGS_IN_CONFLICT = ("rings_in_conflict", "环相互冲突", "rings in conflict")
    HOLE_OUTSIDE = ("hole_outside", "内环在外环之外", "hole outside its ring")
    RING_ORDER = ("ring_order", "内外环次序颠倒", "rings in the wrong order")
    RING_DIRECTION = ("ring_direction", "环方向不符", "wrong direction of a ring")
    DUPLICATE_POINT = ("duplicate_point", "界址点重复", "duplicate points")
    SPIKE = ("spike", "尖刺", "spike")
    SLIVER = ("sliver", "狭长碎片", "sliver")
    DUPLICATE_PARCEL = ("duplicate_parcel", "宗地图形重复", "parcel drawn twice")
    OVERLAP = ("overlap", "宗地重叠", "parcels overlap")
    UNCHECKED_OVERLAPS = ("unchecked_overlaps", "重叠过多未查完", "too many overlaps to check")
    GAP = ("gap", "园区内缝隙", "gap in a park")
    OUTSIDE_DISTRICT = ("outside_district", "位于辖区之外", "outside the district")
    ACROSS_DISTRICT = ("across_district", "超出辖区界线", "across the district boundary")
    AREA_DIFFERS = ("area_differs", "面积不符", "stated area differs")


class FactFault(Codelist):
    """What can be odd in the facts, beside what `WarningCode` names."""

    OLD_PARCEL_NO = ("old_parcel_no", "旧版宗地号", "old parcel number")
    SUPERVISION_NO_VARIANT = (
        "supervision_no_variant",
        "电子监管号另有写法",
        "variant of a supervision number",
    )
    ORGANISATION_CHECK = (
        "organisation_check",
        "组织机构代码校验不符",
        "organisation code check digit wrong",
    )
    START_BEFORE_SIGNING = ("start_before_signing", "开工早于签订", "start before signing")
    OUT_OF_RANGE = ("out_of_range", "数值超出常见范围", "value out of the usual range")
    INSTALMENTS_NOT_PRICE = (
        "instalments_not_price",
        "分期付款合计与价款不符",
        "instalments do not add up to the premium",
    )
    SEVERAL_USES = ("several_uses", "一格多种用途", "several uses in one cell")
    SOURCE_IS_AREA = ("source_is_area", "土地来源填了面积", "source of the land holds an area")


Fault = ShapeFault | FactFault | WarningCode


@dataclass(frozen=True, slots=True)
class Standing:
    """How grave a fault is as a rule, and who must act on it."""

    severity: QualitySeverity
    responsible: Responsible


_ERROR, _WARNING, _NOTE = QualitySeverity
_SURVEYOR, _BUREAU, _IMPORTER = Responsible

STANDING: Final[Mapping[Fault, Standing]] = {
    ShapeFault.SHAPE_MISSING: Standing(_ERROR, _SURVEYOR),
    ShapeFault.NO_POLYGON: Standing(_ERROR, _SURVEYOR),
    ShapeFault.BAD_COORDINATE: Standing(_ERROR, _SURVEYOR),
    ShapeFault.TOO_FEW_POINTS: Standing(_ERROR, _SURVEYOR),
    ShapeFault.UNCLOSED_RING: Standing(_WARNING, _IMPORTER),
    ShapeFault.SELF_INTERSECTION: Standing(_ERROR, _SURVEYOR),
    ShapeFault.RINGS_IN_CONFLICT: Standing(_ERROR, _SURVEYOR),
    ShapeFault.HOLE_OUTSIDE: Standing(_ERROR, _SURVEYOR),
    ShapeFault.RING_ORDER: Standing(_ERROR, _SURVEYOR),
    ShapeFault.RING_DIRECTION: Standing(_NOTE, _IMPORTER),
    ShapeFault.DUPLICATE_POINT: Standing(_NOTE, _IMPORTER),
    ShapeFault.SPIKE: Standing(_WARNING, _SURVEYOR),
    ShapeFault.SLIVER: Standing(_WARNING, _SURVEYOR),
    ShapeFault.DUPLICATE_PARCEL: Standing(_ERROR, _BUREAU),
    ShapeFault.OVERLAP: Standing(_ERROR, _SURVEYOR),
    ShapeFault.UNCHECKED_OVERLAPS: Standing(_ERROR, _SURVEYOR),
    ShapeFault.GAP: Standing(_WARNING, _SURVEYOR),
    ShapeFault.OUTSIDE_DISTRICT: Standing(_ERROR, _IMPORTER),
    ShapeFault.ACROSS_DISTRICT: Standing(_WARNING, _SURVEYOR),
    ShapeFault.AREA_DIFFERS: Standing(_WARNING, _BUREAU),
    FactFault.OLD_PARCEL_NO: Standing(_NOTE, _BUREAU),
    FactFault.SUPERVISION_NO_VARIANT: Standing(_NOTE, _BUREAU),
    FactFault.ORGANISATION_CHECK: Standing(_WARNING, _BUREAU),
    FactFault.START_BEFORE_SIGNING: Standing(_NOTE, _BUREAU),
    FactFault.OUT_OF_RANGE: Standing(_WARNING, _BUREAU),
    FactFault.INSTALMENTS_NOT_PRICE: Standing(_ERROR, _BUREAU),
    FactFault.SEVERAL_USES: Standing(_NOTE, _BUREAU),
    FactFault.SOURCE_IS_AREA: Standing(_NOTE, _IMPORTER),
    WarningCode.COMPLETION_BEFORE_START: Standing(_ERROR, _BUREAU),
    WarningCode.PRODUCTION_BEFORE_COMPLETION: Standing(_WARNING, _BUREAU),
    WarningCode.TARGET_OUTPUT_BEFORE_PRODUCTION: Standing(_WARNING, _BUREAU),
    WarningCode.DELIVERY_BEFORE_SIGNING: Standing(_NOTE, _BUREAU),
    WarningCode.RESUMED_BEFORE_SUSPENDED: Standing(_ERROR, _BUREAU),
    WarningCode.AGREED_ORDER: Standing(_ERROR, _BUREAU),
    WarningCode.RATE_OVER_1000: Standing(_WARNING, _BUREAU),
    WarningCode.DEVELOPED_OVER_AREA: Standing(_WARNING, _BUREAU),
    WarningCode.FAR_LIMITS_SWAPPED: Standing(_WARNING, _IMPORTER),
    WarningCode.UNUSUAL_PARCEL_CODE: Standing(_WARNING, _BUREAU),
    WarningCode.UNUSUAL_SUPERVISION_NO: Standing(_WARNING, _BUREAU),
    WarningCode.USCC_CHECK: Standing(_WARNING, _BUREAU),
}
"""The catalogue of issues, in the order in which they are reported: what a fault usually means."""
