"""The law book of the district, and working days from a source the book was not made from."""

from __future__ import annotations

from datetime import date

import chinese_calendar  # type: ignore[import-untyped]  # it has no stubs
import pytest

from service.compliance.law import LawBook, load_book

from .peer_calendar import DAY, WorkCalendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


@pytest.fixture(scope="session")
def law() -> LawBook:
    """The law as it applies to Jinshan District."""
    return load_book("310116")


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    """Working days as the package chinesecalendar knows them."""
    days = (FIRST + number * DAY for number in range((LAST - FIRST).days + 1))
    return WorkCalendar(FIRST, LAST, [day for day in days if chinese_calendar.is_workday(day)])
