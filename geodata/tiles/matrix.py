"""The tile matrix set WebMercatorQuad: one square for the world, cut in four at every zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from geodata.errors import NothingFoundError

DEEPEST: Final = 20
"""Zoom of the smallest tiles."""
HALF_WORLD_M: Final = 20_037_508.342789244
"""From the middle of the world of EPSG:3857 to its edges."""


@dataclass(frozen=True, slots=True)
class TileAddress:
    """One tile; column and row count from the north-west."""

    zoom: int
    column: int
    row: int

    @classmethod
    def of(cls, zoom: int, column: int, row: int) -> Self:
        """The tile of an address that was asked for.

        Raises
        ------
        NothingFoundError
            When there is no such tile.
        """
        if not (0 <= zoom <= DEEPEST and 0 <= column < 2**zoom and 0 <= row < 2**zoom):
            raise NothingFoundError(
                "There is no tile {zoom}/{column}/{row}.",
                "Zooms run from 0 to {deepest}, columns and rows from 0 to 2^zoom - 1.",
                zoom=zoom,
                column=column,
                row=row,
                deepest=DEEPEST,
            )
        return cls(zoom, column, row)

    @property
    def width_m(self) -> float:
        """Length of a side in the metres of EPSG:3857."""
        return 2 * HALF_WORLD_M / (1 << self.zoom)

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """West, south, east and north in the metres of EPSG:3857."""
        west = self.column * self.width_m - HALF_WORLD_M
        north = HALF_WORLD_M - self.row * self.width_m
        return west, north - self.width_m, west + self.width_m, north
