"""Keeps what a library in C prints by mistake out of results."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Final

_STANDARD_OUTPUT: Final = 1
_LOCK: Final = Lock()


@contextmanager
def without_output() -> Iterator[None]:
    """Drop what is written to standard output meanwhile, by whatever thread; one at a time.

    A process without standard output is left alone.
    """
    with _LOCK:
        try:
            kept = os.dup(_STANDARD_OUTPUT)
        except OSError:
            yield
            return
        _flush()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _STANDARD_OUTPUT)
            yield
        finally:
            _flush()
            os.dup2(kept, _STANDARD_OUTPUT)
            os.close(nowhere)
            os.close(kept)


def _flush() -> None:
    """Write out what C holds back, which would come later than its time."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fflush(None)
