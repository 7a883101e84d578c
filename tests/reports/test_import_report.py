"""The report on an import: table, workbook, JSON document and page tell the same."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely

from geodata.geometry.quality.issue import QualityIssue
from geodata.importers.content_rows import ContentRows
from geodata.importers.diff import Diff
from geodata.importers.issues import Issue
from geodata.model.changes import GEOMETRY, Decision
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import NO_CODE
from geodata.model.content import NaturalKey, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.import_lists import ChangeKind
from geodata.model.quality_lists import QualitySeverity, ShapeFault
from service.maps.assets import InlinedAssets
from service.operations.backdrop_plans import LayerFile
from service.reports.import_content import ImportContent, ImportedTable
from service.reports.import_files import write_import_json, write_import_workbook
from service.reports.import_page import import_page
from service.reports.import_tables import change_count, change_table, count_table
from tests.conftest import PROJECT

HOSTILE = '</script><img src=x onerror="window.stolen=1">{{7*7}}'
SQUARE = shapely.box(121.3, 30.7, 121.301, 30.701)
REJECTED = Issue(
    IssueSeverity.REJECTED,
    "The row has no {column} ({zh}).",
    {"column": "claim_code", "zh": "编号"},
    row=4,
    line=5,
    column="claim_code",
    header="编号",
)
REPAIRED = Issue(IssueSeverity.REPAIRED, "The rows are in another order.", row=2)


def rows(*typed: dict[str, object]) -> ContentRows:
    numbers = np.arange(1, len(typed) + 1, dtype=np.int32)
    catalogue = catalogue_of(ContentKind.CLAIMS)
    return ContentRows(catalogue, typed, numbers, {}, np.array([SQUARE] * len(typed)))  # type: ignore[arg-type]


@pytest.fixture
def table() -> ImportedTable:
    """Row 1 is new, rows 2 and 3 differ, row 4 was sent back, and W has vanished."""
    found = rows(
        {"claim_code": HOSTILE, "kind": 0, "area_m2": Fraction(20_000, 3)},
        {"claim_code": "B", "status": 2, "town": "新"},
        {"claim_code": "C", "status": 0},
    )
    known = rows({}, {"claim_code": "B", "status": 1, "town": "旧"}, {"claim_code": "C"})
    differing = {
        "status": np.array([False, True, False]),
        "town": np.array([False, True, False]),
        GEOMETRY: np.array([False, False, True]),
    }
    is_added = np.array([True, False, False])
    rule = np.full(3, NO_CODE, dtype=np.int8)
    diff = Diff(found, known, rule, is_added, differing, (NaturalKey(("W",)),))
    overlap = QualityIssue(
        ShapeFault.OVERLAP, QualitySeverity.ERROR, (HOSTILE, "X"), (1,), SQUARE, 12.5
    )
    decision = Decision(cells={(2, "town"): False}, rows={3: False})
    return ImportedTable(
        file=LayerFile(Path("2026.csv"), "ab" * 32, 4, rejected=(REJECTED,), issues=(REPAIRED,)),
        kind=ContentKind.CLAIMS,
        diff=diff,
        decision=decision,
        counts=diff.counts(decision, 1),
        issues=(REPAIRED,),
        quality=(overlap,),
    )


@pytest.fixture(params=["zh", "en"])
def content(request, table) -> ImportContent:
    return ImportContent(request.param, (table,))


def test_every_row_is_counted_once(table):
    (line,) = count_table(ImportContent("en", (table,))).rows
    assert line[2:] == [4, 1, 1, 0, 1, 1, 1, 0]
    declined = replace(table, decision=Decision(accepts=False))
    assert declined.repaired_count == 0


def test_every_change_is_told_with_both_values(content):
    lines = change_table(content).rows
    assert len(lines) == change_count(content) == 5
    kinds = [line[1] for line in lines]
    assert kinds == [ChangeKind.ADDED, *[ChangeKind.CHANGED] * 3, ChangeKind.VANISHED]
    yes, no = ("是", "否") if content.language == "zh" else ("yes", "no")
    stays = "继续有效" if content.language == "zh" else "stays known"
    assert [line[7] for line in lines] == [yes, yes, no, no, stays]
    assert lines[2][5:7] == ["旧", "新"]
    assert change_table(content, 2).rows == lines[:2]
    assert "20000/3" in lines[0][6]


def test_the_workbook_has_a_sheet_for_each_part(content):
    stream = io.BytesIO()
    write_import_workbook(content, stream)
    book = openpyxl.load_workbook(stream)
    assert len(book.sheetnames) == 5
    counts, changes, rejected, remarks, quality = (list(s.values) for s in book.worksheets)
    assert counts[-1][2:] == (4, 1, 1, 0, 1, 1, 1, 0)
    assert (len(changes), len(rejected), len(remarks), len(quality)) == (6, 2, 2, 2)
    assert changes[1][3] == HOSTILE
    assert rejected[1][2:4] == (4, 5)


def test_the_document_is_complete_and_in_no_language(content):
    stream = io.StringIO()
    write_import_json(content, stream)
    document = json.loads(stream.getvalue())
    (table,) = document["tables"]
    assert (document["written"], document["at"], table["kind"]) == (False, None, "claims")
    assert table["counts"] == {
        "rows_in": 4, "added": 1, "changed": 1, "unchanged": 0, "declined": 1, "rejected": 1,
        "retired": 0, "repaired": 1,
    }  # fmt: skip
    added, changed, moved, vanished = table["changes"]
    assert (added["key"], added["taken_over"]) == ([HOSTILE], True)
    assert changed["fields"] == [
        {"field": "status", "old": "in_progress", "new": "done", "taken_over": True},
        {"field": "town", "old": "旧", "new": "新", "taken_over": False},
    ]
    assert moved["fields"][0]["field"] == "outline_m2"
    assert (vanished["row"], vanished["fields"], vanished["taken_over"]) == (None, [], False)
    assert table["rejected"][0]["responsible"] == "bureau"
    assert table["quality"][0]["where"]["type"] == "Polygon"
    done = replace(content, at=datetime(2026, 7, 1, tzinfo=UTC))
    write_import_json(done, again := io.StringIO())
    assert json.loads(again.getvalue())["written"] is True


def test_the_page_needs_no_network_and_runs_nothing_foreign(content):
    page = import_page(content, InlinedAssets(PROJECT / "node_modules"), HOSTILE)
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
    assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)[^"]*"', page) == []
    assert page.count("<script") == page.count("</script>")
    assert 'id="page-data"' in page
    for line in change_table(content).rows:
        assert str(line[4]) in page


def test_a_page_says_what_it_leaves_out(content):
    assets = InlinedAssets(PROJECT / "node_modules")
    page = import_page(content, assets, "金山", line_limit=2)
    assert ("另有 3 处变化" if content.language == "zh" else "3 further changes") in page


def test_a_page_without_places_has_no_map(content):
    (table,) = content.tables
    plain = replace(content, tables=(replace(table, quality=()),))
    page = import_page(plain, InlinedAssets(PROJECT / "node_modules"), "金山")
    assert 'id="page-data"' not in page
    assert "<script" not in page
