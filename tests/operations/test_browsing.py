"""Lists and totals read from the cards are those of the whole district judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from geodata.errors import NotAllowedError
from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.roles import Actor, Role
from geodata.model.selection import Order, Selection
from geodata.model.spelling import spelled
from service.compliance.law import LawBook
from service.maps.overview import overview
from service.maps.selection import FILTERS, ContractPage, Totals, arranged, select
from service.maps.view import JudgedParcel
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_database
from service.operations.reading import DatabaseReadings
from tests.conftest import NOON, Demo

DAYS = (DEMO_AS_OF, date(2024, 2, 29), date(2020, 6, 30), date(2027, 3, 1), date(1990, 1, 1))
AUDITOR = Actor.of_role("auditor", Role.AUDITOR)

SELECTIONS = (
    Selection(),
    Selection(verdicts=frozenset({Verdict.COMPLIANT, Verdict.IDLE_CONFIRMED})),
    Selection(groups=frozenset({Group.IDLE})),
    Selection(any_group=True, groups=frozenset({Group.OVERDUE, Group.SUPPLIED_UNUSED})),
    Selection(buckets=frozenset(UnusedBucket)),
    Selection(milestones=frozenset({MilestoneKind.START}), due_within=frozenset({60, 30})),
    Selection(due_within=frozenset({90}), text="生产"),
    Selection(text="上海 扩建", any_group=True),
    Selection(text="jxs"),
    Selection(text="310116"),
)


@pytest.fixture(scope="module")
def readings(demo: Demo, law: LawBook) -> DatabaseReadings:
    return DatabaseReadings(demo.engine, law)


@pytest.fixture(scope="module")
def parcels_on(demo: Demo, law: LawBook) -> Callable[[date], tuple[JudgedParcel, ...]]:
    return cache(lambda day: map_of_database(demo.engine, law, day, "en").parcels)


def whole(readings: DatabaseReadings, as_of: date, *asked: object) -> list[JudgedParcel]:
    """The rows of all pages of a list."""
    first = readings.contracts(AUDITOR, as_of, "en", *asked, 1)
    pages = (readings.contracts(AUDITOR, as_of, "en", *asked, n) for n in range(2, first.count + 1))
    return [row for page in (first, *pages) for row in page.rows]


def rounded(totals: Totals) -> tuple[object, ...]:
    return (
        totals.count,
        round(float(totals.area_m2), 3),
        totals.unknown_area_count,
        totals.stake,
    )


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("selection", SELECTIONS, ids=range(len(SELECTIONS)))
def test_a_list_is_that_of_the_whole_district_judged(readings, parcels_on, as_of, selection):
    parcels = parcels_on(as_of)
    page = readings.contracts(AUDITOR, as_of, "en", selection, Order.SEVERITY, 1)
    judged = select(parcels, selection, as_of)
    if selection.text and not judged.totals.count:
        return  # something like it is shown instead
    assert rounded(page.totals) == rounded(judged.totals)
    for name in FILTERS:
        counted, expected = getattr(page.facets, name), getattr(judged.facets, name)
        assert counted == {value: n for value, n in expected.items() if n or value in counted}
    assert (page.number, page.count) == (judged.number, judged.count)
    assert [row.key for row in page.rows] == [row.key for row in judged.rows]
    for shown, row in zip(page.rows, judged.rows, strict=True):
        assert (shown.result.findings, shown.due_on) == (row.result.findings, row.due_on)


@pytest.mark.parametrize("as_of", DAYS[:2], ids=str)
@pytest.mark.parametrize("order", list(Order))
def test_every_order_is_that_of_the_whole_district_judged(readings, parcels_on, as_of, order):
    selection = Selection(any_group=True)
    listed = whole(readings, as_of, selection, order)
    expected = arranged(parcels_on(as_of), selection, as_of, order)
    if order is Order.STAKE:  # equal amounts stand in any order
        listed, expected = ([p.stake().yuan for p in rows] for rows in (listed, expected))
        assert listed == expected
    else:
        assert [p.key for p in listed] == [p.key for p in expected]


def test_every_contract_stands_on_exactly_one_page(readings, parcels_on):
    for order in (Order.SEVERITY, Order.STAKE, Order.CONTRACT):
        listed = [row.key for row in whole(readings, DEMO_AS_OF, Selection(), order)]
        assert sorted(listed) == sorted(p.key for p in parcels_on(DEMO_AS_OF))


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_the_totals_of_the_day_are_those_of_the_whole_district_judged(readings, demo, law, as_of):
    view = map_of_database(demo.engine, law, as_of, "en")
    shown, expected = (
        readings.overview(AUDITOR, as_of, "en"),
        overview(view.parcels, as_of, view.tally),
    )
    assert rounded(shown.all) == rounded(expected.all)
    assert rounded(shown.any_group) == rounded(expected.any_group)
    for group in Group:
        assert rounded(shown.groups[group]) == rounded(expected.groups[group])
    assert shown.parks == expected.parks
    assert shown.tally == expected.tally
    assert [(d.parcel.key, d.due_on) for d in shown.deadlines] == [
        (d.parcel.key, d.due_on) for d in expected.deadlines
    ]
    assert [p.key for p in shown.recent] == [p.key for p in expected.recent]


def test_what_moved_within_a_month_is_what_two_judgements_differ_in(readings, parcels_on):
    changes = readings.overview(AUDITOR, DEMO_AS_OF, "en").changes
    then, now = parcels_on(date(2026, 5, 30)), parcels_on(DEMO_AS_OF)
    for group in Group:
        was, stands = ({p.key for p in day if group in p.groups} for day in (then, now))
        change = changes[group]
        assert change.since_on == date(2026, 5, 30)
        assert (change.come_count, change.gone_count) == (len(stands - was), len(was - stands))
    assert any(change.come_count for change in changes.values())


def test_beyond_the_days_looked_at_the_district_is_judged(readings, parcels_on):
    as_of = DEMO_AS_OF + timedelta(days=3000)
    page = readings.contracts(AUDITOR, as_of, "en", Selection(), Order.DAYS, 1)
    assert [row.key for row in page.rows] == [
        row.key for row in select(parcels_on(as_of), Selection(), as_of, Order.DAYS).rows
    ]


def test_what_was_known_before_the_import_is_nothing(readings):
    before = NOON - timedelta(days=1)
    page = readings.contracts(
        AUDITOR, DEMO_AS_OF, "en", Selection(), Order.SEVERITY, 1, known_at=before
    )
    assert page.totals.count == 0
    shown = readings.overview(AUDITOR, DEMO_AS_OF, "en", known_at=before)
    assert shown.all.count == 0


def found(readings: DatabaseReadings, text: str) -> ContractPage:
    return readings.contracts(AUDITOR, DEMO_AS_OF, "en", Selection(text=text), Order.MATCH, 1)


def test_a_contract_is_found_by_its_numbers_first_of_all(readings, parcels_on):
    parcel = parcels_on(DEMO_AS_OF)[40]
    for text in (parcel.key.contract_no, parcel.key.parcel_code, parcel.uscc):
        page = found(readings, text.lower())
        assert page.is_exact
        assert text in (
            page.rows[0].key.contract_no,
            page.rows[0].key.parcel_code,
            page.rows[0].uscc,
        )


def test_a_name_misheard_or_misspelt_is_found_all_the_same(readings, parcels_on):
    name = parcels_on(DEMO_AS_OF)[40].grantee
    assert name in {row.grantee for row in found(readings, name[:8]).rows}
    misheard = found(readings, name[:8].replace("上", "尚"))
    assert not misheard.is_exact
    assert name in {row.grantee for row in misheard.rows}
    letters = spelled(name)[:24]
    misspelt = found(readings, letters[:11] + letters[12:])
    assert not misspelt.is_exact
    assert name in {row.grantee for row in misspelt.rows}


def test_what_is_nowhere_is_not_found(readings):
    page = found(readings, "qqqqqqwwwwww")
    assert (page.totals.count, page.rows) == (0, ())


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; --", "\0", "%%%%", "a" * 500, "（", "١٢٣"])
def test_odd_texts_find_little_and_do_no_harm(readings, text):
    page = found(readings, text)
    assert page.totals.count >= len(page.rows)


def test_who_may_not_see_contracts_sees_totals_only(readings):
    leader = Actor.of_role("leader", Role.LEADER)
    assert readings.overview(leader, DEMO_AS_OF, "en").all.count > 1000
    with pytest.raises(NotAllowedError):
        readings.contracts(leader, DEMO_AS_OF, "en", Selection(), Order.SEVERITY, 1)
    with pytest.raises(NotAllowedError):
        readings.listed(leader, DEMO_AS_OF, "en", Selection(), Order.SEVERITY)


def test_a_file_lists_what_the_page_lists(readings, parcels_on):
    selection = Selection(groups=frozenset({Group.OVERDUE}))
    listed = readings.listed(AUDITOR, DEMO_AS_OF, "en", selection, Order.STAKE, with_outlines=True)
    rows = [row for block in listed.blocks for row in block]
    assert len(rows) == listed.row_count > 50
    expected = arranged(parcels_on(DEMO_AS_OF), selection, DEMO_AS_OF, Order.STAKE)
    assert [row.stake() for row in rows] == [row.stake() for row in expected]
    assert all(row.geometry is not None for row in rows)


def test_views_belong_to_their_account(readings):
    other = replace(AUDITOR, name="another")
    readings.keep_view(AUDITOR, "  my   list ", "group=idle")
    readings.keep_view(AUDITOR, "my list", "group=overdue")
    (view,) = readings.views(AUDITOR)
    assert (view.title, view.query) == ("my list", "group=overdue")
    assert readings.views(other) == []
    with pytest.raises(Exception, match="no list"):
        readings.forget_view(other, view.view_id)
    readings.forget_view(AUDITOR, view.view_id)
    assert readings.views(AUDITOR) == []


@pytest.mark.parametrize("title", ["", "   ", "x" * 81])
def test_a_view_needs_a_title(readings, title):
    with pytest.raises(Exception, match="1 to 80"):
        readings.keep_view(AUDITOR, title, "")
