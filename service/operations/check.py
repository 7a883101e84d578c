"""Check a ledger file: read it, judge every row, and put the result into words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.reading import Progress
from geodata.model.columns import LedgerColumns
from geodata.model.judgements import Judgements
from service.compliance.indicators.tally import Tally
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.explain import explanations
from service.compliance.rules.remedies import row_remedies
from service.i18n import translator
from service.reports.content import CheckContent, Documents, summarise
from service.reports.documents import Document, contract_documents
from service.reports.explanations import TraceDocuments
from service.reports.remedies import remedy_document
from service.wording import Wording


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A checked file: the ledger as read, its judgements, and the content of every report."""

    ledger: LedgerFile
    judged: Judgements
    content: CheckContent


def check_file(
    path: Path,
    law: LawBook,
    as_of: date,
    language: str,
    *,
    with_trace: bool = False,
    profile: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Judge every row of a ledger file as of a date; no database and no server are needed.

    Parameters
    ----------
    with_trace
        Add to each contract every intermediate value with its citation, and what would remove
        its adverse findings.
    profile, layer, crs, progress
        As in `geodata.importers.ledger.read_ledger`.

    Raises
    ------
    InputFileError
        When the file cannot be used at all; rows that cannot be read are reported instead.
    """
    ledger = read_ledger(path, profile=profile, layer=layer, crs=crs, progress=progress)
    judged = evaluate(ledger.columns, law, as_of)
    rejected = [rejection(issue, language) for issue in ledger.rejected]
    content = content_of(
        ledger.columns, judged, law, as_of, language, rejected=rejected, with_trace=with_trace
    )
    return CheckResult(ledger, judged, content)


def content_of(
    columns: LedgerColumns,
    judged: Judgements,
    law: LawBook,
    as_of: date,
    language: str,
    *,
    rejected: Sequence[Document] = (),
    with_trace: bool = False,
    tally: Tally | None = None,
) -> CheckContent:
    """Put judgements into words: the content of tables, workbooks and JSON."""

    def documents() -> Iterator[Document]:
        plain = contract_documents(columns, judged, law, language)
        return _traced(plain, columns, law, as_of, language) if with_trace else plain

    return CheckContent(
        as_of=as_of,
        wording=Wording(law, language),
        columns=columns,
        judged=judged,
        contracts=Documents(documents),
        rejected=rejected,
        summary=summarise(columns, judged),
        tally=tally,
    )


def _traced(
    documents: Iterator[Document],
    columns: LedgerColumns,
    law: LawBook,
    as_of: date,
    language: str,
) -> Iterator[Document]:
    told, traces = explanations(columns, law, as_of), TraceDocuments(language)
    remedies = row_remedies(columns, law, as_of)
    for document, explanation, found in zip(documents, told, remedies, strict=True):
        told_remedies = [remedy_document(remedy, language) for remedy in found]
        yield traces.explained(document, explanation) | {"remedies": told_remedies}


def rejection(issue: Issue, language: str) -> Document:
    """Why a row was sent back, as the ledger contract writes it."""
    return {
        "row": issue.row,
        "line": issue.line,
        "column": issue.column or issue.header,
        "value": issue.value,
        "reason": issue.text(translator(language)(issue.template)),
    }
