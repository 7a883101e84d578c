"""The demonstration district in a database of its own, imported and audited once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from service.compliance.law import LawBook
from service.operations.auditing import AuditResult
from service.operations.demonstration import (
    DemoFiles,
    audit_demo,
    demo_files,
    import_demo,
)
from service.operations.importing import ImportReport
from tests.conftest import NOON


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
    files = demo_files(tmp_path_factory.mktemp("demo") / "files")
    server.create_database("demo", template=template)
    engine = make_engine(server.url_for("demo"))
    imported = import_demo(engine, files, lambda: NOON)
    yield Demo(files, engine, imported, audit_demo(engine, law, "en", lambda: NOON))
    engine.dispose()


@pytest.fixture
def ledger_path(demo: Demo) -> Path:
    return demo.files.ledger
