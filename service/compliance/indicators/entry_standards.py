"""Entry standards: whether a project reaches what its kind has to (准入), figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.land_lists import ConditionState, ProjectKind
from service.compliance.indicators.figures import Figures
from service.compliance.law import LawBook
from service.compliance.law.standards import Requirement, StandardVersion


@dataclass(frozen=True, slots=True)
class RequirementCheck:
    """One requirement: what the project has, and whether that is enough.

    Attributes
    ----------
    state
        Holds where it is reached, fails where it is not, unknown where a figure is missing.
    """

    requirement: Requirement
    actual: Fraction | None
    state: ConditionState


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """A project against the standard of its kind.

    Attributes
    ----------
    standard
        The version in force; None where the book has none for the day.
    checks
        Requirement by requirement; none where the standard states no figure.
    state
        Fails where one requirement does; not configured where no figure is stated.
    """

    kind: ProjectKind
    standard: StandardVersion | None
    checks: tuple[RequirementCheck, ...]
    state: ConditionState


def check_entry(
    figures: Figures, row: int, kind: ProjectKind, law: LawBook, as_of: date
) -> EntryCheck:
    """A project of a kind against the standard in force on a day.

    Parameters
    ----------
    figures, row
        Figures of projects as they are planned, and the one that is meant.
    """
    known = law.standards.get(kind)
    standard = known.on(as_of) if known else None
    if standard is None or standard.requirements is None:
        return EntryCheck(kind, standard, (), ConditionState.NOT_CONFIGURED)
    checks = tuple(_check(one, figures, row) for one in standard.requirements)
    worst = (ConditionState.FAILS, ConditionState.UNKNOWN, ConditionState.HOLDS)
    found = {check.state for check in checks}
    return EntryCheck(kind, standard, checks, next(state for state in worst if state in found))


def _check(requirement: Requirement, figures: Figures, row: int) -> RequirementCheck:
    actual = figures.value(requirement.formula).fraction(row)
    if actual is None:
        return RequirementCheck(requirement, None, ConditionState.UNKNOWN)
    reached = actual >= requirement.at_least
    return RequirementCheck(
        requirement, actual, ConditionState.HOLDS if reached else ConditionState.FAILS
    )
