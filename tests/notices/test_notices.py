"""What is near is told once, on its day; calendars and mails say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from geodata.model.attributes import BY_KEY
from geodata.model.cells import read_cell
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import from_rows
from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import ReminderKind
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import contract_results
from service.i18n import translator
from service.notices.calendar import calendar_file
from service.notices.digest import day_words, digest
from service.notices.reminders import NamedResult, Reminder, reminders

NOW = datetime(2024, 1, 2, 1, tzinfo=UTC)
DUE = date(2024, 1, 15)


def named(law: LawBook, as_of: date, *rows: dict[str, str]) -> list[NamedResult]:
    typed = [{key: read_cell(BY_KEY[key], cell) for key, cell in row.items()} for row in rows]
    columns = from_rows(typed)
    judged = evaluate(columns, law, as_of)
    return [
        NamedResult(result, row.get("project_name", result.key.contract_no), row.get("park", ""))
        for row, result in zip(rows, contract_results(columns, judged), strict=True)
    ]


def near(law: LawBook, as_of: date, reach: int = 30, **cells: str) -> Sequence[Reminder]:
    row = {"contract_no": "沪金 1/2", "project_name": "甲厂", "park": "东园", **cells}
    return reminders(named(law, as_of, row), as_of, reach)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, []),
        (-30, [(ReminderKind.DUE, 30)]),
        (0, [(ReminderKind.DUE, 0)]),
        (1, [(ReminderKind.LATE, 0)]),
        (31, [(ReminderKind.LATE, -30)]),
        (32, []),
    ],
)
def test_a_milestone_is_near_before_and_after_its_last_day(law, days, expected):
    as_of = DUE + timedelta(days=days)
    found = near(law, as_of, start_agreed_on=DUE.isoformat())
    assert [(reminder.kind, reminder.days) for reminder in found] == expected
    assert all(reminder.milestone is MilestoneKind.START for reminder in found)


def test_what_is_done_falls_due_no_more(law):
    done = near(law, date(2024, 1, 10), start_agreed_on="2024-01-15", start_on="2024-01-05")
    assert list(done) == []


def test_what_was_found_is_told_by_its_finding(law):
    """An anniversary on 2024-01-15 has passed on the 16th: suspected idle."""
    found = near(law, date(2024, 1, 20), start_agreed_on="2023-01-15", delivered_on="2022-12-01")
    kinds = {reminder.finding: reminder.kind for reminder in found}
    assert kinds[FindingCode.SUSPECT_IDLE_1Y] is ReminderKind.FOUND
    assert FindingCode.OVERDUE_START not in kinds, "that was a year ago"


@given(st.integers(-100, 100), st.sampled_from([30, 60, 90]))
def test_a_longer_reach_shows_all_a_shorter_one_does(law, offset, reach):
    as_of = DUE + timedelta(days=offset)
    cells = {"start_agreed_on": DUE.isoformat(), "completion_agreed_on": "2024-03-01"}
    short, long = (near(law, as_of, days, **cells) for days in (reach, reach + 30))
    assert set(short) <= set(long)
    assert [r for r in long if abs(r.days) <= reach] == list(short)


def page_of(key: ContractKey) -> str:
    return f"https://land.example/contracts/{key.slug}"


def calendar_of(found: Sequence[Reminder], language: str = "zh") -> Calendar:
    content = calendar_file(found, name="东园", language=language, made_at=NOW, page_of=page_of)
    return Calendar.from_ical(content)


def test_a_calendar_holds_every_reminder_on_its_day(law):
    found = near(law, date(2024, 1, 2), start_agreed_on=DUE.isoformat())
    (event,) = calendar_of(found).walk("VEVENT")
    assert event["summary"] == "开工 · 甲厂"
    assert (event["dtstart"].dt, event["dtend"].dt) == (DUE, DUE + timedelta(days=1))
    assert event["dtstamp"].dt == NOW
    assert event["url"] == page_of(found[0].key)


def test_an_event_that_moves_stays_the_same_event(law):
    found = near(law, date(2024, 1, 2), start_agreed_on=DUE.isoformat())
    moved = [replace(found[0], on=DUE + timedelta(days=9))]
    uids = {
        str(event["uid"]) for each in (found, moved) for event in calendar_of(each).walk("VEVENT")
    }
    assert len(uids) == 1


def test_hostile_words_stay_words(law):
    title = "x\r\nEND:VCALENDAR\r\nBEGIN:VEVENT;,\\"
    found = near(law, date(2024, 1, 2), start_agreed_on=DUE.isoformat(), project_name=title)
    found = [replace(found[0], title=title)]
    (event,) = calendar_of(found).walk("VEVENT")
    assert "END:VCALENDAR" in event["summary"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mail_names_every_reminder(law, language):
    cells = {"start_agreed_on": DUE.isoformat(), "completion_agreed_on": "2024-01-20"}
    found = near(law, date(2024, 1, 16), **cells)
    mail = digest(
        found,
        sender=Address(addr_spec="land@bureau.example"),
        recipient=Address("王", addr_spec="wang@bureau.example"),
        as_of=date(2024, 1, 16),
        made_at=NOW,
        language=language,
        translate=translator(language),
        page_of=page_of,
    )
    text = mail.get_content()
    assert [reminder.subject(language) in text for reminder in found] == [True] * 2
    assert all(kind.label(language) in text for kind in (ReminderKind.DUE, ReminderKind.LATE))
    assert str(len(found)) in mail["Subject"]
    assert mail.as_bytes()


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (5, "in 5 days"), (-3, "3 days ago")])
def test_days_in_words(days, words):
    assert day_words(days, translator("en")) == words
