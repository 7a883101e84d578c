"""Every calculation behind the findings: formula, result, rule and article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service.compliance.rules.explanation import ExplainedFinding, ExplainedStep
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen
from service.reports.explanations import value_words
from service.reports.papers.blocks import Block, Run, Runs, Table, runs

_WIDTHS: Final = (7, 11, 7, 13)


def calculations(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The calculations of each finding; what several rest on is told with the first."""
    _, told = pen.translate, set[str]()
    yield pen.heading(_("Calculations"))
    tables = list(_tables(facts, pen, told))
    if not tables:
        yield pen.paragraph(_("No finding rests on a calculation."))
    yield from tables


def _tables(facts: BreachFacts, pen: Pen, told: set[str]) -> Iterator[Block]:
    _, explanation = pen.translate, facts.explanation
    heads = (_("Step"), _("Calculation"), _("Result"), _("Rule"))
    for finding in _in_order(facts):
        steps = [step for step in explanation.chain(finding) if _is_new(step, told)]
        told.update(step.name for step in steps)
        if steps:
            rows = tuple(_row(step, pen) for step in steps)
            yield Table(heads, rows, _WIDTHS, caption=pen.charge(finding.code))


def _in_order(facts: BreachFacts) -> list[ExplainedFinding]:
    result = facts.parcel.result
    pairs = zip(result.findings, facts.explanation.findings, strict=True)
    why = {id(finding): explained for finding, explained in pairs}
    return [why[id(finding)] for finding in facts.parcel.ranked_findings]


def _is_new(step: ExplainedStep, told: set[str]) -> bool:
    return step.arithmetic is not None and step.name not in told


def _row(step: ExplainedStep, pen: Pen) -> tuple[Runs, ...]:
    return (
        runs(step.title(pen.language)),
        runs(step.arithmetic or ""),
        runs(value_words(step, pen.language)),
        runs(step.law.rule[pen.language], tuple(dict.fromkeys(_bases(step, pen)))),
    )


def _bases(step: ExplainedStep, pen: Pen) -> Iterator[Run]:
    """The law of a step, and the texts its legal numbers stand in."""
    yield from pen.basis(step.law.citations, step.law.confidence)
    for use in step.numbers:
        yield from pen.basis(use.version.citations, use.version.confidence)
