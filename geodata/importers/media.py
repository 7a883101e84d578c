"""What the bytes of a file are, whatever its name says: for files that are kept, not read."""

from __future__ import annotations

from typing import Final

UNKNOWN_TYPE: Final = "application/octet-stream"
"""What is none of the types known; a browser is never asked to show it."""

_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
"""Offset, bytes that stand there, and the type; the first that fits."""

HEAD_BYTES: Final = 16
"""So many first bytes tell the type."""


def media_type_of(head: bytes) -> str:
    """The type of a file by its first bytes."""
    for offset, mark, kind in _SIGNATURES:
        if head.startswith(mark, offset):
            return kind
    return UNKNOWN_TYPE
