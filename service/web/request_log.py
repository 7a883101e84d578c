"""One line of JSON for every request: whatever stands in it, it stays one line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

from service.clock import Clock


def to_standard_error(line: str) -> None:
    """Write a line in one piece: pieces would mix with those of other workers."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class RequestLog:
    """Where lines go, and by which clock."""

    clock: Clock
    write: Callable[[str], None] = to_standard_error

    def tell(self, **said: object) -> None:
        """Write a line with the instant it is written at."""
        self.write(json.dumps({"at": self.clock().isoformat(timespec="milliseconds"), **said}))
