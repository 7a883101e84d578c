"""The acts of a case that remain, in the order of the procedure, each with its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geodata.model.codelists import Verdict
from geodata.model.law_lists import Disposal
from service.compliance.casework.deadlines import Deadline, deadline
from service.compliance.law import Act, LawBook

SUSPICION = "suspicion"

_DISPOSALS: Mapping[Verdict, Disposal] = {
    Verdict.SUSPECT_IDLE_2Y: Disposal.RECOVERY,
    Verdict.SUSPECT_IDLE_1Y: Disposal.FEE,
    Verdict.SUSPECT_IDLE_SUSPENDED: Disposal.NEGOTIATED,
    Verdict.IDLE_GOV: Disposal.NEGOTIATED,
}


@dataclass(frozen=True, slots=True)
class OpenAct:
    """An act still to be taken; without a deadline while nothing has set its period going."""

    act: Act
    deadline: Deadline | None


def disposal_of(verdict: Verdict) -> Disposal | None:
    """How a suspicion would be disposed of (idle-land measures Arts. 12, 14; R1.29-R1.32)."""
    return _DISPOSALS.get(verdict)


def open_acts(
    law: LawBook,
    disposal: Disposal,
    dates: Mapping[str, date],
    as_of: date,
    *,
    mortgaged: bool | None = None,
) -> list[OpenAct]:
    """What remains to be done in a case.

    Parameters
    ----------
    law
        The law book of the district.
    disposal
        The kind of disposal the suspicion leads to.
    dates
        Days of acts taken and of events, ``suspicion`` among them; a day that is still to
        come, such as that of a hearing, is set and not yet done.
    as_of
        The day asked about.
    mortgaged
        Whether the land is mortgaged; where that is not known, the mortgagee is not forgotten.
    """
    acts = sorted(law.procedure.values(), key=lambda act: act.place)
    return [
        OpenAct(act, _deadline(law, act, dates))
        for act in acts
        if disposal in act.disposals
        and not (act.if_mortgaged and mortgaged is False)
        and not (act.act_id in dates and dates[act.act_id] <= as_of)
    ]


def _deadline(law: LawBook, act: Act, dates: Mapping[str, date]) -> Deadline | None:
    started = min((dates[event] for event in act.after if event in dates), default=None)
    if started is None or act.on(started).period is None:
        return None
    return deadline(law, act.act_id, started)
