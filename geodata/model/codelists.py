"""The closed lists of the product: statuses, codes and words, each with its colour.

Every list, map, workbook, page and script reads labels and colours from here (`as_json`);
no other module spells a status or a colour.
"""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class MilestoneKind(Codelist):
    """The four milestones of an industrial grant contract, in order."""

    START = ("start", "开工", "start of construction")
    COMPLETION = ("completion", "竣工", "completion")
    PRODUCTION = ("production", "投产", "production")
    TARGET_OUTPUT = ("target_output", "达产", "target output")


class MilestoneState(Codelist):
    """Where one milestone stands on a day (`docs/verdicts.md`)."""

    NA = ("na", "未约定", "not agreed", Tone.CLOSED)
    NOT_DUE = ("not_due", "未到期", "not due", Tone.COMPLIANT)
    DUE_SOON = ("due_soon", "即将到期", "due soon", Tone.DUE_SOON)
    OVERDUE = ("overdue", "逾期", "overdue", Tone.OVERDUE)
    MET = ("met", "按期完成", "met", Tone.COMPLIANT)
    MET_LATE = ("met_late", "逾期完成", "met late", Tone.COMPLIANT)
    EXTENDED = ("extended", "已延期", "extended", Tone.COMPLIANT)
    PAUSED_GOV = ("paused_gov", "政府原因中止", "paused by government cause", Tone.NEUTRAL)
    UNDETERMINED = ("undetermined", "无法判定", "undetermined", Tone.UNKNOWN)
    CLOSED = ("closed", "已终止", "closed", Tone.CLOSED)


class Verdict(Codelist):
    """The one word that stands on a contract; members in order of precedence."""

    NOT_IN_FORCE = ("not_in_force", "未生效", "not in force", Tone.CLOSED)
    CLOSED = ("closed", "已终止", "closed", Tone.CLOSED)
    IDLE_CONFIRMED = ("idle_confirmed", "已认定闲置", "idle (determined)", Tone.IDLE)
    SUSPECT_IDLE_2Y = ("suspect_idle_2y", "疑似闲置满二年", "suspected idle, two years", Tone.IDLE)
    SUSPECT_IDLE_1Y = ("suspect_idle_1y", "疑似闲置满一年", "suspected idle, one year", Tone.IDLE)
    SUSPECT_IDLE_SUSPENDED = (
        "suspect_idle_suspended",
        "疑似闲置（中止开发）",
        "suspected idle, works suspended",
        Tone.IDLE,
    )
    IDLE_GOV = ("idle_gov", "政府原因未动工", "unused by government cause", Tone.NEUTRAL)
    OVERDUE_START = ("overdue_start", "逾期未开工", "start overdue", Tone.OVERDUE)
    OVERDUE_COMPLETION = (
        "overdue_completion",
        "逾期未竣工",
        "completion overdue",
        Tone.OVERDUE,
    )
    OVERDUE_PRODUCTION = (
        "overdue_production",
        "逾期未投产",
        "production overdue",
        Tone.OVERDUE,
    )
    OVERDUE_TARGET_OUTPUT = (
        "overdue_target_output",
        "逾期未达产",
        "target output overdue",
        Tone.OVERDUE,
    )
    PAYMENT_OVERDUE = ("payment_overdue", "逾期付款", "payment overdue", Tone.OVERDUE)
    UNDETERMINED = ("undetermined", "无法判定", "undetermined", Tone.UNKNOWN)
    USED_NOT_FULL = ("used_not_full", "用而未尽", "used but not full", Tone.SHORTFALL)
    SHORTFALL = ("shortfall", "指标未达", "indicator shortfall", Tone.SHORTFALL)
    DUE_SOON = ("due_soon", "即将到期", "due soon", Tone.DUE_SOON)
    SUPPLIED_UNUSED = ("supplied_unused", "供而未用", "supplied but unused", Tone.UNUSED)
    COMPLIANT = ("compliant", "履约正常", "compliant", Tone.COMPLIANT)

    @property
    def is_suspected(self) -> bool:
        """True where no served document has decided the matter (drawn as an outline)."""
        return self.value.startswith("suspect_")

    @property
    def severity(self) -> int:
        """Rank in lists and in drawing: the gravest first, contracts not in force last."""
        return self.position + (len(Verdict) if self.tone is Tone.CLOSED else 0)

    @property
    def is_adverse(self) -> bool:
        """True where a matter is open: idle, whoever caused it, overdue, or short of a term."""
        return self is Verdict.IDLE_GOV or self.tone in (Tone.IDLE, Tone.OVERDUE, Tone.SHORTFALL)


class FindingCode(Codelist):
    """What the checker can find about a contract (`docs/verdicts.md`)."""

    OVERDUE_START = ("overdue_start", "逾期未开工", "start overdue", Tone.OVERDUE)
    OVERDUE_COMPLETION = (
        "overdue_completion",
        "逾期未竣工",
        "completion overdue",
        Tone.OVERDUE,
    )
    OVERDUE_PRODUCTION = (
        "overdue_production",
        "逾期未投产",
        "production overdue",
        Tone.OVERDUE,
    )
    OVERDUE_TARGET_OUTPUT = (
        "overdue_target_output",
        "逾期未达产",
        "target output overdue",
        Tone.OVERDUE,
    )
    SUSPECT_IDLE_1Y = ("suspect_idle_1y", "疑似闲置满一年", "suspected idle, one year", Tone.IDLE)
    SUSPECT_IDLE_2Y = ("suspect_idle_2y", "疑似闲置满二年", "suspected idle, two years", Tone.IDLE)
    IDLE_GOV = ("idle_gov", "政府原因未动工", "unused by government cause")
    SUSPECT_IDLE_SUSPENDED = (
        "suspect_idle_suspended",
        "疑似闲置（中止开发）",
        "suspected idle, works suspended",
        Tone.IDLE,
    )
    IDLE_CONFIRMED = ("idle_confirmed", "已认定闲置", "idle (determined)", Tone.IDLE)
    SUPPLIED_UNUSED = ("supplied_unused", "供而未用", "supplied but unused", Tone.UNUSED)
    LATE_EXTENSION = ("late_extension", "逾期后批准延期", "extension approved late", Tone.OVERDUE)
    EXT_OVER_CAP = ("ext_over_cap", "延期超过一年", "extension beyond one year")
    EXTENSION_IGNORED = ("extension_ignored", "延期不计", "extension without effect")
    NEEDS_SUPPLEMENT = ("needs_supplement", "需签补充协议", "supplement agreement needed")
    PAYMENT_OVERDUE = ("payment_overdue", "逾期付款", "payment overdue", Tone.OVERDUE)
    DELIVERY_LATE_BY_GRANTOR = (
        "delivery_late_by_grantor",
        "出让人逾期交地",
        "delivery late by the grantor",
    )
    RESCISSION_EXPIRING = (
        "rescission_expiring",
        "解除权将届满",
        "right to rescind expiring",
        Tone.DUE_SOON,
    )
    RESCISSION_LAPSED = ("rescission_lapsed", "解除权已消灭", "right to rescind lapsed")
    IN_SUPERVISION_SCOPE = ("in_supervision_scope", "纳入绩效监管", "in supervision scope")
    TRACK_CONFLICT = ("track_conflict", "开工与动工不一致", "start and development disagree")
    DAMAGES_HIGH = ("damages_high", "违约金偏高", "damages above the warning share")
    SHORTFALL_INVESTMENT = (
        "shortfall_investment",
        "投资未达",
        "investment shortfall",
        Tone.SHORTFALL,
    )
    SHORTFALL_FAR = (
        "shortfall_far",
        "容积率不足",
        "floor area ratio below minimum",
        Tone.SHORTFALL,
    )
    EXCESS_FAR = ("excess_far", "容积率超上限", "floor area ratio above maximum", Tone.SHORTFALL)
    SHORTFALL_OUTPUT = ("shortfall_output", "产值未达", "output shortfall", Tone.SHORTFALL)
    SHORTFALL_TAX = ("shortfall_tax", "税收未达", "tax shortfall", Tone.SHORTFALL)
    USED_NOT_FULL = ("used_not_full", "用而未尽", "used but not full", Tone.SHORTFALL)
    DATA_GAP = ("data_gap", "数据缺口", "data gap", Tone.UNKNOWN)
    DATE_UNDETERMINED = ("date_undetermined", "日期无法确定", "date undetermined", Tone.UNKNOWN)

    @classmethod
    def overdue(cls, milestone: MilestoneKind) -> FindingCode:
        """The finding that a milestone is overdue."""
        return cls.of(f"overdue_{milestone.value}")

    @property
    def is_suspected(self) -> bool:
        """True where no served document has decided the matter."""
        return self.value.startswith("suspect_")


class Group(Codelist):
    """The three groups that stand above the verdicts; they may overlap."""

    OVERDUE = ("overdue", "逾期", "overdue", Tone.OVERDUE)
    IDLE = ("idle", "闲置（疑似及已认定）", "idle (suspected and determined)", Tone.IDLE)
    SUPPLIED_UNUSED = ("supplied_unused", "供而未用", "supplied but unused", Tone.UNUSED)

    @property
    def codes(self) -> tuple[FindingCode, ...]:
        """Findings that put a contract into the group (buckets in time excepted)."""
        match self:
            case Group.OVERDUE:
                return tuple(FindingCode.overdue(kind) for kind in MilestoneKind)
            case Group.IDLE:
                suspected = (code for code in FindingCode if code.is_suspected)
                return (FindingCode.IDLE_CONFIRMED, *suspected)
            case _:
                return (FindingCode.SUPPLIED_UNUSED,)

    @property
    def at_stake(self) -> tuple[FindingCode, ...]:
        """Findings whose amounts are at stake in the group: damages, and the idle-land fee.

        They never add up across groups: one contract may stand in several.
        """
        fee = (FindingCode.SUSPECT_IDLE_1Y,)
        return {Group.OVERDUE: self.codes, Group.IDLE: fee}.get(self, Group.OVERDUE.codes + fee)


class UnusedBucket(Codelist):
    """How long land that is not developed has been supplied."""

    UNDELIVERED = ("undelivered", "未交地", "not delivered")
    UNDETERMINED = ("undetermined", "无法判定", "undetermined", Tone.UNKNOWN)
    NOT_DUE = ("not_due", "未到期", "in time", Tone.COMPLIANT)
    OVERDUE_UNDER_1Y = ("overdue_under_1y", "逾期不满一年", "overdue, under a year", Tone.OVERDUE)
    OVERDUE_1Y_OR_MORE = (
        "overdue_1y_or_more",
        "逾期一年以上",
        "overdue, over a year",
        Tone.IDLE,
    )

    @property
    def is_beside(self) -> bool:
        """In time or not delivered: shown beside the group, not counted in it."""
        return self in (UnusedBucket.NOT_DUE, UnusedBucket.UNDELIVERED)


class WarningCode(Codelist):
    """What is odd in the facts but changes no judgement."""

    COMPLETION_BEFORE_START = (
        "completion_before_start",
        "竣工早于开工",
        "completion before start",
    )
    PRODUCTION_BEFORE_COMPLETION = (
        "production_before_completion",
        "投产早于竣工",
        "production before completion",
    )
    TARGET_OUTPUT_BEFORE_PRODUCTION = (
        "target_output_before_production",
        "达产早于投产",
        "target output before production",
    )
    DELIVERY_BEFORE_SIGNING = (
        "delivery_before_signing",
        "交地早于签订",
        "delivery before signing",
    )
    RESUMED_BEFORE_SUSPENDED = (
        "resumed_before_suspended",
        "恢复早于中止",
        "resumption before suspension",
    )
    AGREED_ORDER = ("agreed_order", "约定日期先后颠倒", "agreed dates out of order")
    RATE_OVER_1000 = ("rate_over_1000", "比例超过 1000‰", "rate above 1000 per mille")
    DEVELOPED_OVER_AREA = ("developed_over_area", "已动工面积超过应动工面积", "developed over area")
    UNUSUAL_PARCEL_CODE = ("unusual_parcel_code", "宗地代码不合规范", "unusual parcel code")
    UNUSUAL_SUPERVISION_NO = (
        "unusual_supervision_no",
        "电子监管号不合规范",
        "unusual supervision number",
    )
    USCC_CHECK = ("uscc_check", "统一社会信用代码校验不符", "credit code check digit wrong")
    RULE_EXPIRING = ("rule_expiring", "依据即将失效", "rule about to expire")
    STALE_FACTS = ("stale_facts", "久未核查", "facts not looked at lately")
    FAR_LIMITS_SWAPPED = (
        "far_limits_swapped",
        "容积率上下限疑似颠倒",
        "floor area ratio limits look swapped",
    )


class AcquisitionMode(Codelist):
    """How the land was supplied."""

    GRANT = ("grant", "出让", "grant")
    ALLOCATION = ("allocation", "划拨", "allocation")
    LEASE = ("lease", "租赁", "lease")
    CAPITAL_CONTRIBUTION = ("capital_contribution", "作价出资", "capital contribution")
    LEASE_THEN_GRANT = ("lease_then_grant", "先租后让", "lease, then grant")


class DamagesScheme(Codelist):
    """How late milestones are paid for (R4.3)."""

    DAILY_PERMILLE = ("daily_permille", "按日千分比", "daily per mille")
    BOND_TIER = ("bond_tier", "履约保证金分档", "bond tiers")
    BOTH = ("both", "并用", "both")


class FoundationKind(Codelist):
    """Foundation by which the start of development is judged (令第53号 Art. 30)."""

    PIT = ("pit", "深基坑", "deep pit")
    PILES = ("piles", "桩基", "piles")
    OTHER = ("other", "其他", "other")


class ClosedAs(Codelist):
    """How a contract ended."""

    RESCINDED = ("rescinded", "解除", "rescinded")
    RECOVERED = ("recovered", "收回", "recovered")
    EXPIRED = ("expired", "到期", "expired")
    SURRENDERED = ("surrendered", "退地", "surrendered")


class GovernmentCause(Codelist):
    """Causes that are not the holder's (令第53号 Art. 8; G8 from 城市房地产管理法 Art. 26)."""

    G1 = ("G1", "未按约交地", "land not delivered as agreed")
    G2 = ("G2", "规划修改", "plan changed")
    G3 = ("G3", "政策调整", "policy changed")
    G4 = ("G4", "群众信访", "petition matters")
    G5 = ("G5", "军事管制、文物保护", "military control or relics")
    G6 = ("G6", "政府其他行为", "other government act")
    G7 = ("G7", "不可抗力", "force majeure")
    G8 = ("G8", "前期工作", "necessary preliminary works")


class PeriodStatus(Codelist):
    """Whether a claimed government period was checked (R1.25)."""

    VERIFIED = ("verified", "已核实", "verified")
    CLAIMED = ("claimed", "已主张", "claimed")
    REJECTED = ("rejected", "不予认定", "rejected")


class TermUnit(Codelist):
    """Unit of a relative date."""

    DAY = ("d", "日", "days")
    WORKING_DAY = ("wd", "个工作日", "working days")
    MONTH = ("m", "个月", "months")
    YEAR = ("y", "年", "years")


class Anchor(Codelist):
    """What a relative date counts from, in chain order."""

    SIGNING = ("signing", "签订", "signing")
    PAYMENT = ("payment", "付清", "payment")
    DELIVERY = ("delivery", "交地", "delivery")
    START = ("start", "开工", "start")
    COMPLETION = ("completion", "竣工", "completion")
    PRODUCTION = ("production", "投产", "production")


class Confidence(Codelist):
    """How sure a legal number or article is (`docs/law.md`)."""

    VERIFIED = ("verified", "已核对原文", "verified")
    KNOWN = ("known", "依记忆，未复核", "known, not re-read")
    UNCERTAIN = ("uncertain", "待确认", "to be confirmed", Tone.UNKNOWN)
    CONVENTION = ("convention", "产品约定", "product convention")


class ClaimKind(Codelist):
    """What happened to inefficient land."""

    VACATED = ("vacated", "腾退", "vacated", Tone.VACATED)
    UPGRADED = ("upgraded", "提升", "upgraded", Tone.UPGRADED)


class ClaimStatus(Codelist):
    """How far an entry of inefficient land has come; only `DONE` counts."""

    PLANNED = ("planned", "计划", "planned")
    IN_PROGRESS = ("in_progress", "进行中", "in progress")
    DONE = ("done", "已完成", "done, verified")


class IssueSeverity(Codelist):
    """What an import issue means for its row."""

    REJECTED = ("rejected", "退回", "rejected", Tone.OVERDUE)
    REPAIRED = ("repaired", "已修复", "repaired", Tone.DUE_SOON)
    NOTED = ("noted", "提示", "noted", Tone.NEUTRAL)


def as_json() -> dict[str, dict[str, dict[str, str | bool]]]:
    """Every codelist with labels and colours, for scripts and style sheets."""
    return {
        codelist.__name__: {
            str(member.value): {
                "zh": member.zh,
                "en": member.en,
                "fill": member.tone.fill,
                "line": member.tone.line,
                "hatch": member.tone.hatch,
                "dashed": member.tone.dashed,
            }
            for member in codelist
        }
        for codelist in Codelist.__subclasses__()
    }
