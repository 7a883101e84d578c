"""The questions a case can ask, each answered by the function of the product that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from geodata.errors import LawBookError
from geodata.model.case_lists import CaseAction, CasePath, CaseState
from geodata.model.cases import Case, CaseStep, Taken
from geodata.model.codelists import FindingCode, TermUnit, Verdict
from geodata.model.columns import Cell
from geodata.model.land_lists import SiteStatement
from geodata.model.supervised import StatedSite
from geodata.model.transitions import transition_of
from service.compliance.casework.arrears import arrears
from service.compliance.casework.deadlines import Deadline, deadline
from service.compliance.casework.flags import flags, settlement
from service.compliance.casework.limitation import daily_claim, rescission_right
from service.compliance.casework.next_acts import disposal_of, open_acts
from service.compliance.casework.progress import days_of, ways_on
from service.compliance.casework.refunds import forfeit, give_up_refund, rescission_refund
from service.compliance.casework.timeline import Clause, timeline
from service.compliance.law import LawBook

Facts = Mapping[str, Any]
Answer = dict[str, Any]


def _told(found: Deadline) -> Answer:
    return {
        "last_on": found.last_on,
        "opens_on": found.opens_on,
        "confidence": found.version.confidence.value,
    }


def _deadline(law: LawBook, facts: Facts) -> Answer:
    try:
        return _told(deadline(law, facts["act"], facts["from_on"]))
    except LawBookError as error:
        return {"refused": error.template}


def _timeline(law: LawBook, facts: Facts) -> Answer:
    clauses = [
        Clause(event, int(count), TermUnit.of(unit), after)
        for event, (count, unit, after) in facts["clauses"].items()
    ]
    due = timeline(clauses, facts["happened"], law.working_days)
    return {
        **{one.event: one.due_on for one in due},
        "forecast": [one.event for one in due if one.is_forecast],
    }


def _forfeit(law: LawBook, facts: Facts) -> Answer:
    premium, deposit = Fraction(facts["premium_yuan"]), Fraction(facts["deposit_yuan"])
    return asdict(forfeit(premium, deposit, law, facts["signed_on"]))


def _rescission_refund(law: LawBook, facts: Facts) -> Answer:
    premium = Fraction(facts["premium_yuan"])
    lost = forfeit(premium, Fraction(facts["deposit_yuan"]), law, facts["signed_on"]).lost_yuan
    returned = facts.get("bonds_returned_yuan")
    bonds = None if returned is None else Fraction(returned)
    refund = rescission_refund(
        premium, lost, facts["delivered_on"], facts["term_years"], facts["rescinded_on"], bonds
    )
    return asdict(refund)


def _give_up_refund(law: LawBook, facts: Facts) -> Answer:
    premium, signed_on = Fraction(facts["premium_yuan"]), facts["signed_on"]
    lost = forfeit(premium, Fraction(facts["deposit_yuan"]), law, signed_on).lost_yuan
    paid = Fraction(facts["paid_yuan"])
    due_on, applied_on = facts["start_due_on"], facts["applied_on"]
    return asdict(give_up_refund(premium, paid, lost, due_on, applied_on, law, signed_on))


def _arrears(law: LawBook, facts: Facts) -> Answer:
    owed = arrears(
        Fraction(facts["amount_yuan"]),
        facts["due_on"],
        facts["as_of"],
        law,
        signed_on=facts["signed_on"],
        permille=Fraction(str(facts["permille"])) if "permille" in facts else None,
        demanded_on=facts.get("demanded_on"),
    )
    return asdict(owed)


def _rescission_right(law: LawBook, facts: Facts) -> Answer:
    right = rescission_right(facts["known_on"], law)
    return {**asdict(right), "days_left": right.days_left(facts["as_of"])}


def _daily_claim(law: LawBook, facts: Facts) -> Answer:
    claim = daily_claim(facts["first_late_on"], facts["last_late_on"], facts["as_of"], law)
    return asdict(claim)


def _open_acts(law: LawBook, facts: Facts) -> Answer:
    disposal = disposal_of(Verdict.of(facts["verdict"]))
    if disposal is None:
        return {"disposal": None}
    acts = open_acts(
        law, disposal, facts["dates"], facts["as_of"], mortgaged=facts.get("mortgaged")
    )
    deadlines = {one.act.act_id: one.deadline for one in acts}
    return {
        "disposal": disposal.value,
        "acts": list(deadlines),
        "due": {act: found.last_on for act, found in deadlines.items() if found},
    }


def _case(facts: Facts) -> tuple[Case, list[CaseStep]]:
    """A case with the steps a list of actions and days makes."""
    path, on = CasePath.of(facts["path"]), facts["opened_on"]
    case = Case(
        case_id=UUID(int=0),
        contract_id=1,
        ground=FindingCode.of(facts["ground"]),
        path=path,
        state=CaseState.OPENED,
        version=0,
        opened_by="auditor",
        opened_at=datetime(2026, 1, 1, tzinfo=UTC),
        opened_on=on,
        reason="",
        facts_digest=b"",
    )
    steps: list[CaseStep] = []
    for action, acted_on in facts.get("steps", {}).items():
        taken = Taken(CaseAction.of(action), acted_on)
        way = transition_of(path, case.state, taken.action)
        assert way is not None, action
        ends = (case.state, way.to_state)
        steps.append(CaseStep(case.case_id, len(steps) + 1, *ends, taken, "", case.opened_at))
        case = replace(case, state=way.to_state, version=len(steps))
    return case, steps


def _cells(facts: Facts) -> dict[str, Cell]:
    """The facts of the contract; an instalment as due date, amount, days paid and demanded."""
    cells = {**facts.get("cells", {})}
    if "ground_known_on" in facts:
        cells["ground_known_on"] = facts["ground_known_on"]
    if "instalments" in cells:
        cells["instalments"] = [tuple(one) for one in cells["instalments"]]
    return cells


def _stated(said: Mapping[str, Any]) -> Iterator[StatedSite]:
    """What is stated of the land: yes, no, or the day since when it is so."""
    for matter, answer in said.items():
        since_on = answer if isinstance(answer, date) else None
        told = (bool(answer), since_on, "函", "核实", "auditor", datetime(2026, 1, 1, tzinfo=UTC))
        yield StatedSite(1, SiteStatement.of(matter), *told)


def _ways(law: LawBook, facts: Facts) -> Answer:
    case, steps = _case(facts)
    days = days_of(law, case, steps, _cells(facts))
    ways = ways_on(law, case.path, case.state, days)
    return {
        "state": case.state.value,
        "ways": [way.transition.action.value for way in ways],
        "last": {w.transition.action.value: w.last_on for w in ways if w.last_on},
        "opens": {w.transition.action.value: w.opens_on for w in ways if w.opens_on},
    }


def _flags(law: LawBook, facts: Facts) -> Answer:
    case, steps = _case(facts)
    cells, late = _cells(facts), facts.get("late_since_on")
    days = days_of(law, case, steps, cells)
    said = {one.statement: one for one in _stated(facts.get("said", {}))}
    raised = flags(case, cells, days, law, facts["as_of"], late_since_on=late, said=said)
    return {
        "flags": [one.flag.value for one in raised],
        "dated": {one.flag.value: one.on for one in raised if one.on},
        "days": {one.flag.value: one.days for one in raised if one.days},
    }


def _settlement(law: LawBook, facts: Facts) -> Answer:
    cells = {
        key: Fraction(value) if key.endswith(("_yuan", "_years")) else value
        for key, value in facts["cells"].items()
    }
    if "bond_split" in cells:
        cells["bond_split"] = tuple(map(Fraction, cells["bond_split"]))
    found = settlement(
        cells,
        facts.get("start_due_on"),
        law,
        facts["asked_on"],
        arrived_on=facts.get("arrived_on"),
        ground=FindingCode.of(facts.get("ground", "overdue_start")),
    )
    return {
        "rescission": found.rescission.refund_yuan if found.rescission else None,
        "bonds": found.rescission.bonds_yuan if found.rescission else None,
        "give_up": found.give_up.refund_yuan if found.give_up else None,
    }


QUESTIONS: Final[Mapping[str, Callable[[LawBook, Facts], Answer]]] = {
    "deadline": _deadline,
    "timeline": _timeline,
    "forfeit": _forfeit,
    "rescission_refund": _rescission_refund,
    "give_up_refund": _give_up_refund,
    "arrears": _arrears,
    "rescission_right": _rescission_right,
    "daily_claim": _daily_claim,
    "open_acts": _open_acts,
    "ways": _ways,
    "flags": _flags,
    "settlement": _settlement,
}
