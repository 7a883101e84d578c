"""What strangers and colleagues try: injection, paths, sessions put under, land of others."""

from __future__ import annotations

import pytest

from geodata.model.roles import Role

from .forms import PAGE
from .test_permissions import SAMPLES

HOSTILE = (
    "'; DROP TABLE parcelwatch.contract CASCADE; --",
    "' OR '1'='1",
    "\\'; SELECT pg_sleep(9); --",
    "%00",
    "%s%(x)s{0}{self.__class__}",
    "../../../../etc/passwd",
    "<script>window.stolen=1</script>",
    "\r\nSet-Cookie: parcelwatch_session=stolen",
)
FIELDS = ("q", "park", "town", "sort", "columns", "page", "as_of", "known_at", "lang", "verdict")


@pytest.fixture(scope="module")
def auditor(client_as):
    return client_as(Role.AUDITOR)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_that_would_be_commands_are_words(auditor, text):
    before = auditor.get("/contracts.csv").data
    for field in FIELDS:
        answer = auditor.get("/contracts", query_string={field: text})
        assert answer.status_code < 500, field
        assert "<script>window.stolen" not in answer.text
        assert "stolen" not in answer.headers.get("Set-Cookie", "")
    assert auditor.get("/contracts.csv").data == before


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/..%2fconfig.py",
        "/static/%2e%2e/%2e%2e/config.toml",
        "/assets/..%2f..%2fconfig.toml",
        "/assets/%2fetc%2fpasswd",
        "/contracts/..%2f..%2fetc%2fpasswd",
        "/evidence/..%2f..%2fconfig.toml",
        "/imports/..%2f..%2fconfig.toml",
    ],
)
def test_no_path_leads_out_of_what_is_served(auditor, path):
    answer = auditor.get(path)
    assert answer.status_code in (302, 308, 400, 404, 405)
    assert b"[database]" not in answer.data
    assert b"root:" not in answer.data


def test_a_session_put_under_somebody_is_of_no_use_afterwards(district_app, client_as):
    """Fixation: what the browser had before it signed in never becomes a session."""
    stranger = district_app.test_client()
    stranger.set_cookie("parcelwatch_session", "put-there-by-another")
    assert stranger.get("/contracts", headers=PAGE).status_code == 302
    known = client_as(Role.AUDITOR)
    assert known.get_cookie("parcelwatch_session").value != "put-there-by-another"
    assert known.get("/contracts").status_code == 200
    assert stranger.get("/contracts", headers=PAGE).status_code == 302


def test_land_of_another_park_is_as_if_there_was_none(client_as, demo, district_app):
    """By every address that takes a contract, in every form."""
    first, second = parks(demo)
    slug = contract_of(demo, second)
    manager, urls = client_as(Role.PARK_MANAGER, first), district_app.url_map.bind("localhost")
    tried = 0
    for rule in district_app.url_map.iter_rules():
        if "slug" in rule.arguments and "GET" in rule.methods:
            values = {name: SAMPLES.get(name, "1") for name in rule.arguments} | {"slug": slug}
            path = urls.build(rule.endpoint, values, method="GET")
            assert manager.get(path).status_code in (403, 404), path
            tried += 1
    assert tried > 5


def parks(demo) -> list[str]:
    with demo.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT park FROM parcelwatch.contract_card WHERE park <> '' GROUP BY park"
            " ORDER BY park LIMIT 2"
        )
        return [park for (park,) in found]


def contract_of(demo, park: str) -> str:
    with demo.engine.connect() as connection:
        number, phase, parcel = connection.exec_driver_sql(
            "SELECT contract_no, phase, parcel_code FROM parcelwatch.contract_card"
            " WHERE park = %s ORDER BY contract_id LIMIT 1",
            (park,),
        ).one()
    return f"{number}~{phase}~{parcel}"
