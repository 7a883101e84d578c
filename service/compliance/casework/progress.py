"""Where a case can go from where it is: the ways on, their last days, and what bars them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geodata.errors import UsageError
from geodata.model.case_lists import CaseAction, CasePath, CaseState
from geodata.model.cases import Case, CaseStep
from geodata.model.codelists import FindingCode
from geodata.model.columns import Cell
from geodata.model.law_lists import PeriodKind
from geodata.model.transitions import Transition, actions_from, transition_of
from service.compliance.casework.arrears import unpaid_since
from service.compliance.casework.deadlines import Deadline, deadline
from service.compliance.casework.next_acts import SUSPICION
from service.compliance.casework.texts import by_model_text
from service.compliance.law import LawBook

ARRIVED = "rescission_notice"
GROUND_KNOWN = "ground_known"
PAYMENT_DUE = "payment_due"
GROUND_KNOWN_ON = "ground_known_on"
REMEDIES_ENDED = "remedies_ended"

_DECISIONS = ("fee_decision", "recovery_decision")
_REMEDIES = ("reconsideration", "suit")


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from where a case stands.

    Attributes
    ----------
    deadline
        Its last day; None where the law sets none, or nothing has set it going.
    opens_on
        First day on which it may be taken; None from now on.
    """

    transition: Transition
    deadline: Deadline | None
    opens_on: date | None

    @property
    def last_on(self) -> date | None:
        """Its last day, where it has one that is known."""
        return self.deadline.last_on if self.deadline and not self.deadline.waits else None


def days_of(
    law: LawBook, case: Case, steps: Sequence[CaseStep], cells: Mapping[str, Cell]
) -> dict[str, date]:
    """Days of acts taken and of events of a case, by the names the procedure sheet has for them.

    Parameters
    ----------
    cells
        Typed facts of the contract. Where no record shows when its ground was known, it was known
        when the case was opened at the latest.
    """
    known_on = cells.get(GROUND_KNOWN_ON)
    if not isinstance(known_on, date):
        known_on = case.opened_on
    days = {SUSPICION: case.opened_on, GROUND_KNOWN: min(known_on, case.opened_on)}
    due_on = unpaid_since(cells) if case.ground is FindingCode.PAYMENT_OVERDUE else None
    if due_on is not None and by_model_text(cells.get("signed_on"), law):
        days[PAYMENT_DUE] = due_on
    for step in steps:
        way = transition_of(case.path, step.from_state, step.taken.action)
        if way is not None and way.act:
            days[way.act] = step.taken.acted_on
    ended_on = _remedies_ended(law, days, steps)
    return days if ended_on is None else {**days, REMEDIES_ENDED: ended_on}


def ways_on(law: LawBook, path: CasePath, state: CaseState, days: Mapping[str, date]) -> list[Way]:
    """Every way on from a state that the law of the district has, in the order of the path."""
    return [
        Way(transition, _deadline(law, transition.act, days), _opens_on(law, transition, days))
        for transition in actions_from(path, state)
        if transition.unless not in law.procedure
    ]


def nearest(ways: Sequence[Way]) -> Way | None:
    """The way on with the nearest last day; else the first that leads to another open state."""
    dated = [way for way in ways if way.last_on is not None]
    if dated:
        return min(dated, key=lambda way: way.last_on or date.max)
    return min(ways, key=lambda way: way.transition.outcome is not None, default=None)


def require_open(
    law: LawBook, case: Case, transition: Transition, days: Mapping[str, date], acted_on: date
) -> None:
    """Return when an action may be taken on a day.

    Raises
    ------
    UsageError
        When a period has to be over first, notice was too short, or a demand is missing.
    """
    _require_period_over(law, transition, days, acted_on)
    _require_notice(law, transition, days, acted_on)
    if transition.action is CaseAction.RESCIND and _lacks_demand(case):
        raise UsageError(
            "A contract is rescinded for late payment only after payment was demanded.",
            "Serve the demand letter first (GF-2008-2601 Art. 30).",
        )


def _lacks_demand(case: Case) -> bool:
    return case.ground is FindingCode.PAYMENT_OVERDUE and case.state is CaseState.OPENED


def _require_period_over(
    law: LawBook, transition: Transition, days: Mapping[str, date], acted_on: date
) -> None:
    running = _deadline(law, transition.after, days)
    if running is None:
        return
    if running.last_on is None:
        raise UsageError(
            "It cannot be told when the period from {day} on is over: {action}.",
            "The law book lacks the working days of that year; add them to working_days.yaml.",
            day=running.from_on,
            action=transition.action,
        )
    if acted_on <= running.last_on:
        raise UsageError(
            "{action} is possible from the day after {last_on} on; the period before it runs"
            " until then.",
            "Wait until it is over, and name a later day.",
            action=transition.action,
            last_on=running.last_on,
        )


def _require_notice(
    law: LawBook, transition: Transition, days: Mapping[str, date], acted_on: date
) -> None:
    """What is called ahead of a day has to be called early enough."""
    for act in law.procedure.values():
        if not transition.act or transition.act not in act.after or act.act_id not in days:
            continue
        period = act.on(acted_on).period
        if period is None or period.kind is not PeriodKind.AHEAD:
            continue
        latest_on = deadline(law, act.act_id, acted_on).last_on
        if latest_on is None or days[act.act_id] > latest_on:
            raise UsageError(
                "{action} on {day} was called too late, on {called_on}.",
                "Name a later day.",
                action=transition.action,
                day=acted_on,
                called_on=days[act.act_id],
            )


def _opens_on(law: LawBook, transition: Transition, days: Mapping[str, date]) -> date | None:
    running = _deadline(law, transition.after, days)
    return running.after_on if running else None


def _deadline(law: LawBook, act_id: str, days: Mapping[str, date]) -> Deadline | None:
    """The period of an act, where the book has one and something has set it going."""
    act = law.procedure.get(act_id)
    if act is None:
        return None
    started = [days[event] for event in act.after if event in days]
    if not started or min(started) < act.versions[0].from_on:
        return None
    return deadline(law, act_id, min(started)) if act.on(min(started)).period else None


def _remedies_ended(
    law: LawBook, days: Mapping[str, date], steps: Sequence[CaseStep]
) -> date | None:
    """The day from which a decision cannot be contested any more; None before that is known."""
    upheld = [step.taken.acted_on for step in steps if step.taken.action is CaseAction.UPHOLD]
    if upheld:
        return upheld[-1]
    if not any(decision in days for decision in _DECISIONS):
        return None
    ends = [found.last_on for act in _REMEDIES if (found := _deadline(law, act, days))]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(_REMEDIES) else None
