"""Letters under the contract: reminders before a date, and the end of the contract.

Reminders: patrol of land use, eight parts (4) (rulebook 3). Rescission: 民法典 Arts. 564, 565
(rulebook R2.9, R2.10); its ground comes from the case.
"""

from __future__ import annotations

from datetime import date

from geodata.model.case_lists import DocumentKind
from service.reports.official.facts import CaseFacts
from service.reports.official.parts import (
    calculation,
    heading,
    land_facts,
    letter,
    paragraph,
    paragraphs,
    this_land,
)
from service.reports.official.wording import Procedure, cited, known_day, yuan_text
from service.reports.papers.blocks import Blank, Block, Runs
from service.reports.papers.document import Document


def start_reminder(facts: CaseFacts, procedure: Procedure) -> Document:
    """开工提醒书: the start is near, and until when an extension can be asked for."""
    extension = paragraph(
        "确因客观原因不能按期开工的，应当在约定开工日期之前",
        *(procedure.length("extension_request"), "提出延期申请（"),
        *(procedure.basis("extension_request"), "；合同另有约定的，从其约定）。"),
    )
    return _reminder(
        DocumentKind.START_REMINDER, facts, procedure, "开工", facts.grant.start_due_on, extension
    )


def completion_reminder(facts: CaseFacts, procedure: Procedure) -> Document:
    """竣工提醒书: the completion is near."""
    due_on = facts.grant.completion_due_on
    return _reminder(DocumentKind.COMPLETION_REMINDER, facts, procedure, "竣工", due_on)


def _reminder(
    kind: DocumentKind,
    facts: CaseFacts,
    procedure: Procedure,
    milestone: str,
    due_on: date | None,
    *more: Block,
) -> Document:
    blocks = [
        paragraph(
            *("你单位", this_land(facts), f"，合同约定的{milestone}日期为"),
            *(known_day(due_on, f"约定{milestone}日期"), "，", _days_left(due_on, procedure)),
            *("根据", _reminder_basis(procedure), f"，现提醒你单位按照合同约定按期{milestone}。"),
        ),
        *more,
        paragraph(
            f"请及时向本机关申报{milestone}情况。逾期未{milestone}的，"
            "本机关将依照合同约定和有关规定处理。"
        ),
    ]
    return letter(kind, facts, blocks, procedure.on)


def _days_left(due_on: date | None, procedure: Procedure) -> str:
    left = (due_on - procedure.on).days if due_on else -1
    return f"距今尚有{left}日。" if left >= 0 else ""


def _reminder_basis(procedure: Procedure) -> Runs:
    version = procedure.law.entry("reminder.days").on(procedure.on)
    return cited(version.citations, version.confidence)


def contract_demand(facts: CaseFacts, procedure: Procedure) -> Document:
    """催告书 under the contract: what is overdue, what is claimed, and until when."""
    claimed = f"，并支付违约金{yuan_text(facts.amount.yuan)}" if facts.amount else ""
    blocks: list[Block] = [
        heading("合同和土地情况"),
        land_facts(facts),
        heading("逾期未履行的义务"),
        *paragraphs(facts.matters, "逾期未履行的义务"),
        *calculation(facts),
        heading("履行要求"),
        paragraph(
            *("请你单位自收到本催告书之日起", Blank("履行期限"), f"内履行合同义务{claimed}。"),
            "逾期仍不履行的，我方将依照合同约定和法律规定追究你单位的违约责任。",
        ),
    ]
    return letter(DocumentKind.DEMAND_LETTER, facts, blocks, procedure.on)


def rescission_notice(facts: CaseFacts, procedure: Procedure) -> Document:
    """解除合同通知书: ground and clause, that the contract ends on arrival, what follows."""
    blocks: list[Block] = [
        heading("合同和土地情况"),
        land_facts(facts),
        heading("解除的事由和依据"),
        *paragraphs(facts.matters, "解除事由"),
        paragraph(
            *("根据", facts.ending or Blank("解除合同的条款或者法律依据"), "，我方通知你单位"),
            "解除上述合同。合同自本通知到达你单位时解除。",
        ),
        heading("解除后的处理"),
        *paragraphs(facts.settlement, "解除后的处理"),
        *calculation(facts),
    ]
    return letter(DocumentKind.RESCISSION_NOTICE, facts, blocks, procedure.on)
