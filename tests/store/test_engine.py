"""Engines on the private cluster and on a server by URL; refused connections in our words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from geodata.errors import DatabaseUnavailableError, SettingError
from geodata.settings import ClusterSettings, DatabaseSettings
from geodata.store.cluster import Cluster, ClusterState
from geodata.store.engine import database_url, make_engine, open_database

SECRET = "correct-horse"  # of an account that exists in these tests only


@pytest.fixture
def engine(served: Cluster) -> Iterator[Engine]:
    made = make_engine(served.url)
    yield made
    made.dispose()


def first(engine: Engine, sql: str) -> object:
    with engine.connect() as connection:
        return connection.scalar(text(sql))


def end_connection(cluster: Cluster, pid: object) -> None:
    cluster._postmaster.query("SELECT pg_terminate_backend(:'pid', 5000)", pid=str(pid))


def refusal(url: str) -> str:
    engine = make_engine(url)
    with pytest.raises(DatabaseUnavailableError) as refused:
        engine.connect()
    return str(refused.value)


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"]
)
def test_every_spelling_of_postgresql_means_psycopg(scheme: str) -> None:
    address = database_url(f"{scheme}://clerk:{SECRET}@db.example:5433/land?sslmode=require")
    expected = f"postgresql+psycopg://clerk:{SECRET}@db.example:5433/land?sslmode=require"
    assert address.render_as_string(hide_password=False) == expected


@pytest.mark.parametrize(
    "url",
    [
        "land",
        f"postgresql://clerk:{SECRET}@db.example:land",
        f"postgresql://clerk:a@{SECRET}@db.example/land",
        f"mysql://clerk:{SECRET}@db.example/land",
    ],
)
def test_an_unusable_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(SettingError, match="postgresql://account:password@host") as refused:
        make_engine(url)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_private_cluster_runs_while_its_database_is_open(place: Path) -> None:
    settings = DatabaseSettings("", place, ClusterSettings(state_dir="state"))
    cluster = Cluster.of_project(settings)
    with open_database(settings) as engine:
        assert first(engine, "SELECT current_database()") == "parcelwatch"
    assert cluster.status().state is ClusterState.STOPPED


def test_a_url_leaves_the_private_cluster_alone(served: Cluster, place: Path) -> None:
    with open_database(DatabaseSettings(served.url, place)) as engine:
        assert first(engine, "SELECT current_setting('application_name')") == "parcelwatch"
    assert served.status().state is ClusterState.RUNNING


def test_a_server_that_is_down_is_named() -> None:
    message = refusal(f"postgresql://clerk:{SECRET}@localhost:1/land")
    assert "The database land on localhost does not answer clerk" in message
    assert SECRET not in message


def test_a_missing_database_is_named(served: Cluster) -> None:
    message = refusal(served.url_for("gone"))
    assert f"The server {served.socket_dir} has no database gone for parcelwatch" in message


def test_a_wrong_password_is_not_repeated(own_cluster: Cluster) -> None:
    entry = "local all clerk scram-sha-256\n"
    rules = own_cluster.data_dir / "pg_hba.conf"
    rules.write_text(entry + rules.read_text())
    with own_cluster.running():
        engine = make_engine(own_cluster.url)
        with engine.begin() as connection:
            connection.execute(text("CREATE ROLE clerk LOGIN PASSWORD 'another'"))
        engine.dispose()
        message = refusal(own_cluster.url.replace("parcelwatch@", f"clerk:{SECRET}@"))
    assert "does not accept the password of clerk" in message
    assert SECRET not in message


def test_the_pool_survives_a_restart_of_the_server(engine: Engine, served: Cluster) -> None:
    end_connection(served, first(engine, "SELECT pg_backend_pid()"))
    assert first(engine, "SELECT 1") == 1


def test_a_connection_lost_at_work_is_left_to_the_transaction(
    engine: Engine, served: Cluster
) -> None:
    with engine.connect() as connection:
        end_connection(served, connection.scalar(text("SELECT pg_backend_pid()")))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 1"))


def test_other_errors_stay_what_they_are(engine: Engine) -> None:
    with pytest.raises(ProgrammingError):
        first(engine, "SELECT nonsense")
