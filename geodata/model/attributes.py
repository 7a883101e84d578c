"""What an attribute is, and the catalogue of the ledger: kind, unit, titles and meaning of columns.

Headers, database columns, workbooks and interface schemas are made from this list; the columns
themselves are described in `docs/ledger.md`. The other kinds of content have their catalogues in
`geodata.model.content`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from geodata.model import codelists as c
from geodata.model.codelist import Codelist
from geodata.model.content_lists import Blank
from geodata.model.personal import Personal

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    """How a cell is written and held."""

    TEXT = "text"
    BOOLEAN = "boolean"
    CODE = "code"
    DATE = "date"
    DELIVERY = "delivery"  # a date, or the word for "known not to have happened"
    EXACT = "exact"  # a non-negative rational number, held exactly
    SHARE = "share"  # an exact number from 0 to 1
    COUNT = "count"  # a whole number
    YEAR = "year"  # a calendar year
    DIGEST = "digest"  # SHA-256 in hexadecimal
    TERM = "term"  # "<n><unit> after <anchor>"
    SPLIT = "split"  # three shares in per cent, start/completion/production
    INSTALMENTS = "instalments"
    EXTENSIONS = "extensions"
    PERIODS = "periods"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of a table.

    Attributes
    ----------
    key, zh, en
        Column name in files and code, and its titles.
    kind
        How a cell is read and held.
    unit
        Unit of the value, a code of `geodata.model.content_lists.Unit`, or empty.
    codelist
        The closed list of a `Kind.CODE`.
    ladm
        Class of ISO 19152 the column belongs to.
    personal
        In which way the value may tell of a natural person; None where it does not.
    aliases
        Further headers met in the field.
    blank
        What a blank cell says.
    """

    key: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    codelist: type[Codelist] | None = None
    ladm: str = "LA_AdministrativeSource"
    personal: Personal | None = None
    aliases: tuple[str, ...] = ()
    blank: Blank = Blank.UNKNOWN

    @property
    def is_required(self) -> bool:
        """True where a row without a value is sent back."""
        return self.blank is Blank.REQUIRED

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


_UNIT = "LA_SpatialUnit"
_PARTY = "LA_Party"
_DUTY = "LA_Responsibility"
_LIMIT = "LA_Restriction"


def _milestones(
    suffix: str, zh: str, en: str, kind: Kind, unit: str = "", *, ladm: str = _DUTY
) -> Iterator[Attribute]:
    for milestone in c.MilestoneKind:
        yield Attribute(
            f"{milestone.value}_{suffix}",
            zh.format(milestone.zh),
            en.format(milestone.en),
            kind,
            unit,
            ladm=ladm,
        )


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("parcel_code", "宗地代码", "parcel code", ladm=_UNIT, aliases=("宗地编号", "宗地号")),
    Attribute("supervision_no", "电子监管号", "electronic supervision number"),
    Attribute(
        "contract_no", "合同编号", "contract number", aliases=("合同号",), blank=Blank.REQUIRED
    ),
    Attribute("phase", "分期", "phase", blank=Blank.NONE),
    Attribute("project_name", "项目名称", "project"),
    Attribute("location", "坐落", "location", ladm=_UNIT, aliases=("土地坐落", "项目位置")),
    Attribute("district", "行政区", "district", ladm=_UNIT),
    Attribute("town", "所属镇", "town", ladm=_UNIT),
    Attribute("park", "所属园区", "park", ladm=_UNIT),
    Attribute("grantor", "出让人", "grantor", ladm=_PARTY),
    Attribute("grantee", "受让人", "grantee", ladm=_PARTY, personal=Personal.PARTY),
    Attribute(
        *("uscc", "统一社会信用代码", "unified social credit code"),
        ladm=_PARTY,
        personal=Personal.NUMBER,
    ),
    Attribute("land_use", "土地用途", "land use", ladm=_UNIT),
    Attribute(
        "acquisition_mode",
        "供应方式",
        "mode of supply",
        Kind.CODE,
        codelist=c.AcquisitionMode,
        aliases=("供地方式",),
    ),
    Attribute("reserve_land", "政府储备", "government reserve", Kind.BOOLEAN, ladm=_LIMIT),
    Attribute("signed_on", "合同签订日期", "signed on", Kind.DATE, aliases=("签订日期",)),
    Attribute("term_years", "出让年限", "term", Kind.EXACT, "years"),
    Attribute("area_m2", "出让面积", "contract area", Kind.EXACT, "m2", ladm=_UNIT),
    Attribute("premium_yuan", "出让价款", "premium", Kind.EXACT, "yuan"),
    Attribute("premium_paid_yuan", "已缴价款", "premium paid", Kind.EXACT, "yuan"),
    Attribute("deposit_yuan", "定金", "deposit", Kind.EXACT, "yuan"),
    Attribute("instalments", "分期付款", "instalments", Kind.INSTALMENTS, "yuan"),
    Attribute("late_payment_permille", "逾期付款比例", "late payment rate", Kind.EXACT, "permille"),
    Attribute("delivery_agreed_on", "约定交地日期", "delivery agreed on", Kind.DATE),
    Attribute("delivery_agreed_after", "约定交地期限", "delivery agreed after", Kind.TERM),
    Attribute("delivered_on", "实际交地日期", "delivered on", Kind.DELIVERY),
    Attribute(
        "grantor_late_permille", "出让人逾期交地比例", "late delivery rate", Kind.EXACT, "permille"
    ),
    *_milestones("agreed_on", "约定{}日期", "{} agreed on", Kind.DATE),
    *_milestones("agreed_after", "约定{}期限", "{} agreed after", Kind.TERM),
    *_milestones("extensions", "{}延期", "{} extensions", Kind.EXTENSIONS),
    *_milestones("on", "实际{}日期", "{} on", Kind.DATE),
    Attribute("permit_on", "施工许可证日期", "construction permit on", Kind.DATE),
    Attribute("development_on", "动工开发日期", "development commenced on", Kind.DATE),
    Attribute(
        "foundation_kind", "基础类型", "foundation kind", Kind.CODE, codelist=c.FoundationKind
    ),
    Attribute("foundation_share", "基础完成比例", "foundation share", Kind.SHARE),
    Attribute("government_periods", "政府原因期间", "government periods", Kind.PERIODS),
    Attribute("developable_m2", "应动工面积", "area to be developed", Kind.EXACT, "m2"),
    Attribute("developed_m2", "已动工面积", "area developed", Kind.EXACT, "m2"),
    Attribute(
        "investment_total_yuan", "总投资额", "total investment (idle basis)", Kind.EXACT, "yuan"
    ),
    Attribute("invested_yuan", "已投资额", "invested (idle basis)", Kind.EXACT, "yuan"),
    Attribute(
        "investment_agreed_yuan",
        "约定固定资产投资",
        "agreed fixed-asset investment",
        Kind.EXACT,
        "yuan",
    ),
    Attribute(
        "investment_actual_yuan",
        "实际固定资产投资",
        "actual fixed-asset investment",
        Kind.EXACT,
        "yuan",
    ),
    Attribute("suspended_on", "中止开发日期", "suspended on", Kind.DATE),
    Attribute("resumed_on", "恢复开发日期", "resumed on", Kind.DATE),
    Attribute("damages_scheme", "违约方式", "damages scheme", Kind.CODE, codelist=c.DamagesScheme),
    *_milestones("permille", "逾期{}违约金比例", "late {} rate", Kind.EXACT, "permille"),
    Attribute("bond_yuan", "履约保证金", "performance bond", Kind.EXACT, "yuan"),
    Attribute("bond_split", "保证金比例", "bond split", Kind.SPLIT),
    Attribute(
        "far_min", "容积率下限", "floor area ratio minimum", Kind.EXACT, aliases=("约定容积率下限",)
    ),
    Attribute(
        "far_max", "容积率上限", "floor area ratio maximum", Kind.EXACT, aliases=("约定容积率上限",)
    ),
    Attribute(
        "far_actual", "容积率实际", "floor area ratio actual", Kind.EXACT, aliases=("实际容积率",)
    ),
    Attribute("output_agreed", "约定亩均产值", "agreed output per mu", Kind.EXACT, "wan_per_mu"),
    Attribute("output_actual", "实际亩均产值", "actual output per mu", Kind.EXACT, "wan_per_mu"),
    Attribute("tax_agreed", "约定亩均税收", "agreed tax per mu", Kind.EXACT, "wan_per_mu"),
    Attribute("tax_actual", "实际亩均税收", "actual tax per mu", Kind.EXACT, "wan_per_mu"),
    Attribute(
        "idle_determined_on",
        "闲置认定书送达日期",
        "idle determination served on",
        Kind.DATE,
        ladm=_LIMIT,
    ),
    Attribute("ground_known_on", "解除事由知悉日期", "ground for rescission known on", Kind.DATE),
    Attribute("closed_on", "合同终止日期", "closed on", Kind.DATE),
    Attribute("closed_as", "终止方式", "closed as", Kind.CODE, codelist=c.ClosedAs),
    Attribute("lease_started_on", "租赁起始日期", "lease started on", Kind.DATE),
    Attribute(
        "observed_on", "最近核查日期", "last observed on", Kind.DATE, ladm="LA_SpatialSource"
    ),
    Attribute("note", "备注", "note", personal=Personal.WORDS),
)

BY_KEY: dict[str, Attribute] = {attribute.key: attribute for attribute in ATTRIBUTES}


def of_kind(*kinds: Kind) -> tuple[Attribute, ...]:
    """Attributes of the kinds named, in catalogue order."""
    return tuple(a for a in ATTRIBUTES if a.kind in kinds)
