"""Every address of the site, asked for what is not the asker's: no answer holds any of it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq
import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import EntryKind
from geodata.model.land_lists import LandList
from geodata.model.roles import Role
from geodata.store.queries.content import read_content
from geodata.store.session import unit_of_work
from geodata.tiles.catalogue import Layer
from service.operations.demonstration import DEMO_AS_OF
from tests.conftest import Demo
from tests.importers.camera import photo

from .forms import PAGE
from .test_cases import drafted, opened
from .test_entries import enter, key, waiting_id
from .test_evidence import files
from .test_evidence import send as send_files

__all__ = ["files", "key"]

pytestmark = pytest.mark.writes

PARK = "金山第二工业区"
DISTRICT = (10, 857, 419)
"""The tile the demonstration lies in: zoom, column, row."""
SEARCHED = {"/contracts", "/contracts.<form>", "/map/search"}
FOREIGN = {"slug", "contract", "parcel", "entry_id", "evidence_id", "case_id", "document_id"}
"""Parts of addresses that name one thing of another park."""
TELLING = {
    *SEARCHED,
    "/",
    "/entries",
    "/entries/<uuid:entry_id>",
    "/cases",
    "/cases/<uuid:case_id>",
    "/documents/<uuid:document_id>",
    "/lists/<code>",
    "/lists/<code>.<form>",
    "/map/cards/<int:number>",
    "/reminders",
    "/api/v1/contracts",
    "/ogc/collections/<name>/items",
}
"""Some of the addresses at which somebody who sees all is told."""
CARDS = sa.text("""
    SELECT contract_id, contract_no, parcel_code, project_name, grantee, park
    FROM parcelwatch.contract_card
""")
UUID_OF = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

Words = frozenset[str]


def words_of(demo: Demo, *, of_park: bool) -> Words:
    """What names the contracts and tenants of the park, or of all the others."""
    with unit_of_work(demo.engine) as connection:
        rows = connection.execute(CARDS).all()
        stays = read_content(connection, ContentKind.OCCUPANCIES).rows
    parts = ("contract_no", "parcel_code", "project_name", "grantee")
    found = (row._mapping for row in rows if (row.park == PARK) is of_park)
    words = {row[part] for row in found for part in parts if len(row[part] or "") > 4}
    parcels = {row.parcel_code for row in rows if (row.park == PARK) is of_park}
    tenants = {stay["enterprise"] for stay in stays if stay["parcel_code"] in parcels}
    return frozenset(words | (tenants - {None}))


def told(response: TestResponse) -> str:
    """Everything an answer says, whatever it is written in."""
    content = response.data
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(map(packed.read, packed.namelist()))
    elif content.startswith(b"PAR1"):
        content = str(pq.read_table(io.BytesIO(content)).to_pydict()).encode()
    elif content.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        content = "\n".join(page.extract_text() for page in pages).encode()
    text = content.decode(errors="replace")
    text = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)
    return html.unescape(unquote(text))


@pytest.fixture
def samples(demo: Demo, client_as: Callable[..., FlaskClient], key: ContractKey) -> dict[str, Any]:
    """Values of the parts of addresses, by name: a contract of another park and what it has."""
    auditor, legal = client_as(Role.AUDITOR), client_as(Role.LEGAL)
    enter(auditor, key, EntryKind.EXTENSION)
    send_files(auditor, f"/contracts/{key.slug}/evidence", photo(), kind="photo")
    evidence = re.search(
        r'id="evidence-([0-9a-f-]{36})"', auditor.get(f"/contracts/{key.slug}").text
    )[1]
    case = opened(auditor, key)
    document = drafted(legal, case)
    with demo.engine.connect() as connection:
        numbers = {row.contract_no: row.contract_id for row in connection.execute(CARDS)}
    zoom, column, row = DISTRICT
    return {
        "slug": [key.slug],
        "contract": [key.slug],
        "parcel": [key.parcel_code],
        "number": [numbers[key.contract_no]],
        "entry_id": [waiting_id(auditor, key)],
        "evidence_id": [evidence],
        "case_id": [UUID_OF.search(case)[0]],
        "case": [UUID_OF.search(case)[0]],
        "entry": [waiting_id(auditor, key)],
        "document_id": [UUID_OF.search(document)[0]],
        "layer": [layer.value for layer in Layer],
        "code": [LandList.SUPPLIED_UNUSED.value, LandList.OVERDUE_START.value],
        "name": [one["id"] for one in auditor.get("/ogc/collections").json["collections"]],
        "kind": [EntryKind.MILESTONE.value],
        "form": ["xlsx", "csv", "geojson", "parquet", "pdf"],
        "z": [zoom],
        "x": [column],
        "y": [row],
        "zoom": [zoom],
        "column": [column],
        "row": [row],
    }


def addresses(app: Flask, samples: Mapping[str, list[Any]]) -> Iterator[tuple[Rule, str]]:
    """Every address that is read, with every combination of the samples."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        fixed = {name: [value] for name, value in (rule.defaults or {}).items()}
        parts = [{**samples, **fixed}.get(name, ["1"]) for name in rule.arguments]
        for values in product(*parts):
            given = dict(zip(rule.arguments, values, strict=True))
            yield rule, urls.build(rule.endpoint, given, method="GET")


def leaks(client: FlaskClient, rules: Iterable[tuple[Rule, str]], words: Words) -> list[str]:
    """Routes whose answers hold some of the words that were not in what was asked."""
    found: dict[str, None] = {}
    for rule, path in rules:
        query = {"as_of": str(DEMO_AS_OF), "q": "演示" if rule.rule in SEARCHED else None}
        text, asked = told(client.get(path, query_string=query, headers=PAGE)), unquote(path)
        if any(word in text and word not in asked for word in words):
            found[rule.rule] = None
    return list(found)


@pytest.mark.parametrize("role", [Role.PARK_MANAGER, Role.LEADER, None], ids=str)
def test_no_address_tells_what_is_not_the_asker_s(role, district_app, client_as, demo, samples):
    client = client_as(role, PARK) if role else district_app.test_client()
    others, own = (words_of(demo, of_park=each) for each in (False, True))
    hidden = others - own if role is Role.PARK_MANAGER else others | own
    assert len(hidden) > 1000
    asked = list(addresses(district_app, samples))
    assert leaks(client, asked, hidden) == []
    answered = [
        path
        for rule, path in asked
        if rule.arguments & FOREIGN and client.get(path, headers=PAGE).status_code < 300
    ]
    assert answered == []


def test_who_sees_all_is_told(district_app, client_as, demo, samples):
    """Were nobody told anything, the test above could not fail."""
    asked = [each for each in addresses(district_app, samples) if each[0].rule in TELLING]
    hidden = words_of(demo, of_park=False)
    assert set(leaks(client_as(Role.AUDITOR), asked, hidden)) == TELLING
