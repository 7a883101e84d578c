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
from service.compliance.rules.explain import explain
from service.compliance.rules.oddities import oddities
from service.compliance.rules.results import Document, contract_documents
from service.i18n import translator
from service.reports.content import CheckContent, summarise


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
    progress: Progress | None = None,
) -> CheckResult:
    """Judge every row of a ledger file as of a date; no database and no server are needed.

    Parameters
    ----------
    with_trace
        Add to each contract every intermediate value with its citation.
    profile, layer, progress
        As in `geodata.importers.ledger.read_ledger`.

    Raises
    ------
    InputFileError
        When the file cannot be used at all; rows that cannot be read are reported instead.
    """
    ledger = read_ledger(path, profile=profile, layer=layer, progress=progress)
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
    documents = contract_documents(columns, judged, law, language)
    if with_trace:
        documents = _traced(documents, columns, law, as_of, language)
    return CheckContent(
        as_of=as_of,
        book=law.code,
        digest=law.digest,
        language=language,
        columns=columns,
        judged=judged,
        contracts=list(documents),
        warnings=[
            oddity.document(int(columns.row_no[oddity.position]), language)
            for oddity in oddities(columns, judged, law, as_of)
        ],
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
    for row, document in enumerate(documents):
        yield document | {"trace": explain(columns, law, as_of, row, language)}


def rejection(issue: Issue, language: str) -> Document:
    """Why a row was sent back, as the ledger contract writes it."""
    return {
        "row": issue.row,
        "line": issue.line,
        "column": issue.column or issue.header,
        "value": issue.value,
        "reason": issue.text(translator(language)(issue.template)),
    }
