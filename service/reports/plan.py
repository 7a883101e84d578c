"""The plan as tables of typed cells, as JSON and as a workbook."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from service.compliance.indicators.limits import Limit, Measure
from service.compliance.indicators.plan_results import NoPlan, Plan
from service.compliance.indicators.scenario import PlanReport
from service.i18n import Translate, translator
from service.maps.figures import grouped
from service.reports.plain_figures import optional, plain
from service.reports.table_files import write_sheets
from service.reports.tables import Cells, Table


def tables(report: PlanReport, language: str) -> list[Table]:
    """What was asked and what came of it; only tables that have a row."""
    _ = translator(language)
    made = [goal_table(report, language)]
    match report.plan:
        case Plan():
            made.append(taken_table(report, language))
        case NoPlan() as found:
            made.append(_excess_table(found, _))
    made.append(unpriced_table(report, language))
    return [table for table in made if table.rows]


def goal_table(report: PlanReport, language: str) -> Table:
    """What is to be reached, and what is missing where it cannot be."""
    _ = translator(language)
    short = (
        {each.goal.goal_id: each.mu for each in report.plan.shortfalls}
        if isinstance(report.plan, NoPlan)
        else {}
    )
    heads = [_("Target"), _("Asked for by"), _("Target (mu)"), _("Done (mu)")]
    rows = [
        [
            report.targets[goal.goal_id].title(language),
            *(str(goal.until_on), goal.mu, report.done_mu[goal.goal_id]),
            short.get(goal.goal_id, Fraction(0)),
        ]
        for goal in report.scenario.goals
    ]
    heads.append(_("Missing within the limits (mu)"))
    return Table(_("What the plan is asked for"), heads, rows, text_count=2)


def taken_table(report: PlanReport, language: str) -> Table:
    """The entries to take up, by the year by the end of which they are."""
    _ = translator(language)
    taken = report.plan.taken if isinstance(report.plan, Plan) else ()
    rows = [
        [*_entry(report, each.claim_code), str(each.until_year), *_sums(report, each.claim_code)]
        for each in sorted(taken, key=lambda one: (one.until_year, one.claim_code))
    ]
    heads = [*_entry_heads(_), _("By the end of"), _("Area (mu)"), _("Cost (yuan)")]
    return Table(_("Entries to take up"), heads, rows, text_count=5)


def unpriced_table(report: PlanReport, language: str) -> Table:
    """Open entries that no plan takes up, because nobody said what they cost."""
    _ = translator(language)
    rows = [[*_entry(report, code), report.credited_mu[code]] for code in report.plan.unpriced]
    heads = [*_entry_heads(_), _("Area (mu)")]
    return Table(_("Entries without a cost"), heads, rows, text_count=4)


def remarks(report: PlanReport, language: str) -> list[str]:
    """What the plan comes to, as sentences."""
    _ = translator(language)
    match report.plan:
        case Plan() as plan:
            told = {"count": len(plan.taken), "cost": grouped(plan.cost_yuan, 0)}
            said = [_("{count} entries reach the targets for {cost} yuan.").format(**told)]
            said.append(
                _("No plan costs less.")
                if plan.is_cheapest
                else _("Time was up: no plan costs less than {bound} yuan.").format(
                    bound=grouped(plan.lower_bound_yuan, 0)
                )
            )
        case NoPlan() as found:
            said = [_("The targets cannot be reached like this.")]
            said.append(
                _("The limits below bind: raised by that much, they let the targets be reached.")
                if found.excesses
                else _("The land of the entries with a cost does not suffice, whatever the limits.")
            )
            if not found.is_least:
                said.append(_("Time was up before it was shown that less would not do."))
    if report.plan.unpriced:
        said.append(
            _("{count} open entries have no cost: no plan takes them up.").format(
                count=len(report.plan.unpriced)
            )
        )
    return said


def write_workbook(report: PlanReport, path: Path | IO[bytes], language: str) -> None:
    """Write one sheet per table."""
    write_sheets(tables(report, language), path, language)


def write_json(report: PlanReport, stream: IO[str]) -> None:
    """Write the plan as one document; areas are in mu."""
    json.dump(plan_document(report), stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def plan_document(report: PlanReport) -> dict[str, Any]:
    """The plan in words and figures; ``plan`` is null where nothing reaches the targets."""
    scenario = report.scenario
    return {
        "as_of": report.as_of.isoformat(),
        "targets": [
            {
                "id": goal.goal_id,
                "until": goal.until_on.isoformat(),
                "target": plain(goal.mu),
                "done": plain(report.done_mu[goal.goal_id]),
            }
            for goal in scenario.goals
        ],
        "cost_percent": plain(scenario.cost_percent),
        "limits": list(map(_limit, scenario.limits)),
        "plan": _plan(report, report.plan) if isinstance(report.plan, Plan) else None,
        "no_plan": _no_plan(report.plan) if isinstance(report.plan, NoPlan) else None,
        "without_cost": list(report.plan.unpriced),
    }


def _plan(report: PlanReport, plan: Plan) -> dict[str, Any]:
    return {
        "cost_yuan": plain(plan.cost_yuan),
        "lower_bound_yuan": plain(plan.lower_bound_yuan),
        "is_cheapest": plan.is_cheapest,
        "taken": [
            {
                "entry": each.claim_code,
                "until_year": each.until_year,
                "area": plain(report.credited_mu[each.claim_code]),
                "cost_yuan": optional(report.costs.get(each.claim_code)),
            }
            for each in plan.taken
        ],
    }


def _no_plan(found: NoPlan) -> dict[str, Any]:
    return {
        "missing": [
            {"id": each.goal.goal_id, "missing": plain(each.mu)} for each in found.shortfalls
        ],
        "binding": [_limit(each.limit) | {"raise_by": plain(each.by)} for each in found.excesses],
        "is_least": found.is_least,
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "town": limit.town,
        "year": limit.year,
        "measure": limit.measure.value,
        "at_most": plain(limit.at_most),
    }


def _excess_table(found: NoPlan, _: Translate) -> Table:
    rows = [
        [
            each.limit.town or _("every town"),
            str(each.limit.year or _("every year")),
            *(_amount(each.limit, amount, _) for amount in (each.limit.at_most, each.by)),
        ]
        for each in found.excesses
    ]
    heads = [_("Town"), _("Year"), _("Limit"), _("To be raised by")]
    return Table(_("Limits that bind"), heads, rows, text_count=2)


def _amount(limit: Limit, amount: Fraction, _: Translate) -> str:
    figure = grouped(amount, 2)
    template = _("{figure} mu") if limit.measure is Measure.MU else _("{figure} yuan")
    return template.format(figure=figure)


def _entry_heads(_: Translate) -> list[str]:
    return [_("Register entry"), _("Kind"), _("Town"), _("Park")]


def _entry(report: PlanReport, code: str) -> Cells:
    claim = report.entries[code]
    return [code, claim.kind, claim.town, claim.park]


def _sums(report: PlanReport, code: str) -> tuple[Fraction, Fraction]:
    return report.credited_mu[code], report.costs[code]
