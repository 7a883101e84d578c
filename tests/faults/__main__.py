"""Make every fault in full and write what came of it to `docs/reliability.md`: `make faults`.

Names of blocks as arguments run only those.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.faults.clock import jumping_clock
from tests.faults.database import desk, killed_under_load, same_key_at_two_sites
from tests.faults.disk import full_disk, may_mount
from tests.faults.proof import Proof, write
from tests.faults.soak import soaked
from tests.faults.worker import JOBS, killed_at_work

_DATABASE_KILLS: Final = 5
_WORKER_KILLS: Final = 3
_REQUESTS: Final = 200


def _faults() -> Iterator[Proof]:
    with desk() as at:
        yield killed_under_load(at, _DATABASE_KILLS)
        yield same_key_at_two_sites(at, _REQUESTS)
    for job in JOBS:
        yield killed_at_work(job(), _WORKER_KILLS)
    yield jumping_clock()
    if may_mount():
        yield full_disk()


def _soak() -> Iterator[Proof]:
    yield soaked(float(os.environ.get("SECONDS", "600"))).proof()


_BLOCKS: Final[Mapping[str, Callable[[], Iterator[Proof]]]] = {"faults": _faults, "soak": _soak}


def main(names: list[str]) -> int:
    """Run blocks and write them; the status is 1 where something did not hold."""
    held = True
    for name in names or _BLOCKS:
        proofs = []
        for proof in _BLOCKS[name]():
            proofs.append(proof)
            sys.stdout.write(f"{proof.line_en()}\n")
            sys.stdout.flush()
            write(name, _machine(), proofs)
        held &= all(proof.holds for proof in proofs)
    return 0 if held else 1


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
