"""The small map: every place where it lies, shaded by what is flagged there."""

from __future__ import annotations

import re

from shapely import box

from geodata.model.codelists import Group
from geodata.model.content_lists import ParkKind
from service.maps.overview import ParkLine
from service.maps.small_map import LEVELS, Ground, PlaceOutline, small_map

TOWN = PlaceOutline("甲镇", "Jia", ParkKind.TOWN, box(121.0, 30.8, 121.2, 30.9))
PARK = PlaceOutline("乙园", "Yi Park", ParkKind.PARK, box(121.0, 30.85, 121.05, 30.9))


def line(park: str, flagged: int) -> ParkLine:
    return ParkLine(park, 10, dict.fromkeys(Group, 0), flagged)


def test_places_lie_as_on_the_ground_towns_below_parks():
    drawn = small_map(Ground([PARK, TOWN]), [], "en")
    assert [place.name for place in drawn.places] == ["Jia", "Yi Park"]
    assert 1.6 < drawn.width / drawn.height < 1.8  # 0.2 by 0.1 degrees at 31° north
    town, park = drawn.places
    assert park.x < town.x
    assert park.y < town.y, "north is up"
    numbers = [float(each) for each in re.findall(r"[\d.]+", town.path)]
    assert min(numbers) >= 0
    assert max(numbers) <= drawn.width


def test_shades_follow_counts_and_none_is_white():
    places = small_map(Ground([TOWN, PARK]), [line("甲镇", 9), line("乙园", 1)], "zh").places
    assert [place.level for place in places] == [LEVELS, 1]
    assert all(
        place.level == 0
        for place in small_map(Ground([TOWN, PARK]), [line("甲镇", 0)], "zh").places
    )


def test_a_place_without_contracts_and_a_park_nobody_drew_do_no_harm():
    (place,) = small_map(Ground([TOWN]), [line("", 3)], "zh").places
    assert (place.line, place.level) == (None, 0)
    assert small_map(Ground([]), [line("甲镇", 3)], "zh") is None


def test_holes_are_drawn():
    ring = PlaceOutline("环", "Ring", ParkKind.TOWN, TOWN.shape - box(121.05, 30.82, 121.1, 30.85))
    assert small_map(Ground([ring]), [], "zh").places[0].path.count("Z") == 2


def test_the_district_lies_below_and_makes_room():
    drawn = small_map(Ground([TOWN], box(120.9, 30.7, 121.3, 31.0)), [], "zh")
    assert drawn.ground.startswith("M")
    assert drawn.places[0].x < drawn.width * 0.7
