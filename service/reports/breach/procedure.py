"""The procedure: what was done in each case, and what comes next until when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from geodata.model.cases import CaseStep
from geodata.model.law_lists import PeriodKind
from service.compliance.casework.deadlines import Deadline
from service.compliance.casework.next_acts import OpenAct
from service.compliance.casework.progress import Way
from service.compliance.law import Period
from service.maps.figures import NOTHING
from service.reports.breach.facts import BreachFacts, CaseStory
from service.reports.breach.pen import Pen
from service.reports.papers.blocks import Block, Runs, Table, runs

_WIDTHS: Final = (9, 5, 12)

Row = tuple[Runs, ...]


def procedure(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """Each case, or the acts a first one would begin with."""
    _ = pen.translate
    yield pen.heading(_("Procedure"))
    for story in facts.cases:
        yield from case_story(story, pen)
    if any(story.case.is_open for story in facts.cases):
        return
    yield pen.paragraph(_("No case is open about this contract."))
    if facts.acts:
        heads = (_("Act"), _("By"), _("Period and last day"))
        rows = tuple(_act(one, pen) for one in facts.acts)
        caption = _(
            "Acts of the idle-land procedure, if a case were opened on the day of the report"
        )
        yield Table(heads, rows, _WIDTHS, caption=caption)
        return
    rows = tuple(_steps(facts, pen))
    if rows:
        yield Table((_("Found"), _("Next step")), rows, (6, 14))


def case_story(story: CaseStory, pen: Pen) -> Iterator[Block]:
    """What was done in a case, and the ways on."""
    _, case = pen.translate, story.case
    told = _("{path}, opened on {day}: {state}").format(
        path=pen.label(case.path), day=case.opened_on, state=pen.label(case.state)
    )
    yield pen.heading(told, 2)
    if story.steps:
        heads = (_("Done"), _("Day"), _("Documents and reason"))
        yield Table(heads, tuple(_step(step, pen) for step in story.steps), _WIDTHS)
    if story.ways:
        heads = (_("Possible next"), _("Last day"), _("By"))
        yield Table(heads, tuple(_way(way, pen) for way in story.ways), (9, 5, 6))


def _step(step: CaseStep, pen: Pen) -> Row:
    taken = step.taken
    documents = (f"{pen.label(kind)} {number}" for kind, number in taken.documents.items())
    amount = pen.money(taken.amount_yuan) if taken.amount_yuan is not None else ""
    return (
        runs(pen.label(taken.action)),
        runs(taken.acted_on.isoformat()),
        runs(pen.joined((*documents, amount, taken.reason)) or NOTHING),
    )


def _way(way: Way, pen: Pen) -> Row:
    _, last_on = pen.translate, way.last_on
    opens = _("from {day} on").format(day=way.opens_on) if way.opens_on else ""
    return (
        runs(pen.label(way.transition.action)),
        runs(pen.joined((pen.day(last_on) if last_on else "", opens)) or NOTHING),
        runs(pen.label(way.transition.permission)),
    )


def _act(one: OpenAct, pen: Pen) -> Row:
    version = one.deadline.version if one.deadline else one.act.versions[-1]
    basis = pen.basis(version.citations, version.confidence)
    return (
        runs(one.act.title(pen.language), basis),
        runs(pen.label(one.act.by)),
        runs(pen.joined((_period(version.period, pen), _last_day(one.deadline, pen))) or NOTHING),
    )


def _period(period: Period | None, pen: Pen) -> str:
    """The length of a period, and how it binds."""
    if period is None:
        return ""
    _, joint = pen.translate, "" if pen.language == "zh" else " "
    said = {
        PeriodKind.WITHIN: _("within {length}"),
        PeriodKind.AHEAD: _("at least {length} ahead"),
        PeriodKind.WAITS: _("only after {length}"),
    }
    return said[period.kind].format(length=f"{period.count}{joint}{pen.label(period.unit)}")


def _last_day(deadline: Deadline | None, pen: Pen) -> str:
    _ = pen.translate
    if deadline is None or deadline.last_on is None:
        return ""
    return _("by {day}").format(day=deadline.last_on)


def _steps(facts: BreachFacts, pen: Pen) -> Iterator[Row]:
    for finding in facts.parcel.ranked_findings:
        yield runs(pen.charge(finding.code)), runs(facts.parcel.words(finding).next_step)
