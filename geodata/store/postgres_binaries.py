"""Where PostgreSQL and PostGIS are installed; nothing is assumed about PATH."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import MissingProgramError
from geodata.store.server_account import ServerAccount

# Debian and Ubuntu; packages of postgresql.org for Fedora; Fedora; Homebrew on ARM and Intel.
USUAL_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "opt/homebrew/bin",
    "usr/local/opt/postgresql@*/bin",
    "usr/local/bin",
)

# Installer: its command, the packages for nothing at all, those for PostgreSQL without PostGIS.
PACKAGES = {
    "apt-get": (
        "apt-get install --no-install-recommends",
        "postgresql-postgis",
        "postgresql-{major}-postgis-3",
    ),
    "dnf": ("dnf install", "postgresql-server postgis", "postgis"),
    "brew": ("brew install", "postgis", "postgis"),
}


@dataclass(frozen=True, slots=True)
class Installation:
    """One PostgreSQL server as installed.

    Attributes
    ----------
    directory
        Where ``initdb``, ``pg_ctl``, ``pg_isready`` and ``psql`` are.
    major
        Major version, which data directories are bound to.
    has_postgis
        Whether the PostGIS extension can be created in its databases.
    """

    directory: Path
    major: int
    has_postgis: bool

    def program(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.directory / name)


def find_installation(binaries: str = "", major: int | None = None) -> Installation:
    """Choose the installation to work with.

    Parameters
    ----------
    binaries
        The only directory to look at; empty = search.
    major
        Major version of an existing data directory. It is preferred, not enforced.

    Raises
    ------
    MissingProgramError
        When PostgreSQL or PostGIS is not installed; it names the command that installs it.
    """
    found = installations(binaries)
    if not found and binaries:
        raise MissingProgramError(
            "The directory {directory} holds no working initdb.",
            "Correct cluster.binaries in config.toml, or leave it empty to search.",
            directory=binaries,
        )
    if not found:
        raise MissingProgramError(
            "PostgreSQL is not installed, and the private database needs it.",
            "Install it with: {command} (or set DATABASE_URL to a PostgreSQL server).",
            command=install_command(),
        )
    best = max(found, key=lambda one: (one.major == major, one.has_postgis, one.major))
    if not best.has_postgis:
        raise MissingProgramError(
            "PostgreSQL {major} in {directory} has no PostGIS extension.",
            "Install it with: {command} (or set DATABASE_URL to a PostgreSQL server).",
            major=best.major,
            directory=best.directory,
            command=install_command(best.major),
        )
    return best


def installations(binaries: str = "") -> list[Installation]:
    """Every PostgreSQL server found, or the one in the directory named."""
    directories = [Path(binaries)] if binaries else _candidates()
    programs = (path / "initdb" for path in directories)
    unique = dict.fromkeys(path.resolve().parent for path in programs if path.is_file())
    return [found for directory in unique if (found := _inspect(directory))]


def find_client(binaries: str, major: int) -> Installation:
    """Choose the programs that dump and restore databases of a server.

    Parameters
    ----------
    binaries
        The only directory to look at; empty = search.
    major
        Major version of the server: older programs do not read its databases.

    Raises
    ------
    MissingProgramError
        When none is installed that is new enough.
    """
    fitting = [one for one in installations(binaries) if one.major >= major]
    if not fitting:
        raise MissingProgramError(
            "No programs of PostgreSQL {major} or newer are installed here, and the database is of"
            " that version.",
            "Install PostgreSQL {major} on this machine, or name its directory with "
            "cluster.binaries in config.toml.",
            major=major,
        )
    return min(fitting, key=lambda one: one.major)


def missing_packages(installer: str) -> str:
    """Package names that installer needs for the private database; empty = all is there."""
    found = installations()
    if any(one.has_postgis for one in found):
        return ""
    _, everything, extension = PACKAGES[installer]
    return extension.format(major=max(one.major for one in found)) if found else everything


def install_command(major: int | None = None) -> str:
    """Return the one command that installs PostGIS, for this major or with PostgreSQL itself."""
    installer = next((name for name in PACKAGES if shutil.which(name)), "apt-get")
    command, everything, extension = PACKAGES[installer]
    return f"{command} {extension.format(major=major) if major else everything}"


def _candidates() -> Iterator[Path]:
    # On Debian pg_config may be that of the client library, for a version without any server.
    pg_config = os.environ.get("PG_CONFIG") or shutil.which("pg_config")
    if pg_config:
        answer = ServerAccount.current().run([pg_config, "--bindir"])
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    if initdb := shutil.which("initdb"):
        yield Path(initdb).parent
    for place in USUAL_PLACES:
        yield from Path("/").glob(place)


def _inspect(directory: Path) -> Installation | None:
    """Ask ``initdb`` itself, because pg_config may come with development packages only."""
    shown = ServerAccount.current().run([str(directory / "initdb"), "--show", "-D", "/nonexistent"])
    version = re.search(r"^VERSION=(\d+)", shown.stdout, re.MULTILINE)
    shared = re.search(r"^share_path=(.+)$", shown.stdout, re.MULTILINE)
    if not (version and shared):
        return None
    control = Path(shared[1]) / "extension" / "postgis.control"
    return Installation(directory, int(version[1]), control.is_file())
