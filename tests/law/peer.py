"""A second reading of the ledger contract: one row at a time, in plain dates and fractions.

It was written from the text of `docs/ledger.md` section 3 before the rules were read, so that a
sentence misread on one side shows as a difference; where the text allows two readings it takes that
of the rules. It makes the contract document without wording: basis, confidence, reason, next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from geodata.model.codelists import AcquisitionMode, FoundationKind

from .peer_calendar import DAY, WorkCalendar, add_years
from .peer_facts import KINDS, Facts
from .peer_findings import Document, Findings, iso, product, yuan
from .peer_milestones import Milestone, is_undated, milestones

_IDLE: Final = ("clock_from", "paused_days", "one_year_on", "two_years_on", "fee_yuan")
_MILESTONE: Final = tuple(Milestone("", None, gap=False).document())


def judge(row: Mapping[str, Any], as_of: date, calendar: WorkCalendar, row_no: int = 1) -> Document:
    """The contract document of one typed row, without its wording."""
    names = {key: row.get(key) for key in ("parcel_code", "contract_no", "phase")}
    signed_on = row.get("signed_on")
    in_force = signed_on is None or signed_on <= as_of
    judged = _judged(Facts(row, as_of, calendar)) if in_force else _not_in_force()
    return {"row": row_no, **names, **judged}


def _not_in_force() -> Document:
    return {
        "verdict": "not_in_force",
        "milestones": {kind: dict.fromkeys(_MILESTONE) | {"state": "na"} for kind in KINDS},
        "idle": dict.fromkeys(_IDLE),
        "findings": [],
    }


def _judged(facts: Facts) -> Document:
    findings = Findings(facts.as_of)
    made = milestones(facts, findings)
    contract = _Contract(facts, made, findings, facts.row, _is_developed(facts))
    idle = dict.fromkeys(_IDLE) if facts.closed else contract.judge()
    return {
        "verdict": "closed" if facts.closed else _verdict(findings.codes, made),
        "milestones": {kind: made[kind].document() for kind in KINDS},
        "idle": {key: iso(value) for key, value in idle.items()},
        "findings": [] if facts.closed else findings.ordered(),
    }


def _is_developed(facts: Facts) -> bool:
    """Whether development has commenced: the first fact that is given decides."""
    if facts.development_on or any(facts.done[kind] for kind in KINDS[1:]):
        return True
    kind, share = facts.row.get("foundation_kind"), facts.row.get("foundation_share")
    if kind is not None and share is not None:
        needed = Fraction(1, 3) if kind == FoundationKind.OTHER.position else Fraction(1)
        return facts.fact("permit_on") is not None and share >= needed
    return facts.start_on is not None


def _verdict(codes: set[str], made: Mapping[str, Milestone]) -> str:
    states = {milestone.state for milestone in made.values()}
    ranked = {
        **dict.fromkeys(("idle_confirmed", "suspect_idle_2y", "suspect_idle_1y")),
        **dict.fromkeys(("suspect_idle_suspended", "idle_gov")),
        **dict.fromkeys(f"overdue_{kind}" for kind in KINDS),
        "payment_overdue": None,
        "undetermined": "undetermined" in states or "data_gap" in codes,
        "used_not_full": None,
        "shortfall": any(code.startswith(("shortfall_", "excess_")) for code in codes),
        "due_soon": "due_soon" in states,
        "supplied_unused": None,
        "compliant": True,
    }
    return next(word for word, holds in ranked.items() if holds or word in codes)


@dataclass(slots=True)
class _Contract:
    """A contract in force whose milestones are judged; the rest of its findings follow."""

    facts: Facts
    milestones: Mapping[str, Milestone]
    findings: Findings
    row: Mapping[str, Any]
    developed: bool

    def judge(self) -> Document:
        """The idle clock; the findings are added on the way."""
        idle = dict.fromkeys(_IDLE) | self._idle_without_start()
        if self.facts.any_gap or self._idle_suspended_is_unclear():
            self.findings.add("data_gap")
        self._overdue()
        self._determined()
        self._supply()
        self._supplement()
        self._damages_high()
        self._shortfalls()
        self._payment()
        self._delivery()
        self._rescission()
        self._supervision()
        return idle

    def _overdue(self) -> None:
        for m in self.milestones.values():
            if m.state == "overdue" and m.due_on:
                since_on = m.due_on + DAY
                self.findings.add(
                    f"overdue_{m.kind}", since_on, m.days, m.damages, milestone=m.kind
                )
        if any(is_undated(self.facts, m) for m in self.milestones.values()):
            self.findings.add("date_undetermined")

    # -- idle land

    def _idle_without_start(self) -> Document:
        """Type 1: never developed, a year or two after the start was due."""
        facts, as_of = self.facts, self.facts.as_of
        clock_from = self.milestones["start"].due_on
        outside = self.developed or self.row.get("reserve_land") == 1 or facts.undelivered
        if outside or facts.any_gap or clock_from is None:
            return {}
        calendar_year_on = add_years(clock_from, 1)
        one_year_on = facts.pauses.moved(calendar_year_on, clock_from)
        two_years_on = facts.pauses.moved(add_years(clock_from, 2), clock_from)
        fee = None
        if as_of > two_years_on:
            self.findings.add_after(two_years_on, "suspect_idle_2y")
        elif as_of > one_year_on:
            if self.row.get("acquisition_mode") != AcquisitionMode.LEASE.position:
                fee = product(self.row.get("premium_yuan"), Fraction(1, 5))
            self.findings.add_after(one_year_on, "suspect_idle_1y", fee)
        elif as_of > calendar_year_on:
            self.findings.add_after(calendar_year_on, "idle_gov")
        return {
            "clock_from": clock_from,
            "paused_days": facts.pauses.days(clock_from, as_of),
            "one_year_on": one_year_on,
            "two_years_on": two_years_on,
            "fee_yuan": yuan(fee),
        }

    @property
    def _suspended_on(self) -> date | None:
        """The day works stopped: completion not done, and not resumed since."""
        suspended_on, resumed_on = self.facts.fact("suspended_on"), self.facts.fact("resumed_on")
        if suspended_on is None or self.facts.done["completion"]:
            return None
        return None if resumed_on and resumed_on >= suspended_on else suspended_on

    def _idle_suspended_is_unclear(self) -> bool:
        """Type 2: developed, then suspended for a year. True when facts are missing to tell."""
        suspended_on = self._suspended_on
        if suspended_on is None or not self.developed or self.facts.any_gap:
            return False
        limit = self.facts.pauses.moved(add_years(suspended_on, 1), suspended_on)
        if self.row.get("reserve_land") == 1 or self.facts.as_of <= limit:
            return False
        developable = self.row.get("developable_m2")
        if developable is None:
            developable = self.row.get("area_m2")
        invested, total = self.row.get("invested_yuan"), self.row.get("investment_total_yuan")
        arms = (
            _falls_short(3, self.row.get("developed_m2"), developable),
            _falls_short(4, invested, total),
        )
        if True in arms:
            self.findings.add_after(limit, "suspect_idle_suspended")
        return True not in arms and None in arms

    def _determined(self) -> None:
        served_on = self.facts.fact("idle_determined_on")
        if served_on and (not self.developed or self._suspended_on):
            days = (self.facts.as_of - served_on).days + 1
            self.findings.add("idle_confirmed", served_on, days)
        if self.facts.start_on and not self.developed:
            self.findings.add("track_conflict", self.facts.start_on)

    # -- supply and delivery

    def _supply(self) -> None:
        if not self.developed and not self.milestones["start"].gap:
            self.findings.add("supplied_unused", bucket=self._bucket(self.milestones["start"]))
        if self.facts.done["completion"] and self._is_not_full():
            self.findings.add("used_not_full")

    def _bucket(self, start: Milestone) -> str:
        if self.facts.undelivered:
            return "undelivered"
        if start.state == "undetermined":
            return "undetermined"
        if start.due_on is None or self.facts.as_of <= start.due_on:
            return "not_due"
        within = self.facts.as_of <= add_years(start.due_on, 1)
        return "overdue_under_1y" if within else "overdue_1y_or_more"

    def _is_not_full(self) -> bool:
        area, developed = self.row.get("area_m2"), self.row.get("developed_m2")
        if area is not None and developed is not None:
            left = area - developed
            if 5 * left >= area or 3 * left >= 10_000:
                return True
        far, least = self.row.get("far_actual"), self.row.get("far_min")
        return far is not None and least is not None and far < least

    def _supplement(self) -> None:
        if self.facts.late_delivery is None:
            return
        begin, delivered_on = self.facts.late_delivery
        for m in self.milestones.values():
            if m.gap or m.due_on is None or m.anchor_on >= m.due_on:
                continue
            if max(begin, m.anchor_on + DAY) <= min(delivered_on, m.due_on):
                delay = (delivered_on - begin).days + 1
                self.findings.add("needs_supplement", delivered_on, delay)
                return

    def _delivery(self) -> None:
        agreed_on = self.facts.delivery_agreed_on
        if agreed_on is None or not self.facts.delivery_is_overdue:
            return
        days = Fraction((self.facts.as_of - agreed_on).days, 1000)
        paid, rate = self.row.get("premium_paid_yuan"), self.row.get("grantor_late_permille")
        self.findings.add_after(agreed_on, "delivery_late_by_grantor", product(paid, rate, days))

    # -- money and deadlines

    def _damages_high(self) -> None:
        premium = self.row.get("premium_yuan")
        total = sum((m.damages or Fraction(0) for m in self.milestones.values()), Fraction(0))
        if premium is not None and 10 * total > 3 * premium:
            self.findings.add("damages_high", amount=total)

    def _shortfalls(self) -> None:
        row, premium = self.row, self.row.get("premium_yuan")
        if self.facts.done["completion"]:
            for code, agreed, actual in (
                ("shortfall_investment", "investment_agreed_yuan", "investment_actual_yuan"),
                ("shortfall_far", "far_min", "far_actual"),
            ):
                missing = _missing(row.get(agreed), row.get(actual))
                if missing:
                    amount = product(premium, missing, Fraction(1) / row[agreed])
                    self.findings.add(code, amount=amount)
            beyond = _missing(row.get("far_actual"), row.get("far_max"))
            if beyond:
                share = beyond / row["far_max"] if row["far_max"] else None
                self.findings.add("excess_far", amount=product(premium, share))
        target = self.milestones["target_output"]
        if target.done_on or (target.due_on and self.facts.as_of > target.due_on):
            for name in ("output", "tax"):
                if _missing(row.get(f"{name}_agreed"), row.get(f"{name}_actual")):
                    self.findings.add(f"shortfall_{name}")

    def _payment(self) -> None:
        for due, amount, paid_on, demanded_on in self.facts.instalments or ():
            if paid_on or due is None or self.facts.as_of <= due:
                continue
            days = (self.facts.as_of - due).days
            owed = product(amount, self.row.get("late_payment_permille"), Fraction(days, 1000))
            is_open = days > 60 and demanded_on is not None
            self.findings.add("payment_overdue", due + DAY, days, owed, rescission=is_open)

    def _rescission(self) -> None:
        known_on = self.facts.fact("ground_known_on")
        if known_on is None:
            return
        limit = add_years(known_on, 1)
        left = (limit - self.facts.as_of).days
        if left < 0:
            self.findings.add_after(limit, "rescission_lapsed")
        elif left <= 90:
            self.findings.add("rescission_expiring", limit - 90 * DAY, left)

    def _supervision(self) -> None:
        limits = [
            add_years(self.row[key], years)
            for key, years in (("signed_on", 5), ("lease_started_on", 3))
            if self.row.get(key)
        ]
        if limits and self.facts.as_of > min(limits):
            self.findings.add_after(min(limits), "in_supervision_scope")


def _falls_short(times: int, part: Fraction | None, whole: Fraction | None) -> bool | None:
    """Whether ``times * part < whole``; None when one of them is unknown."""
    return None if part is None or whole is None else times * part < whole


def _missing(agreed: Fraction | None, actual: Fraction | None) -> Fraction | None:
    """By how much the actual value stays below the agreed one, when it does."""
    if agreed is None or actual is None or actual >= agreed:
        return None
    return Fraction(agreed - actual)
