from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from geodata import errors
from geodata.model.codelists import as_json
from geodata.model.roles import Permission
from service.app import create_app
from service.maps.assets import CATALOGUE
from service.maps.basemaps import Basemaps
from service.web.errors import status_of
from service.web.permissions import PUBLIC, SIGNED_IN, permission_of, public, refuse_undeclared


def test_every_route_declares_who_may_use_it(site):
    app = create_app(site)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(app.view_functions)
    declared = {name: permission_of(view) for name, view in app.view_functions.items()}
    assert set(declared.values()) <= {PUBLIC, SIGNED_IN, *Permission}
    assert {name for name, permission in declared.items() if permission == PUBLIC} == {
        *("login.login", "login.enter", "login.provider", "login.callback"),
        *("assets.asset", "status.health", "status.codelists", "reminders.feed"),
        *("status.readiness", "status.metrics", "api.openapi", "api.codelists"),
    }


def test_a_route_that_declares_nothing_does_not_start():
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/open", view_func=public(lambda: "x"), endpoint="open")
    refuse_undeclared(app)
    app.add_url_rule("/secret", view_func=lambda: "x", endpoint="secret")
    with pytest.raises(RuntimeError, match="secret"):
        refuse_undeclared(app)


@pytest.mark.parametrize("path", ["/", "/map", "/contracts", "/healthz", "/nowhere"])
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", policy["script-src"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_nonce_is_used_by_every_script_and_only_once(client):
    responses = [client.get("/map") for _ in range(2)]
    nonces = [
        re.search(r"nonce-([\w-]+)", r.headers["Content-Security-Policy"])[1] for r in responses
    ]
    assert nonces[0] != nonces[1]
    for response, nonce in zip(responses, nonces, strict=True):
        scripts = re.findall(r"<script([^>]*)>", response.get_data(as_text=True))
        runnable = [tag for tag in scripts if "application/json" not in tag]
        assert len(runnable) > 3
        assert all(f'nonce="{nonce}"' in tag for tag in runnable)


def test_only_a_key_lets_the_map_load_foreign_pictures(site):
    client = create_app(replace(site, basemaps=Basemaps("K3Y"))).test_client()
    policy = client.get("/map").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://t0.tianditu.gov.cn" in policy
    assert client.get("/map").headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "tianditu" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_an_asset_is_cached_for_as_long_as_its_address_names_it(client, name):
    fresh = client.get(f"/assets/{name}")
    assert fresh.status_code == 200
    assert fresh.content_type == CATALOGUE[name].media_type
    assert "no-cache" in fresh.headers["Cache-Control"]
    version = fresh.headers["ETag"].strip('"')
    kept = client.get(f"/assets/{name}", query_string={"v": version})
    assert "immutable" in kept.headers["Cache-Control"]
    again = client.get(f"/assets/{name}", headers={"If-None-Match": fresh.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["leaflet/package.json", "..%2fpackage.json", "../../etc/passwd", "_macros.html"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_pages_refer_to_assets_by_their_version(client):
    addresses = re.findall(r'(?:src|href)="(/assets/[^"]+)"', client.get("/map").text)
    assert len(addresses) > 5
    for address in addresses:
        assert "immutable" in client.get(address).headers["Cache-Control"]


def test_machines_are_answered(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/codelists.json").json == as_json()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UsageError("x"), 400),
        (errors.NothingFoundError("x"), 404),
        (errors.DatabaseStateError("x"), 503),
        (errors.LawBookError("x"), 500),
    ],
)
def test_one_table_gives_the_status_of_an_error(error, status):
    assert status_of(error) == status
