"""The closed lists of the law book: numbers, the procedure, and the targets of policy papers."""

from __future__ import annotations

from geodata.model.codelist import Codelist


class Selector(Codelist):
    """The date that picks the version of a legal number (`docs/law.md`)."""

    AS_OF = ("as_of", "所问之日", "the day asked about")
    SIGNING = ("signing", "合同签订之日", "the day of signing")
    DUE = ("due", "到期之日", "the due date")
    ACT = ("act", "行为之日", "the day of the act")


class PeriodKind(Codelist):
    """How a period of the procedure binds (`docs/law.md`)."""

    WITHIN = ("within", "之内", "within")
    AHEAD = ("ahead", "之前", "no later than so long before")
    WAITS = ("waits", "届满之后", "only after")


class Disposal(Codelist):
    """The way in which suspected idle land is being handled (idle-land measures Arts. 12, 14)."""

    NEGOTIATED = ("negotiated", "协商处置", "disposal by agreement")
    FEE = ("fee", "征缴土地闲置费", "idle-land fee")
    RECOVERY = ("recovery", "无偿收回", "recovery without compensation")


class CaseParty(Codelist):
    """Who takes an act of the procedure."""

    BUREAU = ("bureau", "自然资源主管部门", "bureau")
    HOLDER = ("holder", "土地使用权人", "holder")
    GOVERNMENT = ("government", "人民政府", "government")


class FigureKind(Codelist):
    """What a target of a policy paper is counted in (`docs/targets.md`)."""

    AREA_VACATED = ("area_vacated", "腾退面积", "area vacated")
    AREA_UPGRADED = ("area_upgraded", "提升面积", "area upgraded")
    AREA_TRANSFORMED = ("area_transformed", "转型面积", "area transformed")
    GROWTH_RATE = ("growth_rate", "年均增长率", "average annual growth")
    REDUCTION_RATE = ("reduction_rate", "下降率", "reduction")
    MULTIPLE = ("multiple", "倍数", "multiple of the level before")
    INCREASE_MULTIPLE = ("increase_multiple", "增量倍数", "multiple of the increase before")
    COUNT = ("count", "数量", "count")
    AMOUNT = ("amount", "总量", "amount")
    SHARE = ("share", "比重", "share")
    RATIO = ("ratio", "单位用量", "use per unit")


class TargetUnit(Codelist):
    """Unit of a target, as the paper writes it."""

    MU = ("mu", "亩", "mu")
    PERCENT = ("percent", "%", "%")
    ENTERPRISES = ("enterprises", "家", "enterprises")
    PROJECTS = ("projects", "个", "projects")
    YUAN_100M = ("yuan_100m", "亿元", "100 million yuan")
    M3_PER_10K_YUAN = ("m3_per_10k_yuan", "立方米/万元", "m³ per 10,000 yuan")
    TIMES = ("times", "倍", "times")


class Bound(Codelist):
    """How exactly a target is to be met, in the paper's own words (`docs/targets.md`)."""

    PLAIN = ("plain", "仅列数值", "the number alone")
    AT_LEAST = ("at_least", "不低于", "at least")
    MORE_THAN = ("more_than", "超过", "more than")
    ABOUT = ("about", "左右", "about")
    IN_WORDS = ("in_words", "仅有文字", "in words, without a number")


class Force(Codelist):
    """Whether a paper calls its target binding (`docs/targets.md`)."""

    BINDING = ("binding", "约束性", "binding")
    EXPECTED = ("expected", "预期性", "expected")
    NOT_STATED = ("not_stated", "未标明", "not stated")


class DisagreementKind(Codelist):
    """In what respect two targets of one measure differ (`docs/targets.md`)."""

    VALUE = ("value", "数值不同", "another number")
    EXACTNESS = ("exactness", "一处为约数", "one of them is approximate")
    FORCE = ("force", "指标属性不同", "binding, expected or not stated")
    WORDING = ("wording", "指标名称不同", "the indicator is worded differently")
    PERIOD = ("period", "起始年份不同", "another first year, or one of them not stated")
    PAPER = ("paper", "出自不同文件", "another paper")


class AnchorKind(Codelist):
    """What became of a number or duty of a policy paper (`docs/targets.md`)."""

    TARGET = ("target", "目标", "a target")
    RULE = ("rule", "规则", "a rule")
    LIST = ("list", "清单", "a list")
    NOT_MODELLED = ("not_modelled", "未建模", "not modelled")
