"""What a map or a page shows, as values: operations fill these, maps and pages draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelists import Group, MilestoneKind, Verdict
from geodata.model.columns import Cell
from geodata.model.contract_key import ContractKey
from geodata.model.entities import Claim
from geodata.model.land_lists import LandList
from geodata.model.spelling import search_text
from geodata.model.standings import StandingSpans
from service.compliance.indicators.registers import Hold
from service.compliance.indicators.tally import Tally
from service.compliance.rules.results import ContractResult, FindingResult
from service.wording import FindingWords, Wording

_AREAS = ("Polygon", "MultiPolygon")


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
    result, wording
        What was found, and how it is told.
    area_m2
        Contract area; None = unknown.
    milestone
        First milestone not met yet.
    due_on
        Next day on which a milestone falls due.
    holds
        Control measures on its grantee.
    facts
        Ledger column and its cell, in catalogue order (parcel page only).
    geometry
        Outline in EPSG:4490; None = no outline is known, so no map can show it.
    """

    result: ContractResult
    wording: Wording
    project_name: str = ""
    grantee: str = ""
    supervision_no: str = ""
    uscc: str = ""
    town: str = ""
    park: str = ""
    land_use: str = ""
    area_m2: Fraction | None = None
    milestone: MilestoneKind | None = None
    due_on: date | None = None
    holds: tuple[Hold, ...] = ()
    facts: tuple[tuple[str, Cell], ...] = ()
    geometry: BaseGeometry | None = None

    @property
    def key(self) -> ContractKey:
        """What identifies the contract."""
        return self.result.key

    @property
    def verdict(self) -> Verdict:
        """The verdict of the result."""
        return self.result.verdict

    @property
    def groups(self) -> frozenset[Group]:
        """The groups of the result."""
        return self.result.groups

    @property
    def held_as(self) -> dict[LandList, date]:
        """The lists by which its grantee is held, with the first day of each."""
        return {hold.land_list: hold.since_on for hold in self.holds}

    @property
    def title(self) -> str:
        """What people call it: project, else grantee, else contract number."""
        return self.project_name or self.grantee or self.key.contract_no

    @property
    def searched(self) -> str:
        """What is searched of its numbers and names."""
        numbers = (self.key.contract_no, self.supervision_no, self.uscc, self.key.parcel_code)
        return search_text((*numbers, self.project_name, self.grantee))

    @property
    def ranked_findings(self) -> tuple[FindingResult, ...]:
        """The findings, the one the verdict rests on first."""
        lead = self.result.lead
        return tuple(sorted(self.result.findings, key=lambda finding: finding is not lead))

    def words(self, finding: FindingResult) -> FindingWords:
        """How one of its findings is told."""
        return self.wording.finding(finding, self.result)

    def stake(self, *groups: Group) -> Stake:
        """Damages and fees of the findings that put it into the groups (all three by default)."""
        codes = {code for group in groups or Group for code in group.at_stake}
        amounts = [each.amount_yuan for each in self.result.findings if each.code in codes]
        known = [amount for amount in amounts if amount is not None]
        return Stake(sum(known, Decimal(0)), len(amounts) - len(known))


def is_outline(shape: BaseGeometry | None) -> TypeGuard[BaseGeometry]:
    """True for a shape a map can draw as land: an area that is not empty."""
    return shape is not None and shape.geom_type in _AREAS and not shape.is_empty


@dataclass(frozen=True, slots=True, eq=False)
class PlacedClaim:
    """One entry of inefficient land with its outline.

    Attributes
    ----------
    claim
        The entry as it stood on the day of the view.
    overlaps_with
        Codes of other entries that claim part of the same land.
    geometry
        Outline in EPSG:4490, or None.
    taken, taken_by
        The part of it that is credited to others, and their codes; None where there is none.
    """

    claim: Claim
    overlaps_with: tuple[str, ...] = ()
    geometry: BaseGeometry | None = None
    taken: BaseGeometry | None = None
    taken_by: tuple[str, ...] = ()


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
        ``zh`` or ``en``.
    district
        Name of the district, for the title.
    spans, last_on
        How the parcels stand through time, up to a last day; None = on the day of the judgement
        only.
    """

    as_of: date
    language: str
    district: str
    tally: Tally
    parcels: tuple[JudgedParcel, ...]
    claims: tuple[PlacedClaim, ...] = ()
    backdrop: Backdrop = field(default_factory=Backdrop)
    spans: StandingSpans | None = None
    last_on: date | None = None

    def of_parks(self, parks: Iterable[str]) -> MapView:
        """The same map with the parcels and entries of some parks only."""
        wanted = frozenset(parks)
        rows = [row for row, parcel in enumerate(self.parcels) if parcel.park in wanted]
        return replace(
            self,
            parcels=tuple(self.parcels[row] for row in rows),
            spans=self.spans.take(np.array(rows, dtype=np.intp)) if self.spans else None,
            claims=tuple(placed for placed in self.claims if placed.claim.park in wanted),
        )
