"""Whether an XML part has a sign at all: nearly none has, and parsing takes long."""

from __future__ import annotations

import re
from functools import partial
from typing import IO, Final

_CHUNK_BYTES: Final = 1 << 20
_OVERLAP_BYTES: Final = 32  # a sign may lie across the border of two chunks


def is_marked(xml: IO[bytes], value: bytes, mark: re.Pattern[bytes]) -> bool:
    """Whether a pattern occurs in a part; `value` in quotation marks is looked for first."""
    signs = (b'"' + value + b'"', b"'" + value + b"'")
    tail = b""
    for chunk in iter(partial(xml.read, _CHUNK_BYTES), b""):
        part = tail + chunk
        if any(sign in part for sign in signs) and mark.search(part):
            return True
        tail = part[-_OVERLAP_BYTES:]
    return False
