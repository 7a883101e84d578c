"""The audit workbook: totals, contracts, findings, inefficient land, and the law it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from geodata.model.attributes import BY_KEY
from geodata.model.codelists import Group, MilestoneKind
from geodata.model.contract_key import IDENTITY
from geodata.model.units import mu
from service.compliance.rules.results import ContractResult
from service.i18n import translator
from service.reports.content import NAMES, CheckContent
from service.reports.sheets import Share, Sheets, new_workbook

_MILESTONE_CELLS = attrgetter("state", "due_on", "done_on", "late_days")


def write_workbook(content: CheckContent, path: Path) -> None:
    """Write the workbook of a check or an audit.

    Cells hold real dates and numbers; unknown cells are empty. Status cells carry the colours
    of meaning, suspected ones as a coloured frame only.
    """
    with new_workbook(path) as workbook:
        sheets = _Sheets(workbook, content)
        sheets.summary()
        sheets.contracts()
        sheets.findings()
        sheets.remarks()


class _Sheets(Sheets):
    """The sheets of a check."""

    def __init__(self, workbook: Any, content: CheckContent) -> None:
        super().__init__(workbook, content.language)
        self.content = content
        self._ = translator(content.language)

    def summary(self) -> None:
        """Totals by group and verdict, and the target tally."""
        _, content = self._, self.content
        sheet = self.sheet(_("Summary"), [34, 14, 16, 20, 16, 16])
        rows: list[list[Any]] = [
            [_("Judged as of"), content.as_of],
            [_("Law book"), content.wording.law.code],
            [_("Digest"), content.wording.law.digest],
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
                    None if line.share is None else Share(line.share),
                ]
                for line in content.tally.lines
            ]
        self.write(sheet, rows)

    def contracts(self) -> None:
        """One row per contract."""
        _ = self._
        heads = [_("Row"), *(self._title(key) for key in IDENTITY)]
        heads += [self._title(key) for key in NAMES]
        heads += [_("Area (mu)"), _("Verdict")]
        for kind in MilestoneKind:
            name = kind.label(self.language)
            parts = (_("state"), _("due on"), _("done on"), _("days late"))
            heads += [name + ("" if self.language == "zh" else " ") + part for part in parts]
        heads += [_("Damages (yuan)"), _("Idle-land fee (yuan)"), _("Findings")]
        sheet = self.sheet(_("Contracts"), [6, 20, 6, 22, 30, 28, 12, 16, 10, 20], heads)
        self.write(sheet, self._contract_rows(), 1, len(self.content.judged))

    def _contract_rows(self) -> Iterator[list[Any]]:
        columns = self.content.columns
        area = columns.exact["area_m2"]
        for position, contract in enumerate(self.content.results()):
            area_m2 = area.fraction(position)
            yield [
                *(contract.row, *contract.key.parts),
                *(columns.texts[key][position] for key in NAMES),
                None if area_m2 is None else mu(area_m2),
                contract.verdict,
                *chain.from_iterable(map(_MILESTONE_CELLS, contract.milestones)),
                _sum_of_damages(contract),
                contract.idle and contract.idle.fee_yuan,
                "、".join(finding.code.label(self.language) for finding in contract.findings),
            ]

    def findings(self) -> None:
        """One row per finding, with its basis."""
        _ = self._
        heads = [
            *(self._title(key) for key in IDENTITY),
            *(_("Finding"), _("Milestone"), _("Since"), _("Days"), _("Amount (yuan)")),
            *(_("Reason"), _("Basis"), _("Confidence"), _("Next step")),
        ]
        widths = [20, 6, 22, 22, 10, 12, 8, 18, 60, 50, 14, 50]
        sheet = self.sheet(_("Findings"), widths, heads)
        self.write(sheet, self._finding_rows(), 1, len(self.content.judged.findings))

    def _finding_rows(self) -> Iterator[list[Any]]:
        for contract in self.content.results():
            for finding in contract.findings:
                words = self.content.wording.finding(finding, contract)
                yield [
                    *contract.key.parts,
                    finding.code,
                    finding.milestone and finding.milestone.label(self.language),
                    finding.since_on,
                    finding.days,
                    finding.amount_yuan,
                    words.reason,
                    "；".join(words.basis),
                    words.confidence.label(self.language),
                    words.next_step,
                ]

    def remarks(self) -> None:
        """Rows that could not be read, and what is odd."""
        _ = self._
        heads = [_("Row"), _("Column"), _("Value"), _("Reason")]
        sheet = self.sheet(_("Remarks"), [8, 30, 30, 90], heads)
        rejected = [
            [item["row"], item["column"], item["value"], item["reason"]]
            for item in self.content.rejected
        ]
        odd = [
            [row, "、".join(oddity.columns), None, self.content.wording.warning(oddity)]
            for row, oddity in self.content.oddities()
        ]
        self.write(sheet, rejected + odd, 1)

    def _title(self, key: str) -> str:
        return BY_KEY[key].title(self.language)


def _sum_of_damages(contract: ContractResult) -> Decimal | None:
    amounts = [milestone.damages_yuan for milestone in contract.milestones]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
