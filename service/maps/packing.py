"""Columns of numbers and texts in one piece of text, as ``packed_land.js`` reads it.

A header says where each column lies; the whole is deflated and written in Base64. Shapes are
corners on a whole-number grid of the world, 2^28 wide (0.13 m at 31° north), each as the step from
the one before.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

Numbers = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

_WORLD: Final = 1 << 28
_WORD_BYTES: Final = 4
_BITS: Final = 7
_MOST_BYTES: Final = 5
_HARDEST: Final = 9
_POLYGON: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of numbers.

    Attributes
    ----------
    kind
        What the numbers are in the page: ``u1``, ``u4``, ``i4`` or ``f4``, little-endian.
    """

    name: str
    kind: str
    values: npt.NDArray[Any]

    def content(self) -> bytes:
        """The numbers, filled up so that the next column begins at a whole word."""
        content = self.values.astype(f"<{self.kind}").tobytes()
        return content + bytes(-len(content) % _WORD_BYTES)


def packed(
    columns: Sequence[Column], texts: Mapping[str, Sequence[str]], lists: Mapping[str, object]
) -> str:
    """Columns, texts and short lists as one piece of text.

    Parameters
    ----------
    texts
        One line for each row.
    lists
        Anything small that JSON can say.
    """
    lines = {name: _lines(text) for name, text in texts.items()}
    contents = [column.content() for column in columns]
    header: dict[str, Any] = {"lists": lists}
    ends = np.cumsum([0, *map(len, contents), *map(len, lines.values())]).tolist()
    header["columns"] = {
        column.name: (column.kind, at, len(column.values))
        for column, at in zip(columns, ends, strict=False)
    }
    text_ends = ends[len(columns) :]
    header["texts"] = {
        name: (at, len(line)) for (name, line), at in zip(lines.items(), text_ends, strict=False)
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % _WORD_BYTES)
    return deflated(b"".join([len(head).to_bytes(4, "little"), head, *contents, *lines.values()]))


def deflated(content: bytes) -> str:
    """Bytes as text of a page."""
    return b64encode(zlib.compress(content, _HARDEST)).decode()


def shape_columns(name: str, shapes: Shapes) -> list[Column]:
    """Areas and lines in EPSG:4490 as columns; None takes no room.

    Every area goes round one way and its holes the other, no ring repeats its first corner.
    """
    parts, of_shape = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    is_area = shapely.get_type_id(parts) == _POLYGON
    lines = np.flatnonzero(~is_area)
    rings, of_area = shapely.get_rings(parts[is_area], return_index=True)
    every = np.concatenate([rings, parts[lines]])
    part = np.concatenate([np.flatnonzero(is_area)[of_area], lines])
    order = np.argsort(part, kind="stable")
    corners, of_ring = shapely.get_coordinates(every[order], return_index=True)
    grid = _on_grid(corners)
    closes = np.append(of_ring[1:] != of_ring[:-1], True) & (order < len(rings))[of_ring]
    grid, of_ring = grid[~closes], of_ring[~closes]
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return [
        Column(f"{name}_rings", "u4", np.bincount(of_shape[part], minlength=len(shapes))),
        Column(f"{name}_corners", "u4", np.bincount(of_ring, minlength=len(every))),
        Column(f"{name}_steps", "u1", _varints(steps.ravel())),
    ]


def _on_grid(degrees: npt.NDArray[np.float64]) -> Numbers:
    lon, lat = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    x, y = lon / np.pi, -np.arcsinh(np.tan(lat)) / np.pi
    return np.asarray(np.rint((np.stack([x, y], axis=1) + 1) * (_WORLD / 2)), dtype=np.int64)


def _varints(values: Numbers) -> npt.NDArray[np.uint8]:
    """Whole numbers in as few bytes as each needs, small negative ones too."""
    folded = (values << 1) ^ (values >> 63)
    limits = np.array([1 << (_BITS * count) for count in range(1, _MOST_BYTES)])
    sizes = 1 + np.searchsorted(limits, folded, side="right")
    begins = np.cumsum(sizes) - sizes
    found = np.zeros(int(sizes.sum()), dtype=np.uint8)
    for place in range(_MOST_BYTES):
        rows = sizes > place
        more = (sizes[rows] > place + 1).astype(np.int64) << _BITS
        found[begins[rows] + place] = (folded[rows] >> (_BITS * place)) & 0x7F | more
    return found


def _lines(texts: Sequence[str]) -> bytes:
    return "\n".join(" ".join(text.split()) for text in texts).encode()
