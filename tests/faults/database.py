"""The database is killed under load, again and again, while two sites and their worker are at work.

Clerks write comments on a case through both sites, each with a key, and send again what was not
answered. In the end every comment that was acknowledged is there, and none is there twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count, cycle
from threading import Event, Thread
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from geodata.errors import LandError
from service.compliance.law import load_book
from service.operations.cases import Cases
from service.operations.tasks import has_worker
from tests.faults.place import Place, kill_server, opened_place, until
from tests.faults.proof import Proof
from tests.operations.casework import opened
from tests.operations.test_entries import FACTS, take

_CLERKS: Final = 4
_EACH: Final = 10
"""Comments that are acknowledged before the next kill."""
_TIMEOUT_S: Final = 30
_SAID: Final = {"zh": "数据库", "en": "database"}


@dataclass
class Answers:
    """What the clerks were told.

    Attributes
    ----------
    acknowledged
        Comments that a site said are kept.
    statuses
        How often each status was answered.
    surprises
        Answers nobody should get.
    """

    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """A case, and the sites through which it is commented on."""

    place: Place
    case: str
    ports: Sequence[int]
    token: str
    cookie: str

    def post(self, port: int, key: str, text: str) -> tuple[int, dict[str, Any]]:
        """Comment once, however often this is called with the key."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        body = json.dumps({"text": text})
        status, said = asked(port, "POST", f"/api/v1/cases/{self.case}/comments", headers, body)
        return status, json.loads(said)

    def kept(self) -> Counter[str]:
        """The comments that are there."""
        with self.place.owner.connect() as connection:
            rows = connection.execute(sa.text("SELECT text FROM parcelwatch.case_comment"))
            return Counter(rows.scalars())


def asked(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str]:
    """Status and text of one answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def killed_under_load(at: Desk, kills: int) -> Proof:
    """Kill the server so many times; see what became of what was written meanwhile."""
    answers, before = Answers(), at.kept()
    silent_s = []
    with at.place.worker(), _clerks_at_work(at, answers):
        for _ in range(kills):
            _wait_for_more(answers)
            kill_server(at.place.cluster)
            answers.surprises += _untold(at)
            at.place.cluster.start()
            silent_s.append(until(lambda: _is_up(at), "the sites do not come back"))
        _wait_for_more(answers)
        until(lambda: has_worker(at.place.owner), "the worker does not come back")
    kept = at.kept() - before
    lost, doubled = len(answers.acknowledged - set(kept)), kept.total() - len(kept)
    refused = answers.statuses.total() - answers.statuses[HTTPStatus.CREATED]
    return Proof(
        f"{kills} 次终止数据库（SIGKILL），其间 {_CLERKS} 人经两个站点连续写入",
        f"database killed (SIGKILL) {kills} times while {_CLERKS} write through two sites",
        f"{len(kept):,} 条写入，丢失 {lost}，重复 {doubled}；{refused:,} 个请求被明确拒绝后重发；"
        f"数据库恢复后 {max(silent_s):.1f} 秒内可用",
        f"{len(kept):,} writes, {lost} lost, {doubled} doubled; {refused:,} requests refused in"
        f" words and sent again; at work {max(silent_s):.1f} s after the database",
        kept == Counter(answers.acknowledged) and not answers.surprises,
    )


def same_key_at_two_sites(at: Desk, requests: int) -> Proof:
    """Send each request to both sites at the same time, with one key."""
    statuses, before = Counter[int](), at.kept()
    with ThreadPoolExecutor(len(at.ports)) as pool:
        for number in range(requests):
            key = uuid4().hex
            sent = [pool.submit(at.post, port, key, f"twice-{number}") for port in at.ports]
            statuses.update(future.result()[0] for future in sent)
    kept = at.kept() - before
    return Proof(
        f"{requests} 个请求，各以同一键同时发往两个站点",
        f"{requests} requests, each sent to two sites at once with one key",
        f"{len(kept)} 条写入；{statuses[HTTPStatus.CONFLICT]} 次答复“正在处理”",
        f"{len(kept)} writes kept; {statuses[HTTPStatus.CONFLICT]} told that it is being done",
        kept == Counter(f"twice-{number}" for number in range(requests))
        and set(statuses) <= {HTTPStatus.CREATED, HTTPStatus.CONFLICT},
    )


@contextmanager
def desk() -> Iterator[Desk]:
    """Two sites over one database with an open case."""
    with opened_place() as place, place.site() as one, place.site() as other:
        yield commented_case(place, (one, other))


def commented_case(place: Place, ports: Sequence[int]) -> Desk:
    """A case to be commented on through some sites."""
    take(place.owner, 0, FACTS)
    cases = Cases(place.owner, load_book("310116"), place.accounts.clock)
    return Desk(place, str(opened(cases).case_id), ports, place.token(), place.cookie())


@contextmanager
def _clerks_at_work(at: Desk, answers: Answers) -> Iterator[None]:
    stop = Event()
    clerks = [Thread(target=_write, args=(at, n, answers, stop)) for n in range(_CLERKS)]
    for clerk in clerks:
        clerk.start()
    try:
        yield
    finally:
        stop.set()
        for clerk in clerks:
            clerk.join()


def _write(at: Desk, clerk: int, answers: Answers, stop: Event) -> None:
    ports = cycle(at.ports[clerk % 2 :] + at.ports[: clerk % 2])
    for number in count():
        if stop.is_set():
            return
        _write_one(at, f"{clerk}-{number}", ports, answers)


def _write_one(at: Desk, text: str, ports: Iterator[int], answers: Answers) -> None:
    """Send a comment until it is there, as the answers tell a program to."""
    key = uuid4().hex
    while text not in answers.acknowledged:
        status, said = at.post(next(ports), key, text)
        answers.statuses[status] += 1
        is_open = status == HTTPStatus.CONFLICT
        if status == HTTPStatus.CREATED or (is_open and _patiently(at.kept)[text]):
            answers.acknowledged.add(text)
        elif is_open:
            key = uuid4().hex
        elif status != HTTPStatus.SERVICE_UNAVAILABLE:
            answers.surprises.append(f"{status} {said}")
            return


def _patiently(ask: Callable[[], Counter[str]]) -> Counter[str]:
    """Look when the database is there to be looked into."""
    found: list[Counter[str]] = []

    def look() -> bool:
        try:
            found.append(ask())
        except (sa.exc.DBAPIError, LandError):
            return False
        return True

    until(look, "the database does not come back")
    return found[0]


def _wait_for_more(answers: Answers) -> None:
    wanted = len(answers.acknowledged) + _EACH
    until(lambda: len(answers.acknowledged) >= wanted or answers.surprises, "nothing is written")


def _untold(at: Desk) -> list[str]:
    """Answers that do not say, in the language asked for, that the database is gone."""
    bearer = {"Authorization": f"Bearer {at.token}"}
    pages = (("/contracts", {"Cookie": at.cookie}), ("/api/v1/contracts", bearer))
    answers = [
        (f"{path}?lang={language}", word, asked(port, "GET", f"{path}?lang={language}", headers))
        for port in at.ports
        for language, word in _SAID.items()
        for path, headers in pages
    ]
    return [
        f"{path}: {status} {said}"
        for path, word, (status, said) in answers
        if status != HTTPStatus.SERVICE_UNAVAILABLE or word not in said
    ]


def _is_up(at: Desk) -> bool:
    return all(asked(port, "GET", "/healthz", {})[0] == HTTPStatus.OK for port in at.ports)
