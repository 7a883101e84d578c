"""Documents up to the decision on idle land: investigation, determination, hearing, announcement.

What each must contain: idle-land measures (令第53号) Arts. 6, 10 and 15 (rulebook 1.7).
"""

from __future__ import annotations

from geodata.model.case_lists import DocumentKind
from geodata.model.law_lists import Disposal
from service.reports.official.facts import CaseFacts
from service.reports.official.parts import (
    evidence,
    heading,
    land_facts,
    letter,
    paragraph,
    paragraphs,
    served,
    this_land,
)
from service.reports.official.wording import Procedure, known, known_yuan
from service.reports.papers.blocks import Blank, Block, Runs, runs
from service.reports.papers.document import Document


def investigation_notice(facts: CaseFacts, procedure: Procedure) -> Document:
    """闲置土地调查通知书: land, suspicion and its basis, what is asked until when, duties."""
    blocks: list[Block] = [
        paragraph(
            *("经查，你单位", this_land(facts), "涉嫌构成闲置土地。根据"),
            *(procedure.basis("investigation_notice"), "，本机关决定开展调查，现通知如下："),
        ),
        heading("土地基本情况"),
        land_facts(facts),
        heading("涉嫌闲置的事实和依据"),
        *paragraphs(facts.matters, "涉嫌闲置的事实"),
        paragraph("依据：", facts.basis or Blank("涉嫌闲置的依据"), "。"),
        heading("调查内容和提交材料的期限"),
        paragraph(
            *("请你单位自收到本通知书之日起", procedure.length("explanation"), "内，按照"),
            *(procedure.basis("explanation"), "，向本机关提供该宗土地的开发利用情况、"),
            "闲置原因以及相关说明等材料。",
        ),
        heading("权利和义务"),
        paragraph(
            *("调查期间，本机关可以依照", procedure.basis("inquiry"), "询问当事人、现场勘测、"),
            "拍照、摄像，查阅、复制有关文件资料，你单位应当配合并如实提供情况。",
            "你单位有权就土地闲置的事实和原因陈述意见、提交证据。",
        ),
    ]
    return letter(DocumentKind.INVESTIGATION_NOTICE, facts, blocks, procedure.on)


def determination(facts: CaseFacts, procedure: Procedure) -> Document:
    """闲置土地认定书: land, facts and their basis, cause, and what follows from them."""
    blocks: list[Block] = [
        heading("土地基本情况"),
        land_facts(facts),
        heading("认定的事实和依据"),
        *paragraphs(facts.matters, "认定闲置的事实"),
        paragraph("本机关已依法开展调查，", served(facts, DocumentKind.INVESTIGATION_NOTICE), "。"),
        evidence(facts),
        heading("闲置原因和认定结论"),
        paragraph(
            *("闲置原因：", known(facts.cause, "闲置原因"), "。根据"),
            *(facts.basis or Blank("认定闲置的依据"), "以及"),
            *(procedure.basis("determination"), "，认定该宗土地为闲置土地。"),
        ),
        paragraph("特此告知。"),
        *(paragraph(text) for text in (facts.remedy,) if text),
    ]
    return letter(DocumentKind.DETERMINATION, facts, blocks, procedure.on)


def hearing_offer(facts: CaseFacts, procedure: Procedure) -> Document:
    """听证权利告知书: what is intended and why, and how to ask for a hearing."""
    blocks: list[Block] = [
        paragraph(
            *("你单位", this_land(facts), "已由", served(facts, DocumentKind.DETERMINATION)),
            "认定为闲置土地。现将本机关拟作出的决定和你单位享有的听证权利告知如下：",
        ),
        heading("事实和证据"),
        *paragraphs(facts.matters, "事实"),
        evidence(facts),
        heading("拟作出的决定和依据"),
        paragraph(_intention(facts, procedure)),
        heading("听证权利"),
        paragraph(
            *("根据", procedure.basis("hearing_offer"), "、", procedure.basis("hearing_request")),
            "，你单位有权要求举行听证。要求听证的，应当自收到本告知书之日起",
            *(procedure.length("hearing_request"), "内向本机关书面提出；"),
            "逾期未提出的，本机关将依法作出决定。",
        ),
    ]
    return letter(DocumentKind.HEARING_OFFER, facts, blocks, procedure.on)


def announcement(facts: CaseFacts, procedure: Procedure) -> Document:
    """公告: the recovery that is intended, told to everybody before it is decided."""
    blocks: list[Block] = [
        paragraph(
            *(known(facts.holder.name, "土地使用权人"), this_land(facts), "已由"),
            *(served(facts, DocumentKind.DETERMINATION), "认定为闲置土地。"),
        ),
        *paragraphs(facts.matters, "事实"),
        paragraph(_intention(facts, procedure)),
        paragraph(
            *("根据", procedure.basis("announcement"), "，现予公告，公告期为自本公告发布之日起"),
            *(procedure.length("recovery_decision"), "。对上述事项有异议的，"),
            "请在公告期内以书面形式向本机关提出。",
        ),
        paragraph("特此公告。"),
    ]
    return letter(DocumentKind.ANNOUNCEMENT, facts, blocks, procedure.on, addressee=())


def _intention(facts: CaseFacts, procedure: Procedure) -> Runs:
    """What the authority means to decide, and by which article."""
    match facts.disposal:
        case Disposal.FEE:
            amount = facts.amount.yuan if facts.amount else None
            return runs(
                *("根据", procedure.basis("fee_decision"), "，本机关拟决定征缴土地闲置费"),
                *(known_yuan(amount, "土地闲置费金额"), "。"),
            )
        case Disposal.RECOVERY:
            return runs(
                *("根据", procedure.basis("recovery_decision")),
                "，本机关拟决定无偿收回该宗土地的国有建设用地使用权。",
            )
        case _:
            return runs(Blank("拟作出的决定和依据"))
