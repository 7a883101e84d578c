"""The map of what moved between two judgements."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from geodata.errors import UsageError
from geodata.model.codelists import Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.movements import Movement
from service.maps.assets import InlinedAssets
from service.maps.moved import MovedParcel, MovementView
from service.maps.movement_map import movement_map
from service.maps.view import Stake
from tests.conftest import PROJECT

from .samples import AS_OF, HOSTILE, district, square

ASSETS = InlinedAssets(PROJECT / "node_modules")


def moved(number: int, movement: Movement = Movement.BETTER) -> MovedParcel:
    return MovedParcel(
        key=ContractKey(f"C-{number}"),
        movement=movement,
        before=Verdict.SUSPECT_IDLE_1Y,
        after=None if number else Verdict.OVERDUE_START,
        stake_before=Stake(Decimal("2400000.00")),
        stake_after=Stake(Decimal(0), missing_count=number),
        project_name=HOSTILE,
        park="东园",
        town="东园",
        geometry=square(number, 0) if number < 2 else None,
    )


VIEW = MovementView(
    language="en",
    district="区",
    title="Law book A against B",
    as_of=AS_OF,
    parcels=(moved(0), moved(1, Movement.RESOLVED), moved(2)),
    backdrop=district().backdrop,
)


def page(view: MovementView = VIEW, **options: int) -> str:
    return movement_map(view, ASSETS, lambda text: text, **options)


def features(html: str) -> list[dict]:
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', html, re.DOTALL)[1])
    return [feature["properties"] for feature in data["layers"]["parcel"]["features"]]


def test_the_page_refers_to_nothing_outside_itself():
    html = page()
    assert not re.search(r"<(script|img|iframe)[^>]*\ssrc=", html)
    assert set(re.findall(r'<link[^>]*href="([a-z]+):', html)) == {"data"}
    assert "default-src 'none'" in unescape(html)
    assert html == page()


def test_the_gravest_is_drawn_last_and_who_has_no_outline_is_counted():
    html = page()
    assert [shown["code"] for shown in features(html)] == ["resolved", "better"]
    assert "1 contracts have no outline" in html
    counts = re.findall(r'value="(\w+)" checked>.*?class="count">(\d+)<', html, re.DOTALL)
    assert counts == [("better", "2"), ("resolved", "1")]


def test_a_card_tells_both_verdicts_and_the_money():
    gone, better = features(page())
    assert better["movement"] == ["Movement-better", "better"]
    assert better["verdicts"] == [
        ["Verdict-suspect_idle_1y suspected", "suspected idle, one year"],
        ["Verdict-overdue_start", "start overdue"],
    ]
    assert [amount for _, amount in better["amounts"]] == ["2,400,000.00", "–", "-2,400,000.00"]
    assert gone["verdicts"][1] == ["", "not held"]
    assert [amount for _, amount in gone["amounts"]] == ["2,400,000.00", "unknown", "–"]
    assert better["lines"] == ["C-0", "东园", "unknown"]


def test_a_hostile_name_stays_text():
    html = page()
    assert "<img src=x" not in html
    assert features(html)[0]["title"] == HOSTILE


def test_too_many_contracts_are_refused_and_a_geopackage_is_named():
    with pytest.raises(UsageError, match="gpkg"):
        page(feature_limit=2)


def test_a_map_of_nothing_says_so():
    assert "Nothing moves." in page(replace(VIEW, parcels=()))
