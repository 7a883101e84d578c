"""What clerks get wrong: slips in a sheet that the import has to live with."""

from __future__ import annotations

from datetime import timedelta

from geodata.demo.sheet import Sheet, Value
from geodata.demo.timeline import COMPLETION, PRODUCTION, START, TARGET_OUTPUT, Terms, add_months
from geodata.demo.twists import Twist
from geodata.model.codelists import MilestoneKind


def start_never_recorded(sheet: Sheet) -> None:
    """Completion is on file, the start is not."""
    sheet.blank("start_on", "development_on")
    sheet.write(note="开工认定材料缺失")


def _dates_swapped(first: MilestoneKind, second: MilestoneKind) -> Twist:
    """The dates of two milestones stand in each other's column."""

    def twist(sheet: Sheet) -> None:
        one, other = f"{first.value}_on", f"{second.value}_on"
        swapped: dict[str, Value] = {one: sheet.cells[other], other: sheet.cells[one]}
        sheet.write(**swapped)

    return twist


production_typed_before_completion = _dates_swapped(COMPLETION, PRODUCTION)
target_typed_before_production = _dates_swapped(PRODUCTION, TARGET_OUTPUT)


def completion_typed_before_start(sheet: Sheet) -> None:
    """The year of the start was mistyped."""
    done_on = sheet.timeline.done_on[COMPLETION]
    sheet.write(start_on=add_months(done_on, 2), development_on=None)


def delivery_typed_before_signing(sheet: Sheet) -> None:
    """The delivery confirmation carries a date before the contract."""
    sheet.write(delivered_on=sheet.timeline.signed_on - timedelta(days=20))


def rate_in_wrong_unit(sheet: Sheet) -> None:
    """Somebody wrote the yearly rate into the column of the daily one."""
    sheet.write(damages_scheme="daily_permille", start_permille="1095")


def supervision_no_cut_off(sheet: Sheet) -> None:
    """The last digits of the supervision number are missing."""
    sheet.write(supervision_no=f"310116{sheet.timeline.signed_on.year}B001")


def floor_area_limits_swapped(sheet: Sheet) -> None:
    """Upper and lower limit stand in each other's column."""
    sheet.write(far_min="2.0", far_max="1.2", far_actual=None)


def more_built_than_there_is(sheet: Sheet) -> None:
    """The developed area is the floor area, not the land."""
    sheet.write(developable_m2=sheet.area_m2, developed_m2=sheet.part(1.3, 1.9))


def resumed_before_suspended(sheet: Sheet) -> None:
    """A short stop on file ends before it begins."""
    suspended_on = sheet.timeline.done_on[START] + timedelta(days=200)
    sheet.write(suspended_on=suspended_on, resumed_on=suspended_on - timedelta(days=100))


def agreed_dates_out_of_order(sheet: Sheet) -> None:
    """Production is agreed for a day before completion."""
    if sheet.timeline.terms is Terms.FOUR_DATES:
        agreed_on = sheet.timeline.due_on[COMPLETION]
        sheet.write(production_agreed_on=agreed_on - timedelta(days=60))
