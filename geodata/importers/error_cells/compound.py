"""Compound files, in which XLS keeps its stream: sectors, chained by a table ([MS-CFB])."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

_SMALL: Final = 4_096  # streams below are kept in small sectors of the root's own stream
_SMALL_SECTOR: Final = 64
_ENTRY_BYTES: Final = 128
_ROOT: Final = "Root Entry"
_IN_HEADER: Final = 109  # sectors of the table that the header names
_LAST: Final = 0xFFFF_FFFA  # from here on numbers mean ends and gaps


def stream_of(raw: bytes, names: Sequence[str]) -> bytes:
    """Content of the first stream that has one of the names.

    Raises
    ------
    KeyError, ValueError, IndexError, struct.error
        When there is none, or the sectors do not fit together.
    """
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    first_entries, first_small = struct.unpack_from("<I8xI", raw, 48)
    table = array("I", b"".join(_sector(raw, n, size) for n in _table_sectors(raw, size)))
    entries = _chained(raw, first_entries, table, size)
    streams = dict(_entries(entries))
    name = next((name for name in names if name in streams), names[0])
    start, length = streams[name]
    if length >= _SMALL:
        return _chained(raw, start, table, size)[:length]
    small = array("I", _chained(raw, first_small, table, size))
    inside = _chained(raw, streams[_ROOT][0], table, size)
    return _chained(inside, start, small, _SMALL_SECTOR, header=0)[:length]


def _table_sectors(raw: bytes, size: int) -> Iterator[int]:
    """The sectors that hold the table; further ones are named in a chain of sectors."""
    following, count = struct.unpack_from("<II", raw, 68)
    yield from _used(struct.unpack_from(f"<{_IN_HEADER}I", raw, 76))
    for _ in range(count):
        *sectors, following_next = struct.unpack(f"<{size // 4}I", _sector(raw, following, size))
        yield from _used(sectors)
        following = following_next


def _used(sectors: Sequence[int]) -> Iterator[int]:
    return (sector for sector in sectors if sector < _LAST)


def _sector(raw: bytes, number: int, size: int) -> bytes:
    place = (number + 1) * size
    return raw[place : place + size].ljust(size, b"\0")


def _chained(raw: bytes, first: int, table: array[int], size: int, header: int = 1) -> bytes:
    """The sectors of a chain, joined."""
    parts: list[bytes] = []
    number = first
    while number < _LAST:
        if len(parts) > len(table):
            raise ValueError("a chain of sectors has no end")
        place = (number + header) * size
        parts.append(raw[place : place + size])
        number = table[number]
    return b"".join(parts)


def _entries(raw: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, and first sector and length, of what the directory lists."""
    for place in range(0, len(raw) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        (length,) = struct.unpack_from("<H", raw, place + 64)
        name = raw[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
        yield name, struct.unpack_from("<II", raw, place + 116)
