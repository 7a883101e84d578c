"""Where the district stands against the targets for inefficient land, paper by paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from geodata.model.codelists import ClaimKind
from geodata.model.entities import Claim
from service.compliance.indicators.tally import Tally
from service.compliance.law import LawBook
from service.compliance.law.targets import Target

_NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """Progress towards one target for land, in mu.

    Attributes
    ----------
    target
        The target, as its paper has it.
    kinds
        Kinds of entries that count towards it.
    done_mu, in_progress_mu, planned_mu
        Credited area; registered area of what is under way and planned.
    double_claimed_m2
        Land that an entry of these kinds claims together with another entry.
    """

    target: Target
    kinds: tuple[ClaimKind, ...]
    done_mu: Fraction
    in_progress_mu: Fraction
    planned_mu: Fraction
    double_claimed_m2: float

    @property
    def share(self) -> Fraction:
        """Done over target."""
        return self.done_mu / self.target.target_mu

    @property
    def gap_mu(self) -> Fraction:
        """What is missing, never negative."""
        return max(_NONE, self.target.target_mu - self.done_mu)


def standings(tally: Tally, claims: Iterable[Claim], law: LawBook) -> Iterator[TargetStanding]:
    """One standing for each target of the book that counts inefficient land.

    Parameters
    ----------
    tally, claims
        The tally, and the entries it was made of.
    law
        Book with the targets.
    """
    kind_of = {claim.claim_code: claim.kind for claim in claims}
    for target in law.targets:
        if not target.is_land:
            continue
        kinds = tuple(kind for kind in ClaimKind if kind in target.claim_kinds)
        lines = [line for line in tally.lines if line.kind in kinds]
        yield TargetStanding(
            target=target,
            kinds=kinds,
            done_mu=sum((line.done_mu for line in lines), _NONE),
            in_progress_mu=sum((line.in_progress_mu for line in lines), _NONE),
            planned_mu=sum((line.planned_mu for line in lines), _NONE),
            double_claimed_m2=sum(
                overlap.area_m2
                for overlap in tally.overlaps
                if {kind_of[overlap.claim_code], kind_of[overlap.other_code]} & set(kinds)
            ),
        )
