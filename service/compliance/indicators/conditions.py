"""Conditions of lists and standards, one by one: each holds, fails, is unknown or has no limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from geodata.model.columns import NO_CODE, Codes, Exact, Flags
from geodata.model.land_lists import ConditionState, ListCondition
from service.compliance.law import LawBook, Version
from service.compliance.rules import exact


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on every row.

    Attributes
    ----------
    states
        `ConditionState` codes.
    threshold
        The version of the legal number it is held against; None where it needs none, or none
        is known.
    """

    condition: ListCondition
    states: Codes
    threshold: Version | None = None

    def unless(self, not_yet: Flags) -> Condition:
        """The condition, which does not apply yet on the rows flagged."""
        states = np.where(not_yet, ConditionState.NOT_YET.position, self.states)
        return replace(self, states=states.astype(np.int8))


def states_where(holds: Flags, known: Flags | None = None) -> Codes:
    """Holds or fails; unknown where something needed is."""
    states = np.where(holds, ConditionState.HOLDS.position, ConditionState.FAILS.position)
    if known is not None:
        states = np.where(known, states, ConditionState.UNKNOWN.position)
    return states.astype(np.int8)


def not_configured(count: int) -> Codes:
    """No threshold is known, so that nothing can be said on any row."""
    return np.full(count, ConditionState.NOT_CONFIGURED.position, dtype=np.int8)


def told(answers: Codes) -> Codes:
    """What somebody said: yes (1) holds, no (0) fails."""
    return states_where(answers == 1, answers != NO_CODE)


def below(actual: Exact, limit: Exact) -> Codes:
    """Holds where the number is below the limit; to be equal is enough not to be."""
    return states_where(exact.less(actual, limit), actual.known & limit.known)


def below_threshold(
    condition: ListCondition, actual: Exact, number_id: str, law: LawBook, as_of: date
) -> Condition:
    """Below a number of the law book, if it has one for the day."""
    version = threshold(law, number_id, as_of)
    if version is None:
        return Condition(condition, not_configured(len(actual)))
    limit = exact.constant(version.value, len(actual))
    return Condition(condition, below(actual, limit), version)


def threshold(law: LawBook, number_id: str, as_of: date) -> Version | None:
    """The version of a number in force on a day; None where none is known for that day."""
    number = law.numbers.get(number_id)
    return number.on(as_of) if number and number.versions[0].from_on <= as_of else None
