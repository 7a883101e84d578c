"""The decisions on idle land and the letter that demands their performance.

What each must contain: idle-land measures (令第53号) Arts. 14, 16 and 17; 行政强制法 Art. 54
(rulebook 1.6, 1.7).
"""

from __future__ import annotations

from geodata.model.case_lists import DocumentKind
from geodata.model.law_lists import Disposal
from service.reports.official.contracts import contract_demand
from service.reports.official.facts import CaseFacts
from service.reports.official.parts import (
    calculation,
    decided_by,
    evidence,
    heading,
    land_facts,
    letter,
    paragraph,
    paragraphs,
    remedy,
    served,
    this_land,
)
from service.reports.official.wording import Procedure, known, known_yuan
from service.reports.papers.blocks import Block, Runs, runs
from service.reports.papers.document import Document


def fee_decision(facts: CaseFacts, procedure: Procedure) -> Document:
    """征缴土地闲置费决定书: facts and evidence, fee and its basis, how to pay, remedy."""
    blocks = [
        *_grounds(facts),
        heading("决定的内容和依据"),
        paragraph(
            *("根据", procedure.basis("fee_decision"), "，经", known(facts.approval, "批准机关")),
            *("批准，本机关决定向你单位征缴土地闲置费", _amount(facts), "。"),
        ),
        *calculation(facts),
        heading("履行方式和期限"),
        paragraph(
            *("请你单位自本决定书送达之日起", procedure.length("fee_payment"), "内（"),
            *(procedure.basis("fee_payment"), "），将上述款项缴至："),
            *(known(facts.account, "缴款账户"), "。"),
        ),
        heading("救济途径和期限"),
        remedy(facts, procedure, Disposal.FEE),
    ]
    return letter(DocumentKind.FEE_DECISION, facts, blocks, procedure.on)


def recovery_decision(facts: CaseFacts, procedure: Procedure) -> Document:
    """收回国有建设用地使用权决定书: facts and evidence, basis, deregistration, remedy."""
    blocks = [
        *_grounds(facts),
        heading("决定的内容和依据"),
        paragraph(
            *("根据", procedure.basis("recovery_decision"), "，经"),
            *(known(facts.approval, "批准机关"), "批准，本机关决定无偿收回上述土地的"),
            "国有建设用地使用权。",
        ),
        heading("履行方式和期限"),
        paragraph(
            *("请你单位自本决定书送达之日起", procedure.length("deregistration"), "内（"),
            *(procedure.basis("deregistration"), "），到不动产登记机构办理国有建设用地使用权"),
            *("注销登记，交回权利证书；逾期不办理的，依照", procedure.basis("cancellation")),
            "处理。",
        ),
        heading("救济途径和期限"),
        remedy(facts, procedure, Disposal.RECOVERY),
    ]
    return letter(
        *(DocumentKind.RECOVERY_DECISION, facts, blocks, procedure.on), copy_to=facts.mortgagees
    )


def demand_letter(facts: CaseFacts, procedure: Procedure) -> Document:
    """催告书: what is still owed, how and until when, before the court is asked.

    Where nothing is to be decided, what is demanded is that the contract be performed.
    """
    if facts.disposal is None:
        return contract_demand(facts, procedure)
    decision = decided_by(facts.disposal)
    blocks: list[Block] = [
        paragraph(
            *("本机关就你单位", this_land(facts), "作出的", served(facts, decision)),
            "，你单位至今未履行下列义务：",
        ),
        paragraph(_duty(facts)),
        paragraph(
            *("根据", procedure.basis("demand_letter"), "，现催告你单位自收到本催告书之日起"),
            *(procedure.length("enforcement"), "内履行上述义务。逾期仍不履行的，本机关将依照"),
            *(procedure.basis("court_application"), "申请人民法院强制执行。"),
        ),
        paragraph("你单位收到本催告书后有权进行陈述和申辩。"),
    ]
    return letter(DocumentKind.DEMAND_LETTER, facts, blocks, procedure.on)


def _grounds(facts: CaseFacts) -> list[Block]:
    """The land, what happened, what proves it, and that a hearing was offered."""
    return [
        heading("土地基本情况"),
        land_facts(facts),
        heading("事实和证据"),
        *paragraphs(facts.matters, "违反规定的事实"),
        evidence(facts),
        paragraph(
            *("该宗土地已由", served(facts, DocumentKind.DETERMINATION), "认定为闲置土地；"),
            *("本机关已告知你单位听证权利，", served(facts, DocumentKind.HEARING_OFFER), "。"),
        ),
    ]


def _duty(facts: CaseFacts) -> Runs:
    if facts.disposal is Disposal.RECOVERY:
        return runs("办理国有建设用地使用权注销登记，交回权利证书，交回土地。")
    return runs(
        *("缴纳土地闲置费", _amount(facts), "，缴至：", known(facts.account, "缴款账户"), "。")
    )


def _amount(facts: CaseFacts) -> Runs:
    return runs(known_yuan(facts.amount.yuan if facts.amount else None, "土地闲置费金额"))
