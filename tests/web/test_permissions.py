"""Every role asks every route, and each answers as it declares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from geodata.model.roles import Permission, Role
from service.web.permissions import PUBLIC, permission_of

from .forms import PAGE

SAMPLES = {
    "slug": "nothing~~here",
    "code": "overdue_start",
    "form": "csv",
    "case_id": "00000000-0000-0000-0000-000000000000",
    "document_id": "00000000-0000-0000-0000-000000000000",
    "entry_id": "00000000-0000-0000-0000-000000000000",
    "project_id": "00000000-0000-0000-0000-000000000000",
    "task_id": "00000000-0000-0000-0000-000000000000",
    "upload_id": "00000000-0000-0000-0000-000000000000",
    "evidence_id": "00000000-0000-0000-0000-000000000000",
}
OPEN = (
    "/",
    "/map",
    "/lists",
    "/contracts",
    "/entries",
    "/runs",
    "/rules",
    "/account",
    "/accounts",
    "/help",
)


def addresses(app) -> Iterator[tuple[Rule, str]]:
    """Every route with an address of it."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: SAMPLES.get(name, "1") for name in rule.arguments}
        method = min(rule.methods & {"GET", "POST"})
        yield rule, urls.build(rule.endpoint, values, method=method)


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role.value if role else "nobody")
def test_every_route_answers_a_role_as_it_declares(district_app, client_as, role):
    client = client_as(role) if role else district_app.test_client()
    for rule, path in addresses(district_app):
        declared = permission_of(district_app.view_functions[rule.endpoint])
        for method in rule.methods & {"GET", "POST"}:
            status = client.open(path, method=method, headers=PAGE).status_code
            told = (method, path, declared, status)
            assert status < 500 or (path, status) == ("/readyz", 503), told  # no worker here
            if declared == PUBLIC:
                assert status != 403, told
            elif role is None:
                assert status == (302 if method == "GET" else 401), told
            elif isinstance(declared, Permission):
                assert (status == 403) is (declared not in role.permissions), told
            else:
                assert (status == 401) is (not role.signs_in), told


@pytest.mark.parametrize("role", [role for role in Role if role.signs_in])
def test_a_role_is_offered_what_it_may_open_and_nothing_else(client_as, role):
    client = client_as(role)
    page = client.get("/help").text
    offered = {path for path in OPEN if f'href="{path}"' in page}
    assert offered == {path for path in OPEN if client.get(path).status_code == 200}


def test_a_leader_sees_totals_and_no_contract(client_as):
    page = client_as(Role.LEADER).get("/", query_string={"as_of": "2026-06-30"}).text
    assert "/contracts" not in page
    assert "/map" not in page
    assert "Due next" not in page
    assert 'class="big"' in page
