"""A throw-away PostGIS cluster per test process, a template migrated once, a savepoint per test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from service.compliance.law import LawBook, load_book
from service.operations.auditing import AuditResult
from service.operations.demonstration import DemoFiles, audit_demo, demo_files, import_demo
from service.operations.importing import ImportReport
from tests.programs import Office

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)  # noon in Shanghai

_TEMPLATE = "migrated"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that take minutes run when asked for (`make faults`); those that write come last."""
    items.sort(key=lambda item: item.get_closest_marker("writes") is not None)
    if "faults" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("faults"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: make faults"))


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A running cluster that vanishes with the test process."""
    home = Path(tempfile.mkdtemp(prefix="pwt-", dir="/tmp"))
    home.chmod(0o711)
    cluster = Cluster.throwaway(home / "cluster")
    with cluster.running():
        yield cluster
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(server: Cluster) -> str:
    """Name of a database at the newest schema, to be copied."""
    server.create_database(_TEMPLATE)
    engine = make_engine(server.url_for(_TEMPLATE))
    migrate.upgrade(engine)
    engine.dispose()
    return _TEMPLATE


@pytest.fixture(scope="session")
def database_url(server: Cluster, template: str) -> str:
    """A migrated database that tests leave as they found it."""
    server.create_database("shared", template=template)
    return server.url_for("shared")


@pytest.fixture(scope="session")
def shared_engine(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(shared_engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose work is rolled back after the test."""
    with shared_engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def empty_database(server: Cluster) -> str:
    """URL of a database nothing was migrated in."""
    name = f"t{uuid4().hex}"
    server.create_database(name)
    return server.url_for(name)


@pytest.fixture
def own_engine(server: Cluster, template: str) -> Iterator[sa.Engine]:
    """An engine on a migrated database of the test's own, for work that commits."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    engine = make_engine(server.url_for(name))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def law() -> LawBook:
    """The law book of Jinshan."""
    return load_book("310116")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands at noon of 2026-06-30 in Shanghai."""
    return lambda: NOON


def beside(name: str) -> Path:
    """A part of the material beside the project.

    Without the material the test is skipped; material of which a part is missing is a failure.
    """
    path = SHARED / name
    if SHARED.is_dir():
        assert path.exists(), f"../shared is there, but not its {name}"
    else:
        pytest.skip(f"the material is not beside the project (../shared/{name})")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data samples beside the project; they are there wherever CI runs."""
    return beside("data")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice, to save files in other formats."""
    return Office(tmp_path_factory.mktemp("office"))


@dataclass(frozen=True)
class Demo:
    """The files, the database they went into, and what was reported."""

    files: DemoFiles
    engine: sa.Engine
    imported: ImportReport
    audited: AuditResult


@pytest.fixture(scope="session")
def demo(
    server: Cluster, template: str, law: LawBook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demonstration district, imported and audited once per test process."""
    files = demo_files(tmp_path_factory.mktemp("demo") / "files")
    server.create_database("demo", template=template)
    engine = make_engine(server.url_for("demo"))
    imported = import_demo(engine, files, lambda: NOON)
    yield Demo(files, engine, imported, audit_demo(engine, law, "en", lambda: NOON))
    engine.dispose()
