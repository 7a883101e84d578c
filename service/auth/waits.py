"""How long one has to wait after failed sign-ins: twice as long after each of them."""

from __future__ import annotations

from datetime import timedelta

_LARGEST_DOUBLING = 30


def wait_after(failure_count: int, free_attempts: int, longest_s: int) -> timedelta:
    """The wait that follows so many failures: none while some are free, then 1, 2, 4 … s."""
    doublings = min(failure_count - free_attempts, _LARGEST_DOUBLING)
    return timedelta(seconds=min(2**doublings, longest_s) if doublings >= 0 else 0)
