"""The audit workbook: totals, contracts, findings, inefficient land, and the law it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from geodata.errors import OutputFileError
from geodata.model.attributes import BY_KEY
from geodata.model.codelist import Codelist
from geodata.model.codelists import (
    Confidence,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    Verdict,
)
from geodata.model.units import mu
from service.i18n import translator
from service.reports.content import NAMES, CheckContent, Document

_DATE = "yyyy-mm-dd"
_MONEY = "#,##0.00"
_MU = "#,##0.00"
_MOST_ROWS = 1_048_576


def write_workbook(content: CheckContent, path: Path) -> None:
    """Write the workbook of a check or an audit.

    Cells hold real dates and numbers; unknown cells are empty. Status cells carry the colours
    of meaning, suspected ones as a coloured frame only.
    """
    options = {"constant_memory": True, "default_date_format": _DATE, "strings_to_formulas": False}
    try:
        with xlsxwriter.Workbook(path, options) as workbook:
            sheets = _Sheets(workbook, content)
            sheets.summary()
            sheets.contracts()
            sheets.findings()
            sheets.remarks()
    except FileCreateError as error:
        raise error.args[0] from error  # the library hides a full disk in an error of its own


class _Sheets:
    """The sheets of one workbook."""

    def __init__(self, workbook: Any, content: CheckContent) -> None:
        self.workbook = workbook
        self.content = content
        self.language = content.language
        self._ = translator(content.language)
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def summary(self) -> None:
        """Totals by group and verdict, and the target tally."""
        _, content = self._, self.content
        sheet = self._sheet(_("Summary"), [34, 14, 16, 20, 16, 16])
        rows: list[list[Any]] = [
            [_("Judged as of"), content.as_of],
            [_("Law book"), content.book],
            [_("Digest"), content.digest],
            [_("Contracts"), content.summary.contract_count],
            [],
            [
                *(_("Group"), _("Contracts"), _("Area (mu)"), _("Area unknown")),
                *(_("At stake (yuan)"), _("Amount unknown")),
            ],
            *(
                [
                    *(group.label(self.language), total.count),
                    *(total.area_mu, total.unknown_area_count),
                    *(total.at_stake_yuan, total.unknown_amount_count),
                ]
                for group, total in content.summary.groups.items()
            ),
            [_("In at least one group"), content.summary.in_any_group],
            *(
                [f"{Group.SUPPLIED_UNUSED.label(self.language)}: {b.label(self.language)}", n]
                for b, n in content.summary.unused_beside.items()
            ),
            [],
            [_("Verdict"), _("Contracts")],
            *([verdict, count] for verdict, count in content.summary.verdicts.items()),
        ]
        if content.tally:
            heads = [_("Inefficient land"), _("Target (mu)"), _("Done (mu)")]
            heads += [_("In progress (mu)"), _("Planned (mu)"), _("Share of target")]
            rows += [[], heads]
            rows += [
                [
                    line.kind.label(self.language),
                    line.target.target_mu if line.target else None,
                    line.done_mu,
                    line.in_progress_mu,
                    line.planned_mu,
                    None if line.share is None else _Share(line.share),
                ]
                for line in content.tally.lines
            ]
        self._write(sheet, rows)

    def contracts(self) -> None:
        """One row per contract."""
        _ = self._
        columns = self.content.columns
        heads = [_("Row"), *(self._title(key) for key in ("contract_no", "phase", "parcel_code"))]
        heads += [self._title(key) for key in NAMES]
        heads += [_("Area (mu)"), _("Verdict")]
        for kind in MilestoneKind:
            name = kind.label(self.language)
            parts = (_("state"), _("due on"), _("done on"), _("days late"))
            heads += [name + ("" if self.language == "zh" else " ") + part for part in parts]
        heads += [_("Damages (yuan)"), _("Idle-land fee (yuan)"), _("Findings")]
        sheet = self._sheet(_("Contracts"), [6, 20, 6, 22, 30, 28, 12, 16, 10, 20], heads)
        rows = []
        for position, document in enumerate(self.content.contracts):
            area = columns.exact["area_m2"].fraction(position)
            rows.append(
                [
                    *(document[key] for key in ("row", "contract_no", "phase", "parcel_code")),
                    *(columns.texts[key][position] for key in NAMES),
                    None if area is None else mu(area),
                    Verdict.of(document["verdict"]),
                    *self._milestones(document),
                    _sum_of_damages(document),
                    _money(document["idle"]["fee_yuan"]),
                    "、".join(
                        FindingCode.of(finding["code"]).label(self.language)
                        for finding in document["findings"]
                    ),
                ]
            )
        self._write(sheet, rows, first_row=1)

    def findings(self) -> None:
        """One row per finding, with its basis."""
        _ = self._
        heads = [
            *(self._title(key) for key in ("contract_no", "phase", "parcel_code")),
            *(_("Finding"), _("Milestone"), _("Since"), _("Days"), _("Amount (yuan)")),
            *(_("Reason"), _("Basis"), _("Confidence"), _("Next step")),
        ]
        widths = [20, 6, 22, 22, 10, 12, 8, 18, 60, 50, 14, 50]
        sheet = self._sheet(_("Findings"), widths, heads)
        rows = [
            [
                *(document[key] for key in ("contract_no", "phase", "parcel_code")),
                FindingCode.of(finding["code"]),
                self._milestone_name(finding),
                _day(finding["since_on"]),
                finding["days"],
                _money(finding["amount_yuan"]),
                finding["reason"],
                "；".join(finding["basis"]),
                Confidence.of(finding["confidence"]).label(self.language),
                finding["next_step"],
            ]
            for document in self.content.contracts
            for finding in document["findings"]
        ]
        self._write(sheet, rows, first_row=1)

    def remarks(self) -> None:
        """Rows that could not be read, and what is odd."""
        _ = self._
        heads = [_("Row"), _("Column"), _("Value"), _("Reason")]
        sheet = self._sheet(_("Remarks"), [8, 30, 30, 90], heads)
        rejected = [
            [item["row"], item["column"], item["value"], item["reason"]]
            for item in self.content.rejected
        ]
        odd = [
            [item["row"], "、".join(item["columns"]), None, item["reason"]]
            for item in self.content.warnings
        ]
        self._write(sheet, rejected + odd, first_row=1)

    def _title(self, key: str) -> str:
        return BY_KEY[key].title(self.language)

    def _milestone_name(self, finding: Document) -> str | None:
        kind = finding.get("milestone")
        return MilestoneKind.of(kind).label(self.language) if kind else None

    def _milestones(self, document: Document) -> list[Any]:
        cells: list[Any] = []
        for kind in MilestoneKind:
            milestone = document["milestones"][kind.value]
            cells += [
                MilestoneState.of(milestone["state"]),
                _day(milestone["due_on"]),
                _day(milestone["done_on"]),
                milestone["days"],
            ]
        return cells

    def _sheet(self, name: str, widths: Sequence[int], heads: Sequence[str] = ()) -> Any:
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if heads:
            bold = self.workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
            sheet.write_row(0, 0, heads, bold)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, 0, len(heads) - 1)
        return sheet

    def _write(self, sheet: Any, rows: Sequence[Sequence[Any]], first_row: int = 0) -> None:
        if first_row + len(rows) > _MOST_ROWS:
            raise OutputFileError(
                "A work sheet holds {most} rows; the result has {rows}.",
                "Ask for --format csv or json.",
                most=_MOST_ROWS,
                rows=len(rows),
            )
        for row, cells in enumerate(rows, start=first_row):
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        match cell:
            case None | "":
                return
            case Codelist():
                sheet.write_string(row, column, cell.label(self.language), self._status(cell))
            case date():
                sheet.write_datetime(row, column, cell, self._plain(_DATE))
            case _Share():
                sheet.write_number(row, column, float(cell), self._plain("0.00%"))
            case Fraction():
                sheet.write_number(row, column, float(cell), self._plain(_MU))
            case Decimal():
                sheet.write_number(row, column, float(cell), self._plain(_MONEY))
            case int():
                sheet.write_number(row, column, cell)
            case _:
                sheet.write_string(row, column, str(cell))

    def _plain(self, number_format: str) -> Any:
        return self._format({"num_format": number_format})

    def _status(self, member: Codelist) -> Any:
        tone = member.tone
        frame = {"border": 1, "border_color": tone.line}
        suspected = isinstance(member, Verdict | FindingCode) and member.is_suspected
        fill = {} if suspected else {"bg_color": tone.fill, "font_color": tone.ink}
        return self._format(frame | fill)

    def _format(self, properties: dict[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(properties)
        return self.formats[key]


class _Share(Fraction):
    """A fraction to be shown in per cent."""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _sum_of_damages(document: Document) -> Decimal | None:
    amounts = [_money(m["damages_yuan"]) for m in document["milestones"].values()]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
