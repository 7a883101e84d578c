"""The site over the real database: the demonstration district in a browser without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from geodata.model.codelists import Group
from geodata.settings import DatabaseSettings
from service.app import database_app
from service.config import Config, load_config
from service.maps.figures import grouped
from service.operations.demonstration import DEMO_AS_OF
from service.operations.reading import DatabaseReadings
from tests.conftest import NOON, PROJECT, Demo

from .conftest import serving
from .test_browser import SUSPECT, card, click, find, open_map, until

DAY = f"as_of={DEMO_AS_OF.isoformat()}"


@pytest.fixture(scope="session")
def config(demo: Demo) -> Config:
    shipped = load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "en"})
    url = demo.engine.url.render_as_string(hide_password=False)
    return replace(shipped, database=DatabaseSettings(url, PROJECT))


@pytest.fixture
def address(config: Config, demo: Demo) -> Iterator[str]:
    with serving(database_app(config, demo.engine, lambda: NOON)) as found:
        yield found


@pytest.fixture
def district_client(config: Config, demo: Demo):
    return database_app(config, demo.engine, lambda: NOON).test_client()


@pytest.mark.browser
def test_the_districts_map_works_with_the_network_cut_off(browser, address, demo):
    open_map(browser, f"{address}/map?{DAY}")
    assert len(find(browser, "path.parcel")) == demo.audited.content.summary.contract_count

    click(browser, next(p for p in find(browser, SUSPECT) if p.is_displayed()))
    assert "suspected idle, one year" in card(browser)

    before = find(browser, "#shown")[0].text
    find(browser, f'input[data-filter=group][value="{Group.IDLE.value}"]')[0].click()
    until(browser, lambda: find(browser, "#shown")[0].text != before)

    assert not browser.complaints()
    foreign = [url for url in browser.requests() if not url.startswith((address, "data:", "blob:"))]
    assert not foreign


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
    view = DatabaseReadings(demo.engine, law).map_view(DEMO_AS_OF, "en")
    firsts = {parcel.verdict: parcel for parcel in reversed(view.parcels)}
    for verdict, parcel in firsts.items():
        response = district_client.get(f"/contracts/{parcel.key.slug}?{DAY}")
        assert response.status_code == 200
        assert verdict.en in response.get_data(as_text=True)


@pytest.mark.parametrize("day", ["1900-01-02", "2199-12-31"])
@pytest.mark.parametrize("path", ["/", "/map", "/contracts"])
def test_the_first_and_the_last_day_that_can_be_asked_for_are_answered(district_client, path, day):
    assert district_client.get(f"{path}?as_of={day}").status_code == 200


def test_the_health_page_asks_the_database(district_client):
    assert district_client.get("/healthz").status_code == 200
