"""`parcelwatch serve`: a real server process over a real database."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from geodata.store.site_account import SITE_ROLE

DEADLINE_S = 30
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@contextmanager
def served(
    database_url: str, folder: Path, settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address."""
    site_url = make_url(database_url).set(username=SITE_ROLE)
    (folder / "config.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-u", "-c", "from service.cli import main; main()"]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        cwd=folder,
        env=os.environ
        | {
            "PARCELWATCH_SITE_DATABASE_URL": site_url.render_as_string(hide_password=False),
            "PARCELWATCH_LANG": "en",
        },
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stderr is not None
        yield server, re.search(r"http://\S+", server.stderr.readline())[0]
    finally:
        server.kill()
        server.communicate()


def until(holds, what: str) -> None:
    """Ask again and again, for something that another process does."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_site_is_served_until_it_is_interrupted(database_url, tmp_path, host):
    with served(database_url, tmp_path, f'[web]\nhost = "{host}"\n') as (server, address):
        with urlopen(f"{address}/healthz", timeout=DEADLINE_S) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=DEADLINE_S) == 0


def test_a_request_that_runs_is_answered_when_the_site_is_stopped(own_engine, tmp_path):
    """The request waits for a lock while the site is asked to stop; whoever comes is refused."""
    url = own_engine.url.render_as_string(hide_password=False)
    with served(url, tmp_path, "[web]\nworkers = 2\n") as (server, address):
        answers = []

        def ask() -> None:
            with urlopen(f"{address}/healthz", timeout=DEADLINE_S) as answer:
                answers.append(json.load(answer))

        slow = threading.Thread(target=ask)
        with own_engine.begin() as holding:
            holding.exec_driver_sql("LOCK TABLE parcelwatch.schema_version")
            slow.start()
            with own_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
                until(lambda: watching.scalar(sa.text(WAITING)), "no request waits")
            server.send_signal(signal.SIGTERM)
            until(lambda: refused(address), "the site still takes requests")
            assert server.poll() is None
            assert not answers
        slow.join(DEADLINE_S)
        assert answers == [{"status": "ok"}]
        assert server.wait(timeout=DEADLINE_S) == 0


def refused(address: str) -> bool:
    host, port = make_url(address).host, make_url(address).port
    try:
        socket.create_connection((host, port), timeout=DEADLINE_S).close()
    except ConnectionRefusedError:
        return True
    return False


def test_workers_count_requests_together_and_tell_of_each(database_url, tmp_path):
    with served(database_url, tmp_path, "[web]\nworkers = 2\nthreads = 1\n") as (server, address):
        for _ in range(8):
            with urlopen(f"{address}/codelists.json", timeout=DEADLINE_S) as answer:
                assert answer.status == 200
        with urlopen(f"{address}/metrics", timeout=DEADLINE_S) as answer:
            counted = answer.read().decode()
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=DEADLINE_S)
    route = 'method="GET",route="/codelists.json",status="200"'
    assert f"parcelwatch_requests_total{{{route}}} 8.0" in counted
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert [line["route"] for line in lines] == ["/codelists.json"] * 8 + ["/metrics"]
    assert {line["status"] for line in lines} == {200}
