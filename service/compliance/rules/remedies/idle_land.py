"""What would remove that land is idle, suspected to be, or supplied and unused (令第53号)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from geodata.model.codelists import FindingCode, FoundationKind, MilestoneKind, UnusedBucket
from geodata.model.columns import as_date
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies.case import Case, Cells, Proposal
from service.compliance.rules.remedies.extensions import extensions, read_contract
from service.compliance.rules.remedies.figures import ratio_figures
from service.compliance.rules.remedies.periods import claimed_verified, stopping_clock

_YEARS = {
    FindingCode.SUSPECT_IDLE_2Y: "idle.second_years",
    FindingCode.SUSPECT_IDLE_1Y: "idle.first_years",
    FindingCode.IDLE_GOV: "idle.first_years",
}


def never_developed(case: Case, code: FindingCode) -> Iterator[Proposal]:
    """Development, or a start date that leaves less than the full years of Arts. 2 and 14.

    Only the calendar year counts for `idle_gov`: a further pause cannot put it off.
    """
    last_day = case.last_day(code)
    passed_days = (case.as_of - last_day).days
    yield from _developing(case, _next_bar(case, code))
    needed_on = case.first_within(_YEARS[code])
    yield from extensions(case, MilestoneKind.START, needed_on)
    yield from read_contract(case, needed_on)
    if code is FindingCode.IDLE_GOV:
        yield from claimed_verified(case)
    else:
        yield from stopping_clock(case, last_day)
    proven = {"development_on": last_day}
    yield Proposal(RemedyKind.PROVE_EARLIER, proven, last_day, passed_days)


def _next_bar(case: Case, code: FindingCode) -> date | None:
    """The last day before the finding turns graver; None while a pause puts it off."""
    idle = case.judged.idle
    bars = {
        FindingCode.IDLE_GOV: idle.one_year_on,
        FindingCode.SUSPECT_IDLE_1Y: idle.two_years_on,
    }
    return as_date(int(bars[code][case.row])) if code in bars and not case.is_paused else None


def _developing(case: Case, last_on: date | None = None) -> Iterator[Proposal]:
    """Development commences today; or the foundation on record is carried as far as it must be."""
    yield Proposal(RemedyKind.DO_NOW, _developed(case), last_on)
    kind, share = case.cells.get("foundation_kind"), case.number("foundation_share")
    if kind is None or share is None or case.day("development_on"):
        return
    is_other = kind == FoundationKind.OTHER.position
    needed = case.legal("development.foundation_share") if is_other else Fraction(1)
    changes: dict[str, Fraction | date] = {}
    if share < needed:
        changes["foundation_share"] = needed
    if case.day("permit_on") is None:
        changes["permit_on"] = case.as_of
    yield Proposal(RemedyKind.REACH, changes, last_on)


def _developed(case: Case) -> dict[str, date]:
    """Development commences today, on land that has been delivered."""
    developed = {"development_on": case.as_of}
    return developed | ({"delivered_on": case.as_of} if case.is_undelivered else {})


def suspended(case: Case, code: FindingCode) -> Iterator[Proposal]:
    """Works resumed, more built or invested, or less than a full year of standstill (Art. 2)."""
    last_day = case.last_day(code)
    yield Proposal(RemedyKind.RESUME, {"resumed_on": case.as_of})
    yield Proposal(RemedyKind.REACH, ratio_figures(case))
    yield from stopping_clock(case, last_day)
    days = (case.as_of - last_day).days
    yield Proposal(RemedyKind.PROVE_EARLIER, {"resumed_on": last_day}, last_day, days)


def confirmed(case: Case, _code: FindingCode) -> Iterator[Proposal]:
    """The land in use again: developed where it never was, works resumed where they stand still."""
    resumed: Cells = {"resumed_on": case.as_of}
    yield Proposal(RemedyKind.RESUME, resumed)
    yield from _developing(case)
    yield Proposal(RemedyKind.DO_NOW, {**_developed(case), **resumed})


def supplied_unused(case: Case, code: FindingCode) -> Iterator[Proposal]:
    """Development; the last day is that of the bucket the land stands in."""
    entry = case.found[code]
    bucket = UnusedBucket.at(int(case.judged.findings.bucket[entry]))
    due_on, last_on = case.due_on(MilestoneKind.START), None
    if bucket is UnusedBucket.NOT_DUE and not case.is_paused:
        last_on = due_on
    if bucket is UnusedBucket.OVERDUE_UNDER_1Y and due_on is not None:
        last_on = case.years_after(due_on, "idle.first_years")
    yield from _developing(case, last_on)
