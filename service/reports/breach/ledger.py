"""The ledger of a batch of breach reports: a row for each contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from service.compliance.casework.progress import Way
from service.compliance.casework.what_if import late_damages
from service.i18n import translator
from service.reports.breach.facts import BreachFacts
from service.reports.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What the ledger says of a contract.

    Attributes
    ----------
    damages_yuan, fee_yuan
        For late milestones, and for idle land; None where none is known.
    next_step, last_on
        What comes next, and its last day where the law sets one.
    gap_count
        Facts that no evidence proves.
    file
        Name of the report.
    """

    key: ContractKey
    project_name: str
    grantee: str
    park: str
    verdict: Verdict
    damages_yuan: Decimal | None
    fee_yuan: Decimal | None
    next_step: str
    last_on: date | None
    gap_count: int
    file: str


def ledger_line(facts: BreachFacts, file: str) -> LedgerLine:
    """The line of a report."""
    parcel, idle = facts.parcel, facts.parcel.result.idle
    next_step, last_on = _next(facts)
    return LedgerLine(
        key=parcel.key,
        project_name=parcel.project_name,
        grantee=parcel.grantee,
        park=parcel.park,
        verdict=parcel.verdict,
        damages_yuan=late_damages(parcel.result),
        fee_yuan=idle.fee_yuan if idle else None,
        next_step=next_step,
        last_on=last_on,
        gap_count=facts.gap_count,
        file=file,
    )


def ledger_table(lines: Iterable[LedgerLine], as_of: date, language: str) -> Table:
    """The ledger, in the order of the lines."""
    _ = translator(language)
    heads = (
        *(_("Contract"), _("Phase"), _("Parcel code"), _("Project"), _("Grantee"), _("Park")),
        *(_("Verdict"), _("Next step"), _("Report"), _("Last day"), _("Facts without evidence")),
        *(_("Damages for late milestones (yuan)"), _("Idle-land fee (yuan)")),
    )
    rows = tuple(
        (
            *line.key.parts,
            *(line.project_name, line.grantee, line.park, line.verdict, line.next_step),
            *(line.file, line.last_on, line.gap_count, line.damages_yuan, line.fee_yuan),
        )
        for line in lines
    )
    return Table(_("Breach reports {day}").format(day=as_of), heads, rows, text_count=9)


def _next(facts: BreachFacts) -> tuple[str, date | None]:
    """The nearest step of an open case; else what the gravest finding asks for."""
    parcel = facts.parcel
    ways = [way for story in facts.cases if story.case.is_open for way in story.ways]
    if ways:
        way = min(ways, key=_nearness)
        return way.transition.action.label(parcel.wording.language), way.last_on
    lead = parcel.result.lead
    dated = [act.deadline.last_on for act in facts.acts if act.deadline and act.deadline.last_on]
    return parcel.words(lead).next_step if lead else "", min(dated, default=None)


def _nearness(way: Way) -> date:
    return way.last_on or date.max
