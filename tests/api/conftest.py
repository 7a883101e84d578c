"""Programs that ask the real site over the demonstration district."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from flask.testing import FlaskClient

from geodata.model.roles import Actor, Permission, Role
from service.operations.accounts import add_account
from service.operations.tokens import make_token
from tests.web.conftest import client_as, config, district_app

__all__ = ["client_as", "config", "district_app"]

PREFIX = "/api/v1"


@dataclass
class Program:
    """A program with the token of an account of its own."""

    client: FlaskClient
    token: str
    name: str

    def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **said):
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        query = said.pop("query", None)
        return self.client.open(
            PREFIX + path, method=method, headers=sent, query_string=query, **said
        )

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, query=query)
        assert answer.status_code == 200, answer.json
        return answer.json

    def pages(self, path: str, **query: Any) -> list[list[Any]]:
        """Every page of a list, following the links."""
        found, answer = [], self.ask(path, query=query)
        while True:
            assert answer.status_code == 200, answer.json
            found.append(answer.json["items"])
            if "Link" not in answer.headers:
                return found
            target = answer.headers["Link"].partition(">")[0].removeprefix(f"<{PREFIX}")
            answer = self.ask(target)


@pytest.fixture(scope="session")
def program(district_app) -> Callable[..., Program]:
    """``program(role, *parks, may=…)`` is a new account with a token."""
    site = district_app.extensions["parcelwatch"]
    site.limits.requests = 1_000_000  # the clock stands still: no window ends
    accounts = site.access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)

    def make(role: Role, *parks: str, may: set[Permission] | None = None) -> Program:
        name = f"{role.value}-{uuid4().hex[:12]}"
        add_account(accounts, keeper, name, role, parks, external_name=name)
        rights = role.permissions if may is None else may
        given = rights - {Permission.ADMINISTER}
        return Program(
            district_app.test_client(),
            make_token(accounts, keeper, name, "tests", frozenset(given), 1),
            name,
        )

    return make


@pytest.fixture(scope="session")
def auditor(program) -> Program:
    return program(Role.AUDITOR)


@pytest.fixture(scope="session")
def description(district_app) -> dict[str, Any]:
    """The description the site gives of itself."""
    return district_app.test_client().get(f"{PREFIX}/openapi.json").json


@pytest.fixture(scope="session")
def conforms(description) -> Callable[..., None]:
    """Asserts that an answer is what the description says of it."""

    def check(document: Any, path: str, method: str = "get", status: str = "200") -> None:
        said = description["paths"][path][method]["responses"][status]
        ((_, content),) = said["content"].items()
        schema = {**content["schema"], "components": description["components"]}
        checker = jsonschema.FormatChecker()
        jsonschema.Draft202012Validator(schema, format_checker=checker).validate(document)

    return check
