"""The closed lists of casework: paths, states, actions, documents, and reviews of findings."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class CasePath(Codelist):
    """The procedure a case follows."""

    IDLE_LAND = ("idle_land", "闲置土地处置", "idle land procedure", Tone.IDLE)
    NEGOTIATED = ("negotiated", "协商处置", "disposal by agreement", Tone.NEUTRAL)
    RESCISSION = ("rescission", "解除合同", "rescission of the contract", Tone.OVERDUE)
    DAMAGES = ("damages", "追缴违约金", "claim of liquidated damages", Tone.OVERDUE)


class CaseState(Codelist):
    """Where a case stands on its path."""

    OPENED = ("opened", "已立案", "opened", Tone.DUE_SOON)
    INVESTIGATING = ("investigating", "调查中", "under investigation", Tone.DUE_SOON)
    EXPLAINED = ("explained", "已收到说明", "explanation received", Tone.DUE_SOON)
    DETERMINED = ("determined", "已认定闲置", "determined as idle", Tone.IDLE)
    PUBLISHED = ("published", "已公开", "published", Tone.IDLE)
    FILED = ("filed", "已录入监管系统", "filed in the monitoring system", Tone.IDLE)
    HEARING_OFFERED = ("hearing_offered", "已告知听证权利", "hearing offered", Tone.IDLE)
    HEARING_REQUESTED = ("hearing_requested", "已申请听证", "hearing requested", Tone.IDLE)
    HEARING_CALLED = ("hearing_called", "已通知听证", "hearing called", Tone.IDLE)
    HEARD = ("heard", "听证程序完毕", "hearing done or not wanted", Tone.IDLE)
    ANNOUNCED = ("announced", "收回公告中", "recovery announced", Tone.IDLE)
    FEE_APPROVED = ("fee_approved", "征缴已批准", "fee approved", Tone.IDLE)
    FEE_DECIDED = ("fee_decided", "征缴决定已送达", "fee decision served", Tone.IDLE)
    FEE_CONTESTED = ("fee_contested", "征缴决定复议或诉讼中", "fee decision contested", Tone.IDLE)
    FEE_DEMANDED = ("fee_demanded", "闲置费已催告", "fee demanded", Tone.IDLE)
    FEE_IN_COURT = ("fee_in_court", "闲置费申请强制执行", "fee before the court", Tone.IDLE)
    FEE_PAID = ("fee_paid", "闲置费已缴清", "fee paid", Tone.COMPLIANT)
    RECOVERY_APPROVED = ("recovery_approved", "收回已批准", "recovery approved", Tone.IDLE)
    RECOVERY_DECIDED = ("recovery_decided", "收回决定已送达", "recovery decision served", Tone.IDLE)
    RECOVERY_CONTESTED = (
        "recovery_contested",
        "收回决定复议或诉讼中",
        "recovery decision contested",
        Tone.IDLE,
    )
    RECOVERY_DEMANDED = ("recovery_demanded", "交地已催告", "handing over demanded", Tone.IDLE)
    RECOVERY_IN_COURT = (
        "recovery_in_court",
        "收回申请强制执行",
        "recovery before the court",
        Tone.IDLE,
    )
    RECOVERED = ("recovered", "已收回", "recovered", Tone.COMPLIANT)
    NEGOTIATING = ("negotiating", "协商中", "being negotiated", Tone.NEUTRAL)
    PLANNED = ("planned", "处置方案已拟订", "disposal planned", Tone.NEUTRAL)
    PLAN_APPROVED = ("plan_approved", "处置方案已批准", "disposal plan approved", Tone.NEUTRAL)
    AGREED = ("agreed", "处置协议已签订", "agreement signed", Tone.NEUTRAL)
    DISPOSED = ("disposed", "处置协议已履行", "agreement performed", Tone.COMPLIANT)
    DEMANDED = ("demanded", "已催告", "demanded", Tone.OVERDUE)
    RESCINDED = ("rescinded", "解除通知已到达", "rescission notice arrived", Tone.OVERDUE)
    RESCISSION_CONTESTED = (
        "rescission_contested",
        "解除争议审理中",
        "rescission contested",
        Tone.OVERDUE,
    )
    REFUNDED = ("refunded", "退款已结清", "refund settled", Tone.COMPLIANT)
    INSTALMENTS_AGREED = ("instalments_agreed", "分期缴付中", "paid by instalments", Tone.OVERDUE)
    SUED = ("sued", "诉讼或仲裁中", "before the court", Tone.OVERDUE)
    ADJUDGED = ("adjudged", "判决已生效", "judgment final", Tone.OVERDUE)
    DAMAGES_PAID = ("damages_paid", "违约金已缴清", "damages paid", Tone.COMPLIANT)
    CLOSED = ("closed", "已结案", "closed", Tone.CLOSED)


class CaseAction(Codelist):
    """What moves a case from one state to another."""

    NOTIFY_INVESTIGATION = (
        "notify_investigation",
        "送达调查通知书",
        "serve the investigation notice",
    )
    RECORD_EXPLANATION = ("record_explanation", "登记说明材料", "record the explanation")
    DETERMINE = ("determine", "送达认定书", "serve the determination")
    PUBLISH = ("publish", "公开闲置信息", "publish the idle land")
    FILE = ("file", "录入监管系统", "file in the monitoring system")
    OFFER_HEARING = ("offer_hearing", "告知听证权利", "offer a hearing")
    REQUEST_HEARING = ("request_hearing", "登记听证申请", "record the request for a hearing")
    FORGO_HEARING = ("forgo_hearing", "登记放弃听证", "record that no hearing is wanted")
    LET_HEARING_LAPSE = (
        "let_hearing_lapse",
        "逾期未申请听证",
        "record that no hearing was requested",
    )
    CALL_HEARING = ("call_hearing", "通知听证时间、地点", "call the hearing")
    HOLD_HEARING = ("hold_hearing", "举行听证", "hold the hearing")
    ANNOUNCE_RECOVERY = ("announce_recovery", "发布收回公告", "announce the recovery")
    APPROVE_FEE = ("approve_fee", "登记征缴批准", "record the approval of the fee")
    APPROVE_RECOVERY = ("approve_recovery", "登记收回批准", "record the approval of the recovery")
    DECIDE_FEE = ("decide_fee", "送达征缴决定书", "serve the fee decision")
    DECIDE_RECOVERY = ("decide_recovery", "送达收回决定书", "serve the recovery decision")
    CONTEST = ("contest", "登记复议或诉讼", "record reconsideration or suit")
    UPHOLD = ("uphold", "登记维持", "record that it was upheld")
    ANNUL = ("annul", "登记撤销", "record that it was annulled")
    DEMAND = ("demand", "送达催告书", "serve the demand letter")
    APPLY_TO_COURT = ("apply_to_court", "申请法院强制执行", "ask the court to enforce")
    RECORD_PART_PAYMENT = ("record_part_payment", "登记部分缴款", "record a part payment")
    RECORD_PAYMENT = ("record_payment", "登记缴清", "record full payment")
    INFORM_MORTGAGEE = ("inform_mortgagee", "告知抵押权人", "inform the mortgagee")
    DEREGISTER = ("deregister", "办理注销登记", "deregister")
    CANCEL_REGISTRATION = ("cancel_registration", "公告注销登记", "announce the cancellation")
    NEGOTIATE = ("negotiate", "转协商处置", "turn to negotiation")
    PLAN = ("plan", "拟订处置方案", "draw up the disposal plan")
    APPROVE_PLAN = ("approve_plan", "登记方案批准", "record the approval of the plan")
    SIGN_AGREEMENT = ("sign_agreement", "签订处置协议", "sign the agreement")
    RECORD_PERFORMANCE = ("record_performance", "登记履行完毕", "record performance")
    RESUME = ("resume", "协商未成，恢复程序", "resume after negotiation failed")
    RESCIND = ("rescind", "解除通知到达", "serve the rescission notice")
    REFUND = ("refund", "结清退款", "settle the refund")
    AGREE_INSTALMENTS = ("agree_instalments", "约定分期缴付", "agree on instalments")
    SUE = ("sue", "起诉或申请仲裁", "sue")
    RECORD_JUDGMENT = ("record_judgment", "登记生效判决", "record the judgment")
    WAIVE = ("waive", "免予追缴", "waive the claim")
    RECORD_CURE = ("record_cure", "登记已履约", "record that the holder performed")
    DROP = ("drop", "不成立，撤销案件", "drop the case")
    CLOSE = ("close", "结案", "close the case")


class CaseOutcome(Codelist):
    """What became of a closed case."""

    FEE_PAID = ("fee_paid", "缴清闲置费", "fee paid", Tone.COMPLIANT)
    RECOVERED = ("recovered", "收回土地", "land recovered", Tone.COMPLIANT)
    DISPOSED = ("disposed", "协商处置完毕", "disposed of by agreement", Tone.COMPLIANT)
    RESCINDED = ("rescinded", "合同解除", "contract rescinded", Tone.COMPLIANT)
    DAMAGES_PAID = ("damages_paid", "缴清违约金", "damages paid", Tone.COMPLIANT)
    CURED = ("cured", "已自行履约", "performed by the holder", Tone.COMPLIANT)
    WAIVED = ("waived", "免予追缴", "claim waived", Tone.NEUTRAL)
    ANNULLED = ("annulled", "决定被撤销", "decision annulled", Tone.NEUTRAL)
    UNFOUNDED = ("unfounded", "不成立", "unfounded", Tone.NEUTRAL)


class CaseFlag(Codelist):
    """What has to be known about a case besides its state."""

    FACTS_CHANGED = ("facts_changed", "立案后事实有变", "facts changed since", Tone.OVERDUE)
    ISSUED_FACTS_CHANGED = (
        "issued_facts_changed",
        "制发文书后事实有变",
        "facts changed since issue",
        Tone.OVERDUE,
    )
    TRANSFER_RESTRICTED = (
        "transfer_restricted",
        "限制转让、出租、抵押和变更登记",
        "transfer, lease, mortgage and registration restricted",
        Tone.IDLE,
    )
    NOT_NET_LAND = (
        "not_net_land",
        "交地时不具备净地条件",
        "land not clean at delivery",
        Tone.OVERDUE,
    )
    GRANTOR_WITHOUT_POWER = (
        "grantor_without_power",
        "出让人可能无权签约",
        "grantor perhaps without power",
        Tone.UNKNOWN,
    )
    OLDER_MODEL_TEXT = (
        "older_model_text",
        "适用旧版合同文本",
        "signed under an older model text",
        Tone.UNKNOWN,
    )
    RESCISSION_EXPIRING = (
        "rescission_expiring",
        "解除权将届满",
        "right to rescind expiring",
        Tone.DUE_SOON,
    )
    RESCISSION_LAPSED = ("rescission_lapsed", "解除权已消灭", "right to rescind lapsed")
    CLAIM_BARRED = (
        "claim_barred",
        "部分违约金已过诉讼时效",
        "damages partly barred by limitation",
        Tone.OVERDUE,
    )


class DisposalOption(Codelist):
    """The ways of disposal by agreement (idle-land measures Art. 12)."""

    EXTEND_START = ("extend_start", "延长动工开发期限", "extend the time to start")
    CHANGE_USE = ("change_use", "调整用途、规划条件", "change use or planning conditions")
    TEMPORARY_USE = ("temporary_use", "政府安排临时使用", "temporary use arranged by government")
    PAID_RECOVERY = ("paid_recovery", "协议有偿收回", "recovery against payment")
    SWAP = ("swap", "置换土地", "swap of land")
    OTHER = ("other", "其他处置方式", "another way")


class DocumentKind(Codelist):
    """The documents of casework."""

    INVESTIGATION_NOTICE = ("investigation_notice", "闲置土地调查通知书", "investigation notice")
    DETERMINATION = ("determination", "闲置土地认定书", "determination of idle land")
    HEARING_OFFER = ("hearing_offer", "听证权利告知书", "notice of the right to a hearing")
    FEE_DECISION = ("fee_decision", "征缴土地闲置费决定书", "idle-land fee decision")
    RECOVERY_DECISION = (
        "recovery_decision",
        "收回国有建设用地使用权决定书",
        "recovery decision",
    )
    DEMAND_LETTER = ("demand_letter", "催告书", "demand letter")
    START_REMINDER = ("start_reminder", "开工提醒书", "start reminder")
    COMPLETION_REMINDER = ("completion_reminder", "竣工提醒书", "completion reminder")
    RESCISSION_NOTICE = ("rescission_notice", "解除合同通知书", "rescission notice")
    ANNOUNCEMENT = ("announcement", "公告", "announcement")
    SERVICE_RECEIPT = ("service_receipt", "送达回证", "service receipt")
    BREACH_REPORT = ("breach_report", "违约情况报告", "breach report")


class ServiceWay(Codelist):
    """How a document reaches its recipient, or does not."""

    HAND = ("hand", "直接送达", "by hand", Tone.COMPLIANT)
    MAIL = ("mail", "邮寄送达", "by mail", Tone.COMPLIANT)
    RETURNED = ("returned", "退回未送达", "returned", Tone.OVERDUE)
    ANNOUNCEMENT = ("announcement", "公告送达", "by announcement", Tone.NEUTRAL)


class ReviewDecision(Codelist):
    """What an auditor says of a finding."""

    CONFIRM = ("confirm", "确认", "confirmed", Tone.OVERDUE)
    DISPUTE = ("dispute", "存疑", "disputed", Tone.DUE_SOON)
    DISMISS = ("dismiss", "排除", "dismissed", Tone.CLOSED)


class ReviewStanding(Codelist):
    """Where a finding stands with its reviews."""

    OPEN = ("open", "待核查", "not reviewed", Tone.DUE_SOON)
    FACTS_CHANGED = ("facts_changed", "事实有变，重新核查", "back: facts changed", Tone.OVERDUE)
    TERM_ENDED = ("term_ended", "期限已过，重新核查", "back: term ended", Tone.OVERDUE)
    CONFIRMED = ("confirmed", "已确认", "confirmed", Tone.COMPLIANT)
    DISPUTED = ("disputed", "存疑", "disputed", Tone.SHORTFALL)
    DISMISSED = ("dismissed", "已排除", "dismissed", Tone.CLOSED)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at the finding."""
        return self.position <= ReviewStanding.TERM_ENDED.position
