"""Nothing but day counts and amounts changes before the next change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.codelists import MilestoneKind
from geodata.model.columns import Days, LedgerColumns, day_number, from_rows
from geodata.model.judgements import NEVER, Judgements
from service.compliance.law import LawBook, load_book
from service.compliance.rules.evaluate import evaluate

from .checking import STEADY
from .strategies import AS_OF, cases, random_rows

FAR = 20 * 366
"""Days looked ahead where nothing ever changes."""


def steady(judged: Judgements) -> Iterator[tuple[object, ...]]:
    """Of each row, everything but what grows by the day."""
    findings = judged.findings
    parts = (findings.code, findings.milestone, findings.since_on, findings.bucket)
    entries = list(zip(*(part.tolist() for part in (*parts, findings.rescission)), strict=True))
    bounds = np.searchsorted(findings.row, np.arange(len(judged) + 1))
    idle = judged.idle
    columns = [judged.verdict, idle.clock_from, idle.one_year_on, idle.two_years_on]
    for kind in MilestoneKind:
        milestone = judged.milestones[kind]
        columns += [milestone.state, milestone.agreed_on, milestone.due_on, milestone.done_on]
        columns.append(milestone.rescission_option)
    for row, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        yield (*values, *entries[bounds[row] : bounds[row + 1]])


def assert_steady_until_next_change(
    columns: LedgerColumns, law: LawBook, as_of: Days, share: float
) -> None:
    """Judged at a share of the way to the next change, and the day before it."""
    judged = evaluate(columns, law, as_of)
    turns = np.minimum(judged.next_change_on, as_of + FAR)
    assert (turns > as_of).all()
    now = list(steady(judged))
    for later in (as_of + ((turns - 1 - as_of) * share).astype(np.int32), turns - 1):
        then = list(steady(evaluate(columns, law, later.astype(np.int32))))
        assert [row for row, (a, b) in enumerate(zip(now, then, strict=True)) if a != b] == []


@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_nothing_changes_before_the_next_change(as_of: date, law: LawBook) -> None:
    columns = from_rows(random_rows(day_number(as_of), as_of, 400))
    days = np.full(len(columns), day_number(as_of), dtype=np.int32)
    assert_steady_until_next_change(columns, law, days, share=0.5)


@STEADY
@given(case=cases(), share=st.floats(0, 1))
def test_nothing_changes_before_the_next_change_of_one_contract(
    case: tuple[date, dict[str, object]], share: float, law: LawBook
) -> None:
    as_of, row = case
    days = np.array([day_number(as_of)], dtype=np.int32)
    assert_steady_until_next_change(from_rows([row]), law, days, share)


def test_a_new_version_of_a_number_is_a_change() -> None:
    model = load_book("999901")
    columns = from_rows([{"contract_no": "A", "signed_on": date(2000, 1, 1)}])
    start = model.version_starts[0]
    before = np.array([day_number(start) - 1], dtype=np.int32)
    assert evaluate(columns, model, before).next_change_on.tolist() == [day_number(start)]


def test_every_row_may_have_a_day_of_its_own(law: LawBook) -> None:
    columns = from_rows(random_rows(7, AS_OF[0], 200))
    days = np.array([day_number(AS_OF[i % len(AS_OF)]) for i in range(200)], dtype=np.int32)
    together = list(steady(evaluate(columns, law, days)))
    for row, day in enumerate(AS_OF):
        alone = evaluate(columns.take([row]), law, day)
        assert together[row] == next(steady(alone))


def test_most_days_named_bring_a_change(law: LawBook) -> None:
    """A horizon that names tomorrow for all would be true and useless."""
    as_of = date(2024, 3, 1)
    columns = from_rows(random_rows(11, as_of, 1000))
    judged = evaluate(columns, law, as_of)
    turning = judged.next_change_on != NEVER
    rows = np.flatnonzero(turning)
    then = evaluate(columns.take(rows), law, judged.next_change_on[rows])
    now = [row for row, turns in zip(steady(judged), turning, strict=True) if turns]
    changed = [a != b for a, b in zip(now, steady(then), strict=True)]
    assert np.mean(changed) > 0.7
