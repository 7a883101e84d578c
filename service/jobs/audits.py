"""Jobs that judge: the full audit of a day, and lists and maps brought up to date."""

from __future__ import annotations

from datetime import date

from geodata.model.tasks import Sentence, TaskResult
from service.clock import today
from service.jobs.job import Work
from service.operations.auditing import audit
from service.operations.cards import refresh_cards


def audit_day(work: Work) -> TaskResult:
    """Audit the day ``as_of``; a day judged before from the same facts keeps its run."""
    as_of = date.fromisoformat(work.arguments["as_of"])
    actor = work.actor.name
    result = audit(
        work.engine, work.law, as_of, "zh", actor=actor, clock=work.clock, tell=work.tell
    )
    told = {"run": result.run.run_id, "day": as_of, "count": result.run.contract_count}
    if result.is_new:
        sentence = Sentence("Judged {count:,} contracts as of {day}: run {run}.", told)
    else:
        sentence = Sentence(
            "Run {run} had judged these facts as of {day} already: {count:,} contracts.", told
        )
    return TaskResult(sentence, "runs.runs")


def refresh(work: Work) -> TaskResult:
    """Bring lists and maps up to date, and look a year ahead of today."""
    work.tell("Bringing lists and maps up to date")
    result = refresh_cards(work.engine, work.law, today(work.clock))
    sentence = Sentence(
        "Lists and maps are up to date; {count:,} contracts were judged anew.",
        {"count": result.renewed_count},
    )
    return TaskResult(sentence, "contracts.contracts")
