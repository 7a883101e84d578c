"""The report on an import as files: workbook and JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

from geodata.importers.issues import Issue
from geodata.model.changes import GEOMETRY, FieldChange, RowChange
from service.i18n import translator
from service.reports.import_content import ImportContent, ImportedTable
from service.reports.import_tables import (
    ACTING,
    change_table,
    count_table,
    quality_table,
    rejected_table,
    remark_table,
)
from service.reports.quality import issue_document
from service.reports.sheets import Sheets, new_workbook
from service.reports.tables import Table

Document = dict[str, Any]

_COUNT_WIDTHS: Final = [22, 40, *[14] * 8]
_CHANGE_WIDTHS: Final = [18, 10, 8, 44, 22, 30, 60, 12, 24]
_ISSUE_WIDTHS: Final = [18, 10, 8, 8, 24, 30, 80, 20]
_QUALITY_WIDTHS: Final = [18, 30, 10, 20, 44, 12, 50, 28, 14, 10, 14]


def write_import_workbook(content: ImportContent, path: Path | IO[bytes]) -> None:
    """Write counts, changes, rejected rows, remarks and data quality, a sheet for each.

    Raises
    ------
    OutputFileError
        When a sheet cannot hold all lines.
    """
    _ = translator(content.language)
    with new_workbook(path) as workbook:
        sheets = Sheets(workbook, content.language)
        summary = sheets.sheet(_("Import"), _COUNT_WIDTHS)
        counts = count_table(content)
        at = content.at.isoformat(timespec="seconds") if content.at else None
        sheets.write(summary, [[state(content)], [at and _("Imported at"), at]])
        sheets.head(summary, counts.heads, 3)
        sheets.write(summary, counts.rows, 4)
        for table, widths in (
            (change_table(content), _CHANGE_WIDTHS),
            (rejected_table(content), _ISSUE_WIDTHS),
            (remark_table(content), _ISSUE_WIDTHS),
            (quality_table(content), _QUALITY_WIDTHS),
        ):
            _sheet(sheets, table, widths)


def write_import_json(content: ImportContent, stream: IO[str]) -> None:
    """Write everything as one document (`docs/import.md`); cells as a file writes them."""
    document = {
        "written": content.at is not None,
        "at": content.at and content.at.isoformat(),
        "tables": [_table(table, content.language) for table in content.tables],
    }
    json.dump(document, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def state(content: ImportContent) -> str:
    """Whether it is done, in a sentence."""
    _ = translator(content.language)
    if content.at is None:
        return _("Nothing is written: this is what the import would change.")
    return _("The import is written.")


def _sheet(sheets: Sheets, table: Table, widths: list[int]) -> None:
    if table.rows:
        sheets.write(sheets.sheet(table.title, widths, table.heads), table.rows, 1)


def _table(table: ImportedTable, language: str) -> Document:
    return {
        "file": table.file.path.name,
        "layer": table.file.layer,
        "sha256": table.file.sha256,
        "kind": table.kind and table.kind.value,
        "profile": table.file.profile,
        "counts": {**asdict(table.counts), "repaired": table.repaired_count},
        "changes": [_change(table, change) for change in table.changes()],
        "rejected": [_issue(issue, language) for issue in table.file.rejected],
        "remarks": [_issue(issue, language) for issue in table.issues],
        "other_columns": list(table.file.unknown_headers),
        "quality": [issue_document(issue, language) for issue in table.quality],
    }


def _change(table: ImportedTable, change: RowChange) -> Document:
    return {
        "change": change.kind.value,
        "key": list(change.key.parts),
        "row": change.row_no,
        "matched_by": change.match and change.match.value,
        "taken_over": table.takes(change),
        "fields": [_field(table, change, field) for field in change.fields],
    }


def _field(table: ImportedTable, change: RowChange, field: FieldChange) -> Mapping[str, Any]:
    return {
        "field": field.key if field.key != GEOMETRY else "outline_m2",
        "old": table.cell_value(field.key, field.old),
        "new": table.cell_value(field.key, field.new),
        "taken_over": table.takes(change, field),
    }


def _issue(issue: Issue, language: str) -> Document:
    return {
        "severity": issue.severity.value,
        "row": issue.row,
        "line": issue.line,
        "column": issue.column or None,
        "header": issue.header or None,
        "value": issue.value,
        "reason": issue.text(translator(language)(issue.template)),
        "responsible": ACTING[issue.severity].value,
    }
