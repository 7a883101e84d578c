"""The site as it is served: gunicorn over a database of many contracts, and somebody signed in."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import geopandas as gpd
import numpy as np

from geodata.model.columns import LedgerColumns
from geodata.model.roles import Actor, Role
from geodata.store.engine import Engine
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE
from service.clock import system_clock
from service.compliance.law import LawBook
from service.config import load_config
from service.operations.accounts import Accounts, add_account
from service.operations.cards import refresh_cards
from service.operations.signing_in import sign_in_external

from .contracts import AS_OF
from .copies import multiply_cards
from .parcels import many_parcels

PROJECT: Final = Path(__file__).parents[2]
WORKERS: Final = 2
THREADS: Final = 4
_NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)
_PARKS: Final = 20
_PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A site that answers.

    Attributes
    ----------
    port
        On the loopback address.
    cookie
        Header of somebody who may see every park.
    pid
        Of gunicorn's master.
    """

    port: int
    cookie: str
    pid: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def worker_mib(self) -> list[float]:
        """Memory of each worker."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="utf-8")
        return [_mib(int(child)) for child in children.split()]


def many_parcels_in_degrees(count: int) -> gpd.GeoSeries:
    """Parcels side by side, EPSG:4490."""
    return many_parcels(count, apart=True).to_crs(4490).geometry


def import_city(engine: Engine, contracts: LedgerColumns) -> None:
    """Contracts with their outlines in some parks."""
    count = len(contracts)
    parks = np.array([f"园区{number * _PARKS // count}" for number in range(count)], dtype=object)
    texts = {**contracts.texts, "park": parks}
    shapes = many_parcels_in_degrees(count).to_numpy()
    batch = ImportBatch("contracts", "0" * 64, _NOON, "bench")
    with unit_of_work(engine) as connection:
        import_ledger(connection, batch, replace(contracts, texts=texts), shapes)


def fill_map(engine: Engine, contracts: LedgerColumns, law: LawBook, cards: int) -> None:
    """Contracts with their outlines in some parks, and as many cards as asked for."""
    import_city(engine, contracts)
    refresh_cards(engine, law, AS_OF)
    multiply_cards(engine, cards)


@contextmanager
def served(engine: Engine) -> Iterator[Served]:
    """The site over a database, as the settings shipped serve it but with more workers."""
    site_url = engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    environment = {
        **os.environ,
        "PARCELWATCH_SITE_DATABASE_URL": site_url,
        "DATABASE_URL": site_url,
    }
    cookie = f"parcelwatch_session={_session(engine)}"
    port = _free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "service.wsgi:application()"),
            *("--workers", str(WORKERS), "--threads", str(THREADS)),
            *("--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        ],
        cwd=PROJECT,
        env=environment,
    )
    try:
        _wait(port, process)
        yield Served(port, cookie, process.pid)
    finally:
        process.terminate()
        process.wait()


def _session(engine: Engine) -> str:
    accounts = Accounts(engine, load_config(PROJECT / "config.toml", {}).accounts, system_clock)
    keeper, name = Actor.of_role("bench", Role.ADMINISTRATOR), f"bench-{secrets.token_hex(4)}"
    add_account(accounts, keeper, name, Role.AUDITOR, (), external_name=name)
    return sign_in_external(accounts, name, "127.0.0.1")


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + _PATIENCE_S
    while monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz"):
                return
        except URLError:
            sleep(0.1)
    message = "the site did not start"
    raise RuntimeError(message)


def _mib(pid: int) -> float:
    """Memory of a process, what it shares with others included."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    (kib,) = (int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    return kib / 1024
