"""The settings the land side reads; `service.config` fills them from `config.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Where the private PostgreSQL cluster lives and how long it may take.

    Attributes
    ----------
    binaries
        Directory with ``initdb`` and ``pg_ctl``; empty = found by itself.
    state_dir
        Directory that holds the data; empty = the platform's state directory.
    start_timeout_s, stop_timeout_s
        Seconds to wait; stopping after heavy writing needs a checkpoint of several seconds.
    shared_buffers_mb
        PostgreSQL's own cache, in MiB.
    """

    binaries: str = ""
    state_dir: str = ""
    start_timeout_s: int = 60
    stop_timeout_s: int = 60
    shared_buffers_mb: int = 256


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How the database is reached.

    Attributes
    ----------
    url
        SQLAlchemy URL of the bureau's own server; empty = the private cluster.
    project_dir
        Directory whose path names the private cluster.
    cluster
        Settings of the private cluster.
    """

    url: str
    project_dir: Path
    cluster: ClusterSettings = ClusterSettings()
