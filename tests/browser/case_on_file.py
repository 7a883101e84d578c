"""A case of the demonstration district with a draft and an issued document, under fixed numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from geodata.model.case_documents import CaseDocument, DocumentState, Issue
from geodata.model.case_lists import CasePath, CaseState, DocumentKind
from geodata.model.cases import Case
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.store.engine import Connection, Engine
from geodata.store.log import head
from geodata.store.queries.cases import add_case
from geodata.store.queries.documents import add_document, change_document
from geodata.store.queries.reviews import facts_digests
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.operations.case_documents import record_of
from service.operations.case_facts import case_facts
from service.operations.dossier import stored_contract
from service.reports.official.drafting import draft
from service.reports.papers.stored import to_text
from tests.conftest import NOON

CASE, DRAFT, ISSUED = (UUID(int=number) for number in (1, 2, 3))
KEY: Final = ContractKey("演示-2023-089", "", "310116906018GB00048")
STATED: Final = ("巡查发现未动工", "示例规资查〔2026〕1号", "示例企业")
"""Why the case was opened, and number and recipient of the document issued."""
_ON: Final = date(2026, 6, 25)


def keep_case(engine: Engine, law: LawBook) -> None:
    """Keep the case, about a contract that has been idle for more than a year."""
    with unit_of_work(engine) as connection:
        contract_id = int(stored_contract(connection, KEY).contract_id[0])
        digest = facts_digests(connection, [contract_id])[contract_id]
        what = (CASE, contract_id, FindingCode.SUSPECT_IDLE_1Y, CasePath.IDLE_LAND)
        opened = (CaseState.OPENED, 0, "demo-auditor", NOON, _ON, STATED[0])
        assert add_case(connection, Case(*what, *opened, digest))
        _keep_document(connection, law, DRAFT, DocumentKind.DETERMINATION)
        notice = _keep_document(connection, law, ISSUED, DocumentKind.INVESTIGATION_NOTICE)
        text = sha256(notice.content.encode()).digest()
        signed = (*STATED[1:], "demo-legal", _ON, NOON)
        issue = Issue(*signed, text, text, digest, head(connection).hash)
        agreed = replace(notice, version=1, approved_by="demo-reviewer")
        assert change_document(connection, agreed)
        final = replace(agreed, version=2, state=DocumentState.ISSUED, issue=issue)
        assert change_document(connection, final)


def _keep_document(
    connection: Connection, law: LawBook, document_id: UUID, kind: DocumentKind
) -> CaseDocument:
    facts = case_facts(connection, law, record_of(connection, CASE), _ON)
    text = to_text(draft(kind, facts, law, _ON))
    drafted = (document_id, CASE, kind, DocumentState.DRAFT, 0, "demo-auditor", NOON)
    document = CaseDocument(*drafted, text, text)
    add_document(connection, document)
    return document
