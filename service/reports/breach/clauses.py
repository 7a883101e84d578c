"""What was agreed clause by clause, what became of it, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from geodata.model.attributes import BY_KEY
from geodata.model.codelists import FindingCode, MilestoneKind, MilestoneState
from geodata.model.columns import UNDELIVERED
from service.compliance.rules.results import FindingResult, MilestoneResult
from service.maps.figures import NOTHING, grouped
from service.reports.breach.facts import BreachFacts
from service.reports.breach.pen import Pen, entries
from service.reports.papers.blocks import Block, Runs, Table, runs

_WIDTHS: Final = (8, 10, 8, 7, 13)
_LIMITS: Final = (
    ("investment_agreed_yuan", "investment_actual_yuan", FindingCode.SHORTFALL_INVESTMENT),
    ("far_min", "far_actual", FindingCode.SHORTFALL_FAR),
    ("far_max", "far_actual", FindingCode.EXCESS_FAR),
    ("output_agreed", "output_actual", FindingCode.SHORTFALL_OUTPUT),
    ("tax_agreed", "tax_actual", FindingCode.SHORTFALL_TAX),
)
_IDLE: Final = (
    *(FindingCode.IDLE_CONFIRMED, FindingCode.SUSPECT_IDLE_2Y, FindingCode.SUSPECT_IDLE_1Y),
    *(FindingCode.SUSPECT_IDLE_SUSPENDED, FindingCode.IDLE_GOV),
)

Row = tuple[Runs, ...]


def clauses(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    """The table: agreed, actual, difference, consequence."""
    _ = pen.translate
    yield pen.heading(_("Clause by clause"))
    heads = (_("Clause"), _("Agreed"), _("Actual"), _("Difference"), _("Consequence"))
    yield Table(heads, tuple(_Clauses(facts, pen).rows()), _WIDTHS)


class _Clauses:
    def __init__(self, facts: BreachFacts, pen: Pen) -> None:
        self.facts, self.pen = facts, pen
        self.cells, self.result = facts.cells, facts.parcel.result

    def rows(self) -> Iterator[Row]:
        yield self._delivery()
        yield from self._payments()
        for milestone in self.result.milestones:
            if milestone.state is not MilestoneState.NA:
                yield self._milestone(milestone)
        if self.result.idle or self._found(*_IDLE):
            yield self._idle()
        for agreed, actual, code in _LIMITS:
            if agreed in self.cells:
                yield self._limit(agreed, actual, code)

    def _delivery(self) -> Row:
        pen, cells, steps = self.pen, self.cells, self.facts.explanation.steps
        _, actual = pen.translate, cells.get("delivered_on")
        agreed = steps.get("delivery.agreed_on")
        late = steps.get("delivery.late_days")
        term = cells.get("delivery_agreed_after")
        said = str(agreed.value) if agreed else pen.cell("delivery_agreed_on", None)
        return (
            runs(_("Delivery of the land")),
            runs(pen.joined((said, pen.cell("delivery_agreed_after", term) if term else ""))),
            runs(pen.cell("delivered_on", actual)),
            self._late(int(late.value) if late and late.value else 0, actual != UNDELIVERED),
            self._consequence(FindingCode.DELIVERY_LATE_BY_GRANTOR),
        )

    def _payments(self) -> Iterator[Row]:
        pen, instalments = self.pen, entries(self.cells.get("instalments"))
        _ = pen.translate
        if not instalments:
            yield (
                runs(_("Payment")),
                runs(pen.known("premium_yuan", self.cells)),
                runs(pen.known("premium_paid_yuan", self.cells)),
                runs(self._unpaid()),
                runs(NOTHING),
            )
            return
        found = iter(self._found(FindingCode.PAYMENT_OVERDUE))
        for number, (due_on, amount, paid_on, *_rest) in enumerate(instalments, start=1):
            late = self._late_days(due_on, paid_on)
            finding = next(found, None) if late and not paid_on else None
            yield (
                runs(_("Payment, instalment {number}").format(number=number)),
                runs(f"{pen.day(due_on)} {pen.money(amount)}"),
                runs(_("paid on {day}").format(day=paid_on) if paid_on else _("not paid")),
                self._late(late, bool(paid_on)),
                self._follows([finding] if finding else []),
            )

    def _unpaid(self) -> str:
        total, paid = (self.cells.get(key) for key in ("premium_yuan", "premium_paid_yuan"))
        if not isinstance(total, Fraction) or not isinstance(paid, Fraction):
            return NOTHING
        return self.pen.money(total - paid) if paid < total else NOTHING

    def _late_days(self, due_on: date | None, paid_on: date | None) -> int:
        if due_on is None:
            return 0
        return max(0, (min(paid_on or self.facts.as_of, self.facts.as_of) - due_on).days)

    def _milestone(self, one: MilestoneResult) -> Row:
        pen, code = self.pen, FindingCode.overdue(one.kind)
        _, after = pen.translate, f"{one.kind.value}_agreed_after"
        term = self.cells.get(after)
        agreed = [pen.cell(after, term) if term else ""]
        if one.agreed_on or not term:
            agreed.insert(0, pen.day(one.agreed_on))
        if one.due_on and one.due_on != one.agreed_on:
            agreed.append(_("due on {day}").format(day=one.due_on))
        follows = list(self._consequence(code))
        if one.damages_yuan:
            owed = _("damages {money}").format(money=pen.money(one.damages_yuan))
            follows = [*runs(owed, "；" if pen.language == "zh" else "; "), *follows]
        if one.rescission_option:
            follows += runs(_("; the grantor may rescind"))
        return (
            runs(pen.label(one.kind)),
            runs(pen.joined(agreed)),
            runs(pen.day(one.done_on) if one.done_on else _("not done")),
            self._late(one.late_days or 0, one.done_on is not None),
            tuple(follows),
        )

    def _idle(self) -> Row:
        pen, idle = self.pen, self.result.idle
        _ = pen.translate
        found = self._found(*_IDLE)
        days = max((one.days or 0 for one in found), default=0)
        agreed = _("works going on without a year of suspension")
        if idle:
            agreed = _("commenced by {due_on}; one year is full on {one_year_on}").format(
                due_on=idle.clock_from, one_year_on=idle.one_year_on
            )
        developed = self.facts.explanation.steps.get("developed")
        is_developed = bool(developed and developed.value)
        return (
            runs(_("Development")),
            runs(agreed),
            runs(_("works suspended") if is_developed else _("not developed")),
            runs(_("{days} days since").format(days=f"{days:,}") if days else NOTHING),
            self._follows(found),
        )

    def _limit(self, agreed_key: str, actual_key: str, code: FindingCode) -> Row:
        pen, agreed, actual = self.pen, self.cells.get(agreed_key), self.cells.get(actual_key)
        found = self._found(code)
        share = NOTHING
        if found and isinstance(agreed, Fraction) and isinstance(actual, Fraction) and agreed:
            share = f"{grouped((actual - agreed) / agreed * 100, 2)} %"
        return (
            runs(BY_KEY[agreed_key].title(pen.language)),
            runs(pen.cell(agreed_key, agreed)),
            runs(pen.cell(actual_key, actual)),
            runs(share),
            self._follows(found),
        )

    def _late(self, days: int, is_done: bool) -> Runs:
        _ = self.pen.translate
        if days:
            return runs(_("{days} days late").format(days=f"{days:,}"))
        return runs(_("in time") if is_done else NOTHING)

    def _found(self, *codes: FindingCode) -> list[FindingResult]:
        return [one for one in self.result.findings if one.code in codes]

    def _consequence(self, code: FindingCode) -> Runs:
        return self._follows(self._found(code))

    def _follows(self, findings: Sequence[FindingResult]) -> Runs:
        """What was found, what it comes to, and by which law."""
        pen, law = self.pen, self.facts.parcel.wording.law
        told: list[Runs] = []
        for one in findings:
            owed = pen.money(one.amount_yuan) if self._is_own_amount(one) else ""
            basis = law.findings[one.code]
            said = f"{pen.charge(one.code)} {owed}".strip()
            told.append(runs(said, pen.basis(basis.citations, basis.confidence)))
        joint = runs("；" if pen.language == "zh" else "; ")
        joined = tuple(run for each in told for run in (*joint, *each))[1:]
        return joined or runs(NOTHING)

    def _is_own_amount(self, one: FindingResult) -> bool:
        """Damages of a milestone stand before the finding already."""
        overdue = {FindingCode.overdue(kind) for kind in MilestoneKind}
        return one.amount_yuan is not None and one.code not in overdue
