"""Hours of work without a fault: the highest load the site sustains, and what it costs over time.

Programs and people read lists, cards, tiles, features and figures, and comment on a case. Memory of
the workers and connections of the database are looked at between stretches of load.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Final

from service.operations.demonstration import demo_files
from tests.bench.load import Load, busy, get
from tests.browser.served import fill
from tests.faults.database import Desk, commented_case
from tests.faults.place import Place, opened_place
from tests.faults.proof import Proof

_WARM_SHARE: Final = 0.2
_GROWTH: Final = 1.05
_PATHS: Final = (
    "/contracts",
    "/contracts?group=overdue&lang=en",
    "/tiles/parcels/12/3428/1676.mvt",
    "/map",
    "/map/search?q=C1",
    "/targets",
    "/runs",
)
_INTERFACES: Final = (
    "/api/v1/contracts?limit=50",
    "/api/v1/audits",
    "/ogc/collections/parcels/items?limit=20",
    "/ogc/collections/parcels/items?limit=5&datetime=2026-01-01T00:00:00Z",
)
_AS_BUSY_AS_CAN_BE: Final = """
[web]
workers = 2
threads = 4
"""
_COMMENTED: Final = 50
"""One request of so many writes."""


@dataclass(frozen=True, slots=True)
class Soak:
    """What came of it; early is the first third of the time after a warm-up, late the last.

    Attributes
    ----------
    seconds, connections, rate
        How long, on how many connections, and how many answers a second.
    count, errors
        Answers, and those among them that are none.
    early_mib, late_mib
        Memory of the site's processes.
    early_open, late_open
        Connections to the database: the most early, the fewest late.
    """

    seconds: float
    connections: int
    rate: float
    count: int
    errors: int
    early_mib: float
    late_mib: float
    early_open: int
    late_open: int

    def proof(self) -> Proof:
        """The line of the page."""
        return Proof(
            f"{self.seconds:.0f} 秒最高持续负载：{self.connections} 个连接，"
            f"每秒 {self.rate:.1f} 个答复",
            f"{self.seconds:.0f} s of the highest load: {self.connections} connections,"
            f" {self.rate:.1f} answers a second",
            f"{self.count:,} 个答复，{self.errors} 个错误；内存由 {self.early_mib:.0f} 到"
            f" {self.late_mib:.0f} MiB；数据库连接由 {self.early_open} 到 {self.late_open} 个",
            f"{self.count:,} answers, {self.errors} errors; memory from {self.early_mib:.0f} to"
            f" {self.late_mib:.0f} MiB; connections of the database from {self.early_open} to"
            f" {self.late_open}",
            self.errors == 0
            and self.late_mib <= self.early_mib * _GROWTH
            and self.late_open <= self.early_open,
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """What is seen after a stretch of load."""

    mib: float
    open_count: int


def soaked(seconds: float, stretch_s: float = 5.0, tried: Sequence[int] = (2, 4, 8, 16)) -> Soak:
    """Keep the site as busy as it can be for so long.

    Parameters
    ----------
    stretch_s
        Memory and connections are looked at after so many seconds.
    tried
        Numbers of connections, of which the one with the highest rate is kept up.
    """
    with opened_place() as place, tempfile.TemporaryDirectory() as folder:
        fill(place.owner, demo_files(Path(folder)))
        with (place.folder / "config.toml").open("a", encoding="utf-8") as settings:
            settings.write(_AS_BUSY_AS_CAN_BE)
        with place.running_site() as (process, port), place.worker():
            requests = _requests(commented_case(place, (port,)))

            def stretch(connections: int) -> Load:
                return busy(port, lambda n: requests[n % len(requests)], connections, stretch_s)

            most = max(tried, key=lambda connections: stretch(connections).rate)
            looks, loads, begun = [], [], monotonic()
            while monotonic() < begun + seconds:
                loads.append(stretch(most))
                looks.append(_look(place, process.pid))
    return _told(seconds, most, loads, looks)


def _requests(at: Desk) -> Sequence[bytes]:
    """One round of what is asked."""
    bearer, cookie = f"Authorization: Bearer {at.token}", f"Cookie: {at.cookie}"
    reads = [get(path, cookie, "Accept: text/html") for path in _PATHS]
    reads += [get(path, bearer) for path in _INTERFACES]
    body = json.dumps({"text": "现场核实"}).encode()
    head = (
        f"POST /api/v1/cases/{at.case}/comments HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    rounds = cycle(reads)
    return [head.encode() + body, *(next(rounds) for _ in range(_COMMENTED - 1))]


def _look(place: Place, pid: int) -> _Look:
    """Memory of the site's processes, and connections to the database but this one."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    query = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
    return _Look(sum(map(_mib, children)), int(str(place.scalar(query))))


def _mib(pid: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _told(seconds: float, connections: int, loads: list[Load], looks: list[_Look]) -> Soak:
    statuses = sum((Counter(load.statuses) for load in loads), Counter[int]())
    warm = looks[int(len(looks) * _WARM_SHARE) :]
    third = max(1, len(warm) // 3)
    return Soak(
        seconds=seconds,
        connections=connections,
        rate=median(load.rate for load in loads),
        count=statuses.total(),
        errors=sum(count for status, count in statuses.items() if status >= HTTPStatus.BAD_REQUEST),
        early_mib=median(look.mib for look in warm[:third]),
        late_mib=median(look.mib for look in warm[-third:]),
        early_open=max(look.open_count for look in warm[:third]),
        late_open=min(look.open_count for look in warm[-third:]),
    )
