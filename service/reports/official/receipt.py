"""送达回证: who was served with what, when, where and how; signed by hand."""

from __future__ import annotations

from typing import Final

from geodata.model.case_lists import DocumentKind
from service.reports.official.facts import CaseFacts
from service.reports.official.wording import Procedure, known
from service.reports.papers.blocks import Facts, Run, runs
from service.reports.papers.document import Document, PageNumbers

_BY_HAND: Final = (
    "送达方式",
    "送达地点",
    "收到日期",
    "受送达人签名或者盖章",
    "代收人签名及代收理由",
    "拒收事由和日期，见证人签名",
    "送达人签名",
    "备注",
)
_LINES: Final = 2


def service_receipt(facts: CaseFacts, procedure: Procedure) -> Document:
    """送达回证: the receipt that is filled in by hand on service."""
    service = facts.service
    name = service.document.zh if service else ""
    number = service.number if service else ""
    prepared: list[tuple[str, Run]] = [
        ("送达机关", known(facts.office.name, "送达机关")),
        ("受送达人", known(facts.holder.name, "受送达人")),
        ("送达文书名称", known(name and f"《{name}》", "送达文书名称")),
        ("文书编号", known(number, "文书编号")),
    ]
    said = {"送达方式": service.way, "送达地点": service.place} if service else {}
    by_hand = [(title, runs(said.get(title, ""))) for title in _BY_HAND]
    rows = [*((title, runs(run)) for title, run in prepared), *by_hand]
    return Document(
        kind=DocumentKind.SERVICE_RECEIPT,
        title=DocumentKind.SERVICE_RECEIPT.zh,
        blocks=(Facts(tuple(rows), line_count=_LINES),),
        dated_on=procedure.on,
        page_numbers=PageNumbers.NONE,
        mark=facts.mark,
    )
