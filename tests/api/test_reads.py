"""What programs read: every resource as described, page by page, and as far as the token sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from geodata.model.roles import Permission, Role
from tests.conftest import NOON

from .conftest import PREFIX

LISTS = ("contracts", "milestones", "findings", "parcels", "audits", "cases", "evidence", "rules")
PLAIN = (*LISTS, "targets", "codelists")
OF_LAND = ("contracts", "milestones", "findings", "parcels")
KNOWLEDGE = {"known_at": (NOON + timedelta(days=1)).isoformat()}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PLAIN)
def test_every_resource_is_what_the_description_says(auditor, conforms, name, language):
    conforms(auditor.get(f"/{name}", lang=language), f"/{name}")


@pytest.mark.parametrize("name", ["contract", "parcel"])
def test_one_of_a_list_is_the_same_alone(auditor, conforms, name):
    (listed,) = auditor.get(f"/{name}s", limit=1)["items"]
    alone = auditor.get(f"/{name}s/{listed['id'].replace('%', '%25')}")
    assert alone == listed
    conforms(alone, f"/{name}s/{{{name}}}")


@pytest.mark.parametrize(
    ("name", "limit"), [("contracts", 101), ("milestones", 333), ("findings", 97), ("parcels", 90)]
)
def test_every_item_comes_once_and_in_order(auditor, name, limit):
    whole = [item for page in auditor.pages(f"/{name}", limit=1000) for item in page]
    pages = auditor.pages(f"/{name}", limit=limit)
    assert [item for page in pages for item in page] == whole
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit
    assert len({str(item) for item in whole}) == len(whole)


@pytest.mark.parametrize("sort", ["signed_on", "-signed_on", "closed_on", "-area_m2", "town"])
def test_a_sorted_list_has_every_contract_once_with_unknown_values_last(auditor, sort):
    key = sort.removeprefix("-")
    pages = auditor.pages("/contracts", sort=sort, limit=77, **KNOWLEDGE)
    found = [item for page in pages for item in page]
    plain = [item["id"] for page in auditor.pages("/contracts", limit=1000) for item in page]
    assert sorted(item["id"] for item in found) == sorted(plain)
    known = [key in item["facts"] for item in found]
    assert known == sorted(known, reverse=True)
    if key == "signed_on":
        days = [item["facts"][key] for item in found if key in item["facts"]]
        assert days == sorted(days, reverse=sort.startswith("-"))


def test_filters_speak_of_columns_and_of_the_standing(auditor):
    everything = [c for page in auditor.pages("/contracts", limit=1000) for c in page]
    wanted = {"filter": "signed_on >= DATE('2021-01-01') AND area_m2 < 30000", "limit": 1000}
    found = [c["id"] for page in auditor.pages("/contracts", **wanted) for c in page]
    expected = [
        c["id"]
        for c in everything
        if c["facts"].get("signed_on", "") >= "2021-01-01" and float(c["facts"]["area_m2"]) < 30000
    ]
    assert 0 < len(expected) < len(everything)
    assert found == expected
    verdict = everything[0]["standing"]["verdict"]
    pages = auditor.pages("/contracts", verdict=verdict, limit=50)
    alike = [c["id"] for c in everything if c["standing"]["verdict"] == verdict]
    assert [c["id"] for page in pages for c in page] == alike


def test_findings_and_milestones_are_those_of_the_contracts(auditor):
    contracts = [c for page in auditor.pages("/contracts", limit=1000) for c in page]
    found = [f["finding"] for page in auditor.pages("/findings", limit=1000) for f in page]
    assert found == [f for c in contracts for f in c["standing"]["findings"]]
    states = [m["milestone"] for p in auditor.pages("/milestones", limit=1000) for m in p]
    of_all = [
        {"kind": kind, **told}
        for c in contracts
        for kind, told in c["standing"]["milestones"].items()
    ]
    assert states == of_all
    code = found[0]["code"]
    some = [f["finding"] for page in auditor.pages("/findings", code=code, limit=9) for f in page]
    assert some == [f for f in found if f["code"] == code]


def test_the_day_and_the_knowledge_asked_for_are_those_of_the_answer(auditor):
    key = auditor.get("/contracts", limit=1)["items"][0]["id"].replace("%", "%25")
    early, late = (
        auditor.get(f"/contracts/{key}", as_of=day)["standing"]
        for day in ("2015-01-01", "2030-01-01")
    )
    assert early["as_of"] == "2015-01-01"
    assert early != {**late, "as_of": early["as_of"]}
    assert auditor.get("/contracts", known_at="2000-01-01T00:00:00Z") == {"items": []}
    for name in ("parcels", "audits", "cases", "evidence", "findings"):
        assert auditor.get(f"/{name}", known_at="2000-01-01T00:00:00Z") == {"items": []}


@pytest.mark.parametrize("name", [*OF_LAND, "cases", "evidence"])
def test_a_token_of_a_park_sees_its_land_and_no_other(program, auditor, name):
    contracts = [c for page in auditor.pages("/contracts", limit=1000) for c in page]
    park = next(c["facts"]["park"] for c in contracts if "park" in c["facts"])
    own = {c["id"] for c in contracts if c["facts"].get("park") == park}
    manager = program(Role.PARK_MANAGER, park)
    items = [item for page in manager.pages(f"/{name}", limit=1000) for item in page]
    seen = {
        key
        for item in items
        for key in (
            [item["id"]] if name == "contracts" else item.get("contracts", [item.get("contract")])
        )
    }
    assert seen <= own
    if name in OF_LAND[:2]:
        assert seen == own
    hidden = next(c["id"] for c in contracts if c["id"] not in own).replace("%", "%25")
    assert manager.ask(f"/contracts/{hidden}").status_code == 404


def test_a_token_does_what_it_was_given_and_no_more(program):
    leader = program(Role.LEADER)
    assert leader.ask("/targets").status_code == 200
    assert {leader.ask(f"/{name}").status_code for name in (*OF_LAND, "cases")} == {403}
    narrow = program(Role.AUDITOR, may={Permission.TOTALS})
    assert narrow.ask("/targets").status_code == 200
    assert narrow.ask("/contracts").status_code == 403
    refused = narrow.ask("/entries", "POST", json={})
    assert refused.status_code == 403
    assert refused.content_type == "application/problem+json"


def test_an_answer_that_is_known_is_not_sent_again(auditor):
    first = auditor.ask("/contracts", query={"limit": 5})
    again = auditor.ask("/contracts?limit=5", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = auditor.ask("/contracts?limit=6", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/contracts?sorted=signed_on", 400),
        ("/contracts?limit=0", 400),
        ("/contracts?limit=1&limit=2", 400),
        ("/contracts?as_of=yesterday", 400),
        ("/contracts?known_at=2024-01-01", 400),
        ("/contracts?known_at=2024-01-01T00:00:00", 400),
        ("/contracts?filter=area_m2%20%3E", 400),
        ("/contracts?filter=nothing%20%3D%201", 400),
        ("/contracts?sort=signed_on&after=999999999", 404),
        ("/contracts/nothing", 404),
        ("/parcels/nothing", 404),
        ("/cases/nothing", 404),
        ("/audits/999999", 404),
        ("/nothing", 404),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(auditor, description, path, status):
    answer = auditor.ask(path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    told = answer.json
    assert told["status"] == status
    assert set(told) == set(description["components"]["schemas"]["Problem"]["properties"])
    assert told["detail"]
    assert told["next_step"]


def test_a_problem_is_told_in_the_language_asked_for(auditor):
    told = {
        auditor.ask("/contracts", query={"limit": 0, "lang": one}).json["detail"]
        for one in ("zh", "en")
    }
    assert len(told) == 2


def test_nobody_is_told_to_show_a_token(district_app):
    answer = district_app.test_client().get(f"{PREFIX}/contracts")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = district_app.test_client().post(f"{PREFIX}/contracts")
    assert wrong.status_code == 405
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD"}
