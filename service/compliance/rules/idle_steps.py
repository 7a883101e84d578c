"""The steps of `idle_land`, told to a trace."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Exact, Flags
from geodata.model.judgements import NO_COUNT, IdleColumns
from service.compliance.calendar import add_years
from service.compliance.rules.facts import Rows
from service.compliance.rules.findings import Counts
from service.compliance.rules.parameters import Parameters
from service.compliance.rules.trace import Measure, Trace


def tell_development(trace: Trace, is_developed: Flags, decided: Flags, founded: Flags) -> None:
    """Which fact decided whether development has commenced."""
    trace.step(
        "developed.by_foundation",
        Measure.FLAG,
        np.where(decided, founded, NO_CODE),
        "development.foundation_share",
        of=("foundation_kind", "foundation_share", "permit_on", "day"),
    )
    later = [f"{kind.value}.done_on" for kind in MilestoneKind if kind is not MilestoneKind.START]
    trace.step(
        "developed",
        Measure.FLAG,
        is_developed,
        of=("development_on", *later, "developed.by_foundation", "start_on", "day"),
    )
    trace.finding(FindingCode.TRACK_CONFLICT, "start_on", "developed")


def tell_clock(trace: Trace, law: Parameters, shown: IdleColumns, calendar_year_on: Days) -> None:
    """The idle clock of type 1."""
    pauses = ("government_periods", "pause.days", "delivery.late_days")
    tests = ("start.due_on", "developed", "reserve_land", "delivery.undelivered")
    trace.step("idle.clock_from", Measure.DAY, shown.clock_from, of=tests)
    of = ("idle.clock_from",)
    trace.step("idle.paused_days", Measure.DAYS, shown.paused_days, of=(*of, "as_of", *pauses))
    trace.step(
        "idle.calendar_year_on",
        Measure.DAY,
        calendar_year_on,
        "idle.first_years",
        of=of,
        dated="start.due_on",
    )
    for name, count, ends_on in (
        ("one_year", "first", shown.one_year_on),
        ("two_years", "second", shown.two_years_on),
    ):
        years = law.count(f"idle.{count}_years", due=shown.clock_from)
        paused = np.where(
            shown.clock_from != NO_DAY, ends_on - add_years(shown.clock_from, years), NO_COUNT
        )
        trace.step(f"idle.{name}_paused_days", Measure.DAYS, paused, of=(*of, *pauses))
        trace.step(
            f"idle.{name}_on",
            Measure.DAY,
            ends_on,
            f"idle.{count}_years",
            of=(*of, f"idle.{name}_paused_days"),
            dated="start.due_on",
        )


_COUNTED_FROM: Final = {
    FindingCode.SUSPECT_IDLE_2Y: ("idle.two_years_on",),
    FindingCode.SUSPECT_IDLE_1Y: ("idle.one_year_on", "idle.fee"),
    FindingCode.IDLE_GOV: ("idle.calendar_year_on", "idle.one_year_on"),
}


def tell_idle(trace: Trace, code: FindingCode, days: Counts) -> None:
    """The days since a period of idleness was full, `NO_COUNT` where it is not."""
    ends_on, *others = _COUNTED_FROM[code]
    trace.step(f"{code.value}.days", Measure.DAYS, days, of=("as_of", ends_on))
    trace.finding(code, "developed", "reserve_land", f"{code.value}.days", *others)


def tell_fee(trace: Trace, fee: Exact) -> None:
    """The idle-land fee."""
    trace.step(
        "idle.fee",
        Measure.YUAN,
        fee,
        "idle.fee_share",
        of=("acquisition_mode", "premium_yuan"),
        dated="start.due_on",
    )


def tell_suspension(
    trace: Trace,
    law: Parameters,
    as_of: Days,
    standing: Flags,
    rows: Rows,
    stopped: Days,
    ends_on: Days,
) -> None:
    """The year of suspension of type 2; `rows` are those in which it is tested."""
    works = ("developed", "completion.done_on", "suspended_on", "resumed_on")
    trace.step("idle.suspended", Measure.FLAG, standing, of=works)
    plain = add_years(stopped, law.count("idle.suspension_years", act=stopped, rows=rows))
    trace.step(
        "idle.suspension_paused_days",
        Measure.DAYS,
        ends_on - plain,
        at=rows,
        of=("suspended_on", "government_periods", "pause.days", "delivery.late_days"),
    )
    trace.step(
        "idle.suspended_year_on",
        Measure.DAY,
        ends_on,
        "idle.suspension_years",
        at=rows,
        of=("suspended_on", "idle.suspension_paused_days"),
        dated="suspended_on",
    )
    trace.step(
        "suspect_idle_suspended.days",
        Measure.DAYS,
        np.maximum(as_of - ends_on, NO_COUNT),
        at=rows,
        of=("as_of", "idle.suspended_year_on"),
    )
    trace.finding(
        FindingCode.SUSPECT_IDLE_SUSPENDED,
        "idle.suspended",
        "reserve_land",
        "suspect_idle_suspended.days",
        "idle.developed_low",
        "idle.invested_low",
    )


def tell_determination(trace: Trace, days: Counts) -> None:
    """The days since a determination was served, `NO_COUNT` where it does not stand."""
    trace.step("idle_confirmed.days", Measure.DAYS, days, of=("as_of", "idle_determined_on"))
    grounds = ("idle_confirmed.days", "developed", "idle.suspended")
    trace.finding(FindingCode.IDLE_CONFIRMED, *grounds)


def tell_ratio(trace: Trace, name: str, whole: Exact, is_low: Codes, rows: Rows) -> None:
    """Whether too little is developed or invested, `NO_CODE` where it is unknown."""
    if name == "developed":
        areas = ("developable_m2", "area_m2")
        trace.step("idle.developable_m2", Measure.M2, whole, of=areas, at=rows)
        of = ("developed_m2", "idle.developable_m2")
    else:
        of = ("invested_yuan", "investment_total_yuan")
    number = f"idle.{name}_share"
    trace.step(f"idle.{name}_low", Measure.FLAG, is_low, number, of=of, at=rows, dated="day")
