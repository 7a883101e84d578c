"""Ratings on their land: who stands where, in which colour, and what is too much for a map."""

from __future__ import annotations

from collections import Counter

import pytest

from geodata.errors import UsageError
from service.compliance.law import load_book
from service.maps.rated_land import NOT_RATED, rating_collection
from service.operations.demonstration import DEMO_AS_OF
from service.operations.rated_land import rated_land
from service.operations.rating import rating_report

PARK = "枫泾镇"


@pytest.fixture(scope="module")
def model_law():
    return load_book("999901")


@pytest.fixture(scope="module")
def land(demo, model_law):
    return rated_land(demo.engine, model_law, DEMO_AS_OF)


def marks(land) -> Counter[str]:
    shown = rating_collection(land, "en", lambda text: text, lambda rated: rated.who.uscc)
    return Counter(each["properties"]["mark"] for each in shown["features"])


def test_every_rated_enterprise_stands_on_land(demo, model_law, land):
    report = rating_report(demo.engine, model_law, DEMO_AS_OF)
    rated = {each.who.uscc for each in report.rated if each.result.rank}
    assert rated
    assert rated <= {each.who.uscc for parcel in land for each in parcel.rated}


def test_a_parcel_has_the_colour_of_the_lowest_class_on_it(land):
    shared = [parcel for parcel in land if len(parcel.rated) > 1]
    assert shared
    for parcel in shared:
        classes = [each.result.rated_class for each in parcel.rated if each.result.rated_class]
        assert classes == sorted(classes, key=lambda one: -one.position)
        assert not classes or parcel.rated[0].result.rated_class is classes[0]


def test_classes_and_the_not_rated_are_both_shown(land):
    found = marks(land)
    assert {"RatingClass-A", "RatingClass-C", NOT_RATED} <= set(found)
    assert sum(found.values()) == len(land)


def test_nobody_has_a_class_by_a_scheme_whose_weights_are_not_known(demo, law):
    assert set(marks(rated_land(demo.engine, law, DEMO_AS_OF))) == {NOT_RATED}


def test_only_some_parks_can_be_asked_for(demo, model_law, land):
    some = rated_land(demo.engine, model_law, DEMO_AS_OF, parks=[PARK])
    assert 0 < len(some) < len(land)
    assert {each.who.park for parcel in some for each in parcel.rated} == {PARK}


def test_too_many_parcels_are_refused_with_a_way_on(demo, model_law, monkeypatch):
    monkeypatch.setattr("service.operations.rated_land.FEATURE_LIMIT", 10)
    with pytest.raises(UsageError, match="at most 10"):
        rated_land(demo.engine, model_law, DEMO_AS_OF)
