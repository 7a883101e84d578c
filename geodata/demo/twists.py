"""What can happen to a contract beyond its dates: each twist rewrites a few cells of the sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from geodata.demo.sheet import Sheet, as_cell
from geodata.demo.timeline import COMPLETION, START, add_months
from geodata.model.codelists import ClosedAs, MilestoneKind

Twist = Callable[[Sheet], None]

_DAY: Final = timedelta(days=1)


# --- delivery and payment -------------------------------------------------------------------


def not_yet_signed(sheet: Sheet) -> None:
    """The result is published, the contract will be signed in a few weeks."""
    sheet.write(signed_on=sheet.ahead(3, 25))
    sheet.blank("delivered_on", "instalments", "premium_paid_yuan", "observed_on")


def not_delivered_yet(sheet: Sheet) -> None:
    """The agreed delivery day is still to come."""
    sheet.write(delivered_on="none", delivery_agreed_on=sheet.ahead(8, 70))
    sheet.blank("delivery_agreed_after")


def never_delivered(sheet: Sheet) -> None:
    """The grantor has let the agreed delivery day pass: relocation is not finished."""
    sheet.write(delivered_on="none", delivery_agreed_on=sheet.timeline.delivered_on)
    sheet.write(note="动迁未完成，交地时间待定", grantor_late_permille="0.5")
    sheet.blank("delivery_agreed_after")


def delivered_late(sheet: Sheet) -> None:
    """The grantor delivered weeks after the agreed day; the fixed dates move with it."""
    sheet.write(delivery_agreed_on=sheet.timeline.signed_on + timedelta(days=20))


def delivery_not_on_file(sheet: Sheet) -> None:
    """Nobody kept the delivery confirmation, and the contract counts from it."""
    sheet.write(delivered_on=None, note="交地确认书未归档")


def second_instalment_unpaid(sheet: Sheet) -> None:
    """The second instalment is weeks or months late."""
    half = sheet.premium_yuan // 2
    due_on = max(sheet.ago(20, 150), sheet.timeline.paid_on + timedelta(days=30))
    demanded_on = as_cell(due_on + timedelta(days=12)) if sheet.chance.happens(0.6) else "-"
    first = f"{sheet.timeline.paid_on} {half} {sheet.timeline.paid_on} -"
    second = f"{due_on} {sheet.premium_yuan - half} - {demanded_on}"
    sheet.write(instalments=f"{first}; {second}", premium_paid_yuan=half)


# --- extensions and government causes -------------------------------------------------------


def _extended(milestone: MilestoneKind, approved: int, until: Callable[[Sheet], date]) -> Twist:
    """An extension approved so many days after the due date (before it, when negative)."""

    def twist(sheet: Sheet) -> None:
        approved_on = sheet.timeline.due_on[milestone] + timedelta(days=approved)
        applied_on = approved_on - timedelta(days=sheet.chance.whole(20, 30))
        fields = "/".join(map(as_cell, (applied_on, approved_on, until(sheet))))
        sheet.write(**{f"{milestone.value}_extensions": fields})

    return twist


start_extended = _extended(START, -18, lambda sheet: sheet.ahead(45, 150))
completion_extended = _extended(COMPLETION, -25, lambda sheet: sheet.ahead(45, 150))
start_extended_late = _extended(START, 40, lambda sheet: sheet.ahead(45, 120))
start_extended_late_and_missed = _extended(START, 40, lambda sheet: sheet.ago(15, 45))
start_extended_too_far = _extended(
    START, -15, lambda sheet: add_months(sheet.timeline.due_on[START], 16)
)


def extension_never_approved(sheet: Sheet) -> None:
    """The holder applied for more time and got no answer."""
    due_on = sheet.timeline.due_on[COMPLETION]
    asked = f"{due_on - timedelta(days=35)}//{add_months(due_on, 8)}"
    sheet.write(completion_extensions=asked)


def plan_changed_for_months(sheet: Sheet) -> None:
    """A verified change of plan held the start up for most of a year."""
    begins_on = sheet.timeline.due_on[START] + timedelta(days=15)
    ends_on = begins_on + timedelta(days=sheet.chance.whole(300, 360))
    sheet.write(government_periods=f"{begins_on}/{ends_on} G2 verified")


def plan_change_claimed(sheet: Sheet) -> None:
    """The holder says the plan was the reason; nobody has verified it."""
    begins_on = sheet.timeline.due_on[START] + timedelta(days=20)
    sheet.write(government_periods=f"{begins_on}/ G2 claimed")


def works_halted_by_government(sheet: Sheet) -> None:
    """Relics were found the day after completion fell due; the site has been closed since."""
    begins_on = sheet.timeline.due_on[COMPLETION] + _DAY
    sheet.write(government_periods=f"{begins_on}/ G5 verified", note="考古勘探，暂停施工")


# --- started, half built, suspended ---------------------------------------------------------


def pit_half_dug(sheet: Sheet) -> None:
    """Start was recognised, but the pit is not fully dug: not yet development (Art. 30)."""
    sheet.write(foundation_kind="pit", foundation_share="60%", development_on=None)


def piles_driven(sheet: Sheet) -> None:
    """All piles are driven, which counts as development."""
    sheet.write(foundation_kind="piles", foundation_share="1", development_on=None)


def works_suspended(sheet: Sheet) -> None:
    """Works stopped over a year ago with little land developed and little money spent."""
    total = sheet.premium_yuan * 6
    sheet.write(
        suspended_on=max(sheet.ago(395, 600), sheet.timeline.done_on[START] + timedelta(days=30)),
        developable_m2=sheet.area_m2,
        developed_m2=sheet.part(0.08, 0.3),
        investment_total_yuan=total,
        invested_yuan=int(total * sheet.chance.between(0.08, 0.22)),
        note="现场停工",
    )


def works_suspended_nothing_measured(sheet: Sheet) -> None:
    """Works stopped over a year ago; what was built or spent is not known."""
    sheet.write(suspended_on=sheet.ago(375, 410))
    sheet.blank("developed_m2", "invested_yuan", "investment_total_yuan")


def idle_land_determined(sheet: Sheet) -> None:
    """The determination of idle land was served."""
    sheet.write(idle_determined_on=sheet.ago(15, 140), note="已送达闲置土地认定书")


def reserved_by_government(sheet: Sheet) -> None:
    """The land is in the government's reserve: outside the idle rules."""
    sheet.write(reserve_land="true")


# --- terms and rights -----------------------------------------------------------------------


def daily_damages(sheet: Sheet) -> None:
    """The contract asks for 1 per mille of the price and day."""
    sheet.write(damages_scheme="daily_permille", start_permille="1", completion_permille="1")
    sheet.blank("bond_yuan", "bond_split")


def bond_and_daily_damages(sheet: Sheet) -> None:
    """The contract keeps a bond and a daily rate."""
    bond = sheet.premium_yuan // 5
    sheet.write(damages_scheme="both", bond_yuan=bond, bond_split="60/20/20")
    sheet.write(start_permille="0.3", completion_permille="0.3", production_permille="0.3")


def ground_known_long_ago(sheet: Sheet) -> None:
    """The bureau has known the ground for rescission for more than a year."""
    sheet.write(ground_known_on=sheet.ago(400, 560))


def ground_known_for_a_year_soon(sheet: Sheet) -> None:
    """The right to rescind lapses within three months."""
    sheet.write(ground_known_on=sheet.ago(290, 350))


def leased(sheet: Sheet) -> None:
    """The land is let, not granted."""
    started_on = sheet.timeline.delivered_on
    sheet.write(acquisition_mode="租赁", term_years=20, lease_started_on=started_on)


def closed(how: ClosedAs, days_after_start_due: tuple[int, int]) -> Twist:
    """The contract ended so many days after its start was due."""

    def twist(sheet: Sheet) -> None:
        days = sheet.chance.whole(*days_after_start_due)
        ended_on = sheet.timeline.due_on[START] + timedelta(days=days)
        sheet.write(closed_on=min(ended_on, sheet.ago(5, 90)), closed_as=how.value)

    return twist


# --- indicators -----------------------------------------------------------------------------


def half_the_land_built(sheet: Sheet) -> None:
    """A good part of the plot was left for a second phase that never came."""
    sheet.write(developed_m2=sheet.part(0.5, 0.74), note="预留二期用地未建设")


def low_floor_area(sheet: Sheet) -> None:
    """One storey where the contract asks for two."""
    sheet.write(far_min="1.2", far_max="2.0", far_actual=sheet.chance.between(0.72, 1.12))


def high_floor_area(sheet: Sheet) -> None:
    """A storey more than the plan allows."""
    sheet.write(far_min="1.2", far_max="2.0", far_actual=sheet.chance.between(2.1, 2.4))


def _falls_short(indicator: str, agreed: Callable[[Sheet], int]) -> Twist:
    """An indicator well below what was agreed."""

    def twist(sheet: Sheet) -> None:
        promised = agreed(sheet)
        actual = int(promised * sheet.chance.between(0.45, 0.9))
        agreed_key, actual_key = indicator.format("agreed"), indicator.format("actual")
        sheet.write(**{agreed_key: promised, actual_key: actual})

    return twist


too_little_invested = _falls_short("investment_{}_yuan", lambda sheet: sheet.premium_yuan * 8)
too_little_output = _falls_short("output_{}", lambda sheet: sheet.chance.whole(900, 2300))
too_little_tax = _falls_short("tax_{}", lambda sheet: sheet.chance.whole(50, 130))
