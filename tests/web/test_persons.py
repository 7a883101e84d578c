"""Who may see persons sees them; nobody else does, on any page, in any file, by any question."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geodata.model.cells import read_cell
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.model.personal import MASK
from geodata.model.roles import Actor, Permission, Role
from geodata.settings import DatabaseSettings
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import import_ledger
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.app import database_app
from service.compliance.law import LawBook
from service.config import load_config
from service.operations.accounts import add_account
from service.operations.auditing import audit
from service.operations.cards import refresh_cards
from service.operations.signing_in import sign_in_external
from service.operations.tokens import make_token
from tests.conftest import NOON, PROJECT
from tests.store.database.samples import batch, extras, ledger, squares

from .test_permissions import SAMPLES

PERSON, OFFICER, NUMBER, TELEPHONE = "李小明", "巡查员赵六", "310116198001011234", "13812345678"
SECRETS: Final = (PERSON, OFFICER, NUMBER, TELEPHONE)
COMPANY: Final = "金山示例制造有限公司"
OWN: Final = {"slug": "C1~~P1", "code": "P1", "form": "csv"}
DAY: Final = {"as_of": "2024-03-01"}
BLIND: Final = [Role.ADMINISTRATOR, Role.API_CLIENT]
SEEING: Final = [role for role in Role if Permission.PERSONAL in role.permissions]

AsRole = Callable[[Role], FlaskClient]


@pytest.fixture(scope="module")
def app(server: Cluster, template: str, law: LawBook) -> Iterator[Flask]:
    """The site over one contract with a person and one with a company."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    owner = make_engine(server.url_for(name))
    rows = ledger(
        {
            "parcel_code": "P1",
            "park": "A",
            "grantee": PERSON,
            "uscc": NUMBER,
            "note": f"联系{OFFICER}{TELEPHONE}",
        },
        {"parcel_code": "P2", "park": "A", "grantee": COMPANY, "uscc": "91310116MA1J00006H"},
    )
    told = catalogue_of(ContentKind.OBSERVATIONS)
    seen = told.example | {"officers": OFFICER, "statement": f"{PERSON}说，{TELEPHONE}"}
    own = {"contract_no": "C1", "phase": None, "parcel_code": "P1"}
    patrol = {key: read_cell(told.by_key[key], text) for key, text in seen.items()} | own
    with unit_of_work(owner) as connection:
        others = extras(联系电话=[TELEPHONE, None])
        import_ledger(connection, batch(), rows, squares(0, 2), others)
        import_content(connection, batch(1), ContentKind.OBSERVATIONS, [patrol])
    audit(owner, law, NOON.date(), "zh", actor="tests", clock=lambda: NOON)
    refresh_cards(owner, law, NOON.date())
    owner.dispose()
    engine = site_engine(server.url_for(name, SITE_ROLE))
    shipped = load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "zh"})
    settings = DatabaseSettings(server.url_for(name), PROJECT)
    yield database_app(replace(shipped, database=settings), engine, lambda: NOON)
    engine.dispose()


@pytest.fixture(scope="module")
def client_as(app: Flask) -> AsRole:
    accounts = app.extensions["parcelwatch"].access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)

    def sign_in(role: Role) -> FlaskClient:
        name = f"{role.value}-{uuid4().hex[:8]}"
        parks = ["A"] if role.is_of_parks else []
        add_account(accounts, keeper, name, role, parks, external_name=name)
        client = app.test_client()
        if role.signs_in:
            token = sign_in_external(accounts, name, "127.0.0.1")
            client.set_cookie("parcelwatch_session", token)
        else:
            token = make_token(accounts, keeper, name, "tests", role.permissions, 1)
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return sign_in


def told(body: bytes) -> str:
    """What an answer says, files in an archive and all."""
    parts = [body]
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    return "".join(
        text + text.encode().decode("unicode_escape", "replace")
        for text in (part.decode(errors="replace").replace('\\"', '"') for part in parts)
    )


def addresses(app: Flask) -> Iterator[str]:
    """Every address that is read, of the person's contract where it takes one."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            values = {name: (SAMPLES | OWN).get(name, "1") for name in rule.arguments}
            yield urls.build(rule.endpoint, values, method="GET")


FURTHER: Final = (
    "/contracts?columns=grantee,uscc",
    f"/contracts?q={PERSON}",
    "/contracts?q=lixiaoming",
    "/contracts.xlsx",
    "/contracts.geojson",
    "/search?q=C1",
    "/api/v1/contracts/C1~~P1",
    "/ogc/collections/contracts/items",
    f"/ogc/collections/contracts/items?filter=grantee='{PERSON}'",
)


def test_every_role_that_sees_contracts_is_tried():
    seen = {role for role in Role if Permission.VIEW in role.permissions}
    assert {*BLIND, *SEEING} == seen


@pytest.mark.parametrize("role", BLIND)
def test_no_page_and_no_file_names_a_person_to_a_role_without_the_right(app, client_as, role):
    client = client_as(role)
    read = 0
    for path in (*addresses(app), *FURTHER):
        answer = client.get(path, query_string=None if "?" in path or "/ogc" in path else DAY)
        read += answer.status_code == 200
        body = told(answer.data)
        if "q=" not in path and "filter=" not in path:
            assert not [secret for secret in SECRETS if secret in body], path
    assert read > 20


@pytest.mark.parametrize("role", SEEING)
def test_who_deals_with_persons_sees_them(client_as, role):
    page = client_as(role).get("/contracts/C1~~P1", query_string=DAY).text
    assert {secret for secret in SECRETS if secret in page} >= {PERSON, NUMBER}


def test_an_organisation_is_told_to_every_role_that_sees_contracts(client_as):
    for role in Role:
        if Permission.VIEW in role.permissions:
            body = client_as(role).get("/ogc/collections/contracts/items").text
            assert COMPANY in body


def test_a_name_that_is_not_told_cannot_be_asked_for(client_as):
    asked = {"filter": f"grantee = '{PERSON}'"}
    items = "/ogc/collections/contracts/items"
    blind, seeing = client_as(Role.API_CLIENT), client_as(Role.AUDITOR)
    assert blind.get(items, query_string=asked).json["features"] == []
    (found,) = seeing.get(items, query_string=asked).json["features"]
    assert found["properties"]["grantee"] == PERSON
    masked = {"filter": f"grantee = '{MASK}'"}
    (hidden,) = blind.get(items, query_string=masked).json["features"]
    assert hidden["properties"]["contract_no"] == "C1"


@pytest.mark.parametrize("text", [PERSON, "lixiaoming", "lxm"])
def test_a_search_by_name_finds_a_person_for_who_may_see_one(client_as, text):
    asked = {"q": text, **DAY}
    found = {
        role: "C1~~P1" in client_as(role).get("/contracts", query_string=asked).text
        for role in (Role.ADMINISTRATOR, Role.AUDITOR)
    }
    assert found[Role.ADMINISTRATOR] is False
    assert found[Role.AUDITOR] or text == "lxm"


def test_a_person_is_found_by_the_number_of_the_contract(client_as):
    page = client_as(Role.ADMINISTRATOR).get("/contracts", query_string={"q": "P1", **DAY}).text
    assert "C1~~P1" in page
