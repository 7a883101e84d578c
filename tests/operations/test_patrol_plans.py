"""A patrol plan over the database: what imagery doubts comes first, and nobody sees other parks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geodata.model.columns import from_rows
from geodata.model.imagery_lists import ImageryNote
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.operations.imagery_comparing import compare_scenes
from service.operations.patrol_plans import patrol_plan
from tests.conftest import NOON

from .test_imagery import AFTER, BEFORE, LAND, imagery, register, registered  # noqa: F401

TODAY = date(2026, 6, 30)
NOTED = {f"C{n}" for n, changed in enumerate(LAND.is_changed) if changed == (n % 2 == 0)}


def test_what_imagery_doubts_comes_first_with_its_numbers(registered, law):  # noqa: F811
    compare_scenes(registered, BEFORE, AFTER)
    plan = patrol_plan(registered.engine, law, TODAY, per_day=8)
    visits = [visit for day in plan.days for visit in day.visits]
    noted = [visit for visit in visits if visit.note]
    assert {visit.key.contract_no for visit in noted} == NOTED
    assert min(v.urgency for v in noted) > max(v.urgency for v in visits if not v.note)
    assert {visit.note for visit in noted} == set(ImageryNote)
    assert all((v.change.from_on, v.change.to_on) == (BEFORE, AFTER) for v in noted)
    assert len(visits) == plan.visit_count == min(plan.wanting_count, 8 * 30)
    assert all(visit.leg_m == 0 for day in plan.days for visit in day.visits[:1])
    before = patrol_plan(registered.engine, law, date(2024, 5, 19), per_day=8)
    assert not any(visit.note for day in before.days for visit in day.visits)


def test_a_plan_of_what_was_known_then_has_no_scene_registered_since(
    imagery,  # noqa: F811
    tmp_path,
    law,
):
    register(replace(imagery, clock=lambda: NOON + timedelta(days=1)), tmp_path)
    compare_scenes(imagery, BEFORE, AFTER)
    then, since = (
        patrol_plan(imagery.engine, law, TODAY, per_day=8, known_at=NOON + timedelta(days=days))
        for days in (0, 2)
    )
    noted = [
        [v.key.contract_no for d in plan.days for v in d.visits if v.note] for plan in (then, since)
    ]
    assert 0 < then.wanting_count < since.wanting_count
    assert (noted[0], set(noted[1])) == ([], NOTED)


def test_a_plan_of_some_days_is_the_beginning_of_a_longer_one(registered, law):  # noqa: F811
    long, short = (
        patrol_plan(registered.engine, law, TODAY, per_day=4, day_count=days) for days in (5, 2)
    )
    keys = [[[visit.key for visit in day.visits] for day in plan.days] for plan in (long, short)]
    assert keys[1] == keys[0][:2]
    assert short.wanting_count == long.wanting_count


def test_land_without_an_outline_is_counted_and_not_visited(own_engine, law):
    row = {"contract_no": "C1", "parcel_code": "P1", "park": "东园", "signed_on": date(2020, 1, 1)}
    due = {"delivered_on": date(2020, 2, 1), "start_agreed_on": date(2020, 6, 1)}
    with unit_of_work(own_engine) as connection:
        batch = ImportBatch("land.csv", "0" * 64, NOON, "tests")
        import_ledger(connection, batch, from_rows([row | due]))
    plan = patrol_plan(own_engine, law, TODAY, per_day=8)
    assert (plan.days, plan.wanting_count, plan.unplaced_count) == ((), 0, 1)


@pytest.mark.parametrize(("park", "is_seen"), [("东园", True), ("西园", False)])
def test_only_the_land_of_the_scope_is_planned(registered, law, park, is_seen):  # noqa: F811
    url = registered.engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    engine = site_engine(url)
    try:
        seen = patrol_plan(engine, law, TODAY, per_day=8, scope=Scope(frozenset({park})))
    finally:
        engine.dispose()
    assert bool(seen.visit_count) is is_seen
    assert bool(patrol_plan(registered.engine, law, TODAY, per_day=8, park=park).days) is is_seen
