"""Collections within collections without end, which run the geometry library out of stack.

It reads, measures and frees them by functions that call themselves: a shape of some hundred
kilobytes would end the process.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

DEEPEST: Final = 100
"""Collections within one another that a shape may have."""

# Well-known binary: the byte order, the type, a reference system if the type says so, a count.
_HEADER_BYTES: Final = 9
_WITH_SYSTEM, _WITH_HEIGHT, _WITH_MEASURE = 0x2000_0000, 0x8000_0000, 0x4000_0000
_DIMENSIONS: Final = (2, 3, 3, 4)  # by the thousands of a type
_POINT, _POLYGON = 1, 3
_LINES: Final = (2, 8)
_COLLECTIONS: Final = (4, 5, 6, 7, 9, 10, 11, 12)


def require_shallow(blobs: Iterable[bytes | None]) -> None:
    """Refuse well-known binary that is nested deeper than any shape needs.

    Raises
    ------
    ValueError
        When it is.
    """
    for blob in blobs:
        # A blob of fewer bytes has no room for so many headers: nearly all end here.
        if blob and len(blob) > _HEADER_BYTES * DEEPEST and _is_deep(blob):
            told = f"a shape nests collections more than {DEEPEST} deep."
            raise ValueError(told)


def _is_deep(blob: bytes) -> bool:
    """Whether a reader would go that deep before it comes to the end or to what it cannot read."""
    left: list[int] = [1]  # shapes to come, by level
    place = 0
    try:
        while left and len(left) <= DEEPEST + 1:
            if not left[-1]:
                left.pop()
                continue
            left[-1] -= 1
            place, inside = _after(blob, place)
            if inside is not None:
                left.append(inside)
    except (IndexError, struct.error):
        return False
    return bool(left)


def _after(blob: bytes, place: int) -> tuple[int, int | None]:
    """Place behind the shape that begins at a place; of a collection, its first and their count."""
    order = "<" if blob[place] else ">"
    (stated,) = struct.unpack_from(f"{order}I", blob, place + 1)
    place += 9 if stated & _WITH_SYSTEM else 5
    thousands, kind = divmod(stated & 0xFFFF, 1_000)
    marked = bool(stated & _WITH_HEIGHT) + bool(stated & _WITH_MEASURE)
    size = 8 * (_DIMENSIONS[thousands] + marked)
    if kind == _POINT:
        return place + size, None
    (count,) = struct.unpack_from(f"{order}I", blob, place)
    place += 4
    if kind in _COLLECTIONS:
        return place, count
    if kind in _LINES:
        return place + count * size, None
    if kind != _POLYGON:
        raise IndexError(kind)  # which the library does not know either
    for _ in range(count):
        (points,) = struct.unpack_from(f"{order}I", blob, place)
        place += 4 + points * size
    return place, None
