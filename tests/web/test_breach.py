"""Breach reports on the site: links on the contract, files, and a park as a task."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from geodata.model.roles import Role
from tests.conftest import Demo

pytestmark = pytest.mark.writes

DAY = {"as_of": "2026-06-30"}


@pytest.fixture
def slug(demo: Demo) -> str:
    """A contract that is suspected to be idle."""
    found = (one for one in demo.audited.content.contracts if one["verdict"] == "suspect_idle_1y")
    named = next(found)
    return "~".join((named["contract_no"], named["phase"] or "", named["parcel_code"]))


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_report_of_a_contract_is_offered_and_the_same_every_time(client_as, slug, form):
    client, address = client_as(Role.AUDITOR), f"/contracts/{slug}/breach.{form}"
    assert f"/breach.{form}" in client.get(f"/contracts/{slug}", query_string=DAY).text
    answer = client.get(address, query_string=DAY)
    assert answer.status_code == 200
    assert answer.data[:4] == {"pdf": b"%PDF", "docx": b"PK\x03\x04"}[form]
    assert answer.data == client.get(address, query_string=DAY).data
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_report_speaks_the_language_of_the_page(client_as, slug):
    client, address = client_as(Role.AUDITOR), f"/contracts/{slug}/breach.docx"
    said = {
        language: _document(client.get(address, query_string={**DAY, "lang": language}).data)
        for language in ("zh", "en")
    }
    assert "违约情况报告" in said["zh"]
    assert "涉嫌逾期未开工" in said["zh"]
    assert "Breach report" in said["en"]
    assert "suspected: start overdue" in said["en"]


def _document(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


def test_nobody_gets_a_report_of_land_of_another_park(client_as, slug):
    assert (
        client_as(Role.PARK_MANAGER, "无此园区").get(f"/contracts/{slug}/breach.pdf").status_code
        == 404
    )
    assert client_as(Role.LEADER).get(f"/contracts/{slug}/breach.pdf").status_code == 403


def test_the_reports_of_a_park_are_asked_for_as_a_task(client_as, slug):
    client = client_as(Role.AUDITOR)
    assert 'action="/breach' in client.get(f"/contracts/{slug}", query_string=DAY).text
    assert client.get(f"/breach/{'0' * 64}.zip").status_code == 404
