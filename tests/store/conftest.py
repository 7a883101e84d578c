"""Places and clusters for the tests of the private cluster itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geodata.store.cluster import Cluster, ClusterState
from geodata.store.server_account import ServerAccount


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory the server's account can enter, which root's `tmp_path` is not."""
    directory = Path(tempfile.mkdtemp(prefix="pw-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    for data_dir in directory.glob("**/data"):
        left = Cluster.throwaway(data_dir.parent)
        if left.status().state is ClusterState.RUNNING:
            left.stop()
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """A stopped cluster to copy: faster than making one per test."""
    home = Path(tempfile.mkdtemp(prefix="pw-", dir="/tmp")) / "made"
    home.parent.chmod(0o711)
    cluster = Cluster.throwaway(home)
    cluster.start()
    cluster.stop()
    yield home
    shutil.rmtree(home.parent)


@pytest.fixture(scope="module")
def served(prepared: Path) -> Iterator[Cluster]:
    """A running cluster, for tests that leave it as it is."""
    home = prepared.with_name("served")
    subprocess.run(["cp", "-a", prepared, home], check=True)
    with Cluster.throwaway(home).running() as running:
        yield running
    shutil.rmtree(home)


@pytest.fixture
def cluster(prepared: Path) -> Iterator[Cluster]:
    """A stopped cluster, for tests that start and crash the server and leave its files alone."""
    shared = Cluster.throwaway(prepared)
    yield shared
    shared.stop()


@pytest.fixture
def own_cluster(prepared: Path, place: Path) -> Cluster:
    """A stopped cluster to do anything with."""
    subprocess.run(["cp", "-a", prepared, place / "own"], check=True)
    return Cluster.throwaway(place / "own")


@pytest.fixture
def ordinary() -> tuple[ServerAccount, str]:
    """An account that is not root, and a Python it can run."""
    if os.geteuid() != 0:
        return ServerAccount.current(), sys.executable
    nobody = ServerAccount("nobody", *pwd.getpwnam("nobody")[2:4], steps_down=True)
    for python in (sys.executable, "/usr/bin/python3"):
        if nobody.run([python, "-c", "from enum import StrEnum"]).returncode == 0:
            return nobody, python
    pytest.skip("no Python that is new enough outside root's home")


@pytest.fixture
def fake_initdb() -> Callable[[Path, str], Path]:
    """Make a directory with an initdb that runs a script, then fails as on a full disk."""

    def make(directory: Path, script: str) -> Path:
        directory.mkdir(parents=True)
        initdb = directory / "initdb"
        initdb.write_text(f"#!/bin/sh\n{script}\necho No space left on device\nexit 1\n")
        initdb.chmod(0o755)
        return directory

    return make
