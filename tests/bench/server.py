"""A throw-away database server, and databases on it at the newest schema."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from geodata.settings import ClusterSettings
from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import Engine, make_engine

_MIGRATED = "migrated"


@dataclass(frozen=True, slots=True)
class Server:
    """The server."""

    cluster: Cluster
    numbers: Iterator[int]

    def database(self) -> str:
        """URL of a database with nothing in its tables."""
        name = f"bench_{next(self.numbers)}"
        self.cluster.create_database(name, template=_MIGRATED)
        return self.cluster.url_for(name)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine on a database."""
    engine = make_engine(url)
    yield engine
    engine.dispose()


@contextmanager
def running_server() -> Iterator[Server]:
    """A server that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="pwb-", dir="/tmp"))
    home.chmod(0o711)
    cluster = Cluster(home / "cluster", ClusterSettings(), durable=False)
    try:
        with cluster.running():
            cluster.create_database(_MIGRATED)
            with opened(cluster.url_for(_MIGRATED)) as engine:
                migrate.upgrade(engine)
            yield Server(cluster, count())
    finally:
        shutil.rmtree(home)
