"""A database with an auditor and two contracts, its site, and workers in their own processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from geodata.model.roles import Actor, Role
from geodata.model.tasks import Task, TaskKind
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.config import load_config
from service.jobs.performing import Workplace
from service.operations.accounts import Accounts, add_account
from service.operations.import_sources import Source
from service.operations.importing import import_now
from service.operations.tasks import submit, task_of
from service.settings import AccountSettings
from tests.conftest import NOON, PROJECT

AUDITOR = Actor.of_role("auditor", Role.AUDITOR)
KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)
COMMAND = (sys.executable, "-u", "-c", "from service.cli import main; main()")
LEDGER = (
    "contract_no,signed_on,start_agreed_on\nC1,2021-01-01,2022-03-31\nC2,2022-06-01,2022-10-01\n"
)
DEADLINE_S = 60


def clock() -> datetime:
    return NOON


@dataclass
class Bureau:
    """A database as its owner and its site have it."""

    owner: sa.Engine
    site: sa.Engine
    law: LawBook

    @property
    def place(self) -> Workplace:
        return Workplace(self.owner, self.law, clock, load_config(PROJECT / "config.toml", {}))

    def ask(self, kind: TaskKind = TaskKind.AUDIT, as_of: str = "2026-06-30") -> UUID:
        return submit(self.site, AUDITOR, kind, {"as_of": as_of}, clock).task_id

    def task(self, number: UUID) -> Task:
        return task_of(self.site, AUDITOR, number)

    def wait(self, number: UUID, is_reached: Callable[[Task], bool]) -> Task:
        """The task once a condition holds."""
        deadline = time.monotonic() + DEADLINE_S
        while not is_reached(task := self.task(number)):
            assert time.monotonic() < deadline, task
        return task

    def ended(self, number: UUID) -> Task:
        return self.wait(number, lambda task: task.state.is_final)

    def runs(self) -> int:
        with self.owner.connect() as connection:
            return connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.audit_run"))


@contextmanager
def bureau_of(owner: sa.Engine, law: LawBook, folder: Path) -> Iterator[Bureau]:
    """Take in an account and a ledger."""
    add_account(Accounts(owner, AccountSettings(), clock), KEEPER, AUDITOR.name, AUDITOR.role)
    ledger = folder / "ledger.csv"
    ledger.write_text(LEDGER, encoding="utf-8")
    import_now(owner, [Source(ledger)], actor="test", clock=clock)
    url = owner.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    site = site_engine(url)
    yield Bureau(owner, site, law)
    site.dispose()


@pytest.fixture
def bureau(own_engine: sa.Engine, law: LawBook, tmp_path: Path) -> Iterator[Bureau]:
    with bureau_of(own_engine, law, tmp_path) as made:
        yield made


@contextmanager
def worker_of(owner: sa.Engine) -> Iterator[subprocess.Popen[str]]:
    """A worker that is ready, in a process of its own."""
    url = owner.url.render_as_string(hide_password=False)
    environment = os.environ | {"DATABASE_URL": url, "PARCELWATCH_LANG": "en"}
    with subprocess.Popen(
        [*COMMAND, "worker"], env=environment, stderr=subprocess.PIPE, encoding="utf-8"
    ) as worker:
        try:
            assert worker.stderr is not None
            assert "ready" in worker.stderr.readline()
            yield worker
        finally:
            worker.kill()
