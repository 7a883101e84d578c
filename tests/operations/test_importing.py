"""What a ledger says beside its own columns is kept, listed and shown."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.app import create_app
from service.i18n import translator
from service.maps.view import ContractKey
from service.operations.importing import ImportReport, import_files
from service.operations.reading import DatabaseReadings
from service.web.readings import Site
from tests.conftest import NOON, PROJECT
from tests.maps.samples import HOSTILE

AS_OF = date(2026, 6, 30)
KEY = ContractKey("G-1", "", "")


@pytest.fixture
def imported(own_engine: sa.Engine, tmp_path) -> ImportReport:
    quoted = HOSTILE.replace('"', '""')
    path = tmp_path / "ledger.csv"
    path.write_text(
        f'contract_no,signed_on,网格员,"{quoted}"\nG-1,2024-01-02,甲,"{quoted}"\nG-2,,,\n', "utf-8"
    )
    return import_files(own_engine, ledger=path, district=None, actor="test", clock=lambda: NOON)


@pytest.fixture
def readings(own_engine, imported, law) -> DatabaseReadings:
    return DatabaseReadings(own_engine, law)


def test_unknown_columns_are_listed_and_follow_the_facts(imported, readings):
    assert imported.file.unknown_headers == ("网格员", HOSTILE)
    facts = readings.contract(KEY, AS_OF, "en").facts
    known = (("contract_no", "G-1"), ("signed_on", "2024-01-02"))
    assert facts[: len(known)] == known
    assert dict(facts[len(known) :]) == {"网格员": "甲", HOSTILE: HOSTILE}


def test_a_contract_without_them_shows_none(readings):
    assert readings.contract(ContractKey("G-2", "", ""), AS_OF, "en").facts == (
        ("contract_no", "G-2"),
    )


@pytest.fixture(params=["en", "zh"])
def client(readings, request) -> FlaskClient:
    modules = PROJECT / "node_modules"
    return create_app(
        Site(readings, lambda: AS_OF, translator, modules, "Jinshan", request.param)
    ).test_client()


def test_the_page_shows_them_as_text(client):
    body = client.get(f"/contracts/{KEY.slug}").text
    assert "<dt>网格员</dt><dd>甲</dd>" in body
    assert body.count("&lt;img src=x") == 2
    assert "<img src=x" not in body
    assert body.count("<script") == body.count("</script>")


@pytest.mark.parametrize("path", ["/", "/map", "/contracts"])
def test_a_ledger_without_a_district_has_every_page(client, path):
    assert client.get(path).status_code == HTTPStatus.OK
