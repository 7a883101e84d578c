"""The closed lists of enterprise rating: who is rated, by what classes, and why somebody is not."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class RatingClass(Codelist):
    """Classes a scheme can give: the four of Jinshan, and the letters used elsewhere."""

    PRIORITY = ("priority", "优先发展", "priority development", Tone.COMPLIANT)
    ENCOURAGED = ("encouraged", "鼓励提升", "encouraged to upgrade", Tone.UPGRADED)
    RESTRUCTURING = ("restructuring", "调整转型", "to be restructured", Tone.OVERDUE)
    REMEDIATION = ("remediation", "监管整治", "supervised and remedied", Tone.IDLE)
    A = ("A", "A类", "class A", Tone.COMPLIANT)
    B = ("B", "B类", "class B", Tone.UPGRADED)
    C = ("C", "C类", "class C", Tone.OVERDUE)
    D = ("D", "D类", "class D", Tone.IDLE)


class SchemeSubject(Codelist):
    """Whom a scheme rates."""

    ENTERPRISE = ("enterprise", "工业企业", "industrial enterprises")
    ABOVE_SCALE = ("above_scale", "规上企业", "enterprises above scale")
    BELOW_SCALE = ("below_scale", "规下企业", "enterprises below scale")
    PARK = ("park", "工业园区", "industrial parks")


class CutBasis(Codelist):
    """What the limits of classes are measured on."""

    SHARE = ("share", "按名次占比", "share of those rated that scored better")
    SCORE = ("score", "按得分", "score")


class MissingRule(Codelist):
    """What a scheme does with an indicator that a figure is missing for."""

    UNDETERMINED = ("undetermined", "不评定", "no score")
    GROUP_MEAN = ("group_mean", "取同组平均", "mean of the group")


class RatingState(Codelist):
    """Whether somebody is rated, and else why not."""

    RATED = ("rated", "已评价", "rated", Tone.COMPLIANT)
    OUT_OF_SCOPE = ("out_of_scope", "未纳入监管", "not under supervision yet")
    SCOPE_UNKNOWN = (
        "scope_unknown",
        "拿地、租赁日期不明",
        "no date of land or lease",
        Tone.UNKNOWN,
    )
    EXEMPT = ("exempt", "方案规定不评价", "exempt by the scheme")
    RECENT = ("recent", "投产未满年限", "too short in production")
    PRODUCTION_UNKNOWN = (
        "production_unknown",
        "投产日期不明",
        "no date of production",
        Tone.UNKNOWN,
    )
    INCOMPLETE = ("incomplete", "数据不全", "figures missing", Tone.UNKNOWN)
