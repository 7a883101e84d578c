"""The report on data quality as tables, workbook, JSON document and map page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

from geodata.geometry.crs import STORAGE_EPSG
from geodata.geometry.quality.issue import Figure, QualityIssue, QualityReport
from geodata.model.quality_lists import STANDING, Measure
from service.i18n import translator
from service.maps.features import feature
from service.maps.quality_words import fact_texts, parcel_text
from service.reports.sheets import Share, Sheets, new_workbook
from service.reports.tables import Table

_COUNTED: Final = (Measure.POINTS, Measure.RINGS, Measure.PAIRS, Measure.ROWS)
_PLACE: Final = "{point.x:.7f}, {point.y:.7f}"  # to the centimetre
_JOINT: Final = {"zh": "；", "en": "; "}


def count_table(report: QualityReport, language: str) -> Table:
    """Number of issues by kind and severity."""
    _ = translator(language)
    rows = [
        [fault.label(language), severity, STANDING[fault].responsible.label(language), count]
        for (fault, severity), count in report.counts.items()
    ]
    heads = [_("Issue"), _("Severity"), _("Who must act"), _("Number")]
    return Table(_("Data quality"), heads, rows, text_count=3)


def issue_table(report: QualityReport, language: str) -> Table:
    """Every issue with its parcels, its place and its figure."""
    _ = translator(language)
    heads = [_("Issue"), _("Severity"), _("Who must act"), _("Park and parcels"), _("Rows")]
    heads += [_("Facts"), _("Longitude, latitude"), _("Measured"), _("Unit"), _("Threshold")]
    rows = [_issue_cells(issue, language) for issue in report.issues]
    return Table(_("Issues"), heads, rows, text_count=7)


def repair_table(report: QualityReport, language: str) -> Table:
    """What was repaired, and what was not because it would have changed too much land."""
    _ = translator(language)
    rows = [
        [
            repair.row,
            repair.policy.label(language),
            _("repaired") if repair.is_made else _("not repaired: the area would change"),
            _share(repair.change),
        ]
        for repair in report.repairs
    ]
    heads = [_("Row"), _("Repair"), _("Result"), _("Change of area")]
    return Table(_("Repairs"), heads, rows, text_count=3)


def quality_sheets(report: QualityReport, sheets: Sheets) -> None:
    """Add the sheets of the report to a workbook: totals, issues, repairs."""
    _ = translator(sheets.language)
    counts = count_table(report, sheets.language)
    head: list[list[Any]] = [[_("File"), report.source], [_("Parcels"), report.parcel_count], []]
    summary = sheets.sheet(counts.title, [34, 24, 24, 12])
    sheets.write(summary, [*head, counts.heads, *counts.rows])
    issues = issue_table(report, sheets.language)
    widths = [30, 10, 24, 44, 12, 50, 28, 14, 10, 14]
    sheets.write(sheets.sheet(issues.title, widths, issues.heads), issues.rows, 1)
    if report.repairs:
        repairs = repair_table(report, sheets.language)
        widths = [8, 30, 40, 16]
        sheets.write(sheets.sheet(repairs.title, widths, repairs.heads), repairs.rows, 1)


def write_quality_workbook(report: QualityReport, path: Path | IO[bytes], language: str) -> None:
    """Write the report as a workbook of its own.

    Raises
    ------
    OutputFileError
        When a sheet cannot hold all issues.
    """
    with new_workbook(path) as workbook:
        quality_sheets(report, Sheets(workbook, language))


def write_quality_json(report: QualityReport, stream: IO[str], language: str) -> None:
    """Write the report as a JSON document; places are GeoJSON geometries in EPSG:4490."""
    document = {
        "source": report.source,
        "parcels": report.parcel_count,
        "crs": f"EPSG:{STORAGE_EPSG}",
        "severities": {severity.value: n for severity, n in report.by_severity.items()},
        "counts": [
            {"type": fault.value, "severity": severity.value, "count": count}
            for (fault, severity), count in report.counts.items()
        ],
        "issues": [issue_document(issue, language) for issue in report.issues],
        "repairs": [
            {
                "row": repair.row,
                "policy": repair.policy.value,
                "made": repair.is_made,
                "area_change": repair.change if repair.change < float("inf") else None,
            }
            for repair in report.repairs
        ],
    }
    json.dump(document, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def issue_document(issue: QualityIssue, language: str) -> Mapping[str, Any]:
    """An issue as JSON documents hold it."""
    return {
        "type": issue.fault.value,
        "title": issue.fault.label(language),
        "severity": issue.severity.value,
        "responsible": issue.responsible.value,
        "parcels": issue.parcels,
        "rows": issue.rows,
        "park": issue.place,
        "measured": None if issue.measured is None else float(issue.measured),
        "unit": issue.unit,
        "threshold": None if issue.threshold is None else float(issue.threshold),
        "columns": issue.columns,
        "values": [text for _, text in fact_texts(issue, language)],
        "where": feature(issue.where, {})["geometry"] if issue.where else None,
    }


def _issue_cells(issue: QualityIssue, language: str) -> list[Any]:
    facts = (f"{title} {text}" for title, text in fact_texts(issue, language))
    return [
        issue.fault.label(language),
        issue.severity,
        issue.responsible.label(language),
        parcel_text(issue, language),
        ", ".join(map(str, issue.rows)),
        _JOINT[language].join(facts),
        _PLACE.format(point=issue.where.representative_point()) if issue.where else "",
        _number(issue.measured, issue.unit),
        issue.unit and issue.unit.label(language),
        _number(issue.threshold, issue.unit),
    ]


def _number(figure: Figure | None, unit: Measure | None) -> int | Fraction | None:
    """A figure as a work sheet shows it."""
    if figure is None:
        return None
    if unit in _COUNTED:
        return int(figure)
    return Share(figure) if unit is Measure.SHARE else Fraction(figure)


def _share(change: float) -> Share | None:
    return Share(change) if change < float("inf") else None
