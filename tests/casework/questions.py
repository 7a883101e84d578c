"""The questions a case can ask, each answered by the function of the product that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Final

from geodata.errors import LawBookError
from geodata.model.codelists import TermUnit, Verdict
from service.compliance.casework.arrears import arrears
from service.compliance.casework.deadlines import Deadline, deadline
from service.compliance.casework.limitation import daily_claim, rescission_right
from service.compliance.casework.next_acts import disposal_of, open_acts
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
    bonds = Fraction(facts.get("bonds_returned_yuan", 0))
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
}
