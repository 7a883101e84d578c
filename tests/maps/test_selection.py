from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.codelists import Group, MilestoneState, UnusedBucket, Verdict
from geodata.model.selection import DUE_WITHIN, Order, Selection
from service.maps.overview import overview
from service.maps.selection import Totals, admits, select
from tests.maps.samples import AS_OF, NO_TALLY, PARKS, district

PARCELS = district().parcels
FACETS = (
    *("verdicts", "groups", "buckets", "milestones"),
    *("due_within", "parks", "towns", "land_uses"),
)

selections = st.builds(
    Selection,
    verdicts=st.frozensets(st.sampled_from(list(Verdict))),
    groups=st.frozensets(st.sampled_from(list(Group))),
    buckets=st.frozensets(st.sampled_from(list(UnusedBucket))),
    due_within=st.frozensets(st.sampled_from(DUE_WITHIN)),
    parks=st.frozensets(st.sampled_from(PARKS)),
    any_group=st.booleans(),
    text=st.sampled_from(["", "企业3", "项目1 企业", "GB00012", "nothing"]),
)


@settings(deadline=None)
@given(selections)
def test_a_count_beside_a_filter_is_the_length_of_its_list(selection):
    facets = select(PARCELS, selection, AS_OF).facets
    assert {field.name for field in fields(facets)} == set(FACETS)
    for name in FACETS:
        for value, count in getattr(facets, name).items():
            narrowed = replace(selection, **{name: frozenset({value})})
            assert select(PARCELS, narrowed, AS_OF).totals.count == count


@settings(deadline=None)
@given(selections, st.sampled_from(list(Order)), st.integers(1, 9))
def test_the_pages_of_a_list_are_the_list(selection, order, size):
    first = select(PARCELS, selection, AS_OF, order, 1, size)
    pages = [
        select(PARCELS, selection, AS_OF, order, n, size).rows for n in range(1, first.count + 1)
    ]
    shown = [parcel.key for rows in pages for parcel in rows]
    assert sorted(shown) == sorted(p.key for p in PARCELS if admits(selection, p, AS_OF))
    assert first.totals.count == len(shown)


@pytest.mark.parametrize(("page", "number"), [(-3, 1), (0, 1), (2, 2), (99, 6)])
def test_a_page_outside_the_list_is_the_nearest_one(page, number):
    assert select(PARCELS, Selection(), AS_OF, page=page, page_size=10).number == number


def test_a_list_begins_with_the_gravest():
    ranks = [parcel.verdict.severity for parcel in select(PARCELS, Selection(), AS_OF).rows]
    assert ranks == sorted(ranks)


def test_a_search_needs_every_word_in_any_case():
    def found(text):
        return select(PARCELS, Selection(text=text), AS_OF).totals.count

    assert found("gb00012") == found("  GB00012 项目12 ") == 1
    assert found("GB00012 项目13") == 0


def test_unknown_areas_are_counted_and_not_added():
    totals = Totals.of(PARCELS)
    unknown = [parcel for parcel in PARCELS if parcel.area_m2 is None]
    assert totals.unknown_area_count == len(unknown) > 0
    assert totals.area_m2 == sum(p.area_m2 for p in PARCELS if p.area_m2 is not None)


def test_the_overview_agrees_with_the_lists():
    day = overview(PARCELS, AS_OF, NO_TALLY)
    for group, totals in day.groups.items():
        listed = select(PARCELS, Selection(groups=frozenset({group})), AS_OF).totals
        assert (totals.count, totals.area_m2) == (listed.count, listed.area_m2)
    assert day.any_group.count == select(PARCELS, Selection(any_group=True), AS_OF).totals.count
    assert sum(day.verdicts.values()) == day.all.count == len(PARCELS)
    assert sum(line.count for line in day.parks) == len(PARCELS)


def test_the_overview_names_what_is_due_next_and_what_is_new():
    day = overview(PARCELS, AS_OF, NO_TALLY)
    assert day.deadlines
    assert {d.milestone.state for d in day.deadlines} == {MilestoneState.DUE_SOON}
    assert day.recent
    assert {parcel.verdict for parcel in day.recent} == {Verdict.SUSPECT_IDLE_1Y}
