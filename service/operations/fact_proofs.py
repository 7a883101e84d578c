"""Which evidence stands behind a fact. A convention of the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geodata.model.codelists import MilestoneKind
from service.operations.photo_checks import CheckedEvidence

_SEEN_ON_SITE: Final = ("observed_on", "developed_", "suspended_", "site_")


def proofs_of(key: str, evidence: Sequence[CheckedEvidence]) -> list[CheckedEvidence]:
    """What was kept of the milestone a fact belongs to, of what patrols see, else of the contract.

    Parameters
    ----------
    key
        Of the fact, as explanations name it: ``start_agreed_on``, ``instalments[2].amount``.
    """
    if milestone := milestone_of(key):
        return [one for one in evidence if one.evidence.fact.milestone is milestone]
    is_seen = key.startswith(_SEEN_ON_SITE)
    whole = [one for one in evidence if one.evidence.fact.milestone is None]
    return [one for one in whole if (one.evidence.fact.observed_on is not None) is is_seen]


def milestone_of(key: str) -> MilestoneKind | None:
    """The milestone a fact belongs to, by its key."""
    return next((kind for kind in MilestoneKind if key.startswith(f"{kind.value}_")), None)
