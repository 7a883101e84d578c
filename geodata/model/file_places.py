"""The order of a case file (卷宗): the papers of the main volume, then those kept inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.model.case_lists import DocumentKind
from geodata.model.codelist import Codelist
from geodata.model.content_lists import EvidenceKind


class FilePlace(Codelist):
    """Where a paper stands in a case file. A convention of the product, after penalty files."""

    FILING = ("filing", "立案与办理记录", "opening and record of the case")
    DECISION = ("decision", "处理决定", "decision")
    RECEIPTS = ("receipts", "送达回证", "service receipts")
    INVESTIGATION = ("investigation", "调查通知", "investigation notice")
    REPLY = ("reply", "陈述申辩", "reply of the holder")
    DETERMINATION = ("determination", "闲置土地认定", "idle determination")
    HEARING = ("hearing", "听证材料", "hearing")
    CONTRACT = ("contract", "合同、缴款与交地", "contract, payment and delivery")
    LAND = ("land", "权属、宗地图与照片", "title, parcel map and photos")
    WORKS = ("works", "许可、工程与投资", "permits, works and investment")
    PATROL = ("patrol", "巡查记录与提醒书", "patrol records and reminders")
    INQUIRY = ("inquiry", "询问笔录", "inquiry records")
    ANNOUNCEMENT = ("announcement", "公告", "announcement")
    ENFORCEMENT = ("enforcement", "催告与执行", "demand and enforcement")
    REPORT = ("report", "副卷：违约情况报告", "second volume: breach report")
    INTERNAL = ("internal", "副卷：内部材料", "second volume: internal papers")


_P = FilePlace

OF_EVIDENCE: Final[Mapping[EvidenceKind, FilePlace]] = {
    EvidenceKind.DECISION: _P.DECISION,
    EvidenceKind.RECEIPT: _P.RECEIPTS,
    EvidenceKind.NOTICE: _P.INVESTIGATION,
    EvidenceKind.REPLY: _P.REPLY,
    EvidenceKind.DETERMINATION: _P.DETERMINATION,
    EvidenceKind.HEARING: _P.HEARING,
    **dict.fromkeys(
        (EvidenceKind.CONTRACT, EvidenceKind.PAYMENT, EvidenceKind.DELIVERY), _P.CONTRACT
    ),
    **dict.fromkeys((EvidenceKind.TITLE, EvidenceKind.BOUNDARY, EvidenceKind.PHOTO), _P.LAND),
    EvidenceKind.PERMIT: _P.WORKS,
    EvidenceKind.INVESTMENT: _P.WORKS,
    EvidenceKind.PATROL: _P.PATROL,
    EvidenceKind.INQUIRY: _P.INQUIRY,
    EvidenceKind.OTHER: _P.INTERNAL,
}
"""Where evidence of a kind stands."""

OF_DOCUMENT: Final[Mapping[DocumentKind, FilePlace]] = {
    DocumentKind.INVESTIGATION_NOTICE: _P.INVESTIGATION,
    DocumentKind.DETERMINATION: _P.DETERMINATION,
    DocumentKind.HEARING_OFFER: _P.HEARING,
    **dict.fromkeys(
        (
            DocumentKind.FEE_DECISION,
            DocumentKind.RECOVERY_DECISION,
            DocumentKind.RESCISSION_NOTICE,
        ),
        _P.DECISION,
    ),
    DocumentKind.DEMAND_LETTER: _P.ENFORCEMENT,
    DocumentKind.START_REMINDER: _P.PATROL,
    DocumentKind.COMPLETION_REMINDER: _P.PATROL,
    DocumentKind.ANNOUNCEMENT: _P.ANNOUNCEMENT,
    DocumentKind.SERVICE_RECEIPT: _P.RECEIPTS,
    DocumentKind.BREACH_REPORT: _P.REPORT,
}
"""Where a document of casework stands."""
