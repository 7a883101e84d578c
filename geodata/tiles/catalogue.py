"""What the tiles of each layer tell: fewer attributes and coarser shapes at small zooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.errors import NothingFoundError

FORMAT: Final = 1
"""One more whenever the tile of unchanged land becomes another."""
LARGEST_BYTES: Final = 500_000
"""No tile is larger, before it is compressed."""
MARGIN_SHARE: Final = 1 / 64
"""How far a tile reaches over its edges, as share of its width: for lines drawn along them."""
CELL_ZOOM: Final = 13
"""Zoom of the tiles that are the smallest squares contracts are counted by."""
CELLS_PER_SIDE: Final = 4
"""A tile of counted contracts has so many columns and rows."""


class Layer(StrEnum):
    """A layer of tiles."""

    PARCELS = "parcels"
    GROUND = "ground"


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a tile tells.

    Attributes
    ----------
    from_zoom
        Zoom from which on it is asked for.
    attributes
        Properties of a feature.
    extent
        Units of a tile's side.
    tolerance
        By how many units a simplified shape may leave the true one; 0 = none.
    most
        Features a tile can hold.
    """

    from_zoom: int
    attributes: tuple[str, ...]
    extent: int
    tolerance: int
    most: int


FILTERED: Final = ("verdict", "groups", "milestone", "park", "land_use")
"""What a map shows or hides parcels by."""
CELLS: Final = Detail(0, (*FILTERED, "count"), 4096, 0, 12_000)
"""Counted contracts: what is left of parcels where there are too many."""

_GROUND: Final = ("layer", "kind", "name")
_DETAILS: Final[Mapping[Layer, tuple[Detail, ...]]] = {
    Layer.PARCELS: (
        Detail(14, (*FILTERED, "title"), 4096, 0, 5_000),
        Detail(12, FILTERED, 1024, 1, 12_000),
        CELLS,
    ),
    Layer.GROUND: (Detail(14, _GROUND, 4096, 0, 6_000), Detail(0, _GROUND, 1024, 1, 6_000)),
}


def layer_named(name: str) -> Layer:
    """The layer of a name.

    Raises
    ------
    NothingFoundError
        When there is none.
    """
    if name not in tuple(Layer):
        raise NothingFoundError(
            "There is no layer of tiles {name}.",
            "Choose from: {known}.",
            name=name,
            known=", ".join(Layer),
        )
    return Layer(name)


def details(layer: Layer, zoom: int) -> tuple[Detail, ...]:
    """What the tiles of a zoom tell, then what they tell where that would be too much."""
    return tuple(detail for detail in _DETAILS[layer] if detail.from_zoom <= zoom)
