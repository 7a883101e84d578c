"""A bureau of real processes: its own durable server, sites and a worker, each of them killable."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from geodata.model.roles import Actor, Permission, Role
from geodata.settings import ClusterSettings
from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.site_account import SITE_ROLE
from service.clock import system_clock
from service.operations.accounts import Accounts, add_account
from service.operations.signing_in import sign_in_external
from service.operations.tokens import make_token
from service.settings import AccountSettings
from tests.conftest import PROJECT

PROGRAM: Final = "from service.cli import main; main()"
DEADLINE_S: Final = 120
CLERK: Final = Actor.of_role("clerk", Role.AUDITOR)
_KEEPER: Final = Actor.of_role("keeper", Role.ADMINISTRATOR)
_SETTINGS: Final = """
[uploads]
directory = "files"
[api]
requests = 1000000
[operation]
log = "none"
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bureau is.

    Attributes
    ----------
    cluster
        Its server, which keeps what it has said it keeps.
    folder
        Holds `config.toml` and the files given on pages.
    owner
        An engine of the owner of the tables.
    """

    cluster: Cluster
    folder: Path
    owner: sa.Engine

    @property
    def accounts(self) -> Accounts:
        """The accounts, by the clock of this machine."""
        return Accounts(self.owner, AccountSettings(), system_clock)

    def token(self) -> str:
        """A token of the clerk for a program that reads and comments."""
        rights = frozenset({Permission.VIEW, Permission.RUNS, Permission.COMMENT})
        return make_token(self.accounts, _KEEPER, CLERK.name, "tests", rights, 1)

    def cookie(self) -> str:
        """A session of the clerk in a browser."""
        return f"parcelwatch_session={sign_in_external(self.accounts, CLERK.name, '127.0.0.1')}"

    def scalar(self, query: str) -> object:
        """One cell of the database."""
        with self.owner.connect() as connection:
            return connection.scalar(sa.text(query))

    @contextmanager
    def command(self, *arguments: str, program: str = PROGRAM) -> Iterator[subprocess.Popen[str]]:
        """A command at work; killed in the end where it has not ended."""
        with subprocess.Popen(
            [sys.executable, "-u", "-c", program, "--config", "config.toml", *arguments],
            cwd=self.folder,
            env=self._environment(),
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def site(self, program: str = PROGRAM) -> Iterator[int]:
        """A site of this bureau; the port it answers on."""
        with self.running_site(program) as (_, port):
            yield port

    @contextmanager
    def running_site(self, program: str = PROGRAM) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """The same, with its process."""
        with self.command("serve", "--port", "0", program=program) as process:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r":(\d+) ", said)
            assert found, said + process.stderr.read()
            yield process, int(found[1])

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[str]]:
        """A worker that is ready."""
        with self.command("worker") as process:
            assert process.stderr is not None
            said = process.stderr.readline()
            assert "ready" in said, said + process.stderr.read()
            yield process

    def _environment(self) -> dict[str, str]:
        url = self.owner.url
        kept = {name: at for name, at in os.environ.items() if not name.startswith("PARCELWATCH_")}
        return kept | {
            "PYTHONPATH": str(PROJECT),
            "PARCELWATCH_LANG": "en",
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "PARCELWATCH_SITE_DATABASE_URL": url.set(username=SITE_ROLE).render_as_string(
                hide_password=False
            ),
        }


@contextmanager
def opened_place(home: Path | None = None) -> Iterator[Place]:
    """An empty bureau with the clerk's account, which is gone afterwards.

    Parameters
    ----------
    home
        An empty directory for the server; None = one below /tmp.
    """
    made = home or Path(tempfile.mkdtemp(prefix="pwf-", dir="/tmp"))
    made.chmod(0o711)
    cluster = Cluster(made / "cluster", ClusterSettings(shared_buffers_mb=64))
    cluster.start()
    owner = make_engine(cluster.url)
    try:
        migrate.upgrade(owner)
        folder = made / "bureau"
        folder.mkdir()
        (folder / "config.toml").write_text(_SETTINGS, encoding="utf-8")
        place = Place(cluster, folder, owner)
        add_account(place.accounts, _KEEPER, CLERK.name, CLERK.role, external_name=CLERK.name)
        yield place
    finally:
        owner.dispose()
        cluster.stop()
        shutil.rmtree(made if home is None else made / "bureau")


def kill_server(cluster: Cluster) -> None:
    """Kill the server and everything of it, as the kernel does when memory is out."""
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: cluster.status().pid is None, "the server lives")


def until(holds: Callable[[], object], what: str) -> float:
    """Ask again and again for something that another process does; seconds that took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + DEADLINE_S, what
        time.sleep(0.02)
    return time.monotonic() - begun
