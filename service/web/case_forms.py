"""What forms about reviews and cases say, as typed values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from flask import request

from geodata.errors import UsageError
from geodata.model.case_lists import CaseAction, DisposalOption, DocumentKind, ReviewDecision
from geodata.model.cases import Taken
from geodata.model.codelist import Codelist
from geodata.model.codelists import FindingCode, MilestoneKind
from service.operations.entry_forms import ground
from service.operations.reviewing import Said

Words = TypeVar("Words", bound=Codelist)

DOCUMENT: Final = "document-{kind}"
"""Name of the field with the number of a document."""


def taken_asked() -> Taken:
    """What a form says of an action.

    Raises
    ------
    UsageError
        When a field cannot be read.
    """
    numbers = {
        kind: ground(request.form.get(DOCUMENT.format(kind=kind.value), ""), is_needed=False)
        for kind in DocumentKind
    }
    amount = request.form.get("amount", "").replace(",", "").strip()
    return Taken(
        action=word_asked("action", CaseAction),
        acted_on=day_asked("acted_on"),
        reason=ground(request.form.get("reason", ""), is_needed=False),
        documents={kind: number for kind, number in numbers.items() if number},
        amount_yuan=_amount(amount) if amount else None,
        option=word_asked("option", DisposalOption) if request.form.get("option") else None,
    )


def review_asked() -> Said:
    """What a form says of a finding.

    Raises
    ------
    UsageError
        When a field cannot be read.
    """
    has_milestone, has_term = (request.form.get(name) for name in ("milestone", "expires_on"))
    return Said(
        contract_id=request.form.get("contract_id", default=0, type=int),
        code=word_asked("code", FindingCode),
        milestone=word_asked("milestone", MilestoneKind) if has_milestone else None,
        decision=word_asked("act", ReviewDecision),
        reason=request.form.get("reason", ""),
        evidence=request.form.get("evidence", ""),
        expires_on=day_asked("expires_on") if has_term else None,
    )


def word_asked(name: str, words: type[Words]) -> Words:
    """The member of a codelist that a field of a form names.

    Raises
    ------
    UsageError
        When there is none.
    """
    return _word(name, request.form.get(name, ""), words)


def chosen(name: str, words: type[Words]) -> Words | None:
    """The member of a codelist that a filter of the address names, if it names one.

    Raises
    ------
    UsageError
        When the list has no such member.
    """
    code = request.args.get(name)
    return _word(name, code, words) if code else None


def day_asked(name: str) -> date:
    """The day a field states.

    Raises
    ------
    UsageError
        When it is no day.
    """
    text = request.form.get(name, "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "The field {name} is no day: {value}.", "Write it like 2024-02-29.", name=name,
            value=text,
        ) from None  # fmt: skip


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise UsageError(
            "{value} is no amount in yuan.", "Write figures with at most two decimals.", value=text
        )
    return amount


def _word(name: str, code: str, words: type[Words]) -> Words:
    if code not in words.positions():
        raise UsageError(
            "The field {name} has no value {value}.",
            "Choose one from the list.",
            name=name,
            value=code,
        )
    return words.of(code)
