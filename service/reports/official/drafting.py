"""One way to every official document: by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from geodata.model.case_lists import DocumentKind
from service.compliance.law import LawBook
from service.reports.official import contracts, decisions, idle_land, receipt
from service.reports.official.facts import CaseFacts
from service.reports.official.wording import Procedure
from service.reports.papers.document import Document

Draft = Callable[[CaseFacts, Procedure], Document]

_DRAFTS: Final[Mapping[DocumentKind, Draft]] = {
    DocumentKind.INVESTIGATION_NOTICE: idle_land.investigation_notice,
    DocumentKind.DETERMINATION: idle_land.determination,
    DocumentKind.HEARING_OFFER: idle_land.hearing_offer,
    DocumentKind.FEE_DECISION: decisions.fee_decision,
    DocumentKind.RECOVERY_DECISION: decisions.recovery_decision,
    DocumentKind.DEMAND_LETTER: decisions.demand_letter,
    DocumentKind.START_REMINDER: contracts.start_reminder,
    DocumentKind.COMPLETION_REMINDER: contracts.completion_reminder,
    DocumentKind.RESCISSION_NOTICE: contracts.rescission_notice,
    DocumentKind.ANNOUNCEMENT: idle_land.announcement,
    DocumentKind.SERVICE_RECEIPT: receipt.service_receipt,
}

OFFICIAL_KINDS: Final = tuple(_DRAFTS)
"""The kinds that are drafted from the facts of a case."""


def draft(kind: DocumentKind, facts: CaseFacts, law: LawBook, drafted_on: date) -> Document:
    """An official document of a case, by the procedure of the day it is drafted.

    What the facts lack stands in it as a blank (`missing_facts`), and what the law book is not
    sure of is marked (`unsettled`).

    Raises
    ------
    LawBookError
        When the book lacks an act the document rests on, such as the announcement before a
        recovery outside Shanghai.
    """
    return _DRAFTS[kind](facts, Procedure(law, drafted_on))
