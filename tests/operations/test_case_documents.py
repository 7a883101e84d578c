"""Documents of cases: drafted, agreed to, issued for good and served, by whoever writes the SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from geodata.errors import InputFileError, NotAllowedError, NothingFoundError, UsageError
from geodata.model.case_documents import CaseDocument, DocumentState, is_of_two
from geodata.model.case_lists import (
    CaseAction,
    CaseFlag,
    CasePath,
    CaseState,
    DocumentKind,
    ServiceWay,
)
from geodata.model.cases import Case, CaseStep, Proposal, Taken
from geodata.model.codelists import FindingCode
from geodata.model.roles import Role
from geodata.model.transitions import transition_of
from geodata.store.log import head, read_events
from geodata.store.queries.cases import CaseFilter, add_step
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from service.operations.case_documents import (
    Edits,
    approve_document,
    draft_document,
    edit_document,
    kinds_of,
    withdraw_document,
)
from service.operations.case_files import case_file, list_cases
from service.operations.case_issuing import Issuing, Serving, issue_document, record_service
from service.operations.case_papers import DocumentFile, document_file, service_receipt
from service.operations.cases import Cases, act
from service.operations.reminding import near_in_cases
from service.reports.papers.document import missing_facts
from service.reports.papers.docx import docx
from service.reports.papers.editing import passages
from service.reports.papers.pdf import pdf
from tests.operations.casework import AUDITOR, LEGAL, OPENED, REVIEWER, WHOLE, opened
from tests.operations.test_entries import OTHER, TODAY, actor, ticking
from tests.operations.test_entries import take as import_facts

NOTICE, RECEIPT = DocumentKind.INVESTIGATION_NOTICE, DocumentKind.SERVICE_RECEIPT
ISSUED_ON, SERVED_ON = date(2026, 4, 3), date(2026, 4, 7)


@pytest.fixture
def case(cases) -> Case:
    return opened(cases)


def filled(cases: Cases, document: CaseDocument) -> CaseDocument:
    """A draft with every blank filled in, and every doubt settled by hand."""
    file = document_file(cases, AUDITOR, document.document_id)
    settled = {one.place: one.text.replace("〔待核实〕", "") for one in passages(file.paper)}
    edits = Edits(settled, dict.fromkeys(file.lacking, "某某"))
    return edit_document(cases, AUDITOR, document.document_id, document.version, edits)


def whole(cases: Cases, case: Case, kind: DocumentKind = NOTICE) -> CaseDocument:
    return filled(cases, draft_document(cases, AUDITOR, case.case_id, kind))


def issuing(**changes: object) -> Issuing:
    standard = Issuing(f"示规资〔2026〕{uuid4().hex[:6]}号", "示例精密制造有限公司", ISSUED_ON)
    return replace(standard, **changes)


def issued(cases: Cases, case: Case, kind: DocumentKind = NOTICE, **changes) -> CaseDocument:
    document = whole(cases, case, kind)
    if is_of_two(case.path, kind):
        document = approve_document(cases, REVIEWER, document.document_id, document.version)
    said = issuing(**changes)
    return issue_document(cases, LEGAL, document.document_id, document.version, said)


def serve(cases: Cases, document: CaseDocument, way=ServiceWay.HAND, on=SERVED_ON):
    said = Serving(way, on, "陈某某", "送达回证1号")
    return record_service(cases, LEGAL, document.document_id, said)


def notified(document: CaseDocument, on: date = SERVED_ON) -> Taken:
    numbers = {document.kind: document.issue.number, RECEIPT: "送达回证1号"}
    return Taken(CaseAction.NOTIFY_INVESTIGATION, on, documents=numbers)


def read(cases: Cases, document_id: UUID) -> DocumentFile:
    return document_file(cases, LEGAL, document_id)


# --- Drafts -----------------------------------------------------------------------------------


def test_a_draft_says_what_is_known_and_leaves_the_rest_blank(cases, case):
    document = draft_document(cases, AUDITOR, case.case_id, NOTICE)
    file = document_file(cases, AUDITOR, document.document_id)
    assert file.paper.is_draft
    for known in ("示例精密制造有限公司", "C1", "示例市自然资源和规划局", "2025年3月31日"):
        assert known in document.content
    assert {"宗地坐落", "联系人"} <= set(file.lacking)
    assert "合同编号" not in file.lacking


@pytest.mark.parametrize("path", list(CasePath))
def test_every_document_of_a_path_can_be_drafted(cases, path):
    ground = {
        CasePath.IDLE_LAND: FindingCode.SUSPECT_IDLE_1Y,
        CasePath.DAMAGES: FindingCode.OVERDUE_START,
        CasePath.RESCISSION: FindingCode.OVERDUE_START,
    }.get(path)
    if ground is None:
        assert set(kinds_of(path)) < set(kinds_of(CasePath.IDLE_LAND))
        return
    case = opened(cases, path, ground)
    for kind in kinds_of(path):
        assert draft_document(cases, AUDITOR, case.case_id, kind).kind is kind
    with pytest.raises(UsageError, match="no such document"):
        draft_document(cases, AUDITOR, case.case_id, RECEIPT)


def test_a_demand_under_a_contract_cites_no_decision(cases):
    case = opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    content = draft_document(cases, AUDITOR, case.case_id, DocumentKind.DEMAND_LETTER).content
    assert "强制执行" not in content
    assert "闲置费" not in content


def test_of_two_who_edit_at_once_one_is_told(cases, case):
    document = draft_document(cases, AUDITOR, case.case_id, NOTICE)
    filled(cases, document)
    with pytest.raises(UsageError, match="changed the draft meanwhile"):
        edit_document(cases, LEGAL, document.document_id, 0, Edits(blanks={"联系人": "乙"}))
    assert "乙" not in read(cases, document.document_id).document.content
    assert read(cases, document.document_id).document.drafted == document.drafted


def test_what_is_withdrawn_stays_on_record_and_is_not_issued(cases, case):
    document = whole(cases, case)
    gone = withdraw_document(cases, AUDITOR, document.document_id, document.version)
    assert read(cases, document.document_id).document.state is DocumentState.WITHDRAWN
    with pytest.raises(UsageError, match="not changed any more"):
        issue_document(cases, LEGAL, document.document_id, gone.version, issuing())


# --- Issuing ----------------------------------------------------------------------------------


def test_what_lacks_something_is_not_issued(cases, case):
    document = draft_document(cases, AUDITOR, case.case_id, NOTICE)
    with pytest.raises(UsageError, match="宗地坐落"):
        issue_document(cases, LEGAL, document.document_id, 0, issuing())
    ready = filled(cases, document)
    for change in ({"number": " "}, {"recipient": ""}, {"issued_on": date(2027, 1, 1)}):
        with pytest.raises(UsageError):
            issue_document(cases, LEGAL, document.document_id, ready.version, issuing(**change))
    with pytest.raises(NotAllowedError):
        issue_document(cases, AUDITOR, document.document_id, ready.version, issuing())


def test_issuing_locks_text_recipient_facts_and_hashes(cases, case, owner):
    with unit_of_work(owner, EVERYTHING) as connection:
        before = head(connection)
    document = issued(cases, case)
    issue = document.issue
    file = read(cases, document.document_id)
    assert file.paper.head.number == issue.number
    assert file.paper.mark == before.text
    assert not file.paper.is_draft
    assert issue.log_hash == before.hash
    assert issue.facts_digest == case.facts_digest
    assert issue.content_digest == sha256(document.content.encode()).digest()
    assert issue.pdf_digest == sha256(pdf(file.paper)).digest()
    assert docx(file.paper) == docx(read(cases, document.document_id).paper)
    with unit_of_work(owner, EVERYTHING) as connection:
        (told,) = [e.event for e in read_events(connection, 9) if e.event.kind == "document_issued"]
    assert told.subject_id == str(document.document_id)
    assert told.payload["content_digest"] == issue.content_digest.hex()


def test_a_number_is_given_once(cases, case):
    first = issued(cases, case)
    with pytest.raises(UsageError, match="Another document"):
        issued(cases, case, number=first.issue.number)


def test_where_the_step_is_of_two_a_second_person_agrees_first(cases, case):
    document = whole(cases, case, DocumentKind.DETERMINATION)
    with pytest.raises(UsageError, match="second person"):
        issue_document(cases, LEGAL, document.document_id, document.version, issuing())
    for same in (replace(REVIEWER, name=AUDITOR.name), LEGAL):
        with pytest.raises((UsageError, NotAllowedError)):
            approve_document(cases, same, document.document_id, document.version)
    agreed = approve_document(cases, REVIEWER, document.document_id, document.version)
    both = replace(LEGAL, name=REVIEWER.name)
    with pytest.raises(UsageError, match="same person"):
        issue_document(cases, both, document.document_id, agreed.version, issuing())
    paper = read(cases, document.document_id).paper
    edits = Edits({next(passages(paper)).place: "另行说明。"})
    changed = edit_document(cases, AUDITOR, document.document_id, agreed.version, edits)
    assert changed.approved_by is None
    again = approve_document(cases, REVIEWER, document.document_id, changed.version)
    done = issue_document(cases, LEGAL, document.document_id, again.version, issuing())
    assert done.approved_by == REVIEWER.name


def test_facts_that_change_later_change_no_document_and_are_flagged(cases, case, owner, law):
    document = issued(cases, case)
    flags = {one.flag for one in case_file(cases, LEGAL, case.case_id, TODAY).flags}
    assert CaseFlag.ISSUED_FACTS_CHANGED not in flags
    import_facts(owner, 1, {**WHOLE, "signed_on": date(2024, 1, 12)}, OTHER)
    file = read(cases, document.document_id)
    assert file.document == document
    assert file.has_stale_facts
    flags = {one.flag for one in case_file(cases, LEGAL, case.case_id, TODAY).flags}
    assert CaseFlag.ISSUED_FACTS_CHANGED in flags
    (row,) = list_cases(cases, LEGAL, CaseFilter())
    assert row.has_stale_issue
    with unit_of_work(cases.engine, EVERYTHING) as connection:
        near = near_in_cases(connection, law, TODAY, 30)
    assert CaseFlag.ISSUED_FACTS_CHANGED in {one.about for one in near}


# --- Service ----------------------------------------------------------------------------------


def test_a_step_rests_on_what_was_issued_and_served(cases, case):
    document = issued(cases, case)
    with pytest.raises(UsageError, match="has not been served"):
        act(cases, LEGAL, case.case_id, 0, notified(document))
    serve(cases, document, ServiceWay.RETURNED)
    with pytest.raises(UsageError, match="has not been served"):
        act(cases, LEGAL, case.case_id, 0, notified(document))
    serve(cases, document)
    with pytest.raises(UsageError, match="2026-04-07"):
        act(cases, LEGAL, case.case_id, 0, notified(document, TODAY))
    act(cases, LEGAL, case.case_id, 0, notified(document))
    ways = case_file(cases, LEGAL, case.case_id, TODAY).ways
    last = {way.transition.action: way.last_on for way in ways}
    assert last[CaseAction.RECORD_EXPLANATION] == date(2026, 5, 7)


def test_the_document_of_another_case_carries_no_step(cases, case):
    other = opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    document = issued(cases, other, DocumentKind.DEMAND_LETTER)
    serve(cases, document)
    taken = replace(notified(document), documents={NOTICE: document.issue.number, RECEIPT: "1号"})
    with pytest.raises(UsageError, match="was issued in this case"):
        act(cases, LEGAL, case.case_id, 0, taken)


def test_an_announcement_counts_once_its_period_is_over(cases, case):
    document = issued(cases, case)
    service = serve(cases, document, ServiceWay.ANNOUNCEMENT)
    assert service.counts_on == date(2026, 5, 8)  # 30 days pass after 7 April
    assert not isinstance(
        act(cases, LEGAL, case.case_id, 0, notified(document, service.counts_on)), Proposal
    )


def test_only_what_is_issued_is_served_and_not_before(cases, case, owner):
    document = whole(cases, case)
    with pytest.raises(UsageError, match="Only what was issued"):
        serve(cases, document)
    document = issued(cases, case)
    for on in (date(2026, 4, 2), date(2027, 1, 1)):
        with pytest.raises(UsageError):
            serve(cases, document, on=on)
    serve(cases, document)
    with unit_of_work(owner, EVERYTHING) as connection:
        told = [e.event for e in read_events(connection, 9) if e.event.kind == "document_served"]
    assert [one.payload["counts_on"] for one in told] == ["2026-04-07"]


def test_the_receipt_is_prepared_for_what_was_issued_and_signed_by_hand(cases, case):
    with pytest.raises(UsageError, match="no service receipt"):
        service_receipt(cases, LEGAL, whole(cases, case).document_id)
    document = issued(cases, case)
    receipt = service_receipt(cases, LEGAL, document.document_id)
    (table,) = receipt.blocks
    said = {title: "".join(run.text for run in text) for title, text in table.rows}
    assert said["送达机关"] == WHOLE["grantor"]
    assert said["受送达人"] == document.issue.recipient
    assert said["文书编号"] == document.issue.number
    assert not any(said[by_hand] for by_hand in ("送达方式", "送达地点", "收到日期", "送达人签名"))
    assert not missing_facts(receipt)
    assert receipt.mark == document.issue.log_hash.hex()


# --- Who sees what ----------------------------------------------------------------------------


def test_of_a_park_one_sees_what_was_issued_and_no_drafts(cases, case):
    manager = actor(Role.PARK_MANAGER, "manager", "东园")
    elsewhere = actor(Role.PARK_MANAGER, "other", "西园")
    drafted, document = whole(cases, case), issued(cases, case)
    (seen,) = case_file(cases, manager, case.case_id, TODAY).documents
    assert seen.document == document
    assert document_file(cases, manager, document.document_id).document == document
    for person, one in ((manager, drafted), (elsewhere, document), (elsewhere, drafted)):
        with pytest.raises(NothingFoundError):
            document_file(cases, person, one.document_id)
    client = actor(Role.API_CLIENT)
    with pytest.raises(NotAllowedError):
        document_file(cases, client, drafted.document_id)


# --- Whatever SQL somebody writes ---------------------------------------------------------------


def refused(engine: sa.Engine, statement: str, **values: object) -> str:
    with pytest.raises(sa.exc.DBAPIError) as told, engine.begin() as connection:
        connection.execute(sa.text(statement), values)
    return str(told.value.orig)


def test_nobody_changes_what_was_issued(cases, case, owner):
    document = issued(cases, case)
    serve(cases, document)
    for change in (
        "content = '{}'",
        "number = '1'",
        "recipient = 'other'",
        "state = 'draft'",
        "facts_digest = sha256('x')",
        "version = version + 1",
    ):
        told = refused(owner, f"UPDATE parcelwatch.case_document SET {change}")
        assert "issued and never changed" in told
    for table in ("case_document", "document_service"):
        for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
            told = refused(owner, statement.format(f"parcelwatch.{table}"))
            assert "never changed or deleted" in told
    told = refused(owner, "UPDATE parcelwatch.document_service SET served_on = '2026-04-06'")
    assert "never changed or deleted" in told
    assert read(cases, document.document_id).document == document


def test_a_draft_is_issued_by_sql_only_as_the_product_would(cases, case, owner):
    document = whole(cases, case, DocumentKind.DETERMINATION)
    lock = (
        "UPDATE parcelwatch.case_document SET state = 'issued', version = version + 1,"
        " number = 'n', recipient = 'r', issued_by = 'x', issued_on = '2026-04-03',"
        " issued_at = '2026-04-03',"
        " pdf_digest = sha256(''), facts_digest = sha256(''), log_hash = sha256(''),"
        " content_digest = {}"
    )
    true = "sha256(convert_to(content, 'UTF8'))"
    assert "second person agrees" in refused(owner, lock.format(true))
    approve_document(cases, REVIEWER, document.document_id, document.version)
    assert "digest is not that" in refused(owner, lock.format("sha256('')"))
    told = refused(owner, lock.format(true) + ", approved_by = 'x'")
    assert "four_eyes" in told or "agreed to before" in told
    text = "UPDATE parcelwatch.case_document SET version = version + 1, content = '{}'"
    assert "agreed to as it stands" in refused(owner, text)
    insert = (
        "INSERT INTO parcelwatch.document_service SELECT gen_random_uuid(), document_id, 'hand',"
        " '2026-04-07', '2026-04-07', '', 'x', 'x', '2026-04-07' FROM parcelwatch.case_document"
    )
    assert "only what is issued is served" in refused(owner, insert)


@pytest.mark.parametrize("served", [False, True])
def test_a_step_without_its_document_is_refused_by_the_database(cases, case, owner, served):
    document = issued(cases, case)
    if served:
        serve(cases, document)
    way = transition_of(case.path, case.state, CaseAction.NOTIFY_INVESTIGATION)
    taken = notified(document, TODAY)
    numberless = replace(taken, acted_on=SERVED_ON, documents={NOTICE: "x", RECEIPT: "x"})
    for said in (taken, numberless):
        step = CaseStep(*(case.case_id, 1, CaseState.OPENED, way.to_state, said, "x", ticking()()))
        for engine in (owner, cases.engine):
            with (
                pytest.raises(InputFileError, match="no issued and served document"),
                unit_of_work(engine, EVERYTHING) as connection,
            ):
                add_step(connection, step)
    assert case.opened_on == OPENED
