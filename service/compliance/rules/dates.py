"""Agreed dates: fixed ones, and relative ones from the actual date of their anchor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.model.codelists import Anchor, MilestoneKind, TermUnit
from geodata.model.columns import NO_CODE, NO_DAY, Days, Flags, Term
from service.compliance.calendar import WorkingDays, add_months, add_years
from service.compliance.rules.facts import Facts, days_where
from service.compliance.rules.parameters import Parameters


@dataclass(frozen=True, slots=True)
class AnchorDay:
    """The actual date of an anchor; neither date nor `unknown` means: not reached."""

    day: Days
    unknown: Flags


@dataclass(frozen=True, slots=True)
class AgreedDate:
    """The agreed date of a milestone or of delivery.

    Attributes
    ----------
    day
        The date without extensions; `NO_DAY` where there is none (yet).
    pauses_after
        From when a pause moves it: the anchor's date, else the signing date, else no limit.
    none_agreed
        Neither a fixed nor a relative date stands in the contract.
    anchor_unknown
        A relative date whose anchor is unknown.
    unrolled
        Where a year without a working-day table is in the way: the date without any rest day.
    from_anchor
        Anchor of a relative date (`Anchor` code), else -1.
    by_default
        The start date that the law supplies where the contract has none (R1.12).
    """

    day: Days
    pauses_after: Days
    none_agreed: Flags
    anchor_unknown: Flags
    unrolled: Days
    from_anchor: np.ndarray[tuple[int], np.dtype[np.int8]]
    by_default: Flags


def anchor_days(facts: Facts) -> dict[Anchor, AnchorDay]:
    """Every anchor of the chain with its actual date (`docs/ledger.md`)."""
    signed = facts.columns.days["signed_on"]
    delivered = facts.known_on["delivered_on"]
    anchors = {
        Anchor.SIGNING: AnchorDay(signed, signed == NO_DAY),
        Anchor.PAYMENT: _paid_in_full(facts),
        Anchor.DELIVERY: AnchorDay(delivered, (delivered == NO_DAY) & ~facts.undelivered),
    }
    for anchor, kind in (
        (Anchor.START, MilestoneKind.START),
        (Anchor.COMPLETION, MilestoneKind.COMPLETION),
        (Anchor.PRODUCTION, MilestoneKind.PRODUCTION),
    ):
        anchors[anchor] = AnchorDay(facts.done_on[kind], facts.gap[kind])
    return anchors


def _paid_in_full(facts: Facts) -> AnchorDay:
    instalments = facts.columns.ragged["instalments"]
    row = instalments.owner
    paid = facts.happened_by(instalments.days("paid_on"), row)
    latest = np.full(len(facts), NO_DAY, dtype=np.int32)
    np.maximum.at(latest, row, paid)
    unpaid = np.zeros(len(facts), dtype=np.bool_)
    unpaid[row[paid == NO_DAY]] = True
    return AnchorDay(days_where(~unpaid, latest), ~instalments.given)


def agreed_date(
    fixed: Days,
    term: Term,
    signed: Days,
    anchors: Mapping[Anchor, AnchorDay],
    working_days: WorkingDays,
) -> AgreedDate:
    """The fixed date (never rolled), else the relative one (rolled, R0.3, R0.5)."""
    relative = (fixed == NO_DAY) & (term.count >= 0)
    agreed = AgreedDate(
        day=fixed.copy(),
        pauses_after=signed.copy(),
        none_agreed=(fixed == NO_DAY) & (term.count < 0),
        anchor_unknown=np.zeros(len(fixed), dtype=np.bool_),
        unrolled=np.full(len(fixed), NO_DAY, dtype=np.int32),
        from_anchor=np.full(len(fixed), NO_CODE, dtype=np.int8),
        by_default=np.zeros(len(fixed), dtype=np.bool_),
    )
    rows = np.flatnonzero(relative)
    if len(rows):
        _hang(agreed, rows, term.take(rows), anchors, working_days)
    return agreed


def _hang(
    agreed: AgreedDate,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    term: Term,
    anchors: Mapping[Anchor, AnchorDay],
    working_days: WorkingDays,
) -> None:
    """Fill in the rows whose date is relative."""
    anchor_day = np.full(len(rows), NO_DAY, dtype=np.int32)
    unknown = np.zeros(len(rows), dtype=np.bool_)
    used = np.bincount(term.anchor, minlength=len(Anchor))
    for anchor, actual in anchors.items():
        if not used[anchor.position]:
            continue
        hangs = term.anchor == anchor.position
        anchor_day[hangs] = actual.day[rows[hangs]]
        unknown[hangs] = actual.unknown[rows[hangs]]
    unrolled, rolled = _counted(anchor_day, term, working_days)
    agreed.day[rows] = rolled
    agreed.pauses_after[rows] = anchor_day
    agreed.anchor_unknown[rows] = unknown
    agreed.unrolled[rows] = days_where(rolled == NO_DAY, unrolled)
    agreed.from_anchor[rows] = term.anchor


def _counted(anchor_day: Days, term: Term, working_days: WorkingDays) -> tuple[Days, Days]:
    """Relative dates without any rest day, and counted or rolled over rest days."""
    months = np.where(term.unit == TermUnit.YEAR.position, term.count * 12, term.count)
    by_month = (term.unit == TermUnit.MONTH.position) | (term.unit == TermUnit.YEAR.position)
    by_day = np.where(anchor_day == NO_DAY, NO_DAY, anchor_day + term.count)
    plain = np.where(by_month, add_months(anchor_day, np.where(by_month, months, 0)), by_day)
    by_working_day = term.unit == TermUnit.WORKING_DAY.position
    counted = np.where(by_working_day, working_days.add(anchor_day, term.count), plain)
    return plain, working_days.roll(counted)


def delivery_agreed(
    facts: Facts, law: Parameters, anchors: Mapping[Anchor, AnchorDay]
) -> AgreedDate:
    """The agreed delivery day; its day is `NO_DAY` where it is unknown."""
    columns = facts.columns
    return agreed_date(
        columns.days["delivery_agreed_on"],
        columns.terms["delivery_agreed_after"],
        columns.days["signed_on"],
        {anchor: anchors[anchor] for anchor in (Anchor.SIGNING, Anchor.PAYMENT)},
        law.law.working_days,
    )


def milestone_agreed(
    facts: Facts, law: Parameters, anchors: Mapping[Anchor, AnchorDay], kind: MilestoneKind
) -> AgreedDate:
    """The agreed date of a milestone; a start never agreed is delivery plus one year (R1.12)."""
    columns = facts.columns
    agreed = agreed_date(
        columns.days[f"{kind.value}_agreed_on"],
        columns.terms[f"{kind.value}_agreed_after"],
        columns.days["signed_on"],
        anchors,
        law.law.working_days,
    )
    if kind is not MilestoneKind.START:
        return agreed
    delivery = anchors[Anchor.DELIVERY]
    none = agreed.none_agreed
    default = add_years(days_where(none, delivery.day), law.count("start.default_years"))
    return AgreedDate(
        day=np.where(none, default, agreed.day),
        pauses_after=np.where(none, delivery.day, agreed.pauses_after),
        none_agreed=np.zeros_like(none),
        anchor_unknown=np.where(none, delivery.unknown, agreed.anchor_unknown),
        unrolled=agreed.unrolled,
        from_anchor=np.where(none, Anchor.DELIVERY.position, agreed.from_anchor).astype(np.int8),
        by_default=none,
    )
