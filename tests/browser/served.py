"""`parcelwatch serve` over the demonstration district, with one account per role."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Thread
from typing import Final

from geodata.model.content_lists import ContentKind
from geodata.model.roles import Role
from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.content import read_content
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.map_page import district_name
from geodata.store.queries.parcels import read_parks
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE
from service.clock import system_clock
from service.compliance.law import load_book
from service.config import load_config
from service.operations.accounts import Accounts
from service.operations.auditing import audit
from service.operations.demonstration import DemoFiles, audit_demo, demo_accounts, import_demo
from tests.conftest import NOON, PROJECT

from .case_on_file import STATED, keep_case

_COMMAND: Final = (sys.executable, "-u", "-c", "from service.cli import main; main()")
_BOOK: Final = "310116"
_EARLIER_ON: Final = date(2026, 5, 31)


@dataclass(frozen=True, slots=True)
class Served:
    """A site that answers.

    Attributes
    ----------
    address
        Where it listens.
    engine
        Of the owner of its tables.
    secrets
        Password of the account of each role, or its token.
    """

    address: str
    engine: Engine
    secrets: Mapping[Role, str]

    @staticmethod
    def account(role: Role) -> str:
        """Name of the account of a role."""
        return f"demo-{role.value.replace('_', '-')}"


def fill(engine: Engine, files: DemoFiles) -> None:
    """Import the district of the demonstration, and audit it on two days to be compared."""
    law = load_book(_BOOK)
    import_demo(engine, files, lambda: NOON)
    audit(engine, law, _EARLIER_ON, "zh", actor="demo", clock=lambda: NOON)
    audit_demo(engine, law, "zh", lambda: NOON)
    keep_case(engine, law)


def quoted_texts(engine: Engine) -> list[str]:
    """What is shown as it was handed over, or as the law has it, the longest first.

    Contracts, claims, places and enterprises with what they say of themselves; what a case states;
    headings a target stands under.
    """
    with unit_of_work(engine) as connection:
        contracts = read_contracts(connection).columns
        parks = read_parks(connection)
        claims, _ = read_claims(connection)
        district = district_name(connection)
        stays = read_content(connection, ContentKind.OCCUPANCIES).rows
    cells = {str(cell) for column in contracts.texts.values() for cell in column if cell}
    names = {str(cell) for column in parks.select_dtypes("object") for cell in parks[column]}
    entries = {text for claim in claims for text in (claim.claim_code, claim.town, claim.evidence)}
    enterprises = {str(stay["enterprise"]) for stay in stays}
    targets = load_book(_BOOK).targets
    headings = {citation.article for target in targets for citation in target.citations}
    found = {*cells, *names, *entries, *enterprises, *headings, *STATED, district or ""} - {""}
    return sorted(found, key=len, reverse=True)


@contextmanager
def served(engine: Engine) -> Iterator[Served]:
    """The site and its worker, Chinese first, with the settings shipped."""
    settings = load_config(PROJECT / "config.toml", {})
    made = demo_accounts(Accounts(engine, settings.accounts, system_clock))
    secrets = {one.account.role: one.secret for one in made}
    with _running(engine, "worker"), _running(engine, "serve", "--port", "0") as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://[\d.:]+", said)
        assert found, said
        # It tells every request there: a pipe nobody reads would hold it up once it is full.
        Thread(target=process.stderr.read, daemon=True).start()
        yield Served(found[0], engine, secrets)


@contextmanager
def _running(engine: Engine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command at work, until it is interrupted."""
    with subprocess.Popen(
        [*_COMMAND, *arguments],
        cwd=PROJECT,
        env=_environment(engine),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _environment(engine: Engine) -> dict[str, str]:
    site_url = engine.url.set(username=SITE_ROLE)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARCELWATCH_")}
    return kept | {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PARCELWATCH_SITE_DATABASE_URL": site_url.render_as_string(hide_password=False),
    }
