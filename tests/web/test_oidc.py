"""Signing in by a real identity provider that runs beside the tests."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from geodata.model.roles import Role
from service.app import database_app
from service.auth.oidc import Provider
from service.clock import system_clock
from service.config import load_config
from service.operations.accounts import account_file, add_account, lock
from tests.auth.house import KEEPER, house
from tests.conftest import PROJECT
from tests.programs import missing

from .forms import PAGE, text_of

SECRET = "shared between the two"
RETURN_TO = "http://localhost/login/callback"
PROGRAM = PROJECT / "tests" / "web" / "provider.mjs"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Address of a running provider."""
    node = shutil.which("node")
    if not node or not (PROJECT / "node_modules" / "oidc-provider").is_dir():
        missing("node and the npm package oidc-provider are needed: make setup-test")
    command = [node, str(PROGRAM), SECRET, RETURN_TO]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if found := re.search(rb"^listening (\S+)", line):
                break
        yield found[1].decode()
        running.kill()


@pytest.fixture
def claim(request) -> str:
    return getattr(request, "param", "sub")


@pytest.fixture
def accounts(own_engine, claim):
    accounts, _ = house(own_engine)
    name = "0042" if claim == "sub" else "0042@bureau"
    add_account(accounts, KEEPER, "wang.li", Role.AUDITOR, external_name=name)
    return accounts


@pytest.fixture
def app(accounts, issuer, claim):
    settings = load_config(
        PROJECT / "config.toml",
        {
            "PARCELWATCH_LANG": "en",
            "PARCELWATCH_OIDC_ISSUER": issuer,
            "PARCELWATCH_OIDC_CLIENT_ID": "parcelwatch",
            "PARCELWATCH_OIDC_CLIENT_SECRET": SECRET,
        },
    )
    chosen = replace(settings, oidc=replace(settings.oidc, claim=claim, title="Bureau"))
    return database_app(chosen, accounts.engine, system_clock)


@pytest.fixture
def client(app):
    return app.test_client()


def vouched(address: str, login: str) -> str:
    """Sign in at the provider as a person does; the address it sends the browser back to."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=30)
        while True:
            target = answer.headers.get("Location", "")
            if target.startswith(RETURN_TO):
                return target.removeprefix("http://localhost")
            if target:
                absolute = requests.compat.urljoin(answer.url, target)
                answer = browser.get(absolute, allow_redirects=False, timeout=30)
                continue
            action = re.search(r'action="([^"]+)"', answer.text)[1]
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)[1]
            fields = {"prompt": prompt, "login": login, "password": "any"}
            answer = browser.post(action, data=fields, allow_redirects=False, timeout=30)


def begun(client, target="/rules") -> str:
    """Where the browser is sent."""
    assert "Bureau" in client.get("/login", headers=PAGE).text
    answer = client.get("/login/provider", query_string={"next": target})
    assert answer.status_code == 302
    return answer.location


@pytest.mark.parametrize("claim", ["sub", "preferred_username"], indirect=True)
def test_the_provider_opens_the_page_asked_for(client, accounts):
    address = begun(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert SECRET not in address
    entered = client.get(vouched(address, "0042"))
    assert (entered.status_code, entered.location) == (303, "/rules")
    assert client.get("/rules", headers=PAGE).status_code == 200, "no password to replace"
    assert len(account_file(accounts, KEEPER, "wang.li").sessions) == 1


def test_each_attempt_has_its_own_secrets(client):
    asked = [parse_qs(urlsplit(begun(client)).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_a_way_back_is_gone_once(client):
    back = vouched(begun(client), "0042")
    assert client.get(back).status_code == 303
    again = client.get(back)
    assert again.status_code == 401
    assert "not begun in this browser, or was used already" in text_of(again)


def test_a_way_back_of_another_browser_opens_nothing(app, client):
    stranger = app.test_client()
    begun(stranger)
    assert stranger.get(vouched(begun(client), "0042")).status_code == 401


def test_a_code_of_another_attempt_is_not_taken(client):
    """Its verifier and its nonce are not those of this attempt."""
    stolen = parse_qs(urlsplit(vouched(begun(client), "0042")).query)["code"][0]
    state = parse_qs(urlsplit(begun(client)).query)["state"][0]
    refused = client.get("/login/callback", query_string={"code": stolen, "state": state})
    assert refused.status_code == 401
    assert "did not confirm who you are" in text_of(refused)


def test_an_id_token_for_another_attempt_is_not_taken(client, monkeypatch):
    claims_of = Provider._claims
    other = "of another attempt"
    monkeypatch.setattr(Provider, "_claims", lambda self, answer, _: claims_of(self, answer, other))
    refused = client.get(vouched(begun(client), "0042"))
    assert refused.status_code == 401
    assert "InvalidClaimError" in text_of(refused)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example"])
def test_the_way_back_leads_to_no_other_site(client, target):
    assert client.get(vouched(begun(client, target), "0042")).location == "/"


def test_the_page_to_go_on_to_is_sealed_with_the_attempt(client):
    back = vouched(begun(client), "0042").replace("rules", "other")
    assert client.get(back).status_code == 401


def test_nobody_enters_whom_no_account_expects(client, accounts):
    refused = client.get(vouched(begun(client), "0043"))
    assert refused.status_code == 401
    assert "no account has this name" in text_of(refused)
    lock(accounts, KEEPER, "wang.li")
    assert "is locked" in text_of(client.get(vouched(begun(client), "0042")))


@pytest.mark.parametrize("query", ["", "error=access_denied", "state=.&code=", "state=é.&code=x"])
def test_a_broken_way_back_is_said(client, query):
    begun(client)
    refused = client.get(f"/login/callback?{query}")
    assert refused.status_code == 401
    assert "Begin again" in text_of(refused)


def test_a_provider_that_is_not_there_is_said(accounts):
    environment = {
        "PARCELWATCH_LANG": "en",
        "PARCELWATCH_OIDC_ISSUER": "http://127.0.0.1:9",
        "PARCELWATCH_OIDC_CLIENT_ID": "parcelwatch",
    }
    settings = load_config(PROJECT / "config.toml", environment)
    client = database_app(settings, accounts.engine, system_clock).test_client()
    refused = client.get("/login/provider")
    assert refused.status_code == 502
    assert "does not answer at http://127.0.0.1:9" in text_of(refused)
    assert 'name="password"' in refused.text


def test_without_a_provider_there_is_no_way_to_it(accounts):
    settings = load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "en"})
    client = database_app(settings, accounts.engine, system_clock).test_client()
    assert "Single sign-on" not in client.get("/login").text
    assert client.get("/login/provider").status_code == 404
