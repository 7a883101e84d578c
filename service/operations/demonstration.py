"""The demonstration: a fictitious district, built, imported and audited like a real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geodata.demo.district import build_district
from geodata.demo.writing import write_district
from geodata.errors import UsageError
from geodata.store.engine import Engine
from geodata.store.queries.imports import importers
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.law import LawBook
from service.operations.auditing import AuditResult, audit
from service.operations.importing import ImportReport, import_files

DEMO_AS_OF = date(2026, 6, 30)
"""The day for which the stories of the district are told; fixed, so that runs can be compared."""

_ACTOR = "demo"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files of the fictitious district."""

    ledger: Path
    district: Path


def demo_files(directory: Path) -> DemoFiles:
    """Build the district and write its ledger and its land."""
    write_district(build_district(DEMO_AS_OF), directory)
    return DemoFiles(directory / "ledger.csv", directory / "district.gpkg")


def import_demo(engine: Engine, files: DemoFiles, clock: Clock) -> ImportReport:
    """Import the files by the same way as anybody's.

    Raises
    ------
    UsageError
        When the database holds imports of others: fiction has no place among facts.
    """
    with unit_of_work(engine) as connection:
        others = importers(connection) - {_ACTOR}
    if others:
        raise UsageError(
            "The database holds real imports, by {actors}; the demonstration is fictitious.",
            "Name an empty database with DATABASE_URL, or none for the private one.",
            actors=", ".join(sorted(others)),
        )
    return import_files(
        engine, ledger=files.ledger, district=files.district, actor=_ACTOR, clock=clock
    )


def audit_demo(engine: Engine, law: LawBook, language: str, clock: Clock) -> AuditResult:
    """Audit the district as of its own day."""
    return audit(engine, law, DEMO_AS_OF, language, actor=_ACTOR, clock=clock)
