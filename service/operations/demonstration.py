"""The demonstration: a fictitious district, built, imported and audited like a real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geodata.demo.district import build_district
from geodata.demo.writing import LAYERS_FILE, LEDGER_FILE, TABLES, write_district
from geodata.errors import UsageError
from geodata.model.accounts import Account
from geodata.model.roles import Actor, Role
from geodata.store.engine import Engine
from geodata.store.queries.accounts import change_account, find_account
from geodata.store.queries.imports import importers
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.compliance.law import LawBook
from service.operations.accounts import (
    Accounts,
    account_file,
    add_account,
    reset_password,
)
from service.operations.auditing import AuditResult, audit
from service.operations.cards import refresh_cards
from service.operations.import_sources import Source
from service.operations.importing import ImportReport, import_now
from service.operations.tokens import make_token, revoke_token

DEMO_AS_OF = date(2026, 6, 30)
"""The day for which the stories of the district are told; fixed, so that runs can be compared."""

_ACTOR = "demo"
_PARK = "金山第二工业区"
_TOKEN_DAYS = 30


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files of the fictitious district.

    Attributes
    ----------
    tables
        What is known of enterprises.
    """

    ledger: Path
    district: Path
    tables: tuple[Source, ...]


def demo_files(directory: Path) -> DemoFiles:
    """Build the district and write its ledger, its land and its enterprises."""
    write_district(build_district(DEMO_AS_OF), directory)
    tables = tuple(Source(directory / name, kind) for kind, name in TABLES.items())
    return DemoFiles(directory / LEDGER_FILE, directory / LAYERS_FILE, tables)


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
    ledger, district = Source(files.ledger), Source(files.district)
    sources = [ledger, *files.tables]
    return import_now(engine, sources, district=district, actor=_ACTOR, clock=clock)


def audit_demo(engine: Engine, law: LawBook, language: str, clock: Clock) -> AuditResult:
    """Audit the district as of its own day, and bring up to date what lists and maps show."""
    refresh_cards(engine, law, max(DEMO_AS_OF, today(clock)))
    return audit(engine, law, DEMO_AS_OF, language, actor=_ACTOR, clock=clock)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to try a role with, and the password or token that opens it."""

    account: Account
    secret: str


def demo_accounts(accounts: Accounts) -> list[DemoAccount]:
    """One account per role; each time with a new password, which need not be replaced.

    The park manager is given one park of the district.
    """
    return [_demo_account(accounts, role) for role in Role]


def _demo_account(accounts: Accounts, role: Role) -> DemoAccount:
    keeper = Actor.of_role(_ACTOR, Role.ADMINISTRATOR)
    name = f"{_ACTOR}-{role.value.replace('_', '-')}"
    with unit_of_work(accounts.engine) as connection:
        is_known = find_account(connection, name) is not None
    if not is_known:
        parks = [_PARK] if role.is_of_parks else ()
        add_account(accounts, keeper, name, role, parks)
    account = account_file(accounts, keeper, name).account
    opened = _demo_password if role.signs_in else _demo_token
    return DemoAccount(account, opened(accounts, keeper, account))


def _demo_password(accounts: Accounts, keeper: Actor, account: Account) -> str:
    password = reset_password(accounts, keeper, account.name)
    with unit_of_work(accounts.engine) as connection:
        change_account(connection, account.account_id, must_change=False)
    return password


def _demo_token(accounts: Accounts, keeper: Actor, account: Account) -> str:
    """A token; those of earlier demonstrations open nothing any more."""
    for token in account_file(accounts, keeper, account.name).tokens:
        revoke_token(accounts, keeper, account.name, token.token_id)
    rights = account.role.permissions
    return make_token(accounts, keeper, account.name, _ACTOR, rights, _TOKEN_DAYS)
