"""What an import would change, as a document: for a page that is shown while a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice
from typing import Any, Final

from geodata.model.changes import RowChange
from geodata.model.import_lists import ChangeKind
from service.i18n import translator
from service.maps.parcel_map import FEATURE_LIMIT, templates
from service.maps.quality_map import issue_map
from service.reports.import_content import SHOWN, ImportContent, ImportedTable
from service.reports.import_tables import (
    change_lines,
    quality_table,
    rejected_table,
    remark_table,
    stated_text,
)
from service.reports.quality import repair_table
from service.reports.tables import Table, table_words

MOST_CHANGES: Final = 5_000
"""So many changes are decided about one by one; the others share the word on all."""
MOST_LINES: Final = 500
"""So many lines of each other table a page shows; the workbook holds all of them."""

Preview = dict[str, Any]


def preview_document(content: ImportContent, district: str) -> Preview:
    """What is shown, in the language of the content.

    ``tables`` has what becomes of the rows, ``changes`` what can be decided about (``id`` is the
    row, or ``v`` and the number of something that is not in the file), ``lists`` and ``map`` what
    is told besides, as HTML of our own templates.
    """
    changes = [
        change | {"table": place}
        for place, table in enumerate(content.tables)
        for change in islice(_changes(table, content.language), MOST_CHANGES)
    ]
    totals = [_totals(table) for table in content.tables]
    return {
        "tables": [
            _table(table, content.language) | {"totals": total}
            for table, total in zip(content.tables, totals, strict=True)
        ],
        "changes": changes,
        "cut": sum(map(sum, (total.values() for total in totals))) - len(changes),
        "lists": list(_lists(content)),
        "map": _map(content, district),
    }


def _table(table: ImportedTable, language: str) -> Preview:
    return {
        "title": table.title(language),
        "name": table.name,
        "counts": asdict(table.counts),
        "repaired": table.repaired_count,
        "accepts": table.decision.accepts,
        "retires": table.decision.retires,
        "other_columns": list(table.file.unknown_headers),
        "keeps_other_columns": table.keeps_other_columns,
    }


def _totals(table: ImportedTable) -> dict[str, int]:
    return {kind.value: table.diff.count(kind) for kind in SHOWN}


def _changes(table: ImportedTable, language: str) -> Iterator[Preview]:
    gone = 0
    for change in table.changes():
        name = str(change.row_no)
        if change.kind is ChangeKind.VANISHED:
            name, gone = f"v{gone}", gone + 1
        yield {
            "id": name,
            "kind": change.kind.value,
            "subject": " ".join(filter(None, change.key.parts)),
            "match": change.match.label(language) if change.match else "",
            **_cells(table, change, language),
        }


def _cells(table: ImportedTable, change: RowChange, language: str) -> Preview:
    if change.kind is ChangeKind.ADDED:
        return {"fields": [], "stated": stated_text(table, change, language)}
    lines = change_lines(table, change, language)
    keys = [field.key for field in change.fields]
    return {"fields": [[key, *line] for key, line in zip(keys, lines, strict=True)], "stated": ""}


def _lists(content: ImportContent) -> Iterator[Preview]:
    repairs = (repair_table(table.report(), content.language) for table in content.tables)
    others = (rejected_table(content), quality_table(content), remark_table(content))
    for table in chain(others, repairs):
        if table.rows:
            yield {"title": table.title, "count": len(table.rows), "html": _html(content, table)}


def _html(content: ImportContent, table: Table) -> str:
    """The first lines of a table as the report shows them."""
    first = Table(table.title, table.heads, list(table.rows[:MOST_LINES]), table.text_count)
    words = {"_": translator(content.language), "language": content.language, **table_words()}
    environment = templates()
    return environment.get_template("_data_table.html").render(table=first, **words)


def _map(content: ImportContent, district: str) -> Preview | None:
    """The issues on a map, and their list; None where none has a place."""
    if not any(issue.where for table in content.tables for issue in table.quality):
        return None
    translate = translator(content.language)
    shown = issue_map(content.view(district), translate, feature_limit=FEATURE_LIMIT)
    listed = templates().get_template("_issues.html").render(_=translate, **shown)
    return {
        "list": listed,
        "html": str(shown["map_html"]),
        "script": str(shown["map_script"]),
        "data": str(shown["page_data"]),
    }
