"""The worker is killed at instants spread over an audit, a batch of reports and an import."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from time import monotonic
from typing import Any, Final
from uuid import UUID
from zipfile import ZipFile

from geodata.model.tasks import Task, TaskKind, TaskState
from geodata.store.blobs import BlobStore
from service.compliance.law import LawBook, load_book
from service.operations.tasks import submit, task_of
from service.operations.uploads import Uploads, receive, standing_of
from tests.faults.place import CLERK, Place, opened_place, until
from tests.faults.proof import Proof
from tests.operations.test_entries import FACTS, take

_CONTRACTS: Final = 30
_ROWS: Final = 2_000
_DAY: Final = date(2026, 6, 30)


@dataclass(frozen=True)
class Office:
    """A bureau with contracts that are late with their start."""

    place: Place
    law: LawBook

    @property
    def blobs(self) -> BlobStore:
        """The files given on pages, and those made for them."""
        return BlobStore(self.place.folder / "files")

    def ask(self, kind: TaskKind, **arguments: str) -> UUID:
        """Ask for a task."""
        clock = self.place.accounts.clock
        return submit(self.place.owner, CLERK, kind, arguments, clock).task_id

    def task(self, number: UUID) -> Task:
        """A task as it stands."""
        return task_of(self.place.owner, CLERK, number)

    def ended(self, number: UUID) -> Task:
        """A task once it has ended."""
        until(lambda: self.task(number).state.is_final, "the task does not end")
        return self.task(number)


class Audits:
    """A day after the other is audited."""

    words: Final = ("判定", "an audit")

    def ask(self, office: Office, number: int) -> UUID:
        """Audit another day."""
        as_of = (_DAY + timedelta(days=number)).isoformat()
        return office.ask(TaskKind.AUDIT, as_of=as_of)

    def is_right(self, office: Office, tasks: list[Task]) -> bool:
        """Whether each day has one run, with a verdict on every contract."""
        runs = office.place.scalar("SELECT count(*) FROM parcelwatch.audit_run")
        judged = office.place.scalar("SELECT sum(contract_count) FROM parcelwatch.audit_run")
        return (runs, judged) == (len(tasks), len(tasks) * _CONTRACTS)


class Reports:
    """The breach reports of the district are made again and again."""

    words: Final = ("违约报告", "breach reports")

    def ask(self, office: Office, number: int) -> UUID:
        """Make the reports of another day."""
        as_of = (_DAY + timedelta(days=number)).isoformat()
        return office.ask(TaskKind.BREACH_REPORTS, as_of=as_of, language="zh", park="")

    def is_right(self, office: Office, tasks: list[Task]) -> bool:
        """Whether each archive holds a report of every contract."""
        return all(self._reports(office, task.result) == _CONTRACTS for task in tasks)

    def _reports(self, office: Office, result: Any) -> int:
        content = office.blobs.read(result.place["digest"])
        with ZipFile(BytesIO(content)) as archive:
            assert archive.testzip() is None
            return sum(name.endswith(".pdf") for name in archive.namelist())


class Imports:
    """Files given on a page are imported, one after another."""

    words: Final = ("导入", "an import")

    def ask(self, office: Office, number: int) -> UUID:
        """Give another file, have it compared, and accept all of it."""
        place = office.place
        uploads = Uploads(place.owner, office.blobs, 1 << 24, place.accounts.clock)
        rows = "".join(f"I-{number}-{row},{row + 1}\n" for row in range(_ROWS))
        file = BytesIO(f"contract_no,area_m2\n{rows}".encode())
        given = receive(uploads, CLERK, [("a.csv", file)]).upload_id
        upload = str(given)
        with place.worker():
            until(lambda: not standing_of(uploads, CLERK, given).is_working, "not recognised")
            office.ended(office.ask(TaskKind.PLAN_UPLOAD, upload=upload))
        return office.ask(TaskKind.ACCEPT_UPLOAD, upload=upload)

    def is_right(self, office: Office, tasks: list[Task]) -> bool:
        """Whether every row is there once, and every import is told once."""
        contracts = office.place.scalar("SELECT count(*) FROM parcelwatch.contract_fact")
        imports = office.place.scalar("SELECT count(*) FROM parcelwatch.import_batch")
        return (contracts, imports) == (_CONTRACTS + len(tasks) * _ROWS, 1 + len(tasks))


Job = Audits | Reports | Imports
JOBS: Final[tuple[Callable[[], Job], ...]] = (Audits, Reports, Imports)


def killed_at_work(job: Job, kills: int) -> Proof:
    """Kill the worker so often, each time a little later in its task; the next one goes on."""
    with office() as at:
        first = job.ask(at, 0)
        with at.place.worker():
            begun = monotonic()
            tasks = [at.ended(first)]
            whole_s = monotonic() - begun
        struck = 0
        for number in range(1, kills + 1):
            task = job.ask(at, number)
            with at.place.worker() as worker:
                until(lambda task=task: at.task(task).state is not TaskState.WAITING, "no task")
                _wait(worker, whole_s * (number - 1) / kills)
                struck += at.task(task).state is TaskState.RUNNING
                worker.kill()
                worker.wait()
            with at.place.worker():
                tasks.append(at.ended(task))
        is_right = job.is_right(at, tasks)
    zh, en = job.words
    return Proof(
        f"{zh}过程中 {kills} 次终止后台程序",
        f"the worker killed {kills} times during {en}",
        f"{struck} 次任务进行到一半，均由下一个后台程序做完，且只做一次",
        f"{struck} tasks half done; the next worker finished each, once",
        is_right and all(task.state is TaskState.DONE for task in tasks),
    )


@contextmanager
def office() -> Iterator[Office]:
    """A bureau with contracts that are late with their start."""
    with opened_place() as place:
        rows = [
            {**FACTS, "contract_no": f"C{number}", "parcel_code": f"P{number}"}
            for number in range(_CONTRACTS)
        ]
        take(place.owner, -24, *rows)
        yield Office(place, load_book("310116"))


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Let a process work for some time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    raise AssertionError(process.stderr and process.stderr.read())
