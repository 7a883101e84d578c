"""The site over the real database: the demonstration district in a browser without a network."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from geodata.model.codelists import Group, Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Role
from service.maps.figures import grouped
from service.operations.check import check_file
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_database

DAY = f"as_of={DEMO_AS_OF.isoformat()}"


def test_counts_on_the_pages_are_those_of_the_audit(district_client, demo):
    page = district_client.get(f"/?{DAY}").get_data(as_text=True)
    summary = demo.audited.content.summary
    for group in Group:
        assert f">{summary.groups[group].count:,}<" in page
    for line in demo.audited.content.tally.lines:
        assert grouped(line.done_mu, 2) in page


def test_contracts_of_every_verdict_have_a_page(district_client, demo, law):
    listed = district_client.get(f"/contracts?{DAY}").get_data(as_text=True)
    assert "/contracts/" in listed
    view = map_of_database(demo.engine, law, DEMO_AS_OF, "en")
    firsts = {parcel.verdict: parcel for parcel in reversed(view.parcels)}
    for verdict, parcel in firsts.items():
        response = district_client.get(f"/contracts/{parcel.key.slug}?{DAY}")
        assert response.status_code == 200
        assert verdict.en in response.get_data(as_text=True)


def test_a_contract_as_data_is_the_document_of_an_explained_check(district_client, demo, law):
    path, key = demo.files.ledger, "演示-2023-089"
    checked = check_file(path, law, DEMO_AS_OF, "en", with_trace=True).content.contracts
    (document,) = (one for one in checked if one["contract_no"] == key)
    slug = ContractKey(key, "", document["parcel_code"]).slug
    response = district_client.get(f"/contracts/{slug}.json?{DAY}")
    answered = response.get_json()
    life = answered.pop("life")
    assert answered.pop("agreements") == []  # a ledger file knows of none
    assert (answered.pop("holds"), answered.pop("supervision")) == ([], [])
    assert answered | {"row": document["row"]} == document
    assert list(answered) == list(document)
    (now,) = (span for span in life if span["from_on"] <= str(DEMO_AS_OF) <= span["to_on"])
    assert now["verdict"] == document["verdict"]
    next_change_on = date.fromisoformat(document["next_change_on"])
    assert now["to_on"] >= str(next_change_on - timedelta(days=1))


def test_the_page_of_a_contract_tells_its_verdicts_through_time(district_client, demo, law):
    view = map_of_database(demo.engine, law, DEMO_AS_OF, "en")
    parcel = next(p for p in view.parcels if p.verdict is Verdict.SUSPECT_IDLE_1Y)
    page = district_client.get(f"/contracts/{parcel.key.slug}?{DAY}").get_data(as_text=True)
    panel = page.partition("Verdicts over time")[2].partition("</section>")[0]
    current = panel.partition('aria-current="date"')[2].partition("</tr>")[0]
    assert Verdict.SUSPECT_IDLE_1Y.en in current
    assert Verdict.SUSPECT_IDLE_2Y.en in panel.rpartition("<tr")[2]


@pytest.mark.parametrize("day", ["1900-01-02", "2199-12-31"])
@pytest.mark.parametrize("path", ["/", "/map", "/contracts"])
def test_the_first_and_the_last_day_that_can_be_asked_for_are_answered(district_client, path, day):
    assert district_client.get(f"{path}?as_of={day}").status_code == 200


def test_the_health_page_asks_the_database(district_client):
    assert district_client.get("/healthz").status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEADER])
def test_the_first_page_has_a_small_map_that_can_be_read_aloud(client_as, role):
    page = client_as(role).get("/", query_string={"as_of": DEMO_AS_OF, "lang": "en"}).text
    drawn = page[page.index('class="small-map"') : page.index("</svg>", page.index("small-map"))]
    assert "Map of" in drawn
    assert "Fengjing: " in drawn
    assert "contracts" in drawn
    assert drawn.count("<path") == 12  # eleven places and the district
