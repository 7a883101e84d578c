"""The catalogue of stories: every situation the demonstration shows, and how often.

A story says which milestone's due date is drawn and from when (in months from the day of the
audit, the past negative), how far the holder came, which milestones were late and by how many
days, and what else happened. `verdict` is what the checker is expected to say; the generator
itself judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from geodata.demo import slips
from geodata.demo import twists as t
from geodata.demo.timeline import COMPLETION, PRODUCTION, START, TARGET_OUTPUT, Terms
from geodata.model.codelists import ClosedAs, MilestoneKind, Verdict


@dataclass(frozen=True, slots=True)
class Story:
    """One situation.

    Attributes
    ----------
    tells
        The situation in a sentence.
    verdict
        What the checker is expected to say.
    per_mille
        How many of a thousand contracts it happens to.
    pivot, due_in_months
        The milestone whose due date is drawn, and from when to when.
    reached
        The last milestone reached, if any.
    late
        Days late, from-to, of milestones that were reached late.
    terms
        How the contract fixes its dates; None = as was usual when it was signed.
    twists
        What else happened.
    """

    tells: str
    verdict: Verdict
    per_mille: float
    pivot: MilestoneKind
    due_in_months: tuple[float, float]
    reached: MilestoneKind | None = None
    late: Mapping[MilestoneKind, tuple[int, int]] = field(default_factory=dict)
    terms: Terms | None = None
    twists: tuple[t.Twist, ...] = ()

    @property
    def reached_count(self) -> int:
        """How many of the four milestones were reached."""
        return 0 if self.reached is None else self.reached.position + 1


V = Verdict
_DATES = Terms.FOUR_DATES
_RELATIVE = Terms.AFTER_DELIVERY
_YEARS_AGO = (-147.0, -3.0)

_IN_ORDER: Final = (
    Story("Everything was met in time, long ago or lately.",
          V.COMPLIANT, 318, TARGET_OUTPUT, _YEARS_AGO, TARGET_OUTPUT),
    Story("Started late, and caught up.",
          V.COMPLIANT, 62, TARGET_OUTPUT, _YEARS_AGO, TARGET_OUTPUT, {START: (15, 170)}),
    Story("Completed late, and everything after it in time or nearly.",
          V.COMPLIANT, 60, TARGET_OUTPUT, _YEARS_AGO, TARGET_OUTPUT, {COMPLETION: (20, 240)}),
    Story("Reached its target output late.",
          V.COMPLIANT, 26, TARGET_OUTPUT, (-147, -14), TARGET_OUTPUT, {TARGET_OUTPUT: (30, 300)}),
    Story("In production, target output not yet due.",
          V.COMPLIANT, 55, TARGET_OUTPUT, (5, 11), PRODUCTION),
    Story("Under construction, completion not yet due.",
          V.COMPLIANT, 58, COMPLETION, (2.2, 15), START),
    Story("Under construction after a late start.",
          V.COMPLIANT, 12, COMPLETION, (2.2, 12), START, {START: (20, 120)}),
    Story("Completed, equipment is being installed.",
          V.COMPLIANT, 14, PRODUCTION, (1.4, 2.8), COMPLETION, terms=_DATES),
    Story("Under construction; all piles are driven.",
          V.COMPLIANT, 5, COMPLETION, (6, 15), START, twists=(t.piles_driven,)),
    Story("Completion was extended in time.",
          V.COMPLIANT, 9, COMPLETION, (-5, -1), START, terms=Terms.CHAINED,
          twists=(t.completion_extended,)),
    Story("The land came late, the fixed dates moved with it.",
          V.COMPLIANT, 6, COMPLETION, (3, 14), START, terms=_DATES, twists=(t.delivered_late,)),
    Story("Works stand still by a verified government cause.",
          V.COMPLIANT, 3, COMPLETION, (-5, -1), START, terms=_DATES,
          twists=(t.works_halted_by_government,)),
    Story("Let, not granted, and in good order.",
          V.COMPLIANT, 8, TARGET_OUTPUT, (-110, -6), TARGET_OUTPUT, twists=(t.leased,)),
)  # fmt: skip

NEVER_USED: Final = (
    Story("Never started and rescinded.",
          V.CLOSED, 11, START, (-90, -22), twists=(t.closed(ClosedAs.RESCINDED, (300, 600)),)),
    Story("Never started and handed back.",
          V.CLOSED, 8, START, (-70, -10), twists=(t.closed(ClosedAs.SURRENDERED, (40, 260)),)),
)  # fmt: skip

_ENDED: Final = (
    Story("Published, to be signed in a few weeks.",
          V.NOT_IN_FORCE, 2, START, (10, 11), twists=(t.not_yet_signed,)),
    *NEVER_USED,
    Story("Idle for over two years and recovered.",
          V.CLOSED, 7, START, (-100, -34), twists=(t.closed(ClosedAs.RECOVERED, (800, 1000)),)),
    Story("A lease that ran out.",
          V.CLOSED, 6, TARGET_OUTPUT, (-60, -24), TARGET_OUTPUT,
          twists=(t.leased, t.closed(ClosedAs.EXPIRED, (1700, 1800)))),
)  # fmt: skip

_DUE_SOON: Final = (
    Story("The start falls due within the month.", V.DUE_SOON, 7, START, (0.2, 0.8)),
    Story("Completion falls due within the month.", V.DUE_SOON, 8, COMPLETION, (0.2, 0.8), START),
    Story("Production falls due within the month.",
          V.DUE_SOON, 5, PRODUCTION, (0.2, 0.8), COMPLETION, terms=_DATES),
)  # fmt: skip

_UNUSED: Final = (
    Story("Delivered, not started, and still in time.",
          V.SUPPLIED_UNUSED, 38, START, (1.4, 5.2)),
    Story("Start extended in time.",
          V.SUPPLIED_UNUSED, 6, START, (-5, -1), twists=(t.start_extended,)),
    Story("Start extended, but only after it was due.",
          V.SUPPLIED_UNUSED, 4, START, (-6, -2), twists=(t.start_extended_late,)),
    Story("Start extended by more than the law allows.",
          V.SUPPLIED_UNUSED, 3, START, (-6, -1), twists=(t.start_extended_too_far,)),
    Story("Not delivered, and not to be yet.",
          V.SUPPLIED_UNUSED, 7, START, (2, 5.2), twists=(t.not_delivered_yet,)),
    Story("Not delivered although the grantor should have.",
          V.SUPPLIED_UNUSED, 6, START, (-4, 3), terms=_DATES, twists=(t.never_delivered,)),
    Story("Start recognised lately, but the pit is not dug.",
          V.SUPPLIED_UNUSED, 4, START, (-9, -2), START, {START: (5, 20)}, twists=(t.pit_half_dug,)),
)  # fmt: skip

_OVERDUE: Final = (
    Story("The start is overdue, by less than a year.",
          V.OVERDUE_START, 14, START, (-11, -0.7)),
    Story("The start is overdue; a bond and a daily rate run.",
          V.OVERDUE_START, 4, START, (-11, -3), twists=(t.bond_and_daily_damages,)),
    Story("The start is overdue again after a late extension.",
          V.OVERDUE_START, 3, START, (-10, -5), twists=(t.start_extended_late_and_missed,)),
    Story("The government's reserve has not started: overdue, not idle.",
          V.OVERDUE_START, 2, START, (-30, -15), twists=(t.reserved_by_government,)),
    Story("Completion is overdue.",
          V.OVERDUE_COMPLETION, 16, COMPLETION, (-16, -0.7), START),
    Story("Completion is overdue and no extension was ever approved.",
          V.OVERDUE_COMPLETION, 4, COMPLETION, (-12, -2), START,
          twists=(t.extension_never_approved,)),
    Story("Completion is long overdue; the right to rescind soon lapses.",
          V.OVERDUE_COMPLETION, 3, COMPLETION, (-22, -13), START,
          twists=(t.ground_known_for_a_year_soon,)),
    Story("Completion is long overdue; the right to rescind has lapsed.",
          V.OVERDUE_COMPLETION, 3, COMPLETION, (-36, -20), START,
          twists=(t.ground_known_long_ago, t.daily_damages)),
    Story("Completed, production is overdue.",
          V.OVERDUE_PRODUCTION, 16, PRODUCTION, (-14, -0.7), COMPLETION, terms=_DATES),
    Story("Producing, target output is overdue.",
          V.OVERDUE_TARGET_OUTPUT, 12, TARGET_OUTPUT, (-18, -0.7), PRODUCTION, terms=_DATES),
    Story("Producing below target, with output short of what was agreed.",
          V.OVERDUE_TARGET_OUTPUT, 3, TARGET_OUTPUT, (-18, -2), PRODUCTION, terms=_DATES,
          twists=(t.too_little_output,)),
    Story("Under construction, the second instalment is unpaid.",
          V.PAYMENT_OVERDUE, 6, COMPLETION, (3, 15), START, terms=_DATES,
          twists=(t.second_instalment_unpaid,)),
    Story("Not started, in time, the second instalment is unpaid.",
          V.PAYMENT_OVERDUE, 3, START, (1.4, 4), terms=_DATES,
          twists=(t.second_instalment_unpaid,)),
)  # fmt: skip

_IDLE: Final = (
    Story("Not started a year after it should have been.",
          V.SUSPECT_IDLE_1Y, 10, START, (-23, -13)),
    Story("Not started for over a year; daily damages grow high.",
          V.SUSPECT_IDLE_1Y, 3, START, (-23, -14), twists=(t.daily_damages,)),
    Story("Not started for over a year; a change of plan is claimed.",
          V.SUSPECT_IDLE_1Y, 2, START, (-22, -14), twists=(t.plan_change_claimed,)),
    Story("Recognised as started, yet not developed for over a year.",
          V.SUSPECT_IDLE_1Y, 2, START, (-23, -14), START, {START: (5, 40)},
          twists=(t.pit_half_dug,)),
    Story("Not started two years after it should have been.",
          V.SUSPECT_IDLE_2Y, 8, START, (-60, -26), twists=(t.ground_known_long_ago,)),
    Story("Leased and not started for over two years.",
          V.SUSPECT_IDLE_2Y, 2, START, (-45, -26), twists=(t.leased,)),
    Story("Little was built and nobody works any more.",
          V.SUSPECT_IDLE_SUSPENDED, 7, COMPLETION, (-9, 3), START, twists=(t.works_suspended,)),
    Story("Not started; the determination of idle land was served.",
          V.IDLE_CONFIRMED, 5, START, (-32, -17), twists=(t.idle_land_determined,)),
    Story("Not started for over a year, most of it by a change of plan.",
          V.IDLE_GOV, 5, START, (-19, -15), twists=(t.plan_changed_for_months,)),
)  # fmt: skip

_FALLING_SHORT: Final = (
    Story("Producing, with much of the plot unbuilt.",
          V.USED_NOT_FULL, 28, TARGET_OUTPUT, (-120, -6), TARGET_OUTPUT,
          twists=(t.half_the_land_built,)),
    Story("Producing, at a floor area ratio below the minimum.",
          V.USED_NOT_FULL, 12, TARGET_OUTPUT, (-90, -6), TARGET_OUTPUT, twists=(t.low_floor_area,)),
    Story("Built higher than allowed.",
          V.SHORTFALL, 6, TARGET_OUTPUT, (-90, -6), TARGET_OUTPUT, twists=(t.high_floor_area,)),
    Story("Less was invested than agreed.",
          V.SHORTFALL, 14, TARGET_OUTPUT, (-110, -6), TARGET_OUTPUT,
          twists=(t.too_little_invested,)),
    Story("Output per mu is below what was agreed.",
          V.SHORTFALL, 14, TARGET_OUTPUT, (-110, -6), TARGET_OUTPUT, twists=(t.too_little_output,)),
    Story("Tax per mu is below what was agreed.",
          V.SHORTFALL, 12, TARGET_OUTPUT, (-110, -6), TARGET_OUTPUT, twists=(t.too_little_tax,)),
)  # fmt: skip

_BADLY_KEPT: Final = (
    Story("Not started; without a delivery date nobody can say whether it is late.",
          V.UNDETERMINED, 8, START, (-20, 3), terms=_RELATIVE, twists=(t.delivery_not_on_file,)),
    Story("Completed, but the start is not on file.",
          V.UNDETERMINED, 8, TARGET_OUTPUT, (-120, -6), TARGET_OUTPUT,
          twists=(slips.start_never_recorded,)),
    Story("Works stand still, and nobody measured what was built.",
          V.UNDETERMINED, 3, COMPLETION, (2, 4.5), START,
          twists=(t.works_suspended_nothing_measured,)),
    *(
        Story(tells, V.COMPLIANT, 1, TARGET_OUTPUT, (-90, -9), TARGET_OUTPUT, terms=_DATES,
              twists=(twist,))
        for tells, twist in (
            ("Completion is typed before the start.", slips.completion_typed_before_start),
            ("Production is typed before completion.", slips.production_typed_before_completion),
            ("Target output is typed before production.", slips.target_typed_before_production),
            ("Delivery is typed before signing.", slips.delivery_typed_before_signing),
            ("A rate is in the wrong unit.", slips.rate_in_wrong_unit),
            ("The supervision number is cut off.", slips.supervision_no_cut_off),
            ("The floor area limits are swapped.", slips.floor_area_limits_swapped),
            ("More land is developed than there is.", slips.more_built_than_there_is),
            ("A stop ends before it begins.", slips.resumed_before_suspended),
            ("Agreed dates are out of order.", slips.agreed_dates_out_of_order),
        )
    ),
)  # fmt: skip

STORIES: Final = (
    *_IN_ORDER, *_ENDED, *_DUE_SOON, *_UNUSED, *_OVERDUE, *_IDLE, *_FALLING_SHORT, *_BADLY_KEPT
)  # fmt: skip


def cast(count: int) -> list[Story]:
    """So many stories in the proportions of the catalogue, each at least once.

    The commonest story takes what rounding leaves over or asks back.
    """
    total = sum(story.per_mille for story in STORIES)
    times = [max(1, round(count * story.per_mille / total)) for story in STORIES]
    times[0] += count - sum(times)
    return [story for story, number in zip(STORIES, times, strict=True) for _ in range(number)]
