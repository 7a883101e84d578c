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
from geodata.geometry.blocks import in_blocks
from geodata.geometry.crs import require_projected, to_measuring
from geodata.geometry.pairs import near_pairs, shared_land
from geodata.model.codelists import ClaimKind
from geodata.model.entities import Overlap

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

SMALLEST_OVERLAP_M2: Final = 0.01
"""Registered areas have two decimals: less than this is drawing noise between neighbours."""

_BLOCK: Final = 512

Rows = npt.NDArray[np.intp]
Shapes = npt.NDArray[np.object_]
Shares = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Claimed land on a plane, of which every square metre is credited once on any day.

    Attributes
    ----------
    codes
        Code of each claim, in the order of the claims given.
    precedence
        Their rows, from the claim that is credited first.
    shapes
        Their land in metres, from the claim that is credited first.
    near
        Pairs of these that may share land, the earlier one first.
    crs
        The plane.
    """

    codes: npt.NDArray[np.object_]
    precedence: Rows
    shapes: Shapes
    near: Rows
    crs: CRS

    @classmethod
    def of(cls, claims: gpd.GeoDataFrame) -> Partition:
        """The partition of claims; the order of the rows never matters.

        Earlier evidence goes first, then vacated before upgraded, then the claim's code.

        Parameters
        ----------
        claims
            ``claim_code``, ``column`` (`ClaimKind`), ``done_on`` and valid polygons in any known
            reference system.

        Raises
        ------
        UsageError
            When a claim has no date of evidence, or a code stands twice.
        CoordinateError
            When the reference system is missing or a shape is missing or not valid.
        """
        _check(claims)
        measured = to_measuring(claims)
        crs = require_projected(measured)
        precedence = _precedence(claims)
        shapes = np.asarray(measured.geometry.to_numpy(), dtype=np.object_)[precedence]
        near = near_pairs(shapes, SMALLEST_OVERLAP_M2)
        return cls(claims["claim_code"].to_numpy(dtype=object), precedence, shapes, near, crs)

    def shares(self, counts: Flags | None = None) -> Shares:
        """Share of the land of each claim that no earlier one had, 0 to 1, in the order given.

        It is exactly 1 for a claim that gives nothing away, and 0 for one that does not count.

        Parameters
        ----------
        counts
            The claims that count, in the order given; all of them by default.
        """
        return self.credited(counts)[0]

    def credited(self, counts: Flags | None = None) -> tuple[Shares, Shapes]:
        """The `shares`, and the land itself on the plane: pieces of which no two share any.

        The piece of a claim that is left nothing, or does not count, is None.
        """
        is_counted = self._counting(counts)
        pairs = self.near[is_counted[self.near].all(axis=1)]
        pieces = left_of(self.shapes, pairs)
        areas, left = shapely.area(self.shapes), shapely.area(pieces)
        shares = np.where(areas - left <= SMALLEST_OVERLAP_M2, 1.0, left / areas)
        shares[~is_counted] = 0.0
        pieces[shares == 0.0] = None
        given = np.empty_like(self.precedence)
        given[self.precedence] = np.arange(len(given))
        return shares[given], pieces[given]

    def overlaps(self, counts: Flags | None = None) -> tuple[Overlap, ...]:
        """Every pair of claims on the same land, of which the first is credited.

        The parameter is that of `shares`.
        """
        rows = np.flatnonzero(self._counting(counts))
        found = shared_land(self.shapes[rows], SMALLEST_OVERLAP_M2)
        codes = self.codes[self.precedence[rows]]
        return tuple(
            Overlap(str(codes[first]), str(codes[second]), float(area))
            for (first, second), area in zip(found.pairs, found.areas, strict=True)
        )

    def _counting(self, counts: Flags | None) -> Flags:
        """Which claims count, from the one that is credited first."""
        everyone = np.ones(len(self.codes), dtype=np.bool_)
        return (everyone if counts is None else counts)[self.precedence]


def left_of(shapes: Shapes, near: Rows) -> Shapes:
    """What of each shape none before it covers: pieces that share no land and are all of it.

    Parameters
    ----------
    shapes
        Valid polygons on a plane.
    near
        Pairs of rows that may share land, the lower one first (`geodata.geometry.pairs`).
    """
    bounds = shapely.bounds(shapes)
    earlier, later = near.T
    # What probably takes most goes first: the less is left, the sooner it is done.
    extent = np.minimum(bounds[later, 2:], bounds[earlier, 2:])
    extent -= np.maximum(bounds[later, :2], bounds[earlier, :2])
    order = np.lexsort((-extent.prod(axis=1), later))
    rivals = _Rivals(shapes, earlier[order], np.bincount(later, minlength=len(shapes)))
    blocks = in_blocks(rivals.left, len(shapes), _BLOCK)
    return np.concatenate([*blocks, np.empty(0, dtype=np.object_)])


class _Rivals:
    """The shapes before each shape that may share land with it."""

    def __init__(self, shapes: Shapes, rivals: Rows, counts: Rows) -> None:
        self.shapes, self.rivals, self.counts = shapes, rivals, counts
        self.first = np.cumsum(counts) - counts

    def left(self, rows: slice) -> Shapes:
        """What is left of each shape of a block without its first rival, its second, and so on."""
        left = self.shapes[rows].copy()
        counts, first = self.counts[rows], self.first[rows]
        for turn in range(counts.max(initial=0)):
            has_more = np.flatnonzero(counts > turn)
            rivals = self.shapes[self.rivals[first[has_more] + turn]]
            met = shapely.intersects(left[has_more], rivals)  # at a fraction of the difference
            left[has_more[met]] = shapely.difference(left[has_more[met]], rivals[met])
        return left


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
