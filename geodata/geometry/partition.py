"""The planar partition of claims: every square metre is credited once, to the earliest evidence.

Two entries of the inefficient-land register may claim the same land (vacated in one year, upgraded
in another). Polygons only decide *how much* of an entry others had before it, as a share; the area
that is credited is this share of the registered one (R0.9), so an entry that overlaps nobody
counts with its registered area in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import CoordinateError, UsageError
from geodata.geometry.crs import require_projected, to_measuring
from geodata.geometry.pairs import shared_land
from geodata.model.codelists import ClaimKind
from geodata.model.entities import Overlap

if TYPE_CHECKING:
    import geopandas as gpd

SMALLEST_OVERLAP_M2: Final = 0.01
"""Registered areas have two decimals: less than this is drawing noise between neighbours."""

Rows = npt.NDArray[np.intp]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PartitionResult:
    """What each claim is credited with.

    Attributes
    ----------
    shares
        Share of each claim's land that no earlier claim had, 0 to 1, in input order; exactly 1
        for a claim that gives nothing away.
    overlaps
        Every pair that claims the same land; of the two, the first is credited.
    """

    shares: Shares
    overlaps: tuple[Overlap, ...]


def credited_shares(claims: gpd.GeoDataFrame) -> PartitionResult:
    """Credit all claimed land once; the order of the rows never matters.

    Earlier evidence goes first, then vacated before upgraded, then the claim's code.

    Parameters
    ----------
    claims
        The claims that count, with ``claim_code``, ``column`` (`ClaimKind`), ``done_on`` and
        valid polygons in any known reference system.

    Raises
    ------
    UsageError
        When a claim has no date of evidence, or a code stands twice.
    CoordinateError
        When the reference system is missing or a shape is missing or not valid.
    """
    _check(claims)
    precedence = _precedence(claims)
    measured = to_measuring(claims)
    require_projected(measured)
    ordered = measured.geometry.to_numpy()[precedence]
    areas = shapely.area(ordered)
    overlapping = shared_land(ordered, SMALLEST_OVERLAP_M2)
    pairs = overlapping.pairs

    shares = np.ones(len(claims), dtype=np.float64)
    for later in np.unique(pairs[:, 1]):
        earlier = pairs[pairs[:, 1] == later, 0]
        left = shapely.difference(ordered[later], shapely.union_all(ordered[earlier]))
        shares[precedence[later]] = shapely.area(left) / areas[later]

    codes = claims["claim_code"].to_numpy()[precedence]
    overlaps = tuple(
        Overlap(str(codes[first]), str(codes[second]), float(area))
        for (first, second), area in zip(pairs, overlapping.areas, strict=True)
    )
    return PartitionResult(shares, overlaps)


def _check(claims: gpd.GeoDataFrame) -> None:
    undated = claims.loc[claims["done_on"].isna(), "claim_code"]
    if len(undated):
        raise UsageError(
            "Claim {claim_code} has no date of evidence, so it has no place among the others.",
            "Only claims that are done can be credited.",
            claim_code=undated.iloc[0],
        )
    repeated = claims.loc[claims["claim_code"].duplicated(), "claim_code"]
    if len(repeated):
        raise UsageError(
            "Claim {claim_code} stands in the register twice.",
            "Give every entry its own code.",
            claim_code=repeated.iloc[0],
        )
    unusable = claims.loc[~claims.geometry.is_valid | claims.geometry.is_empty, "claim_code"]
    if len(unusable):
        raise CoordinateError(
            "The outline of claim {claim_code} is missing or not valid.",
            "Import the claim again: outlines are checked and repaired on import.",
            claim_code=unusable.iloc[0],
        )


def _precedence(claims: gpd.GeoDataFrame) -> Rows:
    """Row numbers from the claim that goes first to the one that goes last."""
    kinds = claims["column"].astype(str).map(ClaimKind.positions())
    key = pd.DataFrame(
        {
            "done_on": pd.to_datetime(claims["done_on"]).to_numpy(),
            "kind": kinds.to_numpy(),
            "claim_code": claims["claim_code"].astype(str).to_numpy(),
        }
    )
    return key.sort_values(["done_on", "kind", "claim_code"]).index.to_numpy(dtype=np.intp)
