"""The private PostgreSQL and PostGIS cluster: the zero-configuration default.

It lives in one directory: ``data`` is PostgreSQL's own, ``socket`` the only way in, ``lock``
serialises starting and stopping, ``users`` is held by everyone at work, and ``kept`` says that
the last of them leaves the server running. Nothing but the standard library is needed here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

from geodata.errors import ClusterError
from geodata.settings import ClusterSettings, DatabaseSettings
from geodata.store.file_lock import sole_holder, try_lock
from geodata.store.postgres_binaries import find_installation
from geodata.store.postmaster import PORT, ROLE, Postmaster, socket_file
from geodata.store.server_account import ServerAccount

DATABASE = "parcelwatch"
SOCKET_PATH_MAX_BYTES = 100  # kernels allow 104 (macOS) or 108 (Linux)


class ClusterState(StrEnum):
    """What is found where the private cluster belongs."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"
    OTHER_VERSION = "other_version"


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """The cluster as found.

    Attributes
    ----------
    state
        In one word.
    data_dir, socket_dir
        Its directories, which need not exist.
    major
        Major version of PostgreSQL the data belongs to; None when there is no data.
    pid
        Process number of the server; None when it does not run.
    """

    state: ClusterState
    data_dir: Path
    socket_dir: Path
    major: int | None
    pid: int | None


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own that is reached over a Unix socket only.

    Attributes
    ----------
    home
        Absolute directory of the cluster, made when needed. The server of root runs as an
        unprivileged account, which must be able to enter all parents of it.
    settings
        Timeouts, cache size and the directory of the binaries.
    durable
        False is faster, and a crash of the machine may lose everything.
    """

    home: Path
    settings: ClusterSettings = field(default_factory=ClusterSettings)
    durable: bool = True

    @classmethod
    def of_project(cls, settings: DatabaseSettings) -> Cluster:
        """Return the cluster of the project directory, in the place where state is kept.

        Raises
        ------
        ClusterError
            When this system or account can run no PostgreSQL.
        """
        project = settings.project_dir.resolve()
        if settings.cluster.state_dir:
            state_dir = project / Path(settings.cluster.state_dir).expanduser()
        elif ServerAccount.current().steps_down:
            state_dir = Path("/var/lib/parcelwatch")
        else:
            named = Path(os.environ.get("XDG_STATE_HOME", ""))
            base = named if named.is_absolute() else Path.home() / ".local" / "state"
            state_dir = base / "parcelwatch"
        return cls(state_dir / _digest(project), settings.cluster)

    @classmethod
    def throwaway(cls, directory: Path) -> Cluster:
        """Return a fast cluster for tests; the caller removes the directory after `stop`."""
        return cls(directory.resolve(), ClusterSettings(shared_buffers_mb=64), durable=False)

    @property
    def data_dir(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def socket_dir(self) -> Path:
        """Directory of the socket; below /tmp when the home is no path for a socket."""
        near = self.home / "socket"
        is_plain = re.fullmatch(r"[\w/.+-]+", str(near), re.ASCII)
        if is_plain and len(str(socket_file(near))) <= SOCKET_PATH_MAX_BYTES:
            return near
        return Path("/tmp") / f"pw-{_digest(self.home)}-{os.geteuid()}"  # noqa: S108 - owner and mode are verified

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database that `start` creates."""
        return self.url_for(DATABASE)

    def url_for(self, database: str, role: str = ROLE) -> str:
        """SQLAlchemy URL of any database of this cluster, by default for the owner."""
        host = quote(str(self.socket_dir))
        return f"postgresql+psycopg://{role}@/{quote(database)}?host={host}&port={PORT}"

    def start(self) -> bool:
        """Make the server run until `stop`, initialising a cluster that is new.

        Returns
        -------
        bool
            Whether this call started it; False when it ran already.

        Raises
        ------
        MissingProgramError
            When PostgreSQL or PostGIS is not installed.
        ClusterError
            When the directory cannot be used or belongs to another major version of
            PostgreSQL, or when the server does not start.
        """
        with self._locked() as lock:
            was_started = self._bring_up(lock)
            self._kept.touch()
        return was_started

    def stop(self) -> None:
        """Stop the server and wait for it; open transactions are rolled back."""
        if self.data_dir.exists():
            with self._locked():
                self._shut_down()

    @contextmanager
    def running(self) -> Iterator[Cluster]:
        """Keep the server running for the duration.

        The last process to leave stops it, also when the one that started it was killed
        meanwhile, and unless `start` asked to keep it.
        """
        with ExitStack() as stack:
            with self._locked() as lock:
                users = stack.enter_context((self.home / "users").open("a"))
                try_lock(users, exclusive=False)
                self._bring_up(lock)
            stack.callback(self._leave, users)
            yield self

    def status(self) -> ClusterStatus:
        """Look without touching anything.

        Raises
        ------
        MissingProgramError
            When PostgreSQL or PostGIS is not installed.
        """
        major, pid = self._major, self._postmaster.pid()
        if major is None:
            state = ClusterState.ABSENT
        elif major != self._postmaster.installation.major:
            state = ClusterState.OTHER_VERSION
        else:
            state = ClusterState.RUNNING if pid else ClusterState.STOPPED
        return ClusterStatus(state, self.data_dir, self.socket_dir, major, pid)

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create a database of the running cluster, unless it exists.

        Parameters
        ----------
        name
            Name of the new database.
        template
            Database to copy; nobody may be connected to it meanwhile.
        """
        self._postmaster.query(
            "SELECT format('CREATE DATABASE %I TEMPLATE %I', :'name', :'template') WHERE NOT"
            " EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec\n",
            name=name,
            template=template,
        )

    @property
    def _kept(self) -> Path:
        return self.home / "kept"

    @property
    def _major(self) -> int | None:
        version_file = self.data_dir / "PG_VERSION"
        return int(version_file.read_text(encoding="ascii")) if version_file.exists() else None

    @cached_property
    def _postmaster(self) -> Postmaster:
        return Postmaster(
            find_installation(self.settings.binaries, self._major),
            ServerAccount.current(),
            self.data_dir,
            self.socket_dir,
            self.settings,
            self.durable,
        )

    def _bring_up(self, lock: IO[str]) -> bool:
        self._postmaster.account.private_directory(self.socket_dir)
        if self._major is None:
            self._postmaster.initialise(lock)
        was_started = self._postmaster.bring_up()
        if was_started:
            self._kept.unlink(missing_ok=True)
        self.create_database(DATABASE)
        return was_started

    def _leave(self, users: IO[str]) -> None:
        with self._locked():
            is_last = try_lock(users, exclusive=True)
            users.close()
            if is_last and not self._kept.exists():
                self._shut_down()

    def _shut_down(self) -> None:
        self._postmaster.shut_down()
        self._kept.unlink(missing_ok=True)
        with suppress(OSError):  # in use again, or never made
            self.socket_dir.rmdir()

    def _refuse_other_major(self) -> None:
        installed = self._postmaster.installation
        if self._major not in {None, installed.major}:
            raise ClusterError(
                "The private database in {directory} is of PostgreSQL {major}, and the "
                "PostgreSQL in {binaries} is {installed}. Nothing was changed.",
                "Install PostgreSQL {major} with PostGIS beside it (cluster.binaries in "
                "config.toml names its directory), or dump the data with PostgreSQL {major} "
                "and move {directory} away to begin anew, or set DATABASE_URL to another server.",
                directory=self.data_dir,
                major=self._major,
                binaries=installed.directory,
                installed=installed.major,
            )

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        """Be the only process that starts or stops this cluster."""
        self._refuse_other_major()
        seconds = self.settings.start_timeout_s + self.settings.stop_timeout_s
        try:
            ServerAccount.current().passable_directory(self.home)
            with sole_holder(self.home / "lock", seconds) as lock:
                yield lock
        except TimeoutError as held:
            raise ClusterError(
                "Another process has been starting or stopping the private database in "
                "{directory} for {seconds} s.",
                "Wait for that process or end it, then try again.",
                directory=self.home,
                seconds=seconds,
            ) from held
        except OSError as refused:
            raise ClusterError(
                "The private database cannot use {directory}: {reason}.",
                "Check the owner and the free space; cluster.state_dir in config.toml names "
                "another place, and DATABASE_URL another server.",
                directory=self.home,
                reason=refused.strerror,
            ) from refused


def _digest(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
