"""The account PostgreSQL's programs run as: PostgreSQL refuses to work as root."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

from geodata.errors import ClusterError

UNPRIVILEGED_NAMES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """An account of this machine and whether this process has to step down to it.

    Attributes
    ----------
    name
        Name in the account database.
    uid, gid
        Its numbers.
    steps_down
        True when this process is root.
    """

    name: str
    uid: int
    gid: int
    steps_down: bool

    @classmethod
    def current(cls) -> ServerAccount:
        """Return the account of this process or, for root, an unprivileged one.

        Raises
        ------
        ClusterError
            On Windows, and when there is no such account (``initdb`` would refuse).
        """
        try:
            import pwd  # noqa: PLC0415 - Unix only, and file commands run on Windows too
        except ImportError as absent:
            raise ClusterError(
                "The private database needs Unix sockets, which this system lacks.",
                "Use WSL2 or Docker, or set DATABASE_URL to a PostgreSQL server.",
            ) from absent
        uid = os.geteuid()
        for key in (uid,) if uid else UNPRIVILEGED_NAMES:
            try:
                found = pwd.getpwuid(key) if isinstance(key, int) else pwd.getpwnam(key)
            except KeyError:
                continue
            return cls(found.pw_name, found.pw_uid, found.pw_gid, steps_down=uid == 0)
        raise ClusterError(
            "User number {uid} has no account that PostgreSQL could run as.",
            "Run as a user known to the system, or set DATABASE_URL to a PostgreSQL server.",
            uid=uid,
        )

    def run(
        self, command: Sequence[str], text: str = "", inherited: IO[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account; its exit code and everything it printed.

        The environment is reduced to what PostgreSQL needs: a ``PG…`` or ``PROJ_…`` variable
        of the caller would change the server, and the caller's secrets are none of its business.
        A program that cannot be executed counts as one that failed.
        """
        kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
        try:
            return subprocess.run(  # noqa: S603 - programs of the installation found, no shell
                command,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env={**kept, "LC_ALL": "C", "TZ": "UTC"},
                cwd="/",
                check=False,
                pass_fds=(inherited.fileno(),) if inherited else (),
                **self._switch(),
            )
        except OSError as refused:
            return subprocess.CompletedProcess(command, returncode=126, stdout=str(refused))

    def passable_directory(self, path: Path) -> None:
        """Make a directory and its missing parents, for us alone but for the account's passage.

        Raises
        ------
        ClusterError
            When the directory is another user's.
        OSError
            When it cannot be made.
        """
        for directory in (*reversed(path.parents), path):
            if not directory.exists():
                directory.mkdir(exist_ok=True)
                directory.chmod(0o711 if self.steps_down else 0o700)
        if path.stat().st_uid != os.geteuid():
            raise ClusterError(
                "The directory {path} belongs to another user.",
                "Choose another one with cluster.state_dir in config.toml.",
                path=path,
            )

    def private_directory(self, path: Path) -> None:
        """Make a directory that only the account and root can enter, or verify an existing one.

        Raises
        ------
        ClusterError
            When the path is not a directory, is somebody else's or is open to others.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        is_ours = found.st_uid in {self.uid, os.geteuid()}
        if not is_ours or not stat.S_ISDIR(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
            raise ClusterError(
                "The directory {path} is not safe for the private database: it must be a real "
                "directory that belongs to {account} and is closed to everybody else.",
                "Remove it, then try again.",
                path=path,
                account=self.name,
            )
        if self.steps_down:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _switch(self) -> _Switch:
        if not self.steps_down:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


class _Switch(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]
