"""Advisory locks on files; the system releases them when their process ends, however it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PAUSE_S = 0.05


@contextmanager
def sole_holder(path: Path, timeout_s: float) -> Iterator[IO[str]]:
    """Hold the lock alone for the duration; a child that inherits the file holds it on.

    Raises
    ------
    TimeoutError
        When somebody else has held it all the time.
    """
    deadline = time.monotonic() + timeout_s
    with path.open("a") as file:
        while not try_lock(file, exclusive=True):
            if time.monotonic() > deadline:
                raise TimeoutError(path)
            time.sleep(PAUSE_S)
        yield file


def try_lock(file: IO[str], *, exclusive: bool) -> bool:
    """Lock an open file until it is closed; False when a holder elsewhere excludes it."""
    import fcntl  # noqa: PLC0415 - Unix only, and file commands run on Windows too

    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
