"""Causes of government: the periods on record, and the judgement with and without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from geodata.model.codelists import GovernmentCause, MilestoneKind, PeriodStatus
from geodata.model.land_lists import NET_LAND, SiteStatement
from service.compliance.casework.flags import failed_conditions
from service.compliance.casework.what_if import late_damages
from service.compliance.rules.results import ContractResult, MilestoneResult
from service.maps.figures import NOTHING
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen, entries
from service.reports.papers.blocks import Align, Block, Paragraph, Runs, Table, runs

_DAY: Final = timedelta(days=1)

Said = Callable[[ContractResult], str]


def government(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The periods, and what they change."""
    _, periods = pen.translate, entries(facts.cells.get("government_periods"))
    yield pen.heading(_("Causes of government"))
    if periods:
        yield _periods(periods, facts.as_of, pen)
    else:
        yield pen.paragraph(_("No period of government cause is on record."))
    yield pen.paragraph(
        _(
            "Only verified periods are deducted; overlapping days count once. A delivery later than"
            " agreed is deducted by itself."
        )
    )
    yield _compared(facts, pen)
    yield from _net_land(facts, pen)


def _periods(periods: Sequence[tuple[Any, ...]], as_of: date, pen: Pen) -> Block:
    _ = pen.translate
    heads = (_("Cause"), _("From"), _("To"), _("Days up to the day of the report"), _("Standing"))
    return Table(
        heads,
        tuple(_period(as_of, pen, *period) for period in periods),
        (5, 3, 3, 4, 3),
        (Align.LEFT, Align.LEFT, Align.LEFT, Align.RIGHT, Align.LEFT),
        _("Periods on record"),
    )


def _period(
    as_of: date, pen: Pen, begins_on: date, ends_on: date | None, cause: int, status: int
) -> tuple[Runs, ...]:
    _, member = pen.translate, GovernmentCause.at(cause)
    days = (min(ends_on or as_of, as_of) + _DAY - begins_on).days
    return (
        runs(f"{member.value} {pen.label(member)}"),
        runs(pen.day(begins_on)),
        runs(pen.day(ends_on) if ends_on else _("still going on")),
        runs(pen.days(max(0, days))),
        runs(pen.label(PeriodStatus.at(status))),
    )


def _compared(facts: BreachFacts, pen: Pen) -> Block:
    """The judgement beside what it would be without deduction, and with claims granted."""
    _, what_if = pen.translate, facts.what_if
    columns = [(_("Deducted"), facts.parcel.result), (_("Not deducted"), what_if.undeducted)]
    if what_if.if_verified:
        columns.append((_("If claims were verified"), what_if.if_verified))
    rows = [
        (runs(name), *(runs(said(result)) for _head, result in columns))
        for name, said in _lines(pen)
    ]
    heads = (_("Judged"), *(head for head, _result in columns))
    return Table(heads, tuple(rows), (4, *[4] * len(columns)), caption=_("What deduction changes"))


def _net_land(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """What was found of clean land at delivery: what failed is evidence for G1 (R1.43)."""
    _, law = pen.translate, facts.parcel.wording.law.act("net_land").versions[-1]
    heads = (_("Clean land at delivery"), _("Found"), _("Rests on"))
    rows = tuple(_condition(facts, pen, matter) for matter in NET_LAND)
    yield Table(heads, rows, (6, 3, 7), caption=_("Clean land at delivery"))
    if failed_conditions(facts.said):
        told = _(
            "What was not met is evidence for a cause of government (G1); days are deducted once"
            " such a period is verified."
        )
        yield Paragraph(runs(told, pen.basis(law.citations, law.confidence)))


def _condition(facts: BreachFacts, pen: Pen, matter: SiteStatement) -> tuple[Runs, ...]:
    _, stated = pen.translate, facts.said.get(matter)
    if stated is None:
        return runs(pen.label(matter)), runs(_("not on record")), runs(NOTHING)
    found = _("met") if stated.holds else _("not met")
    return runs(pen.label(matter)), runs(found), runs(stated.source)


def _lines(pen: Pen) -> Iterator[tuple[str, Said]]:
    _ = pen.translate
    yield _("Verdict"), lambda one: pen.charge(one.verdict)
    yield _("Start due on"), lambda one: pen.day(_start(one).due_on)
    yield _("Start late by"), lambda one: pen.days(_start(one).late_days)
    yield (
        _("Idle clock from"),
        lambda one: pen.figures.day(one.idle.clock_from if one.idle else None),
    )
    yield (
        _("One year full on"),
        lambda one: pen.figures.day(one.idle.one_year_on if one.idle else None),
    )
    yield (
        _("Two years full on"),
        lambda one: pen.figures.day(one.idle.two_years_on if one.idle else None),
    )
    yield _("Damages for late milestones"), lambda one: pen.owed(late_damages(one))
    yield _("Idle-land fee"), lambda one: pen.owed(one.idle.fee_yuan if one.idle else None)


def _start(result: ContractResult) -> MilestoneResult:
    return result.milestones[MilestoneKind.START.position]
