"""The inefficient-land tally: vacated and upgraded land against the targets (R5.3).

Only entries that are done, verified and not reversed count, each with the share of its registered
area that no earlier entry was credited with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim, Overlap
from geodata.model.units import mu
from service.compliance.law import LawBook
from service.compliance.law.targets import Target


@dataclass(frozen=True, slots=True)
class TallyLine:
    """Progress of one kind, in mu.

    Attributes
    ----------
    target
        The target of the law book; None where the district has none.
    done_mu, in_progress_mu, planned_mu
        Credited area; registered area of what is under way and planned.
    """

    kind: ClaimKind
    target: Target | None
    done_mu: Fraction
    in_progress_mu: Fraction
    planned_mu: Fraction

    @property
    def share(self) -> Fraction | None:
        """Done over target; None without a target."""
        return self.done_mu / self.target.target_mu if self.target else None

    @property
    def gap_mu(self) -> Fraction | None:
        """What is missing to the target, never negative; None without a target."""
        return max(Fraction(0), self.target.target_mu - self.done_mu) if self.target else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Both kinds, and the land that two entries claim."""

    as_of: date
    lines: tuple[TallyLine, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def overlap_mu(self) -> Fraction:
        """Land claimed twice, in mu."""
        return sum((mu(overlap.area_m2) for overlap in self.overlaps), Fraction(0))


def counts_on(claim: Claim, as_of: date) -> bool:
    """Done on the evidence by `as_of`, and not reversed by then."""
    reversed_by_then = claim.reversed_on is not None and claim.reversed_on <= as_of
    done_by_then = claim.done_on is not None and claim.done_on <= as_of
    return claim.is_done and done_by_then and not reversed_by_then


def tally(
    claims: Sequence[Claim],
    credited: Mapping[str, Fraction],
    overlaps: Sequence[Overlap],
    law: LawBook,
    as_of: date,
) -> Tally:
    """Add up the register.

    Parameters
    ----------
    claims
        All entries of the register.
    credited
        Share of the land credited to each entry that counts, by claim code; 1 where it is
        missing (an entry without an outline overlaps nobody that can be shown).
    overlaps
        Land claimed twice.
    law
        Book with the district's targets.
    as_of
        Day up to which evidence counts.
    """
    targets = {target.kind: target for target in law.targets}

    def sum_mu(kind: ClaimKind, status: ClaimStatus) -> Fraction:
        chosen = [c for c in claims if c.kind is kind and status_on(c, as_of) is status]
        areas = (
            c.area_m2 * (credited.get(c.claim_code, Fraction(1)) if counts_on(c, as_of) else 1)
            for c in chosen
        )
        return mu(sum(areas, Fraction(0)))

    lines = tuple(
        TallyLine(
            kind=kind,
            target=targets.get(kind),
            done_mu=sum_mu(kind, ClaimStatus.DONE),
            in_progress_mu=sum_mu(kind, ClaimStatus.IN_PROGRESS),
            planned_mu=sum_mu(kind, ClaimStatus.PLANNED),
        )
        for kind in ClaimKind
    )
    return Tally(as_of, lines, tuple(overlaps))


def status_on(claim: Claim, as_of: date) -> ClaimStatus | None:
    """Status as it stood on a day; None for an entry reversed by then."""
    if claim.reversed_on is not None and claim.reversed_on <= as_of:
        return None
    if claim.status is ClaimStatus.DONE and not counts_on(claim, as_of):
        return ClaimStatus.IN_PROGRESS  # its evidence was not complete yet
    return claim.status
