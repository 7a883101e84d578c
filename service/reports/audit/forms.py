"""The forms of the report of an audit run: PDF and DOCX of one document, and a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Final

from service.i18n import translator
from service.reports import comparison_tables
from service.reports.audit.content import AuditReport
from service.reports.audit.document import audit_document
from service.reports.audit.tables import (
    finding_table,
    group_table,
    kind_table,
    park_table,
    record_table,
    review_table,
)
from service.reports.listing_files import FORMATS
from service.reports.papers import forms as papers
from service.reports.papers.document import Document
from service.reports.papers.forms import Form
from service.reports.table_files import write_sheets


def _paper(write: Callable[[Document], bytes], report: AuditReport) -> bytes:
    return write(audit_document(report))


def _workbook(report: AuditReport) -> bytes:
    """Every finding, every review and everything that moved."""
    _, findings, stream = translator(report.language), report.findings(), BytesIO()
    tables = [record_table(report), group_table(report), park_table(report)]
    tables += [
        kind_table(report, findings),
        finding_table(report, _("Findings"), findings),
        review_table(report, findings),
    ]
    if report.changes:
        tables += [
            comparison_tables.movement_table(report.changes),
            comparison_tables.contract_table(report.changes),
        ]
    write_sheets(tables, stream, report.language)
    return stream.getvalue()


AUDIT_FORMS: Final[Mapping[str, Form[AuditReport]]] = {
    **{
        name: Form(partial(_paper, form.write), form.media_type)
        for name, form in papers.FORMS.items()
    },
    "xlsx": Form(_workbook, FORMATS["xlsx"].media_type),
}
