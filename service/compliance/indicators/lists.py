"""The lists of land that is not used as it should be, each condition by itself (R5.1, R5.2).

Land supplied but unused, used but not full, or overdue is listed as it was judged. No text read
has a threshold of inefficiency: it comes from the law book by year, and where the book has none
the condition says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, Group, Verdict
from geodata.model.columns import (
    NO_CODE,
    NO_DAY,
    Codes,
    Days,
    Exact,
    Flags,
    LedgerColumns,
    day_number,
)
from geodata.model.judgements import Judgements
from geodata.model.land_lists import ConditionState, LandList, ListCondition, ListState
from geodata.model.rating_lists import RatingClass
from service.compliance.calendar import add_years
from service.compliance.indicators.conditions import (
    Condition,
    below,
    below_threshold,
    not_configured,
    states_where,
    threshold,
    told,
)
from service.compliance.law import LawBook
from service.compliance.law.duties import Duty
from service.compliance.rules import exact

_JUDGED: Final = {
    LandList.SUPPLIED_UNUSED: ListCondition.UNUSED,
    LandList.USED_NOT_FULL: ListCondition.NOT_FULL,
    LandList.OVERDUE_START: ListCondition.START_OVERDUE,
}
_NOT_IN_FORCE: Final = (Verdict.NOT_IN_FORCE.position, Verdict.CLOSED.position)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: who stands on it, by which conditions.

    Attributes
    ----------
    states
        `ListState` codes, one per row.
    duty
        The bodies that answer for the list; None where the book names none.
    """

    land_list: LandList
    states: Codes
    conditions: tuple[Condition, ...]
    duty: Duty | None

    @property
    def listed(self) -> Flags:
        """Rows that stand on the list."""
        return np.asarray(self.states == ListState.LISTED.position)

    def held(self, row: int) -> Mapping[ListCondition, ConditionState]:
        """How each condition stands on a row."""
        return {one.condition: ConditionState.at(int(one.states[row])) for one in self.conditions}


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What an office knows of each contract's land beside the ledger.

    Attributes
    ----------
    vacant, contrary_use, separable, used_part_meets
        Its buildings stand empty; it is used contrary to the plan; the plan allows the surplus a
        parcel of its own; the part used meets the contract. Yes (1), no (0) or `NO_CODE`.
    vacant_since_on
        Day since which the buildings stand empty.
    """

    vacant_since_on: Days
    vacant: Codes
    contrary_use: Codes
    separable: Codes
    used_part_meets: Codes

    @classmethod
    def unknown(cls, count: int) -> SiteFacts:
        """Nothing is known."""
        blank = np.full(count, NO_CODE, dtype=np.int8)
        return cls(np.full(count, NO_DAY, dtype=np.int32), blank, blank, blank, blank)


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What is known of enterprises in operation, one row each.

    Attributes
    ----------
    tax_wan_per_mu, output_wan_per_mu
        Per mu and year, in 万元.
    rated_class, class_before
        `RatingClass` codes of the last rating and the one before.
    three_highs
        Named by the bureau as an enterprise of the “three highs, three lows”: as in `SiteFacts`.
    is_idle
        Its land is suspected idle or was determined to be.
    """

    tax_wan_per_mu: Exact
    output_wan_per_mu: Exact
    rated_class: Codes
    class_before: Codes
    three_highs: Codes
    is_idle: Flags


def judged_list(land_list: LandList, judgements: Judgements, law: LawBook) -> Listing:
    """Land supplied but unused, used but not full, or overdue, as it was judged."""
    member = (
        judgements.group(Group.SUPPLIED_UNUSED)
        if land_list is LandList.SUPPLIED_UNUSED
        else _found(judgements, FindingCode.of(land_list.value))
    )
    condition = Condition(_JUDGED[land_list], states_where(member))
    return _listing(land_list, (condition,), law, closed=_closed(judgements))


def inefficient_development(
    columns: LedgerColumns, site: SiteFacts, judgements: Judgements, law: LawBook, as_of: date
) -> Listing:
    """Land that any condition of R5.1 holds of, and that is not dealt with as idle (R5.2).

    What was built and invested is looked at once construction is complete.
    """
    numbers, completed_on = columns.exact, columns.days["completion_on"]
    not_yet = (completed_on == NO_DAY) | (completed_on > day_number(as_of))
    low_far = below(numbers["far_actual"], numbers["far_min"])
    low_investment = below(numbers["investment_actual_yuan"], numbers["investment_agreed_yuan"])
    built = exact.over(numbers["developed_m2"], numbers["area_m2"])
    little = (ListCondition.LITTLE_BUILT, built, "inefficient.built_share")
    conditions = (
        Condition(ListCondition.LOW_FAR, low_far).unless(not_yet),
        below_threshold(*little, law, as_of).unless(not_yet),
        Condition(ListCondition.LOW_INVESTMENT, low_investment).unless(not_yet),
        _vacant(site, law, as_of),
        Condition(ListCondition.CONTRARY_USE, told(site.contrary_use)),
    )
    idle, closed = judgements.group(Group.IDLE), _closed(judgements)
    return _listing(LandList.INEFFICIENT_DEVELOPMENT, conditions, law, idle=idle, closed=closed)


def inefficient_operation(
    facts: OperationFacts, classes: Sequence[RatingClass], law: LawBook, as_of: date
) -> Listing:
    """Enterprises that any condition of R5.1 holds of, and whose land is not idle (R5.2).

    Parameters
    ----------
    classes
        The classes of the scheme, best first; none where nobody is rated.
    """
    per_mu = (
        (ListCondition.LOW_TAX, facts.tax_wan_per_mu, "inefficient.tax_wan_per_mu"),
        (ListCondition.LOW_OUTPUT, facts.output_wan_per_mu, "inefficient.output_wan_per_mu"),
    )
    conditions = (
        Condition(ListCondition.LOW_CLASS, _low_class(facts, classes)),
        *(below_threshold(*one, law, as_of) for one in per_mu),
        Condition(ListCondition.THREE_HIGHS, told(facts.three_highs)),
    )
    return _listing(LandList.INEFFICIENT_OPERATION, conditions, law, idle=facts.is_idle)


def split_transfer(site: SiteFacts, judgements: Judgements, law: LawBook) -> Listing:
    """Surplus land that could be split off: every condition has to hold.

    The transfer itself goes through the land market, listed with an industrial project
    (金府办发〔2023〕24号, item 12); the buyer takes a contract of the new kind.
    """
    not_full = states_where(_found(judgements, FindingCode.USED_NOT_FULL))
    conditions = (
        Condition(ListCondition.NOT_FULL, not_full),
        Condition(ListCondition.SEPARABLE, told(site.separable)),
        Condition(ListCondition.USED_PART_MEETS, told(site.used_part_meets)),
    )
    closed = _closed(judgements)
    return _listing(LandList.SPLIT_TRANSFER, conditions, law, closed=closed, needs_all=True)


def _listing(
    land_list: LandList,
    conditions: tuple[Condition, ...],
    law: LawBook,
    *,
    idle: Flags | None = None,
    closed: Flags | None = None,
    needs_all: bool = False,
) -> Listing:
    """Who is listed: where any condition holds, or all of them have to."""
    table = np.stack([one.states for one in conditions])
    holds = table == ConditionState.HOLDS.position
    fails = table == ConditionState.FAILS.position
    fails |= table == ConditionState.NOT_YET.position
    listed, cleared = holds.any(axis=0), fails.all(axis=0)
    if needs_all:
        listed, cleared = holds.all(axis=0), fails.any(axis=0)
    never = np.zeros(len(listed), dtype=np.bool_)
    states = np.select(
        [never if closed is None else closed, never if idle is None else idle, listed, cleared],
        [
            ListState.CLOSED.position,
            ListState.COUNTED_AS_IDLE.position,
            ListState.LISTED.position,
            ListState.NOT_LISTED.position,
        ],
        default=ListState.OPEN.position,
    ).astype(np.int8)
    return Listing(land_list, states, conditions, law.duties.get(f"list.{land_list.value}"))


def _vacant(site: SiteFacts, law: LawBook, as_of: date) -> Condition:
    """Empty for more than the years the law book has."""
    version = threshold(law, "inefficient.vacant_years", as_of)
    if version is None:
        return Condition(ListCondition.LONG_VACANT, not_configured(len(site.vacant)))
    since_on = site.vacant_since_on
    full = add_years(since_on, law.count("inefficient.vacant_years", as_of))
    long = (site.vacant == 1) & (day_number(as_of) > full)
    known = (site.vacant == 0) | ((site.vacant == 1) & (since_on != NO_DAY))
    return Condition(ListCondition.LONG_VACANT, states_where(long, known), version)


def _low_class(facts: OperationFacts, classes: Sequence[RatingClass]) -> Codes:
    """In the lowest class, or twice in the one before it."""
    if not classes:
        return not_configured(len(facts.rated_class))
    now, before = facts.rated_class, facts.class_before
    holds = now == classes[-1].position
    waits = np.zeros(len(now), dtype=np.bool_)
    if len(classes) > 1:
        second = now == classes[-2].position
        holds |= second & (before == classes[-2].position)
        waits = second & (before == NO_CODE)
    return states_where(holds, (now != NO_CODE) & ~waits)


def _found(judgements: Judgements, code: FindingCode) -> Flags:
    return judgements.rows_with(judgements.findings.with_code(code))


def _closed(judgements: Judgements) -> Flags:
    return np.isin(judgements.verdict, _NOT_IN_FORCE)
