"""Explanations: every figure leads back to facts and articles, and its arithmetic is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from geodata.errors import LawBookError
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import LedgerColumns, from_rows
from geodata.model.fact_standing import FactStanding
from service.compliance.law import LawBook
from service.compliance.law.entries import Entry
from service.compliance.law.steps import read_steps
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import ExplainedStep, Explanation, Fact
from service.compliance.rules.results import contract_results
from service.compliance.rules.trace import Measure, Recorder
from service.reports.explanations import TraceDocuments

from .arithmetic import Calculator, cents
from .checking import read_row
from .peer_calendar import WorkCalendar
from .strategies import AS_OF, random_rows

DAYS_OF_JUDGEMENT = AS_OF[::2]
PROSE = (Measure.FLAG, Measure.STATE, Measure.ANCHOR, Measure.BUCKET, Measure.VERDICT)


@pytest.fixture(scope="module", params=DAYS_OF_JUDGEMENT, ids=str)
def as_of(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def columns(as_of: date) -> LedgerColumns:
    return from_rows(random_rows(11_000 + AS_OF.index(as_of), as_of, 160))


@pytest.fixture(scope="module")
def told(columns: LedgerColumns, as_of: date, law: LawBook) -> list[Explanation]:
    return list(explanations(columns, law, as_of))


def explain(cells: Mapping[str, object], as_of: date, law: LawBook) -> Explanation:
    (explanation,) = explanations(from_rows([read_row(cells)]), law, as_of)
    return explanation


# --- The trace and the law book ----------------------------------------------------------------


def recorded(law: LawBook) -> Recorder:
    """A trace of rows in which every rule has something to tell."""
    recorder = Recorder()
    for day in AS_OF[:6]:
        columns = from_rows(random_rows(AS_OF.index(day), day, 120))
        evaluate(columns, law, day, recorder)
    return recorder


def test_every_step_told_has_its_words_and_law_and_none_is_stale(law: LawBook) -> None:
    assert {step.name for step in recorded(law).steps} == set(law.steps)
    for step in law.steps.values():
        assert step.zh
        assert step.en
        assert step.citations
        assert all(step.rule[language] for language in ("zh", "en"))


def test_a_formula_names_only_inputs_of_its_step(law: LawBook) -> None:
    for step in recorded(law).steps:
        assert law.steps[step.name].inputs <= {*step.of, *step.numbers}, step.name


def test_a_step_rests_only_on_steps_told_before_it(
    columns: LedgerColumns, as_of: date, law: LawBook
) -> None:
    recorder = Recorder()
    evaluate(columns, law, as_of, recorder)
    waiting = {step.name for step in recorder.steps}
    for step in recorder.steps:
        waiting.discard(step.name)
        assert not waiting & set(step.of), step.name


def test_every_finding_has_its_ground(law: LawBook) -> None:
    grounds = {(ground.code, ground.milestone) for ground in recorded(law).grounds}
    assert {code for code, _ in grounds} == set(FindingCode)
    for kind in MilestoneKind:
        assert (FindingCode.overdue(kind), kind) in grounds


def test_tracing_changes_no_result(columns: LedgerColumns, as_of: date, law: LawBook) -> None:
    silent, traced = evaluate(columns, law, as_of), evaluate(columns, law, as_of, Recorder())
    assert arrays(silent) == arrays(traced)


def arrays(value: Any) -> Any:
    """A value with its arrays as lists, to be compared."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: arrays(part) for key, part in value.items()}
    if is_dataclass(value):
        return [arrays(getattr(value, part.name)) for part in fields(value)]
    return value


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rule": None}, "rule"),
        ({"cites": []}, "cites"),
        ({"cites": ["no-such-law 1"]}, "no-such-law"),
        ({"formula": "{start.due_on + 1"}, "start.due_on"),
        ({"formula": "all of {start.due_on}? {as_of}"}, "all of"),
    ],
)
def test_a_step_that_cannot_be_told_does_not_load(
    law: LawBook, change: dict[str, Any], named: str
) -> None:
    sheet = {
        "zh": "步骤",
        "en": "step",
        "rule": {"zh": "规则", "en": "rule"},
        "cites": ["civil-code 201"],
        "confidence": "verified",
    }
    read_steps({"one": Entry("one", sheet, law.instruments)})
    with pytest.raises(LawBookError, match=named):
        read_steps({"one": Entry("one", sheet | change, law.instruments)})


# --- Chains ------------------------------------------------------------------------------------


def test_every_finding_has_a_chain_that_is_complete_and_cited(told: list[Explanation]) -> None:
    assert any(explanation.findings for explanation in told)
    for explanation in told:
        place = {name: number for number, name in enumerate(explanation.steps)}
        for finding in explanation.findings:
            assert finding.chain
            assert list(finding.chain) == sorted(finding.chain, key=place.__getitem__)
            for step in explanation.chain(finding):
                assert set(step.of) <= set(finding.chain)
                assert set(step.facts) <= set(finding.facts)
                assert step.law.citations


def test_every_figure_of_a_finding_stands_in_its_chain(
    columns: LedgerColumns, as_of: date, law: LawBook, told: list[Explanation]
) -> None:
    judged = evaluate(columns, law, as_of)
    for contract, explanation in zip(contract_results(columns, judged), told, strict=True):
        for finding, why in zip(contract.findings, explanation.findings, strict=True):
            assert (finding.code, finding.milestone) == (why.code, why.milestone)
            steps = explanation.chain(why)
            values = {step.measure: set[Any]() for step in steps}
            for step in steps:
                values[step.measure].add(step.value)
            if finding.days is not None:
                assert finding.days in values[Measure.DAYS], finding
            if finding.amount_yuan is not None:
                assert f"{finding.amount_yuan:.2f}" in values[Measure.YUAN], finding
            if finding.since_on is not None:
                shown = values.get(Measure.DAY, set()) | {fact.value for fact in why.facts}
                last_day = finding.since_on - timedelta(days=1)
                assert shown & {finding.since_on.isoformat(), last_day.isoformat()}, finding


def test_the_verdict_names_what_led_to_it(
    columns: LedgerColumns, as_of: date, law: LawBook, told: list[Explanation]
) -> None:
    judged = evaluate(columns, law, as_of)
    for contract, explanation in zip(contract_results(columns, judged), told, strict=True):
        verdict = explanation.steps["verdict"]
        assert verdict.value == contract.verdict.value
        found = {str(finding.code.value) for finding in contract.findings}
        assert set(verdict.of) <= found | set(explanation.steps)
        if contract.verdict.value in found:
            assert verdict.of == (contract.verdict.value,)


def test_a_row_in_bulk_is_explained_as_it_is_alone(
    columns: LedgerColumns, as_of: date, law: LawBook, told: list[Explanation]
) -> None:
    for row in range(0, len(columns), 20):
        (alone,) = explanations(columns.take([row]), law, as_of)
        assert TraceDocuments("en").trace(alone) == TraceDocuments("en").trace(told[row])
        assert alone.findings == told[row].findings


def test_many_rows_are_explained_in_parts(law: LawBook, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = from_rows(random_rows(3, AS_OF[0], 12))
    whole = list(explanations(columns, law, AS_OF[0]))
    monkeypatch.setattr("service.compliance.rules.explain._CHUNK", 5)
    assert list(explanations(columns, law, AS_OF[0])) == whole


# --- Arithmetic --------------------------------------------------------------------------------


def test_the_arithmetic_of_every_step_comes_to_its_value(
    told: list[Explanation], calendar: WorkCalendar
) -> None:
    steps = [step for explanation in told for step in explanation.steps.values()]
    shown = [step for step in steps if step.arithmetic]
    assert {step.measure for step in shown} >= {Measure.DAY, Measure.DAYS, Measure.YUAN}
    for step in shown:
        check(step, calendar)


def check(step: ExplainedStep, calendar: WorkCalendar) -> None:
    assert step.arithmetic
    if step.measure in PROSE:
        holds = Calculator(step.arithmetic, calendar).result()
        assert holds is (step.value if step.measure is Measure.FLAG else True), step
        return
    written, sign, value = step.arithmetic.rpartition(" = ")
    if not sign:
        written, _, value = step.arithmetic.rpartition(" ≈ ")
    result = Calculator(written, calendar).result()
    assert value == str(step.value)
    if step.measure is Measure.DAY:
        assert result == date.fromisoformat(value), step
    elif sign:
        assert result == Calculator(value, calendar).result(), step
    else:
        assert cents(result) == Fraction(value) != result, step


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12000000.00 × 1‰ × 366", Fraction(4392000)),
        ("[", None),
        ("2024-02-29 + 1y", date(2025, 2, 28)),
        ("roll(2023-09-20 + 9d)", date(2023, 10, 7)),
        ("max(0, 2023-01-01 − 2023-02-01)", 0),
        ("1 < 2 and 2 < 1", False),
    ],
)
def test_the_calculator_notices_what_is_wrong(
    text: str, value: object, calendar: WorkCalendar
) -> None:
    if value is None:
        with pytest.raises(AssertionError):
            Calculator(text, calendar)
    else:
        assert Calculator(text, calendar).result() == value


# --- Single cases ------------------------------------------------------------------------------

LATE = {
    "contract_no": "1",
    "signed_on": "2021-06-30",
    "delivered_on": "2021-09-30",
    "start_agreed_on": "2022-03-31",
    "premium_yuan": "12000000",
    "start_permille": "1",
}


def test_a_figure_is_followed_back_to_facts_and_an_article(law: LawBook) -> None:
    explanation = explain(LATE, date(2023, 4, 1), law)
    damages = explanation.steps["start.damages"]
    assert damages.arithmetic == "12000000.00 × 1‰ × 366 = 4392000.00"
    assert damages.of == ("start.late_days",)
    assert Fact("premium_yuan", "12000000.00", FactStanding.GIVEN) in damages.facts
    assert "33" in {citation.article for citation in damages.law.citations}
    fee = explanation.steps["idle.fee"]
    assert fee.arithmetic == "12000000.00 × 1/5 = 2400000.00"
    (share,) = fee.numbers
    assert share.number.number_id == "idle.fee_share"
    assert share.version.from_on == date(2012, 7, 1)


def test_a_fact_after_the_day_is_told_as_such(law: LawBook) -> None:
    later = {**LATE, "start_on": "2023-05-01"}
    explanation = explain(later, date(2023, 4, 1), law)
    assert Fact("start_on", "2023-05-01", FactStanding.AFTER_DAY) in explanation.findings[0].facts
    assert explanation.steps["start.late_days"].value == 366


def test_a_fact_that_is_missing_is_told_as_such(law: LawBook) -> None:
    unread = {key: cell for key, cell in LATE.items() if key != "start_permille"}
    overdue = explain(unread, date(2023, 4, 1), law).findings[0]
    assert overdue.code is FindingCode.OVERDUE_START
    assert Fact("start_permille", None, FactStanding.NOT_GIVEN) in overdue.facts
    assert "start.damages" not in overdue.chain


def test_extensions_are_told_one_by_one(law: LawBook) -> None:
    extended = {**LATE, "start_extensions": "/2022-05-10/2022-09-30; /2022-09-01/2024-01-31"}
    explanation = explain(extended, date(2023, 4, 1), law)
    steps = explanation.steps
    assert steps["start.extension.late_days[1]"].arithmetic == "2022-05-10 − 2022-03-31 = 40"
    assert steps["start.extension.new_on[2]"].arithmetic == (
        "min(2024-01-31, 2023-03-31) = 2023-03-31"
    )
    assert steps["start.accrued_days"].value == 40
    codes = {finding.code: finding for finding in explanation.findings}
    beyond = codes[FindingCode.EXT_OVER_CAP]
    assert beyond.chain[-1] == "start.extension.beyond_days[2]"
    assert "start_extensions[2].extended_to" in {fact.key for fact in beyond.facts}


def test_instalments_are_told_one_by_one(law: LawBook) -> None:
    owing = {
        **LATE,
        "late_payment_permille": "1",
        "instalments": (
            "2022-01-31 1000000 2022-01-30 -; 2022-06-30 3000000 - 2022-08-01;"
            " 2023-02-28 8000000 - -"
        ),
    }
    explanation = explain(owing, date(2023, 4, 1), law)
    late = [f for f in explanation.findings if f.code is FindingCode.PAYMENT_OVERDUE]
    assert [finding.chain[-3:] for finding in late] == [
        tuple(f"payment.{part}[{entry}]" for part in ("late_days", "damages", "rescission"))
        for entry in (2, 3)
    ]
    steps = explanation.steps
    assert steps["payment.damages[3]"].arithmetic == "8000000.00 × 1‰ × 32 = 256000.00"
    assert steps["payment.rescission[2]"].arithmetic == "275 > 60"
    assert steps["payment.rescission[3]"].value is False


def test_pauses_say_which_periods_and_how_many_days(law: LawBook) -> None:
    paused = {
        **LATE,
        "government_periods": "2022-09-01/2023-02-28 G2 verified; 2023-03-01/ G1 claimed",
    }
    steps = explain(paused, date(2023, 4, 1), law).steps
    assert steps["pause.days[1]"].arithmetic == "2023-02-28 − 2022-09-01 + 1 = 181"
    assert "pause.days[2]" not in steps
    assert steps["start.late_days"].arithmetic == "max(0, 2023-04-01 − 2022-03-31 − 181) = 185"
    assert steps["idle.one_year_on"].arithmetic == "2022-03-31 + 1y + 181 = 2023-09-28"


def test_a_contract_not_in_force_tells_only_why(law: LawBook) -> None:
    explanation = explain(LATE, date(2021, 1, 1), law)
    assert list(explanation.steps) == ["as_of", "verdict"]
    assert explanation.steps["verdict"].arithmetic == "2021-06-30 > 2021-01-01"


def test_the_document_keeps_its_keys_and_names_every_step_once(law: LawBook) -> None:
    explanation = explain(LATE, date(2023, 4, 1), law)
    bare = {"findings": [{} for _ in explanation.findings]}
    document = TraceDocuments("zh").explained(bare, explanation)
    names = [step["name"] for step in document["trace"]]
    assert len(names) == len(set(names))
    fee = document["trace"][names.index("idle.fee")]
    assert {"name", "title", "value", "unit", "parameters"} <= set(fee)
    assert {"of", "facts", "rule", "basis", "confidence", "arithmetic"} <= set(fee)
    assert fee["parameters"][0]["value"] == "1/5"
    for finding in document["findings"]:
        assert set(finding["chain"]) <= set(names)
        assert {"column", "value", "standing"} == set(finding["facts"][0])
