"""The pages about accounts, as an administrator uses them."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from geodata.model.roles import Role

from .forms import PAGE, secret_of, send, text_of


@pytest.fixture
def client(client_as):
    return client_as(Role.ADMINISTRATOR)


@pytest.fixture
def name() -> str:
    return f"a{uuid4().hex[:10]}"


def add(client, name, role="park_manager", **fields):
    return send(client, "/accounts", name=name, role=role, **fields)


def test_an_account_is_made_and_its_password_shown_once(client, name, district_app):
    park = re.search(r'name="park" value="([^"]+)"', client.get("/accounts").text)[1]
    made = add(client, name.upper(), park=park)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    password = secret_of(made)
    page = client.get(f"/accounts/{name}").text
    assert password not in page + client.get("/accounts").text
    assert re.search(rf'value="{park}" checked', page)
    person = district_app.test_client()
    entered = send(person, "/login", name=name, password=password)
    assert entered.status_code == 303
    assert person.get("/", headers=PAGE).location == "/account/password"


def test_role_parks_and_single_sign_on_name_are_changed(client, name):
    add(client, name)
    path = f"/accounts/{name}"
    assert send(client, path, act="parks", park=["甲园", "乙园"]).status_code == 303
    assert send(client, path, act="external", external_name=f"{name}@bureau").status_code == 303
    shown = text_of(client.get(path))
    assert "乙园, 甲园" in shown
    assert f"{name}@bureau" in shown
    mail = {"mail_address": "a@bureau.example", "digest": "weekly", "mail_language": "en"}
    assert send(client, path, act="mail", **mail).status_code == 303
    assert 'value="a@bureau.example"' in client.get(path).text
    assert send(client, path, act="mail", **(mail | {"digest": "hourly"})).status_code == 400
    assert send(client, path, act="role", role="leader").status_code == 303
    assert "leader" in text_of(client.get(path))


def test_an_account_is_locked_reset_and_unlocked(client, name, district_app):
    first = secret_of(add(client, name, "auditor"))
    path = f"/accounts/{name}"
    assert send(client, path, act="lock").status_code == 303
    assert "locked since" in text_of(client.get(path))
    refused = send(district_app.test_client(), "/login", name=name, password=first)
    assert "is locked" in text_of(refused)
    assert send(client, path, act="unlock").status_code == 303
    second = secret_of(send(client, path, act="reset"))
    assert second != first
    entered = send(district_app.test_client(), "/login", name=name, password=second)
    assert entered.status_code == 303


def test_a_program_gets_an_account_and_a_token(client, name, district_app):
    assert add(client, name, "api_client").location == f"/accounts/{name}"
    path = f"/accounts/{name}"
    token = secret_of(send(client, path, act="token", title="GIS", permission="view", days=9))
    program = district_app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert program.get("/contracts").status_code == 200
    assert program.get("/").status_code == 403
    number = re.search(r'name="token" value="(\d+)"', client.get(path).text)[1]
    assert send(client, path, act="revoke", token=number).status_code == 303
    assert "revoked" in text_of(client.get(path))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "Wang Li", "role": "auditor"},
        {"name": "'; DROP TABLE account", "role": "auditor"},
        {"name": "ok-name", "role": "king"},
        {"name": "ok-name", "role": "auditor", "park": "x" * 999},
        {"name": "ok-name", "role": "auditor", "external_name": "a\x00"},
    ],
)
def test_hostile_values_make_no_account_and_stay_in_the_form(client, fields):
    refused = send(client, "/accounts", **fields)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert "ok-name</b>" not in client.get("/accounts").text
    assert "<h1>Accounts</h1>" in refused.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "drop"},
        {"act": "role"},
        {"act": "role", "role": "<script>"},
        {"act": "token", "permission": "administer", "days": "3"},
        {"act": "external", "external_name": "x" * 201},
    ],
)
def test_hostile_values_change_no_account(client, name, fields):
    add(client, name)
    before = text_of(client.get(f"/accounts/{name}"))
    refused = send(client, f"/accounts/{name}", **fields)
    assert refused.status_code == 400
    assert "<script>" not in refused.text
    assert text_of(client.get(f"/accounts/{name}")) == before


def test_a_name_that_is_taken_is_said(client, name):
    add(client, name)
    refused = add(client, name)
    assert refused.status_code == 400
    assert f"The name {name}" in text_of(refused)
    assert f'value="{name}"' in refused.text


@pytest.mark.parametrize("path", ["/accounts/nobody", "/accounts/a%00b", "/accounts/%E7%8E%8B"])
def test_an_account_that_is_not_there_is_a_404(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path, data={"act": "lock"}).status_code == 400, "no form of ours"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/account", "/account/password", "/accounts", "/help"])
def test_every_page_opens_in_both_languages(client, path, language):
    page = client.get(path, query_string={"lang": language})
    assert page.status_code == 200
    assert ("退出登录" in page.text) is (language == "zh")
