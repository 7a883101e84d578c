"""Cards are brought up to date by what changed alone, and say what all anew would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geodata.model.codelists import Verdict
from geodata.model.columns import from_rows
from geodata.store.queries.cards import read_card_state, read_spans
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.imports import ImportBatch
from geodata.store.session import unit_of_work
from geodata.store.tables import CARD_SPAN, CONTRACT_CARD
from service.compliance.law import LawBook, load_book
from service.compliance.rules.evaluate import evaluate
from service.operations.cards import LOOK_AHEAD, RefreshResult, refresh_cards
from tests.conftest import NOON

DAY = date(2026, 6, 30)
SQUARE = shapely.MultiPolygon([shapely.box(121.30, 30.80, 121.31, 30.81)])
OTHER = shapely.MultiPolygon([shapely.box(121.32, 30.80, 121.33, 30.81)])

Row = Mapping[str, Any]


def contract(number: int, **cells: Any) -> Row:
    return {
        "contract_no": f"C{number}",
        "parcel_code": f"P{number}",
        "project_name": f"项目{number}",
        "park": "东园",
        "signed_on": date(2024, 1, 10) + timedelta(days=40 * number),
        "delivered_on": date(2024, 2, 1) + timedelta(days=40 * number),
        "start_agreed_on": date(2025, 3, 31) + timedelta(days=90 * number),
        **cells,
    }


ROWS = [contract(number) for number in range(8)]


def take(
    engine: sa.Engine,
    hours: int,
    rows: Sequence[Row],
    shapes: Sequence[Any] | None = None,
    **options: Any,
) -> None:
    at = NOON + timedelta(hours=hours)
    columns = from_rows(list(rows))
    geometry = None if shapes is None else np.array(list(shapes), dtype=object)
    with unit_of_work(engine) as connection:
        import_ledger(
            connection, ImportBatch("x.csv", "0" * 64, at, "test"), columns, geometry, **options
        )


@pytest.fixture
def engine(own_engine: sa.Engine) -> sa.Engine:
    take(own_engine, 0, ROWS, [SQUARE] * 4 + [None] * 4)
    return own_engine


def contents(engine: sa.Engine) -> tuple[list[Any], list[Any]]:
    """All cards and spans."""
    with unit_of_work(engine) as connection:
        cards = connection.execute(sa.select(CONTRACT_CARD).order_by("contract_id")).all()
        query = sa.select(
            *CARD_SPAN.c[:1], sa.cast(CARD_SPAN.c.until_on, sa.Text), *CARD_SPAN.c[3:]
        )
        spans = connection.execute(query.order_by("contract_id", "from_on")).all()
    return [tuple(map(str, card)) for card in cards], [tuple(span) for span in spans]


def assert_as_anew(engine: sa.Engine, law: LawBook, as_of: date) -> None:
    """What is kept is what would be written where nothing is."""
    kept = contents(engine)
    with unit_of_work(engine) as connection:
        for table in ("card_state", "card_span", "contract_card"):
            connection.execute(sa.text(f"DELETE FROM parcelwatch.{table}"))
    refresh_cards(engine, law, as_of)
    assert kept == contents(engine)


def touched(result: RefreshResult) -> tuple[int, int]:
    return result.renewed_count, result.dropped_count


def test_every_day_has_one_span_with_the_verdict_of_the_day(engine, law):
    refresh_cards(engine, law, DAY)
    with unit_of_work(engine) as connection:
        stored = read_contracts(connection)
        for day in (date(1900, 1, 2), date(2025, 4, 1), DAY, DAY + LOOK_AHEAD):
            on_day = sa.select(CARD_SPAN.c.contract_id, CARD_SPAN.c.verdict).where(
                CARD_SPAN.c.from_on <= day, CARD_SPAN.c.until_on > day
            )
            found = connection.execute(on_day.order_by("contract_id")).all()
            judged = evaluate(stored.columns, law, day)
            assert [row.contract_id for row in found] == stored.contract_id.tolist()
            assert [Verdict.of(row.verdict).position for row in found] == judged.verdict.tolist()


def test_a_card_says_what_is_known(engine, law):
    refresh_cards(engine, law, DAY)
    with unit_of_work(engine) as connection:
        card = connection.execute(sa.select(CONTRACT_CARD).limit(1)).mappings().one()
        outline = connection.scalar(
            sa.text("SELECT ST_Area(ST_Transform(outline, 4490)) FROM parcelwatch.contract_card")
        )
    assert (card["contract_no"], card["project_name"], card["park"]) == ("C0", "项目0", "东园")
    assert card["uscc"] is None
    assert " c0 " in card["search"]
    assert "xiangmu0" in card["search"]
    assert outline == pytest.approx(SQUARE.area)


def test_once_more_touches_nothing(engine, law):
    first = refresh_cards(engine, law, DAY)
    again = refresh_cards(engine, law, DAY - timedelta(days=3))
    assert touched(first) == (8, 0)
    assert (touched(again), again.ahead_count) == ((0, 0), 0)
    assert again.state == first.state


def test_an_import_touches_what_it_changed(engine, law):
    refresh_cards(engine, law, DAY)
    rows = [*ROWS, contract(9)]
    rows[2] = contract(2, start_on=date(2025, 8, 1))
    take(engine, 1, rows)
    result = refresh_cards(engine, law, DAY)
    assert touched(result) == (2, 0)
    assert result.state.revision == 2
    assert_as_anew(engine, law, DAY)


def test_another_outline_or_key_is_a_change(engine, law):
    refresh_cards(engine, law, DAY)
    take(engine, 1, ROWS, [OTHER, *[SQUARE] * 3, *[None] * 4])
    assert touched(refresh_cards(engine, law, DAY)) == (1, 0)
    with unit_of_work(engine) as connection:
        ids = read_contracts(connection).contract_id
    renamed = [contract(0, contract_no="C-new"), *ROWS[1:]]
    take(engine, 2, renamed, contract_id=ids)
    assert touched(refresh_cards(engine, law, DAY)) == (1, 0)
    assert_as_anew(engine, law, DAY)


def test_a_contract_given_up_has_no_card(engine, law):
    refresh_cards(engine, law, DAY)
    with unit_of_work(engine) as connection:
        (last,) = read_contracts(connection).contract_id[-1:].tolist()
    take(engine, 1, ROWS[:-1], retired=[last])
    assert touched(refresh_cards(engine, law, DAY)) == (0, 1)
    with unit_of_work(engine) as connection:
        assert read_spans(connection, last) == []
    assert_as_anew(engine, law, DAY)


def test_later_days_are_added_to_what_changes_on_them(engine, law):
    refresh_cards(engine, law, date(2023, 1, 1))
    seen = []
    for years in (1, 2, 3):
        as_of = date(2023 + years, 1, 1)
        seen.append(refresh_cards(engine, law, as_of))
        assert seen[-1].state.until_on == as_of + LOOK_AHEAD
        assert touched(seen[-1]) == (0, 0)
    assert [result.state.revision for result in seen] == [2, 3, 4]
    assert 0 < min(result.ahead_count for result in seen) <= 8
    assert_as_anew(engine, law, date(2026, 1, 1))


def test_other_rules_renew_every_card(engine, law):
    first = refresh_cards(engine, law, DAY)
    model = load_book("999901")
    again = refresh_cards(engine, model, DAY)
    assert touched(again) == (8, 0)
    assert again.state.rule_digest != first.state.rule_digest
    assert_as_anew(engine, model, DAY)


def test_nothing_is_known_before_the_first_import(own_engine, law):
    result = refresh_cards(own_engine, law, DAY)
    assert touched(result) == (0, 0)
    assert result.state.known_at is None
    take(own_engine, 1, ROWS[:1])
    assert touched(refresh_cards(own_engine, law, DAY)) == (1, 0)


def test_the_state_names_the_knowledge_shown(engine, law):
    with unit_of_work(engine) as connection:
        assert read_card_state(connection) is None
    refresh_cards(engine, law, DAY)
    with unit_of_work(engine) as connection:
        state = read_card_state(connection)
    assert isinstance(state.known_at, datetime)
    assert state.known_at == NOON
