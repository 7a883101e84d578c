"""The report of an audit run as a document."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from typing import Final

from geodata.model.codelists import Group
from service.i18n import translator
from service.maps.figures import Figures
from service.reports import comparison_tables
from service.reports.audit.content import AuditReport, ReportedFinding
from service.reports.audit.tables import (
    finding_table,
    group_table,
    kind_table,
    park_table,
    record_table,
    review_table,
)
from service.reports.papers.blocks import Block, Facts, Heading, Paragraph, Words, runs
from service.reports.papers.document import Document, Layout, PageNumbers, Signature
from service.reports.printed import cell_words, printed

_MOST_LISTED: Final = 1_000
"""Rows of a list on paper; the workbook has them all."""
_WIDEST: Final = 20
"""Letters of a column of the long lists, so that numbers of contracts stay on a line."""
_NAMES_SHARE: Final = Fraction(1, 6)
_GROUP_COLUMNS: Final = (0, 1, 2, 4, 5)
_PARK_COUNTS: Final = (0, 1, 2, 3, 5, 7)
_PARK_AMOUNTS: Final = (0, 4, 6, 8)
_FINDING_COLUMNS: Final = (1, 2, 3, 4, 5, 6, 7, 8)
_MOVEMENT_COLUMNS: Final = (0, 1, 2, 4, 5, 7)
_MOVED_COLUMNS: Final = (0, 1, 2, 3, 4, 8)
_REVIEW_COLUMNS: Final = (1, 3, 4, 5, 6, 7, 8)


def audit_document(report: AuditReport) -> Document:
    """The report; a draft that says so on every page while nobody has signed the run off."""
    _, signoff = translator(report.language), report.signoff
    title = _("{district}: report on audit run {run}")
    return Document(
        title=title.format(district=report.district, run=report.run.run_id),
        blocks=tuple(_blocks(report)),
        dated_on=report.dated_on,
        language=report.language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.CENTRE,
        signature=Signature(
            runs(_("Signed off by {account}").format(account=signoff.actor)),
            runs(report.dated_on.isoformat()),
        )
        if signoff
        else None,
        is_draft=signoff is None,
        mark=report.head.text,
    )


def _blocks(report: AuditReport) -> Iterator[Block]:
    _, language, findings = translator(report.language), report.language, report.findings()
    if report.signoff is None:
        yield Paragraph((Words(_("Nobody has signed this run off: a draft."), strong=True),))
    yield Heading(1, runs(_("What was audited")))
    yield _record(report)
    yield Heading(1, runs(_("Result")))
    yield from _result(report)
    yield printed(group_table(report), language, _GROUP_COLUMNS)
    yield printed(kind_table(report, findings), language)
    yield Heading(1, runs(_("By park")))
    parks = park_table(report)
    for columns in (_PARK_COUNTS, _PARK_AMOUNTS):
        yield printed(parks, language, columns, captioned=False, widest=_WIDEST)
    yield Heading(1, runs(_("By group of findings")))
    for group in Group:
        yield Heading(2, runs(group.label(language)))
        yield from _listed(report, [each for each in findings if each.is_of(group)])
    yield Heading(1, runs(_("Since the run before")))
    yield from _changes(report)
    yield Heading(1, runs(_("Reviews of findings")))
    yield from _reviews(report, findings)
    yield from _closing(report)


def _record(report: AuditReport) -> Facts:
    rows = record_table(report).rows
    told = ((name, runs(cell_words(cell, report.language))) for name, cell in rows)
    return Facts(tuple(told), _NAMES_SHARE)


def _result(report: AuditReport) -> Iterator[Block]:
    _, summary = translator(report.language), report.summary
    figures = Figures(_)
    told = _(
        "{count} contracts were judged as of {day}; {found} of them stand in at least one group."
    )
    said = told.format(
        count=figures.count(summary.contract_count),
        day=report.run.as_of.isoformat(),
        found=figures.count(summary.in_any_group),
    )
    yield Paragraph(runs(said))
    yield Paragraph(runs(_("Every finding is suspected until a document on it is served.")))


def _listed(report: AuditReport, findings: list[ReportedFinding]) -> Iterator[Block]:
    """The findings of a group, a table for each park."""
    _, language = translator(report.language), report.language
    if not findings:
        yield Paragraph(runs(_("Nothing was found.")))
    for park, found in groupby(findings[:_MOST_LISTED], key=lambda each: each.park):
        table = finding_table(report, park or _("not given"), found)
        filled = [
            column
            for column in _FINDING_COLUMNS
            if any(row[column] is not None for row in table.rows)
        ]
        yield printed(table, language, filled, widest=_WIDEST)
    yield from _more(report, len(findings))


def _changes(report: AuditReport) -> Iterator[Block]:
    _, language, changes = translator(report.language), report.language, report.changes
    if changes is None:
        yield Paragraph(runs(_("It is the first one.")))
        return
    told = _("Compared with run {run}, as of {day}.")
    day = changes.before.as_of.isoformat()
    yield Paragraph(runs(told.format(run=changes.before.run_id, day=day)))
    yield printed(comparison_tables.movement_table(changes), language, _MOVEMENT_COLUMNS)
    yield printed(comparison_tables.group_table(changes), language)
    moved = comparison_tables.brief_table(changes, _MOST_LISTED)
    if moved.rows:
        yield printed(moved, language, _MOVED_COLUMNS)
        yield from _more(report, len(changes.listed))


def _reviews(report: AuditReport, findings: list[ReportedFinding]) -> Iterator[Block]:
    _, table = translator(report.language), review_table(report, findings)
    if table.rows:
        yield printed(
            table, report.language, _REVIEW_COLUMNS, _MOST_LISTED, captioned=False, widest=_WIDEST
        )
        yield from _more(report, len(table.rows))
    else:
        yield Paragraph(runs(_("Nobody has reviewed a finding of this run.")))


def _closing(report: AuditReport) -> Iterator[Block]:
    _, signoff = translator(report.language), report.signoff
    if signoff is not None:
        yield Heading(1, runs(_("Statement")))
        yield Paragraph(runs(signoff.statement))


def _more(report: AuditReport, count: int) -> Iterator[Block]:
    _ = translator(report.language)
    if count > _MOST_LISTED:
        told = _("… and {count} more, which the workbook of this report lists.")
        yield Paragraph(runs(told.format(count=Figures(_).count(count - _MOST_LISTED))))
