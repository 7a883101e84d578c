"""The recovery ledger as tables of typed cells: case by case, and outcomes tallied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from geodata.model.case_lists import CaseOutcome
from service.compliance.casework.recovery import Recovery
from service.i18n import Translate, translator
from service.reports.case_table import NamedCase
from service.reports.tables import Cells, Table


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A case and its money."""

    row: NamedCase
    recovery: Recovery


def ledger_table(lines: Iterable[LedgerLine], language: str) -> Table:
    """One row per case, in the order given."""
    _ = translator(language)
    heads = [_("Contract number"), _("Project"), _("Park"), _("Procedure"), _("Ground")]
    heads += [_("State"), _("Opened"), _("Closed"), _("Outcome"), *_money_heads(_)]
    rows = [
        [
            *(line.row.key.contract_no, line.row.title, line.row.park),
            *(line.row.case.path, line.row.case.ground, line.row.case.state),
            *(line.row.case.opened_on, line.row.case.closed_on, line.row.case.outcome),
            *_money(line.recovery),
        ]
        for line in lines
    ]
    return Table(_("Recovery ledger"), heads, rows, text_count=9)


def tally_tables(lines: Sequence[LedgerLine], language: str) -> list[Table]:
    """What became of the cases: by rule, by year of closing, by park."""
    _ = translator(language)
    still_open, no_park = _("still open"), _("not given")

    def year(line: LedgerLine) -> str:
        closed_on = line.row.case.closed_on
        return str(closed_on.year) if closed_on else still_open

    kinds: tuple[tuple[str, str, Callable[[LedgerLine], Any]], ...] = (
        (_("Outcomes by rule"), _("Ground"), lambda line: line.row.case.ground),
        (_("Outcomes by year of closing"), _("Year"), year),
        (_("Outcomes by park"), _("Park"), lambda line: line.row.park or no_park),
    )
    return [_tallied(title, head, lines, key, language) for title, head, key in kinds]


def total(lines: Iterable[LedgerLine]) -> Recovery:
    """The money of some cases."""
    return reduce(add, (line.recovery for line in lines), Recovery())


def _tallied(
    title: str,
    head: str,
    lines: Sequence[LedgerLine],
    key: Callable[[LedgerLine], Any],
    language: str,
) -> Table:
    _ = translator(language)
    occurring = [one for one in CaseOutcome if any(line.row.case.outcome is one for line in lines)]
    groups: dict[Any, list[LedgerLine]] = {}
    for line in sorted(lines, key=lambda line: _order(key(line))):
        groups.setdefault(key(line), []).append(line)
    heads = [head, _("Cases"), _("Open cases"), *(one.label(language) for one in occurring)]
    rows: list[Cells] = []
    for name, found in groups.items():
        counts = Counter(line.row.case.outcome for line in found)
        outcomes = (counts[one] for one in occurring)
        rows.append([name, len(found), counts[None], *outcomes, *_money(total(found))])
    return Table(title, [*heads, *_money_heads(_)], rows)


def _order(name: Any) -> Any:
    return getattr(name, "position", name)


def _money_heads(translate: Translate) -> list[str]:
    _ = translate
    heads = [_("Due (yuan)"), _("Paid (yuan)"), _("Waived (yuan)"), _("To be paid (yuan)")]
    return [*heads, _("Paid too much (yuan)"), _("Paid back (yuan)")]


def _money(found: Recovery) -> Cells:
    return [
        *(found.due_yuan, found.paid_yuan, found.waived_yuan),
        *(found.open_yuan, found.excess_yuan, found.refunded_yuan),
    ]
