"""The report of a run: every finding and review in each form, a draft until it is signed."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from geodata.errors import NotAllowedError, NothingFoundError
from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.codelists import FindingCode, Group
from geodata.model.roles import Role
from geodata.store.queries.reviews import FindingFilter
from service.operations.audit_reports import audit_report
from service.operations.reviewing import Reviews, review, review_queue, sign_off
from service.reports.audit.content import AuditReport
from service.reports.audit.document import audit_document
from service.reports.audit.forms import AUDIT_FORMS
from service.reports.audit.tables import kind_table, park_table
from tests.operations.test_entries import AUDITOR, REVIEWER, TODAY, actor
from tests.operations.test_reviewing import late, owner, reviews, run_id, run_of, said

__all__ = ["owner", "reviews", "run_id"]


@pytest.fixture
def reported(reviews, run_id, law):
    """Makes the report anew, in Chinese."""
    return lambda run=run_id: audit_report(reviews.engine, AUDITOR, law, run, "zh")


def reviewed(reviews: Reviews, run_id: int, decision=ReviewDecision.DISMISS) -> None:
    row, _ = late(reviews, run_id)
    review(reviews, AUDITOR, run_id, said(row, decision))


def pages(content: bytes) -> str:
    """What the pages say, without the breaks of their lines."""
    told = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return "".join(told.split())


def cells(content: bytes) -> str:
    book = openpyxl.load_workbook(BytesIO(content))
    return "".join(str(cell) for sheet in book for row in sheet.values for cell in row)


def words(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    told = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "".join([*told, *(line.text for line in document.paragraphs)])


def test_every_finding_of_the_run_is_reported_once(reviews, reported, run_id):
    report: AuditReport = reported()
    queue = review_queue(reviews, AUDITOR, run_id, FindingFilter())
    found = [(each.key, each.finding.code, each.finding.milestone) for each in report.findings()]
    assert sorted(found, key=str) == sorted(
        ((row.key, row.code, row.milestone) for row, _ in queue.found), key=str
    )
    assert {park: int(rows.sum()) for park, rows in report.parks().items()} == {
        "东园": 1,
        "西园": 1,
    }


def test_parks_and_kinds_add_up_to_the_whole(reported):
    report = reported()
    parks, kinds = park_table(report), kind_table(report, report.findings())
    assert sum(row[1] for row in parks.rows) == report.run.contract_count
    for place, group in enumerate(Group):
        assert sum(row[3 + 2 * place] for row in parks.rows) == report.summary.groups[group].count
    assert sum(row[1] for row in kinds.rows) == len(report.findings())
    assert all(row[1] == sum(row[3:]) for row in kinds.rows)


@pytest.mark.parametrize(("form", "read"), [("pdf", pages), ("docx", words), ("xlsx", cells)])
def test_each_form_tells_the_review_and_the_digests(reviews, reported, run_id, form, read):
    reviewed(reviews, run_id)
    report = reported()
    told = read(AUDIT_FORMS[form].write(report))
    for wanted in ("许可证已核发", "〔2025〕1号", "2026-12-31", AUDITOR.name, "worker"):
        assert wanted in told
    assert report.run.result_digest[-16:] in told
    assert report.head.text[:16] in told
    assert "未签署" in told


def test_a_signed_run_is_no_draft_and_names_who_signed(reviews, reported, run_id):
    reviewed(reviews, run_id)
    assert audit_document(reported()).is_draft
    sign_off(reviews, REVIEWER, run_id, "同意本次判定")
    document = audit_document(reported())
    assert not document.is_draft
    assert REVIEWER.name in "".join(run.text for run in document.signature.organisation)
    told = pages(AUDIT_FORMS["pdf"].write(reported()))
    assert "同意本次判定" in told
    assert "未签署" not in told


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_report_of_a_signed_run_stays_the_same_for_good(
    reviews, reported, owner, law, run_id, form
):
    reviewed(reviews, run_id)
    sign_off(reviews, REVIEWER, run_id, "同意")
    first = AUDIT_FORMS[form].write(reported())
    later = run_of(owner, law, TODAY + timedelta(days=1))
    reviewed(reviews, later, ReviewDecision.CONFIRM)
    assert AUDIT_FORMS[form].write(reported()) == first
    assert late(reviews, run_id)[1] is ReviewStanding.DISMISSED
    assert late(reviews, later)[1] is ReviewStanding.CONFIRMED


def test_what_moved_since_the_run_before_is_told(reported, owner, law, run_id):
    assert reported().changes is None
    later = reported(run_of(owner, law, TODAY + timedelta(days=400)))
    assert later.changes.before.run_id == run_id
    assert FindingCode.SUSPECT_IDLE_2Y in {each.finding.code for each in later.findings()}
    assert "有变化的合同" in pages(AUDIT_FORMS["pdf"].write(later))


def test_who_sees_no_runs_has_no_report(reviews, run_id, law):
    with pytest.raises(NotAllowedError):
        audit_report(reviews.engine, actor(Role.PARK_MANAGER), law, run_id, "zh")
    with pytest.raises(NothingFoundError):
        audit_report(reviews.engine, AUDITOR, law, run_id + 99, "zh")
