"""A site on a database of its own, a worker that does what was asked for, and the forms between."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geodata.model.roles import Actor, Role
from geodata.model.tasks import TaskState
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.tasks import list_tasks
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.jobs.performing import Workplace, perform
from service.operations.accounts import add_account
from service.operations.signing_in import sign_in_external
from service.settings import Config
from tests.conftest import NOON

from .forms import PAGE, send

Row = Mapping[str, object]


def table_of(*rows: Row, encoding: str = "utf-8") -> bytes:
    """Rows as a text file."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


@dataclass
class ImportSite:
    """A bureau: its site, the owner's database, and a worker that works when it is told to."""

    app: Flask
    owner: sa.Engine
    law: LawBook
    config: Config
    hours: int = 0

    def clock(self) -> datetime:
        self.hours += 1
        return NOON + timedelta(hours=self.hours)

    def client(self, role: Role = Role.AUDITOR, name: str = "clerk") -> FlaskClient:
        accounts = self.app.extensions["parcelwatch"].access.accounts
        keeper = Actor.of_role("tests", Role.ADMINISTRATOR)
        add_account(accounts, keeper, name, role, (), external_name=name)
        client = self.app.test_client()
        client.set_cookie("parcelwatch_session", sign_in_external(accounts, name, "127.0.0.1"))
        return client

    def work(self) -> list[str]:
        """Do all that was asked for, the oldest first; returns what went wrong."""
        place = Workplace(
            self.owner, self.law, lambda: NOON + timedelta(hours=self.hours), self.config
        )
        with unit_of_work(self.owner) as connection:
            waiting = [
                task
                for task in reversed(list_tasks(connection, None, 100))
                if task.state is TaskState.WAITING
            ]
        for task in waiting:
            self.hours += 1
            perform(place, task.task_id, 0, lambda: False)
        numbers = {task.task_id for task in waiting}
        with unit_of_work(self.owner) as connection:
            tasks = list_tasks(connection, None, 100)
        return [t.problem.sentence.template for t in tasks if t.task_id in numbers and t.problem]

    def facts(self) -> dict[str, dict[str, Any]]:
        """What is known of each contract by its number."""
        with unit_of_work(self.owner) as connection:
            stored = read_contracts(connection)
        columns = stored.columns
        return {
            number: {
                "town": columns.texts["town"][row],
                "area_m2": columns.exact["area_m2"].fraction(row),
            }
            for row, number in enumerate(columns.texts["contract_no"])
        }


def upload(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    """Send files with the form of the first step."""
    sent = [(io.BytesIO(content), name) for name, content in files]
    return send(client, "/imports", file=sent)


def form_of(client: FlaskClient, path: str, number: int = 0) -> dict[str, list[str]]:
    """What a browser sends of a form of a page that nobody has touched; 0 = the first of `main`."""
    body = client.get(path, headers=PAGE).get_data(as_text=True)
    forms = re.findall(
        r'<form [^>]*method="post"[^>]*>(.*?)</form>', body[body.index("<main") :], re.DOTALL
    )
    fields: dict[str, list[str]] = {}
    for name, value in _fields(forms[number]):
        fields.setdefault(name, []).append(value)
    return fields


def _fields(form: str) -> Iterator[tuple[str, str]]:
    for tag in re.finditer(r"<input ([^>]*)>|<select ([^>]*)>(.*?)</select>", form, re.DOTALL):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[1] or tag[2]))
        name = html.unescape(given.get("name", ""))
        if tag[2]:
            options = re.findall(r'<option value="([^"]*)"( selected)?', tag[3])
            chosen = [value for value, is_chosen in options if is_chosen] or [options[0][0]]
            yield name, html.unescape(chosen[0])
        elif given.get("type") not in ("checkbox", "radio"):
            yield name, html.unescape(given.get("value", ""))
        elif "checked" in tag[1].split():
            yield name, html.unescape(given.get("value", "on"))


def post(client: FlaskClient, path: str, fields: Mapping[str, Any]) -> TestResponse:
    """Send a form."""
    return client.post(path, data=dict(fields), headers=PAGE)


def go(site: ImportSite, client: FlaskClient, *files: tuple[str, bytes]) -> str:
    """Walk up to the preview with what the product proposes; the address of the import."""
    path = upload(client, *files).location.partition("?")[0]
    assert site.work() == []
    assert post(client, f"{path}/files", form_of(client, f"{path}/files")).status_code == 303
    assert site.work() == []
    assert post(client, f"{path}/columns", form_of(client, f"{path}/columns")).status_code == 303
    assert site.work() == []
    return path


def accept(client: FlaskClient, path: str, **changed: Any) -> TestResponse:
    """Send the preview as it is shown, or with some fields changed, to be imported."""
    shown = form_of(client, f"{path}/preview")
    return post(client, f"{path}/preview", {**shown, "act": "accept", **changed})
