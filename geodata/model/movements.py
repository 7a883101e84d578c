"""Words for what moved between two judgements."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class Movement(Codelist):
    """How a contract's verdict moved between two judgements; adverse as `Verdict` has it."""

    NEW = ("new", "新增", "new", Tone.IDLE)
    WORSE = ("worse", "加重", "worse", Tone.OVERDUE)
    CHANGED = ("changed", "变化", "changed", Tone.NEUTRAL)
    BETTER = ("better", "减轻", "better", Tone.VACATED)
    RESOLVED = ("resolved", "消除", "resolved", Tone.UPGRADED)
    UNCHANGED = ("unchanged", "不变", "unchanged", Tone.CLOSED)
