"""Ledger rows: a story, a plot of land and a holder written into cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from geodata.demo.chance import Chance
from geodata.demo.names import Holder, draw_project
from geodata.demo.sheet import Sheet
from geodata.demo.stories import Story
from geodata.demo.timeline import (
    COMPLETION,
    PRODUCTION,
    START,
    TARGET_OUTPUT,
    Terms,
    Timeline,
)
from geodata.model.codelists import MilestoneKind
from geodata.model.units import mu

Row = dict[str, str]

_PRICES: Final = ((2004, 20), (2008, 29), (2014, 48), (2020, 70), (2026, 86), (2040, 110))
_INDICATORS_FROM: Final = date(2014, 4, 1)
_BOND_FROM: Final = date(2021, 9, 20)
_LAND_USES: Final = ("工业用地",) * 14 + ("1001", "仓储用地", "科研设计用地")


@dataclass(frozen=True, slots=True)
class Plot:
    """The land of a contract: code, place and contract area."""

    parcel_code: str
    town: str
    park: str
    location: str
    area_m2: float


def price_wan_per_mu(year: int) -> float:
    """Usual price of industrial land in a year, in 10,000 yuan per mu."""
    for (before, low), (after, high) in pairwise(_PRICES):
        if year < after:
            return low + (high - low) * max(0, year - before) / (after - before)
    return _PRICES[-1][1]


def write_contract(
    story: Story, timeline: Timeline, plot: Plot, holder: Holder, as_of: date, chance: Chance
) -> Row:
    """The ledger row of one contract, without its contract and supervision numbers."""
    wan = price_wan_per_mu(timeline.signed_on.year) * chance.between(0.93, 1.07)
    premium_yuan = round(wan * float(mu(plot.area_m2))) * 10_000
    sheet = Sheet(timeline, as_of, plot.area_m2, premium_yuan, chance)
    _write_identity(sheet, plot, holder)
    _write_money(sheet)
    _write_delivery(sheet)
    _write_milestones(sheet)
    _write_damages(sheet)
    _write_indicators(sheet, story.reached_count)
    _write_observation(sheet, story.reached_count)
    for twist in story.twists:
        twist(sheet)
    return sheet.cells


def _write_identity(sheet: Sheet, plot: Plot, holder: Holder) -> None:
    old = sheet.timeline.signed_on < _INDICATORS_FROM
    sheet.write(
        parcel_code=plot.parcel_code,
        project_name=draw_project(holder, sheet.chance),
        location=plot.location,
        district="金山区（演示）",
        town=plot.town,
        park=plot.park,
        grantor="金山区规划和自然资源局（演示）",
        grantee=holder.name,
        uscc=holder.uscc,
        land_use=sheet.chance.pick(_LAND_USES),
        acquisition_mode="出让",
        signed_on=sheet.timeline.signed_on,
        term_years=50 if old else sheet.chance.pick((20, 20, 20, 50)),
        area_m2=plot.area_m2,
    )


def _write_money(sheet: Sheet) -> None:
    """Price, deposit and one or two instalments, paid when they were due."""
    price, timeline = sheet.premium_yuan, sheet.timeline
    due_on = timeline.paid_on + timedelta(days=sheet.chance.whole(0, 6))
    parts = [f"{due_on} {price} {timeline.paid_on} -"]
    if sheet.chance.happens(0.25):
        first, first_on = price // 2, timeline.signed_on + timedelta(days=10)
        parts = [
            f"{first_on} {first} {first_on} -",
            f"{due_on} {price - first} {timeline.paid_on} -",
        ]
    sheet.write(
        premium_yuan=price,
        premium_paid_yuan=price,
        deposit_yuan=price // 5,
        instalments="; ".join(parts),
        late_payment_permille="1",
        grantor_late_permille="1",
    )


def _write_delivery(sheet: Sheet) -> None:
    timeline = sheet.timeline
    if timeline.terms in (Terms.AFTER_DELIVERY, Terms.CHAINED):
        sheet.write(delivery_agreed_after="45wd after payment")
    else:
        agreed_on = timeline.delivered_on + timedelta(days=sheet.chance.whole(0, 20))
        sheet.write(delivery_agreed_on=agreed_on)
    sheet.write(delivered_on=timeline.delivered_on)


def _write_milestones(sheet: Sheet) -> None:
    """Agreed dates in the terms of the contract, the days reached, permit and development."""
    timeline, chance = sheet.timeline, sheet.chance
    for milestone in MilestoneKind:
        key = milestone.value
        if timeline.terms is Terms.FOUR_DATES or (
            timeline.terms is Terms.TWO_DATES and milestone in (START, COMPLETION)
        ):
            sheet.write(**{f"{key}_agreed_on": timeline.due_on[milestone]})
        elif timeline.terms is not Terms.TWO_DATES:
            sheet.write(**{f"{key}_agreed_after": _term(timeline, milestone)})
        sheet.write(**{f"{key}_on": timeline.done_on.get(milestone)})
    started_on = timeline.done_on.get(START)
    if started_on:
        development_on = started_on + timedelta(days=chance.whole(15, 60))
        sheet.write(permit_on=started_on - timedelta(days=chance.whole(5, 40)))
        sheet.write(development_on=development_on if development_on < sheet.as_of else None)


def _term(timeline: Timeline, milestone: MilestoneKind) -> str:
    """A relative date, such as ``6m after delivery``."""
    months, anchor = timeline.months[milestone], "delivery"
    if timeline.terms is Terms.CHAINED and milestone in (PRODUCTION, TARGET_OUTPUT):
        before = COMPLETION if milestone is PRODUCTION else PRODUCTION
        months, anchor = months - timeline.months[before], before.value
    return f"{months}m after {anchor}"


def _write_damages(sheet: Sheet) -> None:
    """A bond in newer contracts, a daily rate in older ones; some were never read for it."""
    signed_on, chance = sheet.timeline.signed_on, sheet.chance
    if signed_on >= _BOND_FROM and chance.happens(0.75):
        bond = sheet.premium_yuan // chance.pick((5, 5, 10))
        sheet.write(damages_scheme="bond_tier", bond_yuan=bond, bond_split="60/20/20")
    elif chance.happens(0.8):
        rate = chance.pick(("0.3", "0.5", "0.5", "1"))
        sheet.write(damages_scheme="daily_permille", start_permille=rate, completion_permille=rate)
        if sheet.timeline.terms is not Terms.TWO_DATES:
            sheet.write(production_permille="0.3", target_output_permille="0.3")


def _write_indicators(sheet: Sheet, reached_count: int) -> None:
    """What was agreed and, as far as the holder came, reached: here always enough."""
    chance = sheet.chance
    if sheet.timeline.signed_on >= _INDICATORS_FROM:
        floor = chance.pick((1.0, 1.2, 1.5))
        invested = sheet.premium_yuan * 8
        output, tax = chance.whole(900, 2300), chance.whole(50, 130)
        sheet.write(far_min=floor, far_max=floor + 1, investment_agreed_yuan=invested)
        sheet.write(output_agreed=output, tax_agreed=tax)
        if reached_count > COMPLETION.position:
            sheet.write(far_actual=floor + chance.between(0, 0.6))
        if reached_count > PRODUCTION.position:
            sheet.write(investment_actual_yuan=int(invested * chance.between(1, 1.25)))
        if reached_count > TARGET_OUTPUT.position:
            sheet.write(output_actual=int(output * chance.between(1, 1.3)) + 1)
            sheet.write(tax_actual=int(tax * chance.between(1, 1.3)) + 1)
    if reached_count > COMPLETION.position:
        spare_m2 = min(3_000.0, 0.12 * sheet.area_m2)
        sheet.write(developed_m2=sheet.area_m2 - chance.between(0, spare_m2))


def _write_observation(sheet: Sheet, reached_count: int) -> None:
    """Unfinished contracts are looked at often, a few of them not lately or never."""
    chance = sheet.chance
    lately = 0.88 if reached_count < len(MilestoneKind) else 0.35
    if chance.happens(lately):
        sheet.write(observed_on=sheet.ago(4, 150))
    elif chance.happens(0.6):
        sheet.write(observed_on=sheet.ago(190, 500))
