"""Explanations: the kernels run on one row with the trace on, and every step is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from geodata.model.codelists import MilestoneKind, MilestoneState
from geodata.model.columns import NO_CODE, Exact, LedgerColumns, as_date
from geodata.model.judgements import NO_COUNT, Amounts
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.trace import Measure, Recorder, Step

_TITLES = {
    "agreed_on": ("约定日期", "agreed date"),
    "in_force_on": ("延期后日期", "date after extensions"),
    "accrued_days": ("逾期批准前的逾期天数", "late days before late approvals"),
    "due_on": ("到期日（含中止顺延）", "due date with pauses"),
    "late_days": ("逾期天数", "late days"),
    "state": ("状态", "state"),
    "damages": ("违约金", "liquidated damages"),
    "developed": ("已动工开发", "development has commenced"),
    "clock_from": ("闲置起算日", "idle clock starts"),
    "paused_days": ("政府原因天数", "paused days"),
    "one_year_on": ("满一年之日", "end of the first year"),
    "two_years_on": ("满二年之日", "end of the second year"),
    "fee": ("土地闲置费", "idle-land fee"),
}
_SUBJECTS = {"delivery": ("交地", "delivery"), "idle": ("闲置", "idle land")}


def explain(
    columns: LedgerColumns, law: LawBook, as_of: date, row: int, language: str = "zh"
) -> list[dict[str, Any]]:
    """Every named intermediate value of one row, with unit, citation and parameter version.

    The values come from the very kernels that judge the ledger, run on this row alone.
    """
    recorder = Recorder()
    evaluate(columns.take([row]), law, as_of, recorder)
    return [_told(step, law, as_of, language) for step in recorder.steps]


def _told(step: Step, law: LawBook, as_of: date, language: str) -> dict[str, Any]:
    return {
        "name": step.name,
        "title": _title(step.name, language),
        "value": _value(step),
        "unit": step.measure.value,
        "parameters": [
            _parameter(law, number_id, as_of, language)
            for number_id in step.numbers
            if number_id in law.numbers
        ],
    }


def _title(name: str, language: str) -> str:
    place = 0 if language == "zh" else 1
    subject, _, part = name.rpartition(".")
    title = _TITLES[part][place]
    if not subject:
        return title
    known = _SUBJECTS.get(subject)
    owner = known[place] if known else MilestoneKind.of(subject).label(language)
    return f"{owner}{'：' if language == 'zh' else ': '}{title}"


def _value(step: Step) -> str | int | bool | None:
    values = step.values
    if isinstance(values, Amounts):
        amount = values.yuan(0)
        return None if amount is None else f"{amount:.2f}"
    if isinstance(values, Exact):
        return str(values.fraction(0))
    number = values[0]  # type: ignore[index]  # every other column is an array
    match step.measure:
        case Measure.DAY:
            day = as_date(int(number))
            return None if day is None else day.isoformat()
        case Measure.FLAG:
            return bool(number)
        case Measure.STATE:
            return None if number == NO_CODE else str(MilestoneState.at(int(number)).value)
        case _:
            return None if number == NO_COUNT else int(number)


def _parameter(law: LawBook, number_id: str, as_of: date, language: str) -> dict[str, Any]:
    number = law.numbers[number_id]
    version = number.on(as_of)
    return {
        "id": number_id,
        "title": number.zh if language == "zh" else number.en,
        "value": str(version.value),
        "unit": number.unit,
        "from": version.from_on.isoformat(),
        "pack": number.pack,
        "basis": [citation.text(language) for citation in version.citations],
        "confidence": version.confidence.value,
    }
