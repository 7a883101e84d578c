"""Spans are what judging every single day would give."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from geodata.model.codelists import Group, MilestoneState, UnusedBucket, Verdict
from geodata.model.columns import LedgerColumns, as_date, day_number, from_rows
from geodata.model.judgements import NEVER
from geodata.model.standings import StandingSpans
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import contract_results
from service.compliance.rules.spans import life_of, standing_spans

from .strategies import random_rows

OPEN = (MilestoneState.NOT_DUE, MilestoneState.DUE_SOON, MilestoneState.EXTENDED)
SETTLED = (MilestoneState.NA, MilestoneState.MET, MilestoneState.MET_LATE, MilestoneState.CLOSED)


def told_on(spans: StandingSpans, row: int, day: int) -> tuple[object, ...]:
    """What the spans tell of a contract on a day."""
    (place,) = np.flatnonzero((spans.row == row) & (spans.from_on <= day) & (day < spans.until_on))
    bucket, milestone = int(spans.bucket[place]), int(spans.milestone[place])
    grown = day - int(spans.from_on[place]) if spans.is_running[place] else 0
    return (
        Verdict.at(int(spans.verdict[place])),
        frozenset(group for group in Group if spans.groups[group][place]),
        UnusedBucket.at(bucket) if bucket >= 0 else None,
        milestone if milestone >= 0 else None,
        as_date(int(spans.since_on[place])),
        int(spans.worst_days[place]) + grown,
    )


def judged_every_day(
    columns: LedgerColumns, law: LawBook, row: int, days: np.ndarray
) -> list[tuple[object, ...]]:
    """The same, by judging a contract on each day."""
    every_day = columns.take(np.full(len(days), row, dtype=np.intp))
    judged = evaluate(every_day, law, days)
    return [
        (
            result.verdict,
            result.groups,
            result.bucket,
            next(
                (
                    stone.kind.position
                    for stone in result.milestones
                    if stone.state and stone.state not in SETTLED
                ),
                None,
            ),
            result.lead.since_on if result.lead else None,
            result.worst_days,
        )
        for result in contract_results(every_day, judged)
    ]


@pytest.mark.parametrize("as_of", [date(2005, 3, 1), date(2024, 2, 29)], ids=str)
def test_spans_equal_a_judgement_on_every_day(as_of: date, law: LawBook) -> None:
    columns = from_rows(random_rows(day_number(as_of), as_of, 30))
    first, last = as_of - timedelta(days=400), as_of + timedelta(days=400)
    spans = standing_spans(columns, law, first, last)
    days = np.arange(day_number(first), day_number(last) + 1, dtype=np.int32)
    for row in range(len(columns)):
        told = [told_on(spans, row, day) for day in days.tolist()]
        assert told == judged_every_day(columns, law, row, days)


def test_a_milestone_ahead_is_the_next_due(law: LawBook) -> None:
    as_of = date(2024, 2, 29)
    columns = from_rows(random_rows(5, as_of, 200))
    spans = standing_spans(columns, law, as_of, as_of)
    judged = evaluate(columns, law, as_of)
    met = 0
    for result, due_on in zip(contract_results(columns, judged), spans.due_on, strict=True):
        ahead = [m.due_on for m in result.milestones if m.state in OPEN and m.due_on]
        if due := as_date(int(due_on)):
            assert due == min(ahead) >= as_of
            met += 1
        else:
            moved = result.next_change_on == as_of + timedelta(days=1)
            assert not ahead or moved, "none is ahead, or a pause moves it every day"
    assert met > 20


def test_a_later_look_goes_on_where_the_last_span_begins(law: LawBook) -> None:
    as_of = date(2024, 2, 29)
    columns = from_rows(random_rows(9, as_of, 60))
    first, middle, last = date(2020, 1, 1), as_of, date(2026, 1, 1)
    whole = standing_spans(columns, law, first, last)
    early = standing_spans(columns, law, first, middle)
    changing = np.flatnonzero(early.next_change_on <= day_number(last))
    stands = early.from_on[early.until_on == NEVER]
    late = standing_spans(columns.take(changing), law, stands[changing], last)
    for place, row in enumerate(changing.tolist()):
        kept = early.from_on[(early.row == row) & (early.until_on != NEVER)]
        joined = [*kept.tolist(), *late.from_on[late.row == place].tolist()]
        assert joined == whole.from_on[whole.row == row].tolist()
    rest = np.setdiff1d(np.arange(len(columns)), changing)
    assert np.all(early.next_change_on[rest] == whole.next_change_on[rest])


CONTRACT = {
    "contract_no": "A",
    "signed_on": date(2021, 1, 10),
    "delivered_on": date(2021, 2, 1),
    "start_agreed_on": date(2022, 3, 31),
    "closed_on": date(2024, 12, 1),
}


def test_the_life_of_a_contract_is_told_in_words(law: LawBook) -> None:
    life = life_of(from_rows([CONTRACT]), law, date(2030, 1, 1))
    assert [(span.verdict.value, str(span.from_on)) for span in life] == [
        ("supplied_unused", "2021-01-10"),
        ("due_soon", "2022-03-01"),
        ("overdue_start", "2022-04-01"),
        ("suspect_idle_1y", "2023-04-01"),
        ("suspect_idle_2y", "2024-04-01"),
        ("closed", "2024-12-01"),
    ]
    assert life[0].to_on == date(2022, 2, 28)
    assert life[-1].to_on is None
    assert life[0].holds_on(date(2022, 2, 28))
    assert not life[0].holds_on(date(2022, 3, 1))


def test_a_life_that_is_cut_off_ends_on_the_last_day_asked_about(law: LawBook) -> None:
    life = life_of(from_rows([CONTRACT]), law, date(2023, 1, 1))
    assert (life[-1].verdict, life[-1].to_on) == (Verdict.OVERDUE_START, date(2023, 1, 1))


def test_no_rows_have_no_spans(law: LawBook) -> None:
    assert len(standing_spans(from_rows([]), law, date(2024, 1, 1), date(2025, 1, 1))) == 0
