"""Entries of inefficient land that was vacated or upgraded, and what of each is credited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.codelists import ClaimKind, ClaimStatus


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry of the inefficient-land register.

    Attributes
    ----------
    claim_code
        The bureau's number of the entry.
    kind, status
        Vacated or upgraded; planned, in progress or done and verified.
    done_on, reversed_on
        Day on which the evidence was complete; day on which the claim was withdrawn.
    area_m2
        Registered area (the polygon only says where it overlaps others, R0.9).
    town, park, evidence
        Where it lies and what proves it.
    """

    claim_code: str
    kind: ClaimKind
    status: ClaimStatus
    done_on: date | None
    reversed_on: date | None
    area_m2: Fraction
    town: str
    park: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Land that two entries claim.

    Attributes
    ----------
    claim_code, other_code
        The two entries; the first one is credited.
    area_m2
        Area of the overlap in the plane of the measuring grid.
    """

    claim_code: str
    other_code: str
    area_m2: float
