"""Verdict spans are what judging every single day would give."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from geodata.model.codelists import Verdict
from geodata.model.columns import as_date, day_number, from_rows
from geodata.model.judgements import NEVER
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.spans import verdict_spans

from .strategies import random_rows


@pytest.mark.parametrize("as_of", [date(2005, 3, 1), date(2024, 2, 29)], ids=str)
def test_spans_equal_a_judgement_on_every_day(as_of: date, law: LawBook) -> None:
    columns = from_rows(random_rows(day_number(as_of), as_of, 30))
    first, last = as_of - timedelta(days=400), as_of + timedelta(days=400)
    spans = verdict_spans(columns, law, first, last)
    days = np.arange(day_number(first), day_number(last) + 1, dtype=np.int32)
    for row in range(len(columns)):
        every_day = columns.take(np.full(len(days), row, dtype=np.intp))
        own = spans.row == row
        told = np.repeat(
            spans.verdict[own],
            np.minimum(spans.to_on[own], days[-1]) - spans.from_on[own] + 1,
        )
        assert told.tolist() == evaluate(every_day, law, days).verdict.tolist()


def test_the_life_of_a_contract_is_told_in_words(law: LawBook) -> None:
    columns = from_rows(
        [
            {
                "contract_no": "A",
                "signed_on": date(2021, 1, 10),
                "delivered_on": date(2021, 2, 1),
                "start_agreed_on": date(2022, 3, 31),
                "closed_on": date(2024, 12, 1),
            }
        ]
    )
    spans = verdict_spans(columns, law, date(2021, 1, 1), date(2030, 1, 1))
    told = [
        (Verdict.at(int(verdict)).value, str(as_date(int(day))))
        for verdict, day in zip(spans.verdict, spans.from_on, strict=True)
    ]
    assert told == [
        ("not_in_force", "2021-01-01"),
        ("supplied_unused", "2021-01-10"),
        ("due_soon", "2022-03-01"),
        ("overdue_start", "2022-04-01"),
        ("suspect_idle_1y", "2023-04-01"),
        ("suspect_idle_2y", "2024-04-01"),
        ("closed", "2024-12-01"),
    ]
    assert spans.to_on[-1] == NEVER


def test_no_rows_have_no_spans(law: LawBook) -> None:
    assert len(verdict_spans(from_rows([]), law, date(2024, 1, 1), date(2025, 1, 1))) == 0
