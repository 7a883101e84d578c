"""Passages that several official documents share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from geodata.model.case_lists import DocumentKind
from geodata.model.codelists import Confidence
from geodata.model.law_lists import Disposal
from service.reports.official.facts import CaseFacts, Paper
from service.reports.official.wording import (
    Procedure,
    area_text,
    day_text,
    known,
    known_day,
    known_yuan,
)
from service.reports.papers.blocks import (
    Blank,
    Block,
    Doubt,
    Facts,
    Heading,
    Paragraph,
    Run,
    Runs,
    Words,
    runs,
)
from service.reports.papers.document import Document, Letterhead, Signature

_NOBODY: Final = Paper()


def letter(
    kind: DocumentKind, facts: CaseFacts, blocks: Sequence[Block], dated_on: date, **more: Any
) -> Document:
    """An official document to the holder: head, addressee, signature and contact."""
    office = facts.office
    name = known(office.name, "发文机关")
    standard: dict[str, Any] = {
        "head": Letterhead((name,)),
        "addressee": (known(facts.holder.name, "土地使用权人"),),
        "signature": Signature((name,), (Words(day_text(dated_on)),)),
        "contact": contact(facts),
    }
    return Document(
        kind=kind,
        title=kind.zh,
        blocks=tuple(blocks),
        dated_on=dated_on,
        is_draft=True,
        mark=facts.mark,
        **standard | more,
    )


def contact(facts: CaseFacts) -> Runs:
    """Whom to ask."""
    office = facts.office
    return runs(
        *("（联系人：", known(office.contact, "联系人")),
        *("；联系电话：", known(office.telephone, "联系电话"), "）"),
    )


def heading(text: str, level: int = 1) -> Heading:
    """A heading."""
    return Heading(level, runs(text))


def paragraph(*parts: str | Run | Sequence[Run]) -> Paragraph:
    """A paragraph of texts and runs."""
    return Paragraph(runs(*parts))


def paragraphs(texts: Sequence[str], fact: str) -> list[Paragraph]:
    """A paragraph of each text, or the place for one."""
    return [paragraph(text) for text in texts] or [paragraph(Blank(fact))]


def land_facts(facts: CaseFacts) -> Facts:
    """The holder, the land and the contract."""
    holder, land, grant = facts.holder, facts.land, facts.grant
    area = Words(area_text(land.area_m2)) if land.area_m2 is not None else Blank("土地面积")
    rows: list[tuple[str, Run]] = [
        ("土地使用权人", known(holder.name, "土地使用权人")),
        ("统一社会信用代码", known(holder.credit_code, "统一社会信用代码")),
        ("住所", known(holder.address, "住所")),
        ("宗地坐落", known(land.location, "宗地坐落")),
        ("宗地编号", known(land.parcel_code, "宗地编号")),
        ("土地面积", area),
        ("土地用途", known(land.use, "土地用途")),
        ("合同编号", known(grant.contract_no, "合同编号")),
        ("电子监管号", known(grant.supervision_no, "电子监管号")),
        ("合同签订日期", known_day(grant.signed_on, "合同签订日期")),
        ("出让价款", known_yuan(grant.premium_yuan, "出让价款")),
        ("实际交付日期", known_day(grant.delivered_on, "实际交付日期")),
        ("约定动工开发日期", known_day(grant.start_due_on, "约定动工开发日期")),
    ]
    return Facts(tuple((name, (run,)) for name, run in rows))


def this_land(facts: CaseFacts) -> Runs:
    """The land and its contract in a sentence."""
    return runs(
        *("使用的位于", known(facts.land.location, "宗地坐落")),
        *("的国有建设用地（合同编号：", known(facts.grant.contract_no, "合同编号"), "）"),
    )


def evidence(facts: CaseFacts) -> Paragraph:
    """What proves the facts, numbered."""
    numbered = [f"（{place}）{item}" for place, item in enumerate(facts.evidence, start=1)]
    return paragraph("上述事实有下列证据证明：", known("；".join(numbered), "证据"), "。")


def calculation(facts: CaseFacts) -> list[Paragraph]:
    """How the amount came about, step by step, and the law it rests on."""
    amount = facts.amount
    if amount is None or not amount.steps:
        return []
    return [
        paragraph("计算过程：", "；".join(amount.steps), "。"),
        *([paragraph("计算依据：", amount.basis, "。")] if amount.basis else []),
    ]


def served(facts: CaseFacts, kind: DocumentKind) -> Runs:
    """A document issued before, with its number and the day it was served."""
    paper = facts.papers.get(kind, _NOBODY)
    return runs(
        *(f"《{kind.zh}》（", known(paper.number, f"《{kind.zh}》文号"), "，"),
        *(known_day(paper.served_on, f"《{kind.zh}》送达日期"), "送达）"),
    )


def decided_by(disposal: Disposal) -> DocumentKind:
    """The decision that ends a procedure."""
    if disposal is Disposal.RECOVERY:
        return DocumentKind.RECOVERY_DECISION
    return DocumentKind.FEE_DECISION


def remedy(facts: CaseFacts, procedure: Procedure, disposal: Disposal) -> Paragraph:
    """How to contest a decision: as the office words it, or by the periods of the law book.

    Whether reconsideration has to come first against a recovery is to be confirmed (R1.39).
    """
    if facts.remedy:
        return paragraph(facts.remedy)
    order = (
        (Doubt("申请行政复议是否为起诉的前置程序，以核实结果为准。", Confidence.UNCERTAIN),)
        if disposal is Disposal.RECOVERY
        else ()
    )
    return paragraph(
        *("如不服本决定，可以自收到本决定书之日起", procedure.length("reconsideration")),
        *("内依法申请行政复议（", procedure.basis("reconsideration"), "），"),
        *("也可以自收到本决定书之日起", procedure.length("suit")),
        *("内依法向人民法院提起行政诉讼（", procedure.basis("suit"), "）。", order),
    )
