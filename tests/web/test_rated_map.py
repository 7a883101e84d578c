"""The map with ratings and with inefficient land over its parcels."""

from __future__ import annotations

import pytest

from geodata.model.roles import Role
from service.operations.demonstration import DEMO_AS_OF

DAY = f"as_of={DEMO_AS_OF}"
PARK = "枫泾镇"


def keys(client, query: str = "") -> set[str]:
    land = client.get(f"/map/ratings?{DAY}{query}").get_json()
    return {each["properties"]["key"] for each in land["features"]}


def test_each_name_on_rated_land_opens_its_rating(district_client):
    land = district_client.get(f"/map/ratings?{DAY}&lang=en").get_json()
    (_, told, url), *_ = land["features"][0]["properties"]["rows"]
    assert told == "not rated"
    assert district_client.get(url).status_code == 200


def test_a_park_manager_sees_the_own_land_alone(district_client, client_as):
    own = keys(client_as(Role.PARK_MANAGER, PARK))
    assert own
    assert own < keys(district_client)


def test_a_park_and_a_scheme_can_be_asked_for(district_client):
    assert 0 < len(keys(district_client, f"&park={PARK}")) < len(keys(district_client))
    assert district_client.get(f"/map/ratings?{DAY}&scheme=nothing").status_code == 404


@pytest.mark.parametrize("layer", ["claim", "rating"])
def test_the_map_opens_with_the_layer_a_link_names(district_client, layer):
    def box(page: str) -> str:
        found = page.split(f'data-layer="{layer}" data-over', 1)[1]
        return found[: found.index(">")]

    path = f"/map?{DAY}&layer="
    assert "checked" in box(district_client.get(f"{path}{layer}").get_data(as_text=True))
    assert "checked" not in box(district_client.get(path).get_data(as_text=True))


def test_what_the_map_was_asked_for_is_what_it_asks_for(district_client):
    path = f"/map?{DAY}&layer=rating&scheme=enterprise_performance&park={PARK}"
    page = district_client.get(path).get_data(as_text=True)
    assert "scheme=enterprise_performance" in page
    assert "park=%E6%9E%AB%E6%B3%BE%E9%95%87" in page
