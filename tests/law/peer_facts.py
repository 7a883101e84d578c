"""Facts of the second reading: one row as it stood on its cut-off day, with pauses and anchors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from geodata.model.codelists import Anchor, GovernmentCause, MilestoneKind, PeriodStatus, TermUnit
from geodata.model.columns import UNDELIVERED

from .peer_calendar import DAY, Pauses, Relative, WorkCalendar, relative_date

KINDS: Final = tuple(str(kind.value) for kind in MilestoneKind)

Term = tuple[int, int, int]


class Facts:
    """What was known on the day of judgement; terms and quantities are read from `row`."""

    def __init__(self, row: Mapping[str, Any], as_of: date, calendar: WorkCalendar) -> None:
        self.row = row
        self.as_of = as_of
        self.calendar = calendar
        closed_on = row.get("closed_on")
        self.closed = closed_on is not None and closed_on <= as_of
        self.day: date = closed_on if closed_on is not None and self.closed else as_of
        self.start_on = self.fact("start_on")
        self.development_on = self.fact("development_on")
        self.done = {kind: self.fact(f"{kind}_on") for kind in KINDS}
        self.done["start"] = self.start_on or self.development_on
        self.instalments = self._instalments()
        delivered = row.get("delivered_on")
        self.undelivered = delivered is not None and (
            delivered == UNDELIVERED or delivered > self.day
        )
        self.delivered_on: date | None = None if self.undelivered else delivered
        self.delivery_agreed_on = self._delivery_agreed_on()
        self.late_delivery = self._late_delivery()
        self.periods = self._periods()
        self.pauses = self._pauses(self.periods)

    def past(self, day: date | None) -> date | None:
        """A dated fact; absent when it lies after the day of judgement."""
        return day if day is not None and day <= self.day else None

    def fact(self, key: str) -> date | None:
        """The dated fact of a column."""
        return self.past(self.row.get(key))

    def end(self, kind: str) -> date:
        """The day up to which a milestone may be late."""
        return self.done[kind] or self.day

    def gap(self, kind: str) -> bool:
        """Not done while a later milestone is."""
        return self.done[kind] is None and self._later_done(kind)

    @property
    def any_gap(self) -> bool:
        """A gap in any milestone."""
        return any(self.gap(kind) for kind in KINDS)

    @property
    def delivery_is_overdue(self) -> bool:
        """Known not delivered, and the agreed delivery day is over."""
        agreed_on = self.delivery_agreed_on
        return self.undelivered and agreed_on is not None and agreed_on < self.day

    def _later_done(self, kind: str) -> bool:
        return any(self.done[later] for later in KINDS[KINDS.index(kind) + 1 :])

    def _instalments(self) -> list[tuple[Any, ...]] | None:
        cell = self.row.get("instalments")
        if cell is None:
            return None
        return [
            (due, amount, self.past(paid), self.past(demanded))
            for due, amount, paid, demanded in cell
        ]

    # -- anchors and relative dates

    def anchor(self, name: str) -> tuple[str, date | None]:
        """Whether an anchor is ``known``, ``unreached`` or ``unknown``, and its day."""
        if name == "signing":
            day = self.row.get("signed_on")
            return ("known" if day else "unknown"), day
        if name == "payment":
            return self._paid_in_full()
        if name == "delivery":
            if self.delivered_on:
                return "known", self.delivered_on
            return ("unreached" if self.undelivered else "unknown"), None
        if self.done[name]:
            return "known", self.done[name]
        return ("unknown" if self._later_done(name) else "unreached"), None

    def _paid_in_full(self) -> tuple[str, date | None]:
        if self.instalments is None:
            return "unknown", None
        paid = [paid_on for _, _, paid_on, _ in self.instalments if paid_on]
        if len(paid) < len(self.instalments):
            return "unreached", None
        return "known", max(paid)

    def relative(self, term: Term, anchor_on: date) -> Relative:
        """A relative date from the day of its anchor."""
        count, unit, _ = term
        return relative_date(count, TermUnit.at(unit).value, anchor_on, self.calendar)

    def _delivery_agreed_on(self) -> date | None:
        fixed: date | None = self.row.get("delivery_agreed_on")
        term = self.row.get("delivery_agreed_after")
        if fixed or term is None:
            return fixed
        _, anchor_on = self.anchor(Anchor.at(term[2]).value)
        return None if anchor_on is None else self.relative(term, anchor_on).day

    # -- pauses

    def _late_delivery(self) -> tuple[date, date] | None:
        """The automatic interval: after the agreed delivery day, up to the delivery."""
        agreed_on, delivered_on = self.delivery_agreed_on, self.delivered_on
        if agreed_on and delivered_on and delivered_on > agreed_on:
            return agreed_on + DAY, delivered_on
        return None

    def _periods(self) -> list[tuple[date, date, bool]]:
        """Verified periods up to the day of judgement, and whether they are force majeure."""
        return [
            (begin, min(end or self.day, self.day), cause == GovernmentCause.G7.position)
            for begin, end, cause, status in self.row.get("government_periods") or ()
            if status == PeriodStatus.VERIFIED.position and begin <= self.day
        ]

    def _pauses(self, periods: list[tuple[date, date, bool]]) -> Pauses:
        automatic = [self.late_delivery] if self.late_delivery else []
        return Pauses([(begin, end) for begin, end, _ in periods] + automatic)

    def excusing(self, due_on: date) -> Pauses:
        """The pauses without force majeure that begins after a due date (R2.7)."""
        kept = [period for period in self.periods if not (period[2] and period[0] > due_on)]
        return self.pauses if len(kept) == len(self.periods) else self._pauses(kept)

    def unexcused_days(self, due_on: date, until: date) -> int:
        """Days from a due date to a later day, less the pauses that excuse."""
        return (until - due_on).days - self.excusing(due_on).days(due_on, until)
