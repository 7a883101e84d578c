"""Enterprise year figures (企业年度数据): what one enterprise did in one year."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, required, shared
from geodata.model.content_lists import Blank, ContentKind
from geodata.model.personal import Personal

_PARTY: Final = "LA_Party"


def _figure(key: str, zh: str, en: str, unit: str, *aliases: str) -> Attribute:
    return Attribute(key, zh, en, Kind.EXACT, unit, ladm=_PARTY, aliases=aliases)


ENTERPRISE_YEARS: Final = Catalogue(
    ContentKind.ENTERPRISE_YEARS,
    (
        required("uscc"),
        Attribute(
            *("year", "年度", "year", Kind.YEAR),
            ladm=_PARTY,
            aliases=("年份", "数据年份"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("enterprise", "企业名称", "enterprise"),
            ladm=_PARTY,
            personal=Personal.PARTY,
            aliases=("单位名称", "单位详细名称"),
        ),
        Attribute(
            *("industry", "行业分类", "industry"), ladm=_PARTY, aliases=("行业代码", "所属行业")
        ),
        Attribute("above_scale", "是否规上", "above scale", Kind.BOOLEAN, ladm=_PARTY),
        _figure("output_yuan", "工业总产值", "gross output", "yuan", "产值", "总产值"),
        _figure("revenue_yuan", "营业收入", "revenue", "yuan", "主营业务收入", "销售收入"),
        _figure("value_added_yuan", "工业增加值", "value added", "yuan", "增加值"),
        _figure("tax_yuan", "实缴税收", "tax paid", "yuan", "税收", "实缴税金", "税收总额"),
        _figure("investment_yuan", "固定资产投资", "fixed-asset investment", "yuan"),
        _figure("rd_yuan", "研发经费", "research and development", "yuan", "研发投入", "R&D经费"),
        _figure("energy_tce", "综合能耗", "energy used", "tce", "综合能源消费量", "能耗"),
        _figure("electricity_kwh", "用电量", "electricity used", "kwh"),
        _figure("emissions_t", "主要污染物排放量", "main pollutants emitted", "t", "排污量"),
        Attribute(
            *("staff_count", "从业人数", "staff", Kind.COUNT, "persons"),
            ladm=_PARTY,
            aliases=("年平均从业人数", "平均用工人数", "职工人数"),
        ),
        shared("note"),
    ),
    key=("uscc", "year"),
    example={
        "uscc": "91310116MA1J00006H",
        "year": "2025",
        "enterprise": "示例制造有限公司",
        "industry": "C35 专用设备制造业",
        "above_scale": "true",
        "output_yuan": "320000000",
        "revenue_yuan": "310000000",
        "value_added_yuan": "76000000",
        "tax_yuan": "21000000",
        "investment_yuan": "40000000",
        "rd_yuan": "9600000",
        "energy_tce": "1850.5",
        "electricity_kwh": "7200000",
        "emissions_t": "3.2",
        "staff_count": "260",
        "note": "示例，不是真实企业",
    },
)
"""One row is one enterprise in one year."""
