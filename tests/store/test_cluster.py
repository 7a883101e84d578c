"""The private cluster on real servers: made, reused, crashed, fought over and refused."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from geodata.errors import ClusterError, MissingProgramError
from geodata.settings import ClusterSettings, DatabaseSettings
from geodata.store.cluster import Cluster, ClusterState
from geodata.store.file_lock import sole_holder
from geodata.store.postgres_binaries import find_installation
from geodata.store.postmaster import socket_file
from geodata.store.server_account import ServerAccount

PROJECT = Path(__file__).parents[2]
IN_CHILD = (
    "import os, pathlib, signal, sys; from geodata.store.cluster import Cluster; "
    "cluster = Cluster.throwaway(pathlib.Path(sys.argv[1])); "
)


def ask(cluster: Cluster, *statements: LiteralString, database: str = "parcelwatch") -> object:
    """First value of the last statement's result."""
    with psycopg.connect(cluster.url_for(database).replace("+psycopg", "")) as connection:
        for sql in statements:
            cursor = connection.execute(sql)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


def overwrite_pid(file: Path, pid: int) -> None:
    _, _, rest = file.read_text().partition("\n")
    file.write_text(f"{pid}\n{rest}")


def changes(directory: Path) -> dict[Path, int]:
    return {path: path.lstat().st_ctime_ns for path in directory.glob("**/*")}


def state(cluster: Cluster) -> ClusterState:
    return cluster.status().state


def crash(cluster: Cluster) -> None:
    pid = cluster.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


# The ordinary life


def test_a_new_cluster_is_made_started_reused_and_stopped(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGHOST": "nowhere", "PGPORT": "1", "PGOPTIONS": "-c x=y"}.items():
        monkeypatch.setenv(name, value)
    cluster = Cluster(place / "home" / "new")
    assert state(cluster) is ClusterState.ABSENT

    assert cluster.start()
    first = cluster.status()
    assert not cluster.start()
    assert cluster.status() == first
    assert first.state is ClusterState.RUNNING

    cluster.stop()
    assert state(cluster) is ClusterState.STOPPED
    cluster.stop()


def test_databases_are_utf8_sorted_by_code_point_and_checked(served: Cluster) -> None:
    assert ask(served, "SELECT current_database()") == "parcelwatch"
    assert ask(served, "SHOW server_encoding") == "UTF8"
    assert ask(served, "SHOW lc_collate") == "C"
    assert ask(served, "SHOW data_checksums") == "on"
    assert ask(served, "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'") == 0
    assert ask(served, "SELECT count(*) FROM pg_available_extensions WHERE name='postgis'")


def test_only_throwaway_clusters_take_risks(cluster: Cluster) -> None:
    with cluster.running():
        assert ask(cluster, "SHOW fsync") == "off"
    with replace(cluster, durable=True, settings=ClusterSettings(shared_buffers_mb=32)).running():
        assert ask(cluster, "SHOW fsync") == "on"
        assert ask(cluster, "SHOW shared_buffers") == "32MB"


def test_a_database_can_be_copied_and_creating_it_again_changes_nothing(served: Cluster) -> None:
    ask(served, "CREATE TABLE parcel AS SELECT 7 AS area", "SELECT 1")
    for _ in range(2):
        served.create_database('odd "name', template="parcelwatch")
    assert ask(served, "SELECT area FROM parcel", database='odd "name') == 7


def test_who_finds_the_server_running_leaves_it_running(cluster: Cluster) -> None:
    cluster.start()
    with cluster.running():
        pass
    assert state(cluster) is ClusterState.RUNNING


def test_the_last_to_leave_stops_the_server(cluster: Cluster) -> None:
    first, second = cluster.running(), replace(cluster).running()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert ask(cluster, "SELECT 1") == 1
    second.__exit__(None, None, None)
    assert state(cluster) is ClusterState.STOPPED


# Closed to everybody else


def test_only_the_owner_can_reach_the_socket(served: Cluster) -> None:
    for private in (served.data_dir, served.socket_dir):
        found = private.stat()
        assert stat.S_IMODE(found.st_mode) == 0o700
        assert found.st_uid == ServerAccount.current().uid
    assert stat.S_IMODE(socket_file(served.socket_dir).stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_tcp_port_is_open(served: Cluster) -> None:
    pid = served.status().pid
    opened = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    sockets = {name for name in opened if name.startswith("socket:")}
    internet = "".join(Path(f"/proc/net/{kind}").read_text() for kind in ("tcp", "tcp6"))
    over_tcp = {f"socket:[{line.split()[9]}]" for line in internet.splitlines() if ":" in line}
    assert sockets
    assert not sockets & over_tcp


def test_a_path_unfit_for_a_socket_moves_the_socket(prepared: Path, place: Path) -> None:
    home = place / "李雷 的 项目" / ("long" * 30)
    home.parent.mkdir()
    subprocess.run(["cp", "-a", prepared, home], check=True)
    cluster = Cluster.throwaway(home)
    with cluster.running():
        assert ask(cluster, "SELECT 1") == 1
        assert len(os.fsencode(cluster.socket_dir)) < 100
        assert cluster.socket_dir.parent == Path("/tmp")
        assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    assert not cluster.socket_dir.exists()


@pytest.mark.parametrize("kind", ["open", "link", "foreign"])
def test_a_socket_directory_laid_by_somebody_else_is_refused(place: Path, kind: str) -> None:
    laid = place / "socket"
    laid.mkdir(mode=0o700)
    if kind == "open":
        laid.chmod(0o777)
    elif kind == "link":
        laid.rename(place / "target")
        laid.symlink_to(place / "target")
    elif os.geteuid() == 0:
        os.chown(laid, 54321, 54321)
    else:
        pytest.skip("only root can give a directory away")
    with pytest.raises(ClusterError, match=re.escape(str(laid))):
        Cluster.throwaway(place).start()
    assert not (place / "data").exists()


# After a crash


def test_a_killed_server_recovers_with_its_data(cluster: Cluster) -> None:
    cluster.start()
    written = ("SET synchronous_commit = on", "CREATE TABLE survivor AS SELECT 7 AS area")
    ask(cluster, *written, "SELECT 1")
    with closing(psycopg.connect(cluster.url.replace("+psycopg", ""))):
        crash(cluster)
        assert cluster.start()
    assert ask(cluster, "SELECT area FROM survivor") == 7


@pytest.mark.parametrize("content", ["reused", "empty"])
def test_a_pid_file_that_lies_is_seen_through(cluster: Cluster, content: str) -> None:
    cluster.start()
    crash(cluster)
    account = ServerAccount.current()
    locks = [cluster.data_dir / "postmaster.pid", cluster.socket_dir / ".s.PGSQL.5432.lock"]
    stranger = subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=account.uid)
    for file in locks:
        if content == "empty":
            file.write_text("")
        else:
            overwrite_pid(file, stranger.pid)
    try:
        assert state(cluster) is ClusterState.STOPPED
        assert cluster.start()
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_a_server_whose_socket_was_swept_away_is_restarted(cluster: Cluster) -> None:
    cluster.start()
    before = cluster.status().pid
    shutil.rmtree(cluster.socket_dir)
    assert cluster.start()
    assert cluster.status().pid != before
    assert ask(cluster, "SELECT 1") == 1


def test_a_killed_user_leaves_a_server_that_the_next_one_uses_and_stops(cluster: Cluster) -> None:
    die = "use = cluster.running(); use.__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run(
        [sys.executable, "-c", IN_CHILD + die, str(cluster.home)], cwd=PROJECT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    left = cluster.status().pid
    assert left is not None
    with cluster.running():
        assert cluster.status().pid == left
    assert state(cluster) is ClusterState.STOPPED


def test_an_initialisation_that_was_killed_is_begun_anew(place: Path) -> None:
    cluster = Cluster.throwaway(place / "home")
    child = subprocess.Popen(
        [sys.executable, "-c", IN_CHILD + "cluster.start()", str(cluster.home)], cwd=PROJECT
    )
    while not list(cluster.home.glob("data.new/base")):
        assert child.poll() is None
        time.sleep(0.005)
    child.kill()
    child.wait()
    assert state(cluster) is ClusterState.ABSENT
    assert cluster.start()
    assert not (cluster.home / "data.new").exists()


# Two at once


def test_of_two_processes_that_start_it_at_once_one_does(place: Path) -> None:
    command = [sys.executable, "-c", IN_CHILD + "print(cluster.start())", str(place / "home")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) for _ in "ab"]
    assert sorted(process.communicate()[0] for process in both) == ["False\n", "True\n"]


def test_waiting_for_a_process_that_hangs_has_an_end(place: Path) -> None:
    impatient = Cluster(place, ClusterSettings(start_timeout_s=0, stop_timeout_s=0))
    with sole_holder(place / "lock", 0), pytest.raises(ClusterError, match="Another process"):
        impatient.start()


# What cannot work is refused, and nothing is touched


def test_a_cluster_of_another_major_is_left_alone(own_cluster: Cluster) -> None:
    version_file = own_cluster.data_dir / "PG_VERSION"
    installed = int(version_file.read_text())
    version_file.write_text("9\n")
    before = changes(own_cluster.data_dir)

    with pytest.raises(ClusterError) as refused, own_cluster.running():
        pass

    for named in ("PostgreSQL 9", f"is {installed}.", str(own_cluster.data_dir), "DATABASE_URL"):
        assert named in str(refused.value)
    assert own_cluster.status().state is ClusterState.OTHER_VERSION
    assert own_cluster.status().major == 9
    assert changes(own_cluster.data_dir) == before


def test_a_full_disk_at_initialisation_leaves_nothing(
    place: Path, fake_initdb: Callable[[Path, str], Path]
) -> None:
    real = find_installation().program("initdb")
    full = fake_initdb(place / "bin", f'[ "$1" = --show ] && exec {real} "$@"')
    cluster = Cluster(place / "home", ClusterSettings(binaries=str(full)))
    with pytest.raises(ClusterError) as refused:
        cluster.start()
    assert "No space left on device" in str(refused.value)
    assert str(cluster.data_dir) in str(refused.value)
    assert sorted(path.name for path in cluster.home.iterdir()) == ["lock", "socket"]


def test_without_postgresql_nothing_is_written(place: Path) -> None:
    settings = ClusterSettings(binaries=str(place))
    with pytest.raises(MissingProgramError):
        Cluster(place / "home", settings).start()
    assert list(place.iterdir()) == []


def test_a_server_that_does_not_start_is_quoted(own_cluster: Cluster) -> None:
    with (own_cluster.data_dir / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(ClusterError) as refused:
        own_cluster.start()
    assert 'unrecognized configuration parameter "no_such_setting"' in str(refused.value)
    assert str(own_cluster.data_dir / "server.log") in str(refused.value)


def test_a_place_that_is_no_directory_is_named(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(ClusterError, match=f"{place}/file/home: Not a directory"):
        Cluster(place / "file" / "home").start()


# Where it lives, and for whom


def test_each_project_has_its_own_cluster_in_the_place_for_state(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(place))
    one, other = (Cluster.of_project(DatabaseSettings("", place / name)) for name in "ab")
    assert one.home.parent == other.home.parent
    assert one != other
    assert re.fullmatch("[0-9a-f]{12}", one.home.name)
    is_root = os.geteuid() == 0
    assert one.home.parent == (Path("/var/lib") if is_root else place) / "parcelwatch"

    chosen = ClusterSettings(state_dir="state")
    assert Cluster.of_project(DatabaseSettings("", place, chosen)).home.parent == place / "state"


def test_it_works_as_an_ordinary_user(place: Path, ordinary: tuple[ServerAccount, str]) -> None:
    account, python = ordinary
    shutil.copytree(PROJECT / "geodata", place / "code" / "geodata")
    (place / "state").mkdir()
    os.chown(place / "state", account.uid, account.gid)
    script = (
        f"import os, pathlib, sys; sys.path.append('{place}/code')\n"
        f"sys.dont_write_bytecode = True; os.environ['XDG_STATE_HOME'] = '{place}/state'\n"
        "from geodata.settings import *; from geodata.store.cluster import *\n"
        "cluster = Cluster.of_project(DatabaseSettings('', pathlib.Path('/srv')))\n"
        "with cluster.running(): print(cluster.status().state, cluster.home.parent)\n"
        "print(cluster.status().state)\n"
    )
    printed = account.run([python, "-c", script]).stdout
    assert printed.split() == ["running", f"{place}/state/parcelwatch", "stopped"]
