"""How a fact stands on the day of judgement."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class FactStanding(Codelist):
    """How a fact stands on the day a contract is judged."""

    GIVEN = ("given", "已载明", "given")
    NOT_GIVEN = ("not_given", "未填", "not given", Tone.UNKNOWN)
    AFTER_DAY = (
        "after_day",
        "晚于截止日，尚不存在",
        "after the day: does not exist yet",
        Tone.CLOSED,
    )
