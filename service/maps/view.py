"""What a map or a page shows, as values: operations fill these, maps and pages draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self, TypeGuard

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geodata.errors import NothingFoundError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelist import Tone
from geodata.model.codelists import (
    ClaimKind,
    ClaimStatus,
    Confidence,
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)

_AREAS = ("Polygon", "MultiPolygon")
_SLUG_ESCAPES = (("%", "%25"), ("/", "%2F"), ("~", "%7E"))


@dataclass(frozen=True, slots=True, order=True)
class ContractKey:
    """What identifies a row of the ledger; an absent part is empty."""

    contract_no: str
    phase: str = ""
    parcel_code: str = ""

    @property
    def slug(self) -> str:
        """The key as one segment of a path."""
        return "~".join(map(_escaped, (self.contract_no, self.phase, self.parcel_code)))

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read a key back from its path segment.

        Raises
        ------
        NothingFoundError
            When the segment does not have three parts.
        """
        parts = slug.split("~")
        if len(parts) != len(cls.__slots__):
            raise NothingFoundError(
                "The address {slug} names no contract.",
                "Open the contract from the list.",
                slug=slug,
            )
        return cls(*map(_unescaped, parts))


def _escaped(part: str) -> str:
    for raw, escape in _SLUG_ESCAPES:
        part = part.replace(raw, escape)
    return part


def _unescaped(part: str) -> str:
    for raw, escape in reversed(_SLUG_ESCAPES):
        part = part.replace(escape, raw)
    return part


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """One milestone of a contract; dates and days as in the ledger contract."""

    kind: MilestoneKind
    state: MilestoneState
    agreed_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    late_days: int | None = None
    damages_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IdleView:
    """The idle clock of a contract, where it runs."""

    clock_from: date
    one_year_on: date
    two_years_on: date
    fee_yuan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding with its reasons, worded in the language of the view.

    Attributes
    ----------
    basis
        Instrument and article, one text each.
    milestone
        The milestone it concerns, if it concerns one.
    """

    code: FindingCode
    since_on: date | None = None
    days: int | None = None
    amount_yuan: Decimal | None = None
    reason: str = ""
    basis: tuple[str, ...] = ()
    confidence: Confidence = Confidence.VERIFIED
    next_step: str = ""
    milestone: MilestoneKind | None = None

    @property
    def is_suspected(self) -> bool:
        """True where no served document has decided the matter (drawn as an outline)."""
        return self.code.is_suspected


@dataclass(frozen=True, slots=True)
class Stake:
    """Money in a number of findings.

    Attributes
    ----------
    yuan
        Sum of the amounts that are known.
    missing_count
        Findings without an amount: a fact is missing, or the law sets none.
    """

    yuan: Decimal = Decimal(0)
    missing_count: int = 0

    def __add__(self, other: Stake) -> Stake:
        return Stake(self.yuan + other.yuan, self.missing_count + other.missing_count)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedParcel:
    """One contract with its land and its judgement on the day of the view.

    Attributes
    ----------
    area_m2
        Contract area; None = unknown.
    facts
        Ledger column and its text, in catalogue order (parcel page only).
    geometry
        Outline in EPSG:4490; None = no outline is known, so no map can show it.
    """

    key: ContractKey
    verdict: Verdict
    project_name: str = ""
    grantee: str = ""
    town: str = ""
    park: str = ""
    area_m2: Fraction | None = None
    groups: frozenset[Group] = frozenset()
    bucket: UnusedBucket | None = None
    milestones: tuple[MilestoneView, ...] = ()
    idle: IdleView | None = None
    findings: tuple[FindingView, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    geometry: BaseGeometry | None = None

    @property
    def title(self) -> str:
        """What people call it: project, else grantee, else contract number."""
        return self.project_name or self.grantee or self.key.contract_no

    @property
    def lead(self) -> FindingView | None:
        """The finding the verdict rests on: of the same name, else of the same colour."""
        named = (f for f in self.findings if f.code.value == self.verdict.value)
        alike = (f for f in self.findings if f.code.tone is self.verdict.tone)
        return next(named, None) or next(alike, None)

    @property
    def ranked_findings(self) -> tuple[FindingView, ...]:
        """The findings, the one the verdict rests on first."""
        lead = self.lead
        return tuple(sorted(self.findings, key=lambda finding: finding is not lead))

    def stake(self, *groups: Group) -> Stake:
        """Damages and fees of the findings that put it into the groups (all three by default)."""
        codes = {code for group in groups or Group for code in group.at_stake}
        amounts = [finding.amount_yuan for finding in self.findings if finding.code in codes]
        known = [amount for amount in amounts if amount is not None]
        return Stake(sum(known, Decimal(0)), len(amounts) - len(known))


def is_outline(shape: BaseGeometry | None) -> TypeGuard[BaseGeometry]:
    """True for a shape a map can draw as land: an area that is not empty."""
    return shape is not None and shape.geom_type in _AREAS and not shape.is_empty


def severity(verdict: Verdict) -> int:
    """Rank of a verdict in lists and in drawing: the gravest first, contracts not in force last."""
    return verdict.position + (len(Verdict) if verdict.tone is Tone.CLOSED else 0)


@dataclass(frozen=True, slots=True, eq=False)
class ClaimView:
    """One entry of inefficient land.

    Attributes
    ----------
    overlaps_with
        Codes of other entries that claim part of the same land.
    geometry
        Outline in EPSG:4490, or None.
    """

    claim_code: str
    kind: ClaimKind
    status: ClaimStatus
    area_m2: Fraction
    town: str = ""
    park: str = ""
    done_on: date | None = None
    overlaps_with: tuple[str, ...] = ()
    geometry: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class TallyLine:
    """Progress of one target; areas in mu.

    Attributes
    ----------
    target_mu
        None where no target is set.
    share
        Done area over target.
    """

    kind: ClaimKind
    target_mu: Fraction | None
    done_mu: Fraction
    in_progress_mu: Fraction
    planned_mu: Fraction
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class OverlapView:
    """Land that two entries claim; it is credited once, to the first."""

    claim_code: str
    other_code: str
    area_mu: Fraction


@dataclass(frozen=True, slots=True)
class TallyView:
    """Inefficient land against its targets."""

    lines: tuple[TallyLine, ...] = ()
    overlaps: tuple[OverlapView, ...] = ()

    @property
    def overlap_mu(self) -> Fraction:
        """Sum of the overlaps in mu."""
        return sum((overlap.area_mu for overlap in self.overlaps), Fraction(0))


def no_shapes() -> gpd.GeoDataFrame:
    """A layer without features, in the storage system."""
    return gpd.GeoDataFrame({"name": []}, geometry=[], crs=STORAGE_EPSG)


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """The district itself: what makes a map of parcels readable without a basemap.

    Every layer has a column ``name``. Parks named in another language carry ``name_zh``, the name
    contracts cite. Roads may carry ``kind``: ``expressway`` and ``trunk`` are drawn wider.
    """

    outline: gpd.GeoDataFrame = field(default_factory=no_shapes)
    parks: gpd.GeoDataFrame = field(default_factory=no_shapes)
    roads: gpd.GeoDataFrame = field(default_factory=no_shapes)
    water: gpd.GeoDataFrame = field(default_factory=no_shapes)


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """Everything one map shows.

    Attributes
    ----------
    as_of
        The day of the judgement.
    language
        ``zh`` or ``en``; reasons and next steps are already worded in it.
    district
        Name of the district, for the title.
    """

    as_of: date
    language: str
    district: str
    parcels: tuple[JudgedParcel, ...]
    claims: tuple[ClaimView, ...] = ()
    tally: TallyView = TallyView()
    backdrop: Backdrop = field(default_factory=Backdrop)

    def of_parks(self, parks: Iterable[str]) -> MapView:
        """The same map with the parcels and entries of some parks only."""
        wanted = frozenset(parks)
        return replace(
            self,
            parcels=tuple(parcel for parcel in self.parcels if parcel.park in wanted),
            claims=tuple(claim for claim in self.claims if claim.park in wanted),
        )
