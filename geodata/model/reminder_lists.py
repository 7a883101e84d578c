"""Why somebody is reminded of a contract."""

from __future__ import annotations

from typing import Final

from geodata.model.codelist import Codelist, Tone

REACHES: Final = (30, 60, 90)
"""Days a list of reminders may look ahead and back. A convention of the product."""


class ReminderKind(Codelist):
    """What is near: a day that comes, or one that passed."""

    DUE = ("due", "即将到期", "falls due", Tone.DUE_SOON)
    LATE = ("late", "新近逾期", "newly overdue", Tone.OVERDUE)
    CASE = ("case", "案件期限", "deadline of a case", Tone.OVERDUE)
    FOUND = ("found", "新近发现", "newly found", Tone.NEUTRAL)
