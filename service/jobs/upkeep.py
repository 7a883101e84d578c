"""What the worker looks after unasked, before its first task and every night."""

from __future__ import annotations

import logging
from typing import Final

from geodata.errors import LandError
from service.jobs.performing import Workplace
from service.jobs.uploads import clear

_log: Final = logging.getLogger(__name__)


def look_after(place: Workplace) -> None:
    """Clear the files of uploads that have ended; the worker goes on where that fails."""
    try:
        count = clear(place.engine, place.config, place.clock)
    except (LandError, OSError):
        _log.exception("files of uploads could not be cleared")
    else:
        _log.info("files of uploads cleared: %d", count)
