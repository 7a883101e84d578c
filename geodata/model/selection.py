"""Which contracts a list shows, and in what order: what a page asks and the store answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict

DUE_WITHIN: Final = (30, 60, 90)
"""Days within which a list can be asked for what falls due."""


class Order(StrEnum):
    """How a list is sorted."""

    SEVERITY = "severity"
    DAYS = "days"
    STAKE = "stake"
    AREA = "area"
    DUE = "due"
    CONTRACT = "contract"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters of a list; an empty one lets everything pass, several of one kind mean "or".

    Attributes
    ----------
    milestones
        First milestones not met yet.
    parks, towns, land_uses
        Names; the empty one stands for contracts that name none.
    due_within
        Days within which a milestone falls due; the largest counts.
    any_group
        Only contracts that are in at least one of the three groups.
    text
        Words that must all be found in the names and numbers of the contract.
    """

    verdicts: frozenset[Verdict] = frozenset()
    groups: frozenset[Group] = frozenset()
    buckets: frozenset[UnusedBucket] = frozenset()
    milestones: frozenset[MilestoneKind] = frozenset()
    due_within: frozenset[int] = frozenset()
    parks: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    land_uses: frozenset[str] = frozenset()
    any_group: bool = False
    text: str = ""
