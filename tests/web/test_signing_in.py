"""Signing in and out through the pages: cookies, forms, where one is led."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geodata.model.roles import Role
from service.app import create_app, database_app
from service.config import load_config
from service.operations.accounts import account_file, add_account
from service.settings import Config
from tests.auth.house import KEEPER, PASSWORD, HandClock, house
from tests.conftest import PROJECT

from .conftest import known_as
from .forms import PAGE, csrf_of, secret_of, send, text_of

COOKIE = "parcelwatch_session"


@pytest.fixture
def settings() -> Config:
    return load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "en"})


@pytest.fixture
def accounts(own_engine):
    accounts, _ = house(own_engine)
    add_account(accounts, KEEPER, "wang.li", Role.AUDITOR, external_name="7", password=PASSWORD)
    return accounts


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(accounts, settings, clock):
    return database_app(settings, accounts.engine, clock)


@pytest.fixture
def client(app):
    return app.test_client()


def enter(client, password=PASSWORD, path="/login", name="wang.li"):
    return send(client, path, name=name, password=password)


def settle(client):
    """Replace the first password."""
    return send(
        client, "/account/password", old=PASSWORD, new="seven blue river", again="seven blue river"
    )


def test_a_page_leads_to_the_form_and_the_form_leads_back(client):
    asked = client.get("/runs?from=2&lang=zh", headers=PAGE)
    assert asked.status_code == 302
    assert asked.location == "/login?next=/runs?from%3D2%26lang%3Dzh&lang=zh"
    entered = enter(client, path=asked.location)
    assert (entered.status_code, entered.location) == (303, "/runs?from=2&lang=zh")
    assert client.get("/login", headers=PAGE).location == "/"


def test_data_is_refused_not_redirected(client):
    for path in ("/", "/contracts/x~y~z.json", "/runs/diff.csv"):
        answer = client.get(path, headers={"Accept": "*/*"})
        assert answer.status_code == 401
        assert "You are not signed in" in text_of(answer)


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"),
        *("evil", "", "/\t/evil.example", "\\\\evil.example", "/\n/evil", "http:/\\evil", "//["),
    ],
)
def test_nobody_is_led_to_another_site(site, target):
    answer = create_app(site).test_client().get("/login", query_string={"next": target})
    assert (answer.status_code, answer.location) == (302, "/")


def test_the_form_leads_to_no_other_site_either(client):
    assert enter(client, path="/login?next=//evil.example").location == "/"


def test_the_cookie_is_for_this_site_alone_and_new_each_time(client):
    client.set_cookie(COOKIE, "planted")
    entered = enter(client)
    (written,) = (c for c in entered.headers.getlist("Set-Cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in written
    assert "SameSite=Lax" in written
    assert "Path=/" in written
    assert "Domain" not in written
    assert "planted" not in written
    first = client.get_cookie(COOKIE).value
    send(client, "/logout", page="/account/password")
    enter(client)
    assert client.get_cookie(COOKIE).value != first


def test_behind_https_the_cookies_are_secure_and_of_this_host(accounts, settings, clock):
    config = replace(settings, web=replace(settings.web, https=True, host="0.0.0.0"))
    client = database_app(config, accounts.engine, clock).test_client()
    proxied = {
        "X-Forwarded-For": "10.9.8.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "land.example",
    }
    page = client.get("/login", headers=proxied, base_url="https://localhost")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert "max-age" in page.headers["Strict-Transport-Security"]
    fields = {"name": "wang.li", "password": PASSWORD, "csrf": csrf}
    entered = client.post("/login", data=fields, headers=proxied, base_url="https://localhost")
    assert entered.status_code == 303
    written = [c for c in entered.headers.getlist("Set-Cookie") if "=;" not in c]
    assert [c.split("=")[0] for c in written] == [f"__Host-{COOKIE}"]
    assert "Secure" in written[0]
    assert account_file(accounts, KEEPER, "wang.li").sessions[0].address == "10.9.8.7"


def test_what_was_typed_stays_but_the_password(client):
    refused = enter(client, "wrong <b>")
    assert refused.status_code == 401
    assert "no such account with this password" in text_of(refused)
    assert 'value="wang.li"' in refused.text
    assert "wrong" not in refused.text


def test_who_guesses_waits(client, clock):
    for _ in range(6):
        enter(client, "guess")
    refused = enter(client)
    assert refused.status_code == 401
    assert "Wait 1 seconds" in text_of(refused)
    clock.go_on(seconds=1)
    assert enter(client).status_code == 303


def test_the_first_password_has_to_be_replaced_before_anything_else(client):
    enter(client)
    for path in ("/", "/map", "/account", "/help"):
        assert client.get(path, headers=PAGE).location == "/account/password"
    assert client.get("/account/password", headers=PAGE).status_code == 200
    wrong = send(client, "/account/password", old=PASSWORD, new="seven blue river", again="seven")
    assert wrong.status_code == 400
    assert "typed in two ways" in text_of(wrong)
    assert "seven" not in wrong.text
    assert settle(client).location == "/account"
    assert client.get("/account", headers=PAGE).status_code == 200


def test_signing_out_ends_the_session_at_once(client):
    enter(client)
    settle(client)
    token = client.get_cookie(COOKIE).value
    assert send(client, "/logout", page="/account").location == "/login"
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, token)
    assert client.get("/account", headers=PAGE).status_code == 302


def test_a_session_that_has_ended_says_so_and_changes_nothing(client, clock, accounts):
    enter(client)
    settle(client)
    csrf = csrf_of(client, "/account")
    clock.go_on(hours=2)
    fields = {"csrf": csrf, "act": "token", "title": "x", "permission": "view", "days": 3}
    refused = client.post("/account", data=fields, headers=PAGE)
    assert refused.status_code == 401
    assert "your session has ended. Nothing was changed." in text_of(refused)
    assert "/login" in refused.text
    assert not account_file(accounts, KEEPER, "wang.li").tokens
    assert client.get("/account", headers=PAGE).location.startswith("/login?next=/account")


def test_a_form_of_another_site_changes_nothing(client, accounts):
    enter(client)
    settle(client)
    before = account_file(accounts, KEEPER, "wang.li")
    forms = {
        "/account": {"act": "token", "title": "x", "permission": "view", "days": 3},
        "/account/password": {"old": "seven blue river", "new": PASSWORD, "again": PASSWORD},
        "/logout": {},
        "/login": {"name": "wang.li", "password": PASSWORD},
    }
    for path, fields in forms.items():
        for guess in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}, {"csrf": "x" * 9999}):
            refused = client.post(path, data=fields | guess, headers=PAGE)
            assert refused.status_code == 400, (path, guess)
            assert "Nothing was changed" in text_of(refused)
    assert account_file(accounts, KEEPER, "wang.li") == before


def test_the_form_of_one_browser_is_of_no_use_in_another(app, client):
    stolen = csrf_of(app.test_client(), "/login")
    client.get("/login")
    fields = {"name": "wang.li", "password": PASSWORD, "csrf": stolen}
    assert client.post("/login", data=fields).status_code == 400


def test_a_token_reads_data_and_opens_no_page_of_an_account(app, client):
    enter(client)
    settle(client)
    shown = send(client, "/account", act="token", title="QGIS", permission="totals", days=3)
    assert shown.headers["Cache-Control"] == "no-store"
    token = secret_of(shown)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert program.get("/rules").status_code == 200
    assert program.get("/runs").status_code == 403
    assert program.get("/account").status_code == 401
    assert program.post("/account", data={"act": "end_sessions"}).status_code == 401
    page = client.get("/account", headers=PAGE).text
    assert token not in page
    number = re.search(r'name="token" value="(\d+)"', page)[1]
    assert send(client, "/account", act="revoke", token=number).status_code == 303
    app.extensions["parcelwatch"].access.accounts.clock.go_on(seconds=5)
    assert program.get("/rules").status_code == 401


def test_hostile_values_are_refused_with_the_page_kept(client, accounts):
    enter(client)
    settle(client)
    hostile = (
        {},
        {"act": "drop"},
        {"act": "token"},
        {"act": "token", "permission": "administer", "days": "3"},
        {"act": "token", "permission": "<b>", "days": "3"},
        {"act": "token", "permission": "view", "days": "many"},
        {"act": "token", "permission": "view", "days": "9" * 40},
        {"act": "token", "permission": "view", "days": "3", "title": "a\x00b"},
    )
    for fields in hostile:
        refused = send(client, "/account", **fields)
        assert refused.status_code == 400, fields
        assert 'role="alert"' in refused.text
        assert "<h1>My account</h1>" in refused.text
    assert not account_file(accounts, KEEPER, "wang.li").tokens


def test_without_accounts_the_way_to_the_first_one_is_told(own_engine, settings, clock):
    page = database_app(settings, own_engine, clock).test_client().get("/login")
    assert "parcelwatch accounts add NAME --role administrator" in page.text


def test_nobody_who_is_not_known_is_offered_a_page(site):
    client = create_app(replace(site, access=known_as(None))).test_client()
    page = client.get("/nowhere").text
    assert "Audit runs" not in page
    assert "Sign out" not in page
