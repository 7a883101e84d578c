"""The closed lists of the land programme: lists of land, their conditions, registers and means."""

from __future__ import annotations

from typing import Final

from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import ClaimKind


class LandList(Codelist):
    """The lists a bureau keeps of land that is not used as it should be."""

    SUPPLIED_UNUSED = ("supplied_unused", "供而未用", "supplied but unused", Tone.UNUSED)
    USED_NOT_FULL = ("used_not_full", "用而未尽", "used but not full", Tone.SHORTFALL)
    SPLIT_TRANSFER = (
        "split_transfer",
        "节余土地分割转让",
        "surplus land to be split off and transferred",
        Tone.SHORTFALL,
    )
    OVERDUE_START = ("overdue_start", "逾期未开工", "start overdue", Tone.OVERDUE)
    INEFFICIENT_DEVELOPMENT = (
        "inefficient_development",
        "开发低效",
        "inefficient in development",
        Tone.SHORTFALL,
    )
    INEFFICIENT_OPERATION = (
        "inefficient_operation",
        "经营低效",
        "inefficient in operation",
        Tone.SHORTFALL,
    )

    @property
    def brings_holds(self) -> bool:
        """True where those listed stand under control measures (金府办发〔2023〕24号, item 13)."""
        return self in (LandList.INEFFICIENT_DEVELOPMENT, LandList.INEFFICIENT_OPERATION)


class ListCondition(Codelist):
    """What puts land or an enterprise on a list; members of one list stand together."""

    UNUSED = ("unused", "供地后未动工开发", "supplied and not developed")
    START_OVERDUE = ("start_overdue", "逾期未开工", "start overdue")
    NOT_FULL = ("not_full", "用而未尽", "used but not full")
    SEPARABLE = ("separable", "规划允许单独成宗", "the plan allows a parcel of its own")
    USED_PART_MEETS = ("used_part_meets", "已用部分符合约定", "the part used meets the contract")
    LOW_FAR = ("low_far", "容积率低于约定", "floor area ratio below what was agreed")
    LITTLE_BUILT = ("little_built", "建设面积占比偏低", "small share of the area built on")
    LOW_INVESTMENT = ("low_investment", "投资强度低于约定", "investment intensity below agreed")
    LONG_VACANT = ("long_vacant", "厂房长期空置", "buildings long vacant")
    CONTRARY_USE = ("contrary_use", "用途不符合规划", "use contrary to the plan")
    LOW_CLASS = ("low_class", "绩效评价末类", "in the lowest class of the rating")
    LOW_TAX = ("low_tax", "亩均税收偏低", "little tax per mu")
    LOW_OUTPUT = ("low_output", "亩均产值偏低", "little output per mu")
    THREE_HIGHS = ("three_highs", "“三高三低”企业", "enterprise of the “three highs, three lows”")


class ConditionState(Codelist):
    """How one condition stands."""

    HOLDS = ("holds", "符合", "holds", Tone.OVERDUE)
    FAILS = ("fails", "不符合", "does not hold", Tone.COMPLIANT)
    UNKNOWN = ("unknown", "数据不明", "not known", Tone.UNKNOWN)
    NOT_CONFIGURED = ("not_configured", "标准未载明", "no threshold is known", Tone.UNKNOWN)
    NOT_YET = ("not_yet", "未竣工，暂不适用", "not yet: not completed", Tone.NEUTRAL)


class ListState(Codelist):
    """Where land or an enterprise stands with a list."""

    LISTED = ("listed", "列入", "listed", Tone.OVERDUE)
    NOT_LISTED = ("not_listed", "不列入", "not listed", Tone.COMPLIANT)
    OPEN = ("open", "未能判定", "undetermined", Tone.UNKNOWN)
    COUNTED_AS_IDLE = ("counted_as_idle", "按闲置处理，不重复列入", "dealt with as idle", Tone.IDLE)
    CLOSED = ("closed", "合同未生效或已终止", "contract not in force", Tone.CLOSED)


class Register(Codelist):
    """The three lists that steer what land is used for."""

    POSITIVE = ("positive", "新增工业用地正面清单", "positive list for new industrial land")
    NEGATIVE = ("negative", "存量工业用地负面清单", "negative list for existing industrial land")
    CULTIVATION = ("cultivation", "特色产业培育清单", "cultivation list of special industries")


def _called(member: Codelist) -> tuple[str, str, str]:
    """The words of a member, for one that means the same in another list."""
    return str(member.value), member.zh, member.en


class Roll(Codelist):
    """What the bureau enters projects and enterprises in, by name and from a day."""

    POSITIVE = _called(Register.POSITIVE)
    NEGATIVE = _called(Register.NEGATIVE)
    CULTIVATION = _called(Register.CULTIVATION)
    INEFFICIENT_DEVELOPMENT = _called(LandList.INEFFICIENT_DEVELOPMENT)
    INEFFICIENT_OPERATION = _called(LandList.INEFFICIENT_OPERATION)
    THREE_HIGHS = _called(ListCondition.THREE_HIGHS)

    @property
    def land_list(self) -> LandList | None:
        """The list of land it decides about; None of a register."""
        return LandList.of(self.value) if self.value in LandList.positions() else None

    @property
    def is_of_policy(self) -> bool:
        """True for the three registers, which everybody may read."""
        return self.value in Register.positions()


class SiteStatement(Codelist):
    """What an office says of the land of a contract, yes or no."""

    VACANT = ("vacant", "厂房空置", "buildings stand empty")
    CONTRARY_USE = _called(ListCondition.CONTRARY_USE)
    SEPARABLE = _called(ListCondition.SEPARABLE)
    USED_PART_MEETS = _called(ListCondition.USED_PART_MEETS)
    CLEAR_TITLE = ("clear_title", "交地时权属清晰", "title clear at delivery")
    COMPENSATED = ("compensated", "交地时安置补偿落实到位", "compensation settled at delivery")
    UNDISPUTED = ("undisputed", "交地时没有法律经济纠纷", "no dispute at delivery")
    CONDITIONS_FIXED = (
        "conditions_fixed",
        "交地时规划条件明确",
        "planning conditions fixed at delivery",
    )
    WORKS_READY = (
        "works_ready",
        "交地时具备动工必需的基本条件",
        "basic conditions for works at delivery",
    )
    HOARDING = ("hoarding", "恶意囤地、炒地", "malicious hoarding of land")


STATED_FOR: Final = {
    LandList.INEFFICIENT_DEVELOPMENT: (SiteStatement.VACANT, SiteStatement.CONTRARY_USE),
    LandList.SPLIT_TRANSFER: (SiteStatement.SEPARABLE, SiteStatement.USED_PART_MEETS),
}
"""What has to be stated before a list can tell of land."""

NET_LAND: Final = (
    *(SiteStatement.CLEAR_TITLE, SiteStatement.COMPENSATED, SiteStatement.UNDISPUTED),
    *(SiteStatement.CONDITIONS_FIXED, SiteStatement.WORKS_READY),
)
"""What land has to be when it is supplied (净地): idle-land measures Art. 21, R1.43."""


class MatchKind(Codelist):
    """How a project or enterprise was found in a register."""

    CREDIT_CODE = ("credit_code", "信用代码一致", "same credit code", Tone.COMPLIANT)
    NAME = ("name", "名称一致", "same name", Tone.COMPLIANT)
    TO_CONFIRM = ("to_confirm", "疑似，待确认", "alike, to be confirmed", Tone.UNKNOWN)


class Control(Codelist):
    """Processes of a listed enterprise that are watched over."""

    REGISTRATION = ("registration", "不动产登记", "real estate registration", Tone.OVERDUE)
    SHARE_CHANGE = ("share_change", "股权变更", "change of shares", Tone.OVERDUE)
    AUCTION = ("auction", "司法拍卖", "judicial auction", Tone.OVERDUE)


class Body(Codelist):
    """The bodies of a district that the programme gives duties to."""

    PLANNING = ("planning", "区规划资源局", "planning and natural resources bureau")
    ECONOMY = ("economy", "区经委", "economic commission")
    INVESTMENT = ("investment", "区投资促进办", "investment promotion office")
    TOWNS = ("towns", "各镇（园区）", "towns and parks")
    MARKET = ("market", "区市场监管局", "market regulation bureau")
    COURT = ("court", "区法院", "district court")
    EMERGENCY = ("emergency", "区应急管理局", "emergency management bureau")
    ENVIRONMENT = ("environment", "区生态环境局", "ecology and environment bureau")
    TAX = ("tax", "金山税务局", "tax bureau")
    STATISTICS = ("statistics", "区统计局", "statistics bureau")


class Means(Codelist):
    """How inefficient land is vacated or upgraded."""

    RESERVE = ("reserve", "收储", "taken into the land reserve")
    PURCHASE = ("purchase", "收购", "bought")
    REDUCTION = ("reduction", "减量化", "taken out of building land")
    RESTRUCTURING = ("restructuring", "产业结构调整", "industrial restructuring")
    RECOVERY = ("recovery", "收回", "recovered")
    RENOVATION = ("renovation", "技术改造", "technical renovation")
    EXTENSION = ("extension", "扩容", "extended without new land")
    GRAFTING = ("grafting", "项目嫁接", "new project joined to an enterprise")
    JOINT_DEVELOPMENT = ("joint_development", "合作开发", "developed jointly")
    REDEVELOPMENT = ("redevelopment", "二次开发", "developed anew")
    HIGHER_FAR = ("higher_far", "提高容积率", "floor area ratio raised")
    NEW_TENANT = ("new_tenant", "引入新项目", "new project as tenant")

    @property
    def kind(self) -> ClaimKind:
        """Whether land is vacated or upgraded by it (R5.3)."""
        vacates = self.position <= Means.RECOVERY.position
        return ClaimKind.VACATED if vacates else ClaimKind.UPGRADED


class ProjectKind(Codelist):
    """The four kinds of project that entry standards are made for."""

    NEW_LAND = ("new_land", "新增用地", "on new land")
    RENTED_PLANT = ("rented_plant", "厂房租赁", "in a rented plant")
    REDEVELOPMENT = ("redevelopment", "整体二次开发", "redevelopment as a whole")
    EXTENSION = ("extension", "零增地改扩建", "extension without new land")
