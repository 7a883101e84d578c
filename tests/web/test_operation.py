"""What the site tells those who keep it running, and what it never tells."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from geodata.model.roles import Actor, Permission, Role
from geodata.store.queries.tasks import count_waiting
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.app import create_app, database_app
from service.operations.tokens import make_token
from service.settings import OperationSettings
from service.web.request_log import RequestLog
from tests.conftest import NOON

FAR = {"REMOTE_ADDR": "10.1.2.3"}
WORKER = "SELECT pg_advisory_lock(0, hashtext('parcelwatch.worker'))"


@pytest.fixture
def worker(demo):
    """Somebody who holds the lock of the worker."""
    with demo.engine.connect() as connection:
        connection.execute(text(WORKER))
        yield
        connection.execute(text("SELECT pg_advisory_unlock_all()"))


@pytest.fixture
def lines():
    return []


@pytest.fixture
def told(site, lines):
    """A client of a site that tells of its requests."""
    return create_app(replace(site, request_log=RequestLog(lambda: NOON, lines.append)))


def figures(client, **asked):
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.usefixtures("worker")
def test_the_site_is_ready_with_database_schema_worker_and_room(district_app):
    answer = district_app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert answer.json["checks"] == dict.fromkeys(("database", "schema", "worker", "disk"), True)


def test_a_site_without_a_worker_is_not_ready(district_app):
    answer = district_app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert [name for name, holds in answer.json["checks"].items() if not holds] == ["worker"]


@pytest.mark.usefixtures("worker")
def test_a_full_disk_is_noticed(district_app, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1))
    answer = district_app.test_client().get("/readyz")
    assert [name for name, holds in answer.json["checks"].items() if not holds] == ["disk"]


@pytest.mark.parametrize(
    ("state", "missing"), [("empty", "schema"), ("gone", "database")], ids=["empty", "gone"]
)
def test_a_database_that_is_empty_or_gone_is_told_apart(
    config, template, empty_database, state, missing
):
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - here alone

    url = make_url(empty_database).set(username=SITE_ROLE)
    if state == "gone":
        url = url.set(database="nothing")
    engine = site_engine(url.render_as_string(hide_password=False))
    answer = database_app(config, engine, lambda: NOON).test_client().get("/readyz")
    engine.dispose()
    assert answer.status_code == 503
    assert answer.json["checks"][missing] is False


def test_metrics_count_requests_by_route_and_tell_of_work(district_app, demo):
    client = district_app.test_client()
    before = figures(client)
    client.get("/contracts/some~name~here")
    after = figures(client)
    key = (
        "parcelwatch_requests_total",
        ("method", "GET"),
        ("route", "/contracts/<slug>"),
        ("status", "401"),
    )
    assert after[key] == before.get(key, 0) + 1
    bucket = ("parcelwatch_request_seconds_count", ("route", "/contracts/<slug>"))
    assert after[bucket] == before.get(bucket, 0) + 1
    assert after["parcelwatch_log_head",] > 0
    with unit_of_work(demo.engine) as connection:
        assert after["parcelwatch_tasks_waiting",] == count_waiting(connection)
    assert after["parcelwatch_last_audit_age_seconds",] == 0
    assert "some~name" not in client.get("/metrics").text


def test_metrics_ask_another_machine_for_a_token_of_that_permission(district_app):
    client = district_app.test_client()
    accounts = district_app.extensions["parcelwatch"].access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)
    from service.operations.accounts import add_account  # noqa: PLC0415 - here alone

    add_account(accounts, keeper, "prometheus", Role.ADMINISTRATOR)
    assert client.get("/metrics", environ_overrides=FAR).status_code == 401
    for permission, status in ((Permission.TOTALS, 403), (Permission.OPERATE, 200)):
        token = make_token(accounts, keeper, "prometheus", permission, {permission}, 1)
        shown = {"Authorization": f"Bearer {token}"}
        answer = client.get("/metrics", headers=shown, environ_overrides=FAR)
        assert answer.status_code == status


def test_this_machine_too_needs_a_token_where_the_settings_say_so(district_app, config):
    site = district_app.extensions["parcelwatch"]
    strict = replace(site.operation, settings=OperationSettings(local_metrics=False))
    client = create_app(replace(site, operation=strict)).test_client()
    assert client.get("/metrics").status_code == 401


def test_a_request_is_one_line_that_names_nobody_and_no_question(told, lines):
    answer = told.test_client().get(
        "/contracts?q=张三 13800000000", headers={"X-Request-Id": "a-1"}
    )
    assert answer.headers["X-Request-Id"] == "a-1"
    (line,) = lines
    said = json.loads(line)
    assert said.pop("ms") >= 0
    assert len(said.pop("session")) == 12
    assert said == {
        "at": "2026-06-30T04:00:00.000+00:00",
        "request": "a-1",
        "method": "GET",
        "route": "/contracts",
        "status": 200,
    }


@pytest.mark.parametrize("given", ["a\nforged", "x" * 65, "", "日志", 'a"b', "a b", "\x1b[31m"])
def test_a_request_id_that_could_forge_a_line_is_replaced(told, lines, given):
    answer = told.test_client().get("/healthz", environ_overrides={"HTTP_X_REQUEST_ID": given})
    (line,) = lines
    assert json.loads(line)["request"] == answer.headers["X-Request-Id"] != given
    assert line.isprintable()


@pytest.mark.parametrize(
    "path", ["/nowhere%0A%7B%22forged%22:1%7D", "/contracts/a%0Ab~~c", "/%E5%BC%A0%E4%B8%89"]
)
def test_no_path_reaches_the_log(told, lines, path):
    told.test_client().open(path, method="BREW\tx")
    (line,) = lines
    said = json.loads(line)
    assert said["route"] in ("-", "/contracts/<slug>")
    assert said["method"] == "-"
    assert line.isprintable()


def test_a_request_that_fails_is_told_of_too(told, lines, readings):
    readings.trouble = RuntimeError("boom")
    answer = told.test_client().get("/")
    assert answer.status_code == 500
    assert json.loads(lines[0])["status"] == 500


def test_the_log_of_a_fault_says_where_it_was_and_names_nobody(client, readings, caplog):
    readings.trouble = KeyError("张三 13812345678")
    assert client.get("/").status_code == 500
    assert "KeyError" in caplog.text
    assert "raise self.trouble" in caplog.text
    assert "张三" not in caplog.text
    assert "13812345678" not in caplog.text


def test_the_driver_is_not_asked_to_say_what_was_looked_for(district_app):
    engine = district_app.extensions["parcelwatch"].access.accounts.engine
    assert engine.hide_parameters
