"""The closed lists of the law book: what picks a legal number, and the words of the procedure."""

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
