"""The one clock: everything else is given the time or the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Returns the present instant, with its time zone."""


def system_clock() -> datetime:
    """The present instant in Asia/Shanghai, whatever the machine's own time zone."""
    return datetime.now(SHANGHAI)  # noqa: TID251  # the one place that asks


def minute_text(instant: datetime) -> str:
    """The instant in Asia/Shanghai, written 2024-02-29 17:30."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def today(clock: Clock) -> date:
    """The calendar day in Asia/Shanghai (R0.1)."""
    return clock().astimezone(SHANGHAI).date()
