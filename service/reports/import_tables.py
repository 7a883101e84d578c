"""An import as tables of typed cells, which the terminal, the workbook and the page show alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from geodata.importers.issues import Issue
from geodata.model.changes import FieldChange, RowChange
from geodata.model.codelists import IssueSeverity
from geodata.model.import_lists import ChangeKind
from geodata.model.quality_lists import Responsible
from service.i18n import translator
from service.reports.import_content import SHOWN, ImportContent, ImportedTable
from service.reports.quality import issue_table
from service.reports.tables import Cells, Table

ACTING: Final[Mapping[IssueSeverity, Responsible]] = {
    IssueSeverity.REJECTED: Responsible.BUREAU,
    IssueSeverity.REPAIRED: Responsible.IMPORTER,
    IssueSeverity.NOTED: Responsible.IMPORTER,
}
"""Who must act: the table is corrected where it comes from; what was done to it is looked at."""

_JOINT: Final = {"zh": "；", "en": "; "}


def count_table(content: ImportContent) -> Table:
    """What becomes of the rows of every table: each row is counted once."""
    _ = translator(content.language)
    heads = [_("Content"), _("File"), _("Rows of the file"), _("Added"), _("Changed")]
    heads += [_("Unchanged"), _("Declined"), _("Rejected"), _("Repaired among them"), _("Ended")]
    rows = [
        [
            *(table.title(content.language), table.name, counts.rows_in, counts.added),
            *(counts.changed, counts.unchanged, counts.declined, counts.rejected),
            *(table.repaired_count, counts.retired),
        ]
        for table in content.tables
        for counts in [table.counts]
    ]
    return Table(_("Rows"), heads, rows, text_count=2)


def change_table(content: ImportContent, limit: int | None = None) -> Table:
    """Every change with old and new value: a line for each cell, one for each new row."""
    _ = translator(content.language)
    heads = [_("Content"), _("Change"), _("Row"), _("Subject"), _("Column")]
    heads += [_("Old value"), _("New value"), _("Taken over"), _("Matched by")]
    lines = chain.from_iterable(_changes(table, content.language) for table in content.tables)
    return Table(_("Changes"), heads, list(islice(lines, limit)), text_count=len(heads))


def change_count(content: ImportContent) -> int:
    """Lines of `change_table`."""
    diffs = [table.diff for table in content.tables]
    whole = sum(
        diff.count(kind) for diff in diffs for kind in SHOWN if kind is not ChangeKind.CHANGED
    )
    return whole + sum(int(flags.sum()) for diff in diffs for flags in diff.differing.values())


def rejected_table(content: ImportContent) -> Table:
    """Every row that was sent back, with column, value and reason."""
    _ = translator(content.language)
    return _issue_table(content, _("Rejected rows"), lambda table: table.file.rejected)


def remark_table(content: ImportContent) -> Table:
    """What was repaired or is worth noting."""
    _ = translator(content.language)
    return _issue_table(content, _("Remarks"), lambda table: table.issues)


def quality_table(content: ImportContent) -> Table:
    """What is wrong with outlines and facts, with its place and who must act."""
    _ = translator(content.language)
    parts = [issue_table(table.report(), content.language) for table in content.tables]
    heads = [_("Content"), *parts[0].heads] if parts else []
    rows = [
        [table.title(content.language), *row]
        for table, part in zip(content.tables, parts, strict=True)
        for row in part.rows
    ]
    return Table(_("Data quality"), heads, rows, text_count=parts[0].text_count + 1 if parts else 0)


def _changes(table: ImportedTable, language: str) -> Iterator[Cells]:
    _ = translator(language)
    for change in table.changes():
        key = " ".join(filter(None, change.key.parts))
        start = [table.title(language), change.kind, change.row_no, key]
        match = change.match and change.match.label(language)
        if change.kind is ChangeKind.VANISHED:
            yield [*start, "", "", "", _("ends") if table.takes(change) else _("stays known"), None]
        elif change.kind is ChangeKind.ADDED:
            taken = _("yes") if table.takes(change) else _("no")
            yield [*start, "", "", stated_text(table, change, language), taken, match]
        else:
            lines = change_lines(table, change, language)
            for field, line in zip(change.fields, lines, strict=True):
                taken = _("yes") if table.takes(change, field) else _("no")
                yield [*start, *line, taken, match]


def change_lines(table: ImportedTable, change: RowChange, language: str) -> Iterator[Cells]:
    """Title, old and new value of each cell that differs."""
    return (_cells(table, field, language) for field in change.fields)


def _cells(table: ImportedTable, field: FieldChange, language: str) -> Cells:
    values = (table.cell_text(field.key, cell, language) for cell in (field.old, field.new))
    return [table.field_title(field.key, language), *values]


def stated_text(table: ImportedTable, change: RowChange, language: str) -> str:
    """All that a new row says."""
    told = change_lines(table, change, language)
    return _JOINT[language].join(f"{title} {new}" for title, _, new in told)


def _issue_table(
    content: ImportContent, title: str, issues_of: Callable[[ImportedTable], Sequence[Issue]]
) -> Table:
    language, _ = content.language, translator(content.language)
    heads = [_("Content"), _("Severity"), _("Row"), _("Line"), _("Column"), _("Value")]
    heads += [_("Reason"), _("Who must act")]
    rows = [
        [
            *(table.title(language), issue.severity, issue.row, issue.line),
            table.field_title(issue.column, language) if issue.column else issue.header,
            *(issue.value, issue.text(_(issue.template))),
            ACTING[issue.severity].label(language),
        ]
        for table in content.tables
        for issue in issues_of(table)
    ]
    return Table(title, heads, rows, text_count=len(heads))
