"""Two judgements side by side: movements partition the rows, and turning round mirrors them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.codelists import Group, Verdict
from geodata.model.columns import Exact, LedgerColumns, from_rows
from geodata.model.judgements import Judgements
from geodata.model.movements import Movement
from service.compliance.law import LawBook, load_book
from service.compliance.rules.comparison import Comparison, compare
from service.compliance.rules.evaluate import evaluate
from service.reports.content import summarise

from .checking import STEADY, read_row
from .strategies import AS_OF, random_rows

MIRROR: Final = {
    Movement.NEW: Movement.RESOLVED,
    Movement.WORSE: Movement.BETTER,
    Movement.CHANGED: Movement.CHANGED,
    Movement.UNCHANGED: Movement.UNCHANGED,
    Movement.BETTER: Movement.WORSE,
    Movement.RESOLVED: Movement.NEW,
}


@dataclass(frozen=True)
class Judged:
    """Some contracts of one list, judged on a day."""

    ids: np.ndarray
    columns: LedgerColumns
    judged: Judgements


def judged(rows: list[dict[str, object]], ids: list[int], as_of: date, law: LawBook) -> Judged:
    columns = from_rows([rows[number] for number in ids])
    return Judged(np.array(ids, dtype=np.int64), columns, evaluate(columns, law, as_of))


def compared(before: Judged, after: Judged) -> Comparison:
    return compare(before.judged, after.judged, before.ids, after.ids)


POOL: Final = random_rows(20, date(2023, 3, 31), 300)
DAYS: Final = tuple(day for day in AS_OF if date(2022, 1, 1) < day < date(2026, 1, 1))


book = cache(lambda: load_book("310116"))
quickly = settings(STEADY, max_examples=40)


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[Judged, Judged]:
    """Two choices from one list of contracts, judged on two days."""
    chosen = st.lists(st.integers(0, len(POOL) - 1), unique=True).map(sorted)
    law = book()
    first, second = (judged(POOL, draw(chosen), draw(st.sampled_from(DAYS)), law) for _ in "ab")
    return first, second


def test_the_pool_holds_every_movement(law):
    everyone = list(range(len(POOL)))
    comparison = compared(*(judged(POOL, everyone, day, law) for day in (DAYS[0], DAYS[3])))
    assert set(comparison.movement.tolist()) == set(Movement.positions().values())


def area_of(comparison: Comparison, before: Judged, after: Judged) -> Exact:
    first, second = (side.columns.exact["area_m2"] for side in (before, after))
    return Exact(comparison.latest(first.num, second.num), comparison.latest(first.den, second.den))


@quickly
@given(two_sides())
def test_movements_partition_the_rows(sides):
    before, after = sides
    comparison = compared(before, after)
    area = area_of(comparison, before, after)
    assert comparison.contract_id.tolist() == sorted({*before.ids, *after.ids})
    everything = comparison.moved(np.ones(len(comparison), dtype=np.bool_), area)
    parts = [comparison.moved(comparison.moving(movement), area) for movement in Movement]
    assert sum(part.count for part in parts) == everything.count == len(comparison)
    assert sum((part.area_m2 for part in parts), Fraction(0)) == everything.area_m2
    assert sum(part.moved_yuan for part in parts) == everything.moved_yuan
    pairs = comparison.pairs(area)
    assert sum(pair.moved_yuan for pair in pairs.values()) == everything.moved_yuan
    flipped = sum(pair.count for (old, new), pair in pairs.items() if old is not new)
    assert flipped == comparison.is_flipped.sum()


@quickly
@given(two_sides())
def test_turning_round_mirrors_every_movement(sides):
    there, back = compared(*sides), compared(*reversed(sides))
    assert [MIRROR[Movement.at(code)] for code in there.movement] == [
        Movement.at(code) for code in back.movement
    ]
    for group in Group:
        assert np.array_equal(there.entered(group), back.left(group))


@quickly
@given(two_sides())
def test_a_judgement_beside_itself_is_unchanged(sides):
    side, _ = sides
    comparison = compared(side, side)
    assert comparison.moving(Movement.UNCHANGED).all()
    assert not (comparison.is_flipped | comparison.is_repriced).any()
    assert comparison.pairs(side.columns.exact["area_m2"]) == {}


@quickly
@given(two_sides())
def test_groups_and_money_agree_with_the_totals_of_a_check(sides):
    before, after = sides
    comparison = compared(before, after)
    for side, own in ((comparison.before, before), (comparison.after, after)):
        for group, total in summarise(own.columns, own.judged).groups.items():
            assert side.groups[group].sum() == total.count
    for group in Group:
        came, went = comparison.entered(group).sum(), comparison.left(group).sum()
        assert comparison.after.groups[group].sum() == (
            comparison.before.groups[group].sum() + came - went
        )


ROWS: Final = {
    "late": {"contract_no": "A", "start_agreed_on": "2022-03-31", "premium_yuan": "12000000",
             "start_permille": "1", "area_m2": "20000"},
    "done": {"contract_no": "B", "start_agreed_on": "2022-03-31", "start_on": "2022-03-01",
             "area_m2": "10000"},
}  # fmt: skip


def test_a_year_moves_a_contract_from_overdue_to_suspected(law):
    rows = [read_row(row) for row in ROWS.values()]
    days = (date(2022, 5, 1), date(2023, 5, 1), date(2023, 6, 1), date(2024, 6, 1))
    early, idle, later, idle_2y = (judged(rows, [0, 1], day, law) for day in days)
    worse = compared(early, idle)
    area = idle.columns.exact["area_m2"]
    assert [Movement.at(code) for code in worse.movement] == [Movement.WORSE, Movement.UNCHANGED]
    (pair,) = worse.pairs(area)
    assert pair == (Verdict.OVERDUE_START, Verdict.SUSPECT_IDLE_1Y)
    moved = worse.pairs(area)[pair]
    assert (moved.count, moved.area_m2, moved.unknown_area_count) == (1, 20_000, 0)
    # 31 and 396 days at 1 per mille of 12 million yuan, and the fee of 20 per cent.
    assert moved.before.yuan == 31 * 12_000
    assert moved.after.yuan == 396 * 12_000 + 2_400_000
    assert worse.entered(Group.IDLE).tolist() == [True, False]
    repriced = compared(idle, later)
    assert not repriced.is_flipped.any()
    assert repriced.is_repriced.tolist() == [True, False]
    assert compared(later, idle_2y).moving(Movement.WORSE).tolist() == [True, False]


@pytest.mark.parametrize(
    ("first", "second", "movement"),
    [([1], [0, 1], Movement.NEW), ([0, 1], [1], Movement.RESOLVED), ([0], [0, 1], None)],
)
def test_a_contract_on_one_side_only_is_not_adverse_on_the_other(law, first, second, movement):
    rows = [read_row(row) for row in ROWS.values()]
    day = date(2022, 5, 1)
    comparison = compared(judged(rows, first, day, law), judged(rows, second, day, law))
    moved = [Movement.at(code) for code in comparison.movement]
    expected = [movement, Movement.UNCHANGED] if movement else [Movement.UNCHANGED, None]
    expected = [Movement.CHANGED if each is None else each for each in expected]
    assert moved == expected


def test_an_unknown_amount_is_counted_and_not_added(law):
    row = read_row({key: cell for key, cell in ROWS["late"].items() if key != "premium_yuan"})
    early, late = (judged([row], [0], date(2022, month, 1), law) for month in (3, 5))
    comparison = compared(early, late)
    moved = comparison.moved(comparison.is_flipped, Exact.of([None]))
    assert (moved.after.yuan, moved.after.missing_count) == (0, 1)
    assert (moved.area_m2, moved.unknown_area_count) == (0, 1)


def test_money_beyond_int64_is_added_exactly(law):
    row = read_row(ROWS["late"])
    one = judged([row], [0], date(2022, 5, 1), law)
    huge = replace(
        one.judged.findings,
        amount=replace(one.judged.findings.amount, fen=np.full(len(one.judged.findings), 1 << 62)),
    )
    side = Judged(one.ids, one.columns, replace(one.judged, findings=huge))
    comparison = compared(side, side)
    moved = comparison.moved(comparison.after.is_adverse, Exact.of([None]))
    stakes = huge.with_code(*(code for group in Group for code in group.at_stake)) & (
        huge.amount.known
    )
    assert moved.after.yuan * 100 == (1 << 62) * int(stakes.sum())
