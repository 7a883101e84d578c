"""Results as terminal tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

from rich.table import Table
from rich.text import Text

from geodata.model.codelist import Codelist, Tone
from service.cli.session import console
from service.compliance.indicators.tally import Tally
from service.compliance.rules.results import contract_results
from service.i18n import Translate, translator
from service.maps.figures import NOTHING, grouped
from service.maps.selection import gravest_rows
from service.reports.content import CheckContent, Summary
from service.reports.sheets import Share
from service.reports.tables import Table as Cells


def write_tables(content: CheckContent, stream: IO[str]) -> None:
    """Print the result of a check: the gravest contracts, verdicts, groups, and the tally."""
    _ = translator(content.language)
    out = console(stream)
    tables = [
        contract_table(content, _),
        verdict_table(content.summary, content.language, _),
        group_table(content.summary, content.language, _),
    ]
    if content.tally:
        tables.append(tally_table(content.tally, content.language, _))
    for table in tables:
        out.print(table)
        out.print()
    out.print(unused_beside(content.summary, content.language, _), markup=False)
    if content.tally and (sentence := double_claims(content.tally, _)):
        out.print(sentence)


def new_table(title: str, heads: Sequence[str], text_columns: int = 1) -> Table:
    """An empty table: words on the left, figures on the right."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place < text_columns else "right")
    return table


def badge(member: Codelist, language: str) -> Text:
    """The words of a member beside the colour of its meaning."""
    label = member.label(language)
    if member.tone in (Tone.CLOSED, Tone.NEUTRAL):
        return Text(label)
    return Text.assemble(("■ ", member.tone.fill), label)


def verdict_table(summary: Summary, language: str, translate: Translate) -> Table:
    """Contracts by verdict, in order of precedence."""
    _ = translate
    table = new_table(_("Verdicts"), (_("Verdict"), _("Contracts"), _("Share")))
    for verdict, count in summary.verdicts.items():
        share = f"{count / summary.contract_count:.1%}"
        table.add_row(badge(verdict, language), f"{count:,}", share)
    table.add_section()
    table.add_row(_("All"), f"{summary.contract_count:,}", "")
    return table


def group_table(summary: Summary, language: str, translate: Translate) -> Table:
    """The three groups with area and money at stake."""
    _ = translate
    heads = (_("Group"), _("Contracts"), _("Area (mu)"), _("At stake (yuan)"))
    table = new_table(_("Groups (a contract may stand in several)"), heads)
    for group, total in summary.groups.items():
        table.add_row(
            badge(group, language),
            f"{total.count:,}",
            _with_unknown(grouped(total.area_mu, 2), total.unknown_area_count, _),
            _with_unknown(grouped(total.at_stake_yuan, 2), total.unknown_amount_count, _),
        )
    table.add_section()
    table.add_row(_("In at least one group"), f"{summary.in_any_group:,}", "", "")
    return table


def _with_unknown(figure: str, unknown_count: int, translate: Translate) -> str:
    """Missing is not zero: a sum says how many of its parts are unknown."""
    if not unknown_count:
        return figure
    return translate("{figure} and {count} unknown").format(figure=figure, count=unknown_count)


def unused_beside(summary: Summary, language: str, translate: Translate) -> str:
    """A sentence about land not developed that is not counted in the third group."""
    told = (f"{b.label(language)} {n:,}" for b, n in summary.unused_beside.items())
    return translate("Not developed, but not counted in the group: {buckets}").format(
        buckets=("、" if language == "zh" else ", ").join(told)
    )


def tally_table(tally: Tally, language: str, translate: Translate) -> Table:
    """Inefficient land against its targets."""
    _ = translate
    heads = [_("Inefficient land"), _("Done (mu)"), _("Target (mu)"), _("Share of target")]
    heads += [_("In progress (mu)"), _("Planned (mu)")]
    table = new_table(_("Target tally as of {day}").format(day=tally.as_of), heads)
    for line in tally.lines:
        table.add_row(
            badge(line.kind, language),
            grouped(line.done_mu, 2),
            grouped(line.target.target_mu, 0) if line.target else "–",
            _bar(line.share),
            grouped(line.in_progress_mu, 2),
            grouped(line.planned_mu, 2),
        )
    return table


def double_claims(tally: Tally, translate: Translate) -> str:
    """A sentence about land claimed twice; empty when there is none."""
    if not tally.overlaps:
        return ""
    return translate(
        "{count} pairs of entries claim the same land; it is credited once, to the earlier one."
    ).format(count=len(tally.overlaps))


def contract_table(content: CheckContent, translate: Translate, limit: int = 20) -> Table:
    """The gravest contracts of a check, at most `limit`, in the order of the site's list."""
    _ = translate
    rows = gravest_rows(content.columns, content.judged, limit)
    heads = (_("Contract"), _("Verdict"), _("Project"), _("Reason"), _("Days"))
    title = _("The gravest {count} contracts").format(count=len(rows))
    table = new_table(title, heads, text_columns=4)
    names = content.columns.texts["project_name"][rows]
    results = contract_results(content.columns, content.judged, rows)
    for contract, name in zip(results, names, strict=True):
        words = contract.lead and content.wording.finding(contract.lead, contract)
        table.add_row(
            Text(" ".join(filter(None, (contract.key.contract_no, contract.key.phase)))),
            badge(contract.verdict, content.language),
            Text(name or ""),
            Text(words.reason if words else ""),
            f"{contract.worst_days:,}" if contract.worst_days else "",
        )
    return table


def _bar(share: Fraction | None, width: int = 12) -> Text:
    if share is None:
        return Text("–")
    filled = min(width, int(share * width))
    return Text.assemble(
        ("█" * filled, Tone.VACATED.fill), ("░" * (width - filled), ""), f" {float(share):7.2%}"
    )


def drawn(content: Cells, language: str) -> Table:
    """A table of typed cells as the terminal shows it."""
    table = new_table(content.title, content.heads, content.text_count)
    for row in content.rows:
        table.add_row(*(_cell(cell, language) for cell in row))
    return table


def _cell(cell: Any, language: str) -> Text:
    match cell:
        case None:
            return Text(NOTHING)
        case Codelist():
            return badge(cell, language)
        case date():
            return Text(cell.isoformat())
        case Share():
            return Text(f"{grouped(cell * 100, 2)}%")
        case Fraction() | Decimal():
            return Text(grouped(cell, 2))
        case int():
            return Text(grouped(cell, 0))
        case _:
            return Text(str(cell))
