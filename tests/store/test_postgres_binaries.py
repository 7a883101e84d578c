"""Finding PostgreSQL and PostGIS, and saying what to install."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.errors import MissingProgramError
from geodata.store import postgres_binaries
from geodata.store.postgres_binaries import find_installation, installations, missing_packages

FakeInitdb = Callable[[Path, str], Path]


@pytest.fixture
def bare_machine(place: Path, monkeypatch: pytest.MonkeyPatch, fake_initdb: FakeInitdb) -> Path:
    """A machine with apt-get and no PostgreSQL; servers are found in ``N/bin`` of the path."""
    (fake_initdb(place / "bin", "") / "initdb").rename(place / "bin" / "apt-get")
    monkeypatch.setenv("PATH", str(place / "bin"))
    monkeypatch.delenv("PG_CONFIG", raising=False)
    monkeypatch.setattr(postgres_binaries, "USUAL_PLACES", (f"{place}/*/bin".lstrip("/"),))
    return place


def answer(major: int, share: Path) -> str:
    return f"echo VERSION={major}.1; echo share_path={share}; exit 0"


def with_postgis(share: Path) -> Path:
    (share / "extension").mkdir(parents=True)
    (share / "extension" / "postgis.control").touch()
    return share


def test_without_postgresql_one_command_is_named(bare_machine: Path) -> None:
    with pytest.raises(MissingProgramError) as missing:
        find_installation()
    assert "apt-get install --no-install-recommends postgresql-postgis " in str(missing.value)
    assert missing_packages("apt-get") == "postgresql-postgis"
    assert missing_packages("dnf") == "postgresql-server postgis"


def test_without_postgis_the_package_for_that_major_is_named(
    bare_machine: Path, fake_initdb: FakeInitdb
) -> None:
    fake_initdb(bare_machine / "16" / "bin", answer(16, bare_machine))
    with pytest.raises(MissingProgramError) as missing:
        find_installation()
    assert "PostgreSQL 16 in" in str(missing.value)
    assert "apt-get install --no-install-recommends postgresql-16-postgis-3 " in str(missing.value)
    assert missing_packages("apt-get") == "postgresql-16-postgis-3"


def test_the_major_of_the_data_comes_first_then_postgis_then_the_newest(
    bare_machine: Path, fake_initdb: FakeInitdb
) -> None:
    for major in (9, 15, 16, 17):
        share = bare_machine / f"{major}" / "share"
        fake_initdb(bare_machine / f"{major}" / "bin", answer(major, share))
        if major < 17:
            with_postgis(share)
    assert find_installation(major=15).major == 15
    assert find_installation(major=14).major == 16
    assert find_installation().major == 16
    assert missing_packages("apt-get") == ""


def test_an_initdb_that_does_not_work_is_passed_over(
    bare_machine: Path, fake_initdb: FakeInitdb
) -> None:
    fake_initdb(bare_machine / "17" / "bin", "")
    assert installations() == []
    (bare_machine / "17" / "bin" / "initdb").chmod(0o600)
    assert installations() == []


def test_pg_config_is_asked_and_not_trusted(
    bare_machine: Path, fake_initdb: FakeInitdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's pg_config may be that of the client library, for a version without a server."""
    server = bare_machine / "elsewhere" / "pgsql"
    program = fake_initdb(bare_machine / "own", f"echo {server}; exit 0") / "initdb"
    monkeypatch.setenv("PG_CONFIG", str(program))
    assert installations() == []
    fake_initdb(server, answer(16, with_postgis(bare_machine / "share")))
    assert find_installation().directory == server


def test_the_directory_in_the_settings_is_the_only_one_looked_at(
    place: Path, fake_initdb: FakeInitdb
) -> None:
    with pytest.raises(MissingProgramError, match=f"{place} holds no working initdb"):
        find_installation(str(place))
    own = fake_initdb(place / "own", answer(99, with_postgis(place / "share")))
    assert find_installation(str(own)).major == 99
    assert find_installation(str(own), major=15).major == 99
