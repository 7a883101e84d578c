"""What is near: the same by cards and by judging all, on the page and in the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from icalendar import Calendar

from geodata.model.reminder_lists import REACHES
from geodata.model.roles import Actor, Role
from geodata.store.queries.cards import read_card_state
from geodata.store.session import unit_of_work
from service.operations.accounts import add_account
from service.operations.demonstration import DEMO_AS_OF
from service.operations.reading import DatabaseReadings
from service.operations.tokens import make_token
from tests.web.forms import text_of

pytestmark = pytest.mark.writes

KEEPER = Actor.of_role("tests", Role.ADMINISTRATOR)


@pytest.mark.parametrize("as_of", [DEMO_AS_OF, date(2024, 2, 29), date(2020, 6, 30)])
@pytest.mark.parametrize("reach", REACHES)
def test_cards_leave_nothing_out(demo, law, as_of, reach):
    readings = DatabaseReadings(demo.engine, law)
    by_cards = readings.reminders(KEEPER, as_of, "zh", reach)
    with unit_of_work(demo.engine) as connection:
        told_by_cards = read_card_state(connection).known_at
    judged = readings.reminders(KEEPER, as_of, "zh", reach, known_at=told_by_cards)
    assert by_cards == judged
    assert by_cards


def test_the_page_lists_every_reminder(district_client, demo, law):
    found = DatabaseReadings(demo.engine, law).reminders(KEEPER, DEMO_AS_OF, "en", 90)
    page = district_client.get(f"/reminders?within=90&lang=en&as_of={DEMO_AS_OF}")
    assert page.status_code == 200
    assert page.text.count("<tr>") - page.text.count("<thead><tr>") == len(found)


def test_a_manager_is_reminded_of_the_own_parks(client_as, demo, law):
    found = DatabaseReadings(demo.engine, law).reminders(KEEPER, DEMO_AS_OF, "zh", 90)
    own, other = sorted({reminder.park for reminder in found})[:2]
    manager = client_as(Role.PARK_MANAGER, own)
    page = text_of(manager.get(f"/reminders?within=90&as_of={DEMO_AS_OF}"))
    assert own in page
    assert other not in page


def test_a_calendar_needs_nothing_but_its_address(district_app, client_as, demo, law):
    accounts = district_app.extensions["parcelwatch"].access.accounts
    client_as(Role.AUDITOR)
    name = f"feed-{DEMO_AS_OF:%m%d}"
    add_account(accounts, KEEPER, name, Role.AUDITOR, ())
    token = make_token(accounts, KEEPER, name, "calendar", Role.AUDITOR.permissions, 30)
    stranger = district_app.test_client()
    answer = stranger.get(f"/reminders/{token}.ics?as_of={DEMO_AS_OF}")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    found = DatabaseReadings(demo.engine, law).reminders(KEEPER, DEMO_AS_OF, "zh", 90)
    assert len(events) == len(found)
    assert stranger.get(f"/reminders/{token[:-1]}x.ics").status_code == 401


@pytest.mark.parametrize("within", ["31", "0", "x' OR 1"])
def test_a_reach_of_another_length_is_refused_or_usual(district_client, within):
    answer = district_client.get(f"/reminders?within={within}")
    assert answer.status_code == (400 if within.isdigit() else 200)
