"""How many requests a program may send: counted in fixed windows, by each worker for itself."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of a window.

    Attributes
    ----------
    left
        Requests that may still come; negative for one too many.
    seconds
        Until the next window begins.
    """

    left: int
    seconds: int


@dataclass(slots=True)
class RateLimits:
    """Requests of each account within the window that runs; nobody's count together.

    Attributes
    ----------
    requests, window_s
        How many are answered in how many seconds.
    """

    requests: int
    window_s: int
    _begun: int = 0
    _counts: dict[object, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: object, now: datetime) -> Window:
        """Count a request."""
        begun, passed = divmod(int(now.timestamp()), self.window_s)
        with self._lock:
            if begun != self._begun or len(self._counts) >= _MOST_KEPT:
                self._begun = begun
                self._counts.clear()
            self._counts[who] = self._counts.get(who, 0) + 1
            return Window(self.requests - self._counts[who], self.window_s - passed)
