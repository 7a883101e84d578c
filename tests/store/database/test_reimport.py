"""Corrected keys, contracts that end, outlines of parts, and the lineage of parcels."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged import Drawn
from samples import NOON, as_lists, batch, ledger, ledgers, squares
from sqlalchemy.exc import IntegrityError

from geodata.importers.diff import differing_fields
from geodata.importers.ledger_rows import LedgerRows
from geodata.model.columns import LedgerColumns
from geodata.model.contract_key import ContractKey
from geodata.model.entities import DailyAudit
from geodata.store.convert import extra_cells
from geodata.store.digest import content_digests
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.identities import contract_of_key
from geodata.store.queries.imports import ImportCounts, imports_since
from geodata.store.queries.lineage import parcel_history
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.roster import read_roster
from geodata.store.queries.standing import due_contracts, keep_standing
from geodata.store.queries.versions import NOT_KNOWN
from geodata.store.tables import (
    CONTRACT,
    CONTRACT_FACT,
    FORMER_KEY,
    IMPORT_BATCH,
    PARCEL,
    PARCEL_FACT,
    STANDING,
)

HOUR = timedelta(hours=1)
A, B, C = squares(0, 2, 4)


def take(
    connection: sa.Connection, hours: int, *rows: dict[str, Any], **options: Any
) -> ImportCounts:
    return import_ledger(connection, batch(hours), ledger(*rows), **options)


def ids(connection: sa.Connection, *numbers: str) -> np.ndarray:
    """Contracts by number; an unknown one is new."""
    query = sa.select(CONTRACT.c.contract_no, CONTRACT.c.contract_id)
    known = dict(connection.execute(query).all())
    return np.array([known.get(number, NOT_KNOWN) for number in numbers], dtype=np.int64)


def numbers(connection: sa.Connection, hours: int | None = None) -> list[str]:
    known_at = None if hours is None else NOON + hours * HOUR
    return read_contracts(connection, known_at=known_at).columns.texts["contract_no"].tolist()


def shape(*shapes: shapely.Geometry | None) -> np.ndarray:
    return np.array(shapes, dtype=np.object_)


def outlines(connection: sa.Connection, hours: int | None = None) -> list[Any]:
    known_at = None if hours is None else NOON + hours * HOUR
    contract_id = connection.scalars(sa.select(CONTRACT.c.contract_id).order_by("contract_id"))
    return read_outlines(connection, np.array(contract_id.all()), known_at).tolist()


# --- Keys ----------------------------------------------------------------------------------------


@pytest.fixture
def corrected(connection: sa.Connection) -> sa.Connection:
    """A contract that was C1, then C2 with other facts, then C3; and one beside it."""
    take(connection, 0, {"contract_no": "C1", "note": "a"}, {"contract_no": "X"})
    for hours, (old, new) in enumerate((("C1", "C2"), ("C2", "C3")), start=1):
        counts = take(
            connection, hours, {"contract_no": new, "note": "b"}, contract_id=ids(connection, old)
        )
        assert (counts.added, counts.changed) == (0, 1)
    return connection


def test_a_corrected_key_is_a_new_version_of_the_same_contract(corrected):
    assert numbers(corrected) == ["C3", "X"]
    assert [numbers(corrected, hours) for hours in range(3)] == [
        ["C1", "X"], ["C2", "X"], ["C3", "X"],
    ]  # fmt: skip
    assert read_contracts(corrected, known_at=NOON).columns.texts["note"].tolist() == ["a", None]


def test_facts_known_then_keep_their_digest(corrected):
    """The key belongs to what was known, and the same is read for ever."""
    take(corrected, 5, {"contract_no": "Y"})
    then = read_contracts(corrected, known_at=NOON)
    assert then.columns.texts["contract_no"].tolist() == ["C1", "X"]
    digests = content_digests(then.columns, extra_cells({}, 2))
    stored = sa.select(CONTRACT_FACT.c.content_digest).order_by("fact_id").limit(2)
    assert digests == corrected.scalars(stored).all()


@pytest.mark.parametrize("former", ["C1", "C2"])
def test_a_former_key_leads_to_the_one_by_now(corrected, former):
    assert contract_of_key(corrected, ContractKey(former)) == ids(corrected, "C3")[0]
    assert contract_of_key(corrected, ContractKey("X")) == ids(corrected, "X")[0]
    assert contract_of_key(corrected, ContractKey("C9")) is None


def test_the_roster_knows_former_keys(corrected):
    roster = read_roster(corrected)
    assert roster.columns.texts["contract_no"].tolist() == ["C3", "X"]
    assert roster.former.texts["contract_no"].tolist() == ["C2", "C1"]
    assert set(roster.former_id) == {roster.contract_id[0]}
    found = ledger({"contract_no": "C3"}, {"contract_no": "C1"})
    assert roster.find(found).tolist() == [roster.contract_id[0], NOT_KNOWN]


def test_keys_may_pass_from_one_contract_to_another(corrected):
    """C1 is free again, and leads to who has it now."""
    take(corrected, 6, {"contract_no": "C1", "note": "another"})
    assert numbers(corrected) == ["C3", "X", "C1"]
    assert contract_of_key(corrected, ContractKey("C1")) == ids(corrected, "C1")[0]


def test_a_key_is_not_replaced_unless_it_is_kept(corrected):
    with pytest.raises(IntegrityError, match="was not kept"), corrected.begin_nested():
        corrected.execute(sa.update(CONTRACT).values(phase="?"))
    with pytest.raises(IntegrityError, match="never changed"), corrected.begin_nested():
        corrected.execute(sa.delete(FORMER_KEY))


# --- Contracts that end --------------------------------------------------------------------------


def test_a_contract_given_up_is_known_no_longer_and_its_facts_stay(connection):
    take(connection, 0, {}, {"note": "x"})
    counts = take(connection, 1, {}, retired=ids(connection, "C2").tolist())
    assert (counts.unchanged, counts.retired) == (1, 1)
    assert (numbers(connection), numbers(connection, 0)) == (["C1"], ["C1", "C2"])
    assert connection.scalar(sa.select(sa.func.max(IMPORT_BATCH.c.retired))) == 1
    again = take(connection, 2, {}, {"note": "x"})
    assert (again.added, again.unchanged) == (1, 1)
    assert (numbers(connection), numbers(connection, 1)) == (["C1", "C2"], ["C1"])


def test_it_stands_nowhere_and_falls_due_no_more(connection):
    take(connection, 0, {}, {})
    due = due_contracts(connection, NOON.date(), "rules")
    audit = DailyAudit(NOON.date(), NOON, "310116", "rules", "1", NOON, "tester", len(due))
    keep_standing(connection, audit, due.contract_id, Drawn(1, 2).judgements())
    take(connection, 1, {}, retired=ids(connection, "C2").tolist())
    assert connection.scalars(sa.select(STANDING.c.contract_id)).all() == ids(connection, "C1")
    assert len(due_contracts(connection, NOON.date(), "other rules")) == 1


def test_only_imports_that_changed_something_are_told(connection):
    take(connection, 0, {})
    take(connection, 1, {})
    take(connection, 2, {"note": "x"})
    told = [(one.imported_at, one.row_count) for one in imports_since(connection, None, "ledger")]
    assert told == [(NOON, 1), (NOON + 2 * HOUR, 1)]
    assert len(imports_since(connection, NOON, "ledger")) == 1
    assert imports_since(connection, None, "parcels") == []


def test_a_row_is_never_counted_twice_or_lost():
    with pytest.raises(AssertionError, match="counted once"):
        ImportCounts(rows_in=2, added=1, changed=0, unchanged=0, declined=0, rejected=0)


# --- Guards --------------------------------------------------------------------------------------


def _copy(connection: sa.Connection, table: sa.Table, **values: Any) -> None:
    """Insert the row of a table once more, with some other values."""
    columns = [c for c in table.c if c.name != "fact_id" and not c.computed]
    copied = [
        sa.literal(values[c.name], c.type).label(c.name) if c.name in values else c for c in columns
    ]
    statement = sa.insert(table).from_select([c.name for c in columns], sa.select(*copied))
    with connection.begin_nested():
        connection.execute(statement)


@pytest.mark.parametrize("table", [CONTRACT_FACT, PARCEL_FACT], ids=str)
def test_facts_belong_to_something_and_to_an_import(connection, table):
    take(connection, 0, {}, geometry=shape(A))
    for column in (table.name.replace("_fact", "_id"), "import_id"):
        with pytest.raises(IntegrityError, match="there is no 999"):
            _copy(connection, table, known_to=NOON, known_from=NOON - HOUR, **{column: 999})


def test_versions_that_overlap_are_refused_also_when_they_end_at_different_times(connection):
    take(connection, 0, {})
    with pytest.raises(IntegrityError, match="true and known at once"):
        _copy(connection, CONTRACT_FACT, known_to=NOON + HOUR)
    _copy(connection, CONTRACT_FACT, known_from=NOON - HOUR, known_to=NOON)


@pytest.mark.parametrize("table", [CONTRACT, PARCEL], ids=str)
def test_what_facts_are_about_is_never_deleted(connection, table):
    take(connection, 0, {}, geometry=shape(A))
    with pytest.raises(IntegrityError, match="never changed or deleted"), connection.begin_nested():
        connection.execute(sa.delete(table))


# --- Digests and cells ---------------------------------------------------------------------------


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(one=ledgers(max_size=1), other=ledgers(max_size=1))
def test_rows_have_the_same_digest_just_where_no_cell_differs(
    one: LedgerColumns, other: LedgerColumns
):
    for left, right in ((one, other), (one, one)):
        if len(left) and len(right):
            differing = differing_fields(
                LedgerRows(left, {}), LedgerRows(right, {}), np.array([True])
            )
            digests = {content_digests(side, ["{}"])[0] for side in (left, right)}
            assert bool(differing) == (len(digests) == 2)


# --- Outlines ------------------------------------------------------------------------------------


def phase(number: int) -> dict[str, str]:
    return {"contract_no": "C", "parcel_code": "P", "phase": str(number)}


def test_a_phase_that_comes_alone_does_not_shrink_its_parcel(connection):
    take(connection, 0, phase(1), phase(2), geometry=shape(A, B))
    counts = take(connection, 1, phase(1), geometry=shape(A))
    assert (counts.changed, counts.unchanged) == (0, 1)
    both = shapely.MultiPolygon([A, B])
    assert all(known.equals(both) for known in outlines(connection))


def test_a_phase_that_comes_alone_adds_its_land(connection):
    take(connection, 0, phase(1), phase(2), geometry=shape(A, B))
    assert take(connection, 1, phase(1), geometry=shape(C)).changed == 1
    assert all(known.equals(shapely.union_all([A, B, C])) for known in outlines(connection))
    assert take(connection, 2, phase(3), geometry=shape(A)).added == 1
    assert all(known.equals(shapely.union_all([A, B, C])) for known in outlines(connection))


def test_a_parcel_shrinks_when_all_its_contracts_say_so(connection):
    take(connection, 0, phase(1), phase(2), geometry=shape(A, B))
    take(connection, 1, phase(1), phase(2), geometry=shape(A, None))
    assert outlines(connection)[0].equals(shapely.MultiPolygon([A, B]))
    take(connection, 2, phase(1), phase(2), geometry=shape(A, A))
    assert all(known.equals(A) for known in outlines(connection))
    take(connection, 3, phase(1), phase(2), geometry=shape(A, B))
    only = take(connection, 4, phase(1), geometry=shape(A), retired=[_second(connection)])
    assert (only.changed, outlines(connection)[0].equals(A)) == (1, True)


def _second(connection: sa.Connection) -> int:
    return int(read_roster(connection).contract_id[1])


def test_a_contract_takes_its_outline_to_another_parcel_code(connection):
    take(connection, 0, {}, {"parcel_code": "Q"}, geometry=shape(A, B))
    moved = {"contract_no": "C1", "parcel_code": "P"}
    take(connection, 1, moved, contract_id=ids(connection, "C1"))
    assert outlines(connection)[0] == outlines(connection, 0)[0] == shapely.MultiPolygon([A])
    (part,) = parcel_history(connection, "P").lineage
    assert (part.from_parcel, part.to_parcel, part.kind) == ("contract:C1", "P", "recoded")
    left = parcel_history(connection, "contract:C1").outlines
    assert [one.known_to for one in left] == [NOON + HOUR]


def test_a_contract_that_leaves_others_behind_takes_no_outline(connection):
    take(connection, 0, phase(1), phase(2), geometry=shape(A, B))
    moved = phase(1) | {"parcel_code": "Q"}
    first = read_roster(connection).contract_id[:1]
    take(connection, 1, moved, contract_id=first)
    assert outlines(connection)[0] is None
    assert outlines(connection, 0)[0].equals(shapely.MultiPolygon([A, B]))
    assert parcel_history(connection, "P").outlines[0].known_to is None


# --- Lineage -------------------------------------------------------------------------------------

WEST = shapely.box(121.3, 30.7, 121.3004, 30.701)
EAST = shapely.box(121.3004, 30.7, 121.301, 30.701)


def parcel(code: str, number: str | None = None) -> dict[str, str]:
    return {"contract_no": number or f"of {code}", "parcel_code": code}


def parts(connection: sa.Connection, code: str) -> set[tuple[Any, ...]]:
    history = parcel_history(connection, code)
    return {(p.from_parcel, p.to_parcel, p.kind.value, round(p.share, 2)) for p in history.lineage}


def test_a_split_is_told_by_parent_and_child(connection):
    take(connection, 0, parcel("P"), geometry=shape(A))
    take(connection, 1, parcel("P-1"), parcel("P-2"), geometry=shape(WEST, EAST))
    split = {("P", "P-1", "split", 0.4), ("P", "P-2", "split", 0.6)}
    assert parts(connection, "P") == split
    assert parts(connection, "P-1") == {("P", "P-1", "split", 0.4)}
    (part, _) = parcel_history(connection, "P").lineage
    assert (part.at, part.file_name) == (NOON + HOUR, "ledger.xlsx")


def test_a_parent_that_ends_later_writes_no_part_twice(connection):
    take(connection, 0, parcel("P"), geometry=shape(A))
    take(connection, 1, parcel("P-1"), parcel("P-2"), geometry=shape(WEST, EAST))
    take(connection, 2, parcel("P-1"), retired=ids(connection, "of P").tolist())
    assert len(parcel_history(connection, "P").lineage) == 2
    assert parcel_history(connection, "P").outlines[0].known_to == NOON + 2 * HOUR


def test_a_merge_keeps_all_ancestors(connection):
    take(connection, 0, parcel("P"), geometry=shape(A))
    take(connection, 1, parcel("P-1"), parcel("P-2"), geometry=shape(WEST, EAST))
    take(
        connection,
        2,
        parcel("Q"),
        geometry=shape(A),
        retired=ids(connection, "of P", "of P-1", "of P-2").tolist(),
    )
    merged = {("P-1", "Q", "merge", 1.0), ("P-2", "Q", "merge", 1.0)}
    split = {("P", "P-1", "split", 0.4), ("P", "P-2", "split", 0.6)}
    assert parts(connection, "Q") >= merged | split
    assert parts(connection, "P") >= merged | split


def test_a_boundary_that_moves_is_told_with_what_was_left_out(connection):
    take(connection, 0, parcel("P"), geometry=shape(A))
    take(connection, 1, parcel("P"), geometry=shape(EAST))
    assert parts(connection, "P") == {("P", "P", "boundary", 0.6), ("P", None, "released", 0.4)}
    before, after = parcel_history(connection, "P").outlines
    assert (before.known_from, before.known_to) == (NOON, NOON + HOUR)
    assert after.area_m2 == pytest.approx(0.6 * before.area_m2, rel=1e-6)


def test_neighbours_and_unknown_parcels_have_no_lineage(connection):
    take(connection, 0, parcel("P"), parcel("Q"), geometry=shape(WEST, EAST))
    take(connection, 1, parcel("R"), geometry=shape(C))
    assert [parts(connection, code) for code in "PQR"] == [set()] * 3
    assert parcel_history(connection, "?").outlines == ()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cuts=st.lists(st.sets(st.integers(1, 9), max_size=3), min_size=2, max_size=4))
def test_the_area_history_adds_up(connection, cuts):
    """However often a field is cut anew, what an outline hands on is its area."""
    with connection.begin_nested() as attempt:
        codes = set()
        for hours, cut in enumerate(cuts):
            edges = [121.3 + edge / 1e4 for edge in sorted({0, 10, *cut})]
            strips = shape(*(shapely.box(w, 30.7, e, 30.701) for w, e in pairwise(edges)))
            rows = [parcel(f"P{hours % 2}{number}") for number in range(len(strips))]
            roster = read_roster(connection)
            kept = roster.find(ledger(*rows))
            gone = roster.contract_id[roster.is_current & ~np.isin(roster.contract_id, kept)]
            take(connection, hours, *rows, geometry=strips, retired=gone.tolist())
            codes |= {row["parcel_code"] for row in rows}
        for code in codes:
            history = parcel_history(connection, code)
            ended = [one.area_m2 for one in history.outlines if one.known_to is not None]
            handed_on = sum(p.area_m2 for p in history.lineage if p.from_parcel == code)
            assert handed_on == pytest.approx(sum(ended), abs=0.5 * max(len(ended), 1))
        attempt.rollback()


def test_what_was_known_reads_the_same_through_it_all(corrected):
    again = ledger({"contract_no": "C1", "note": "a"}, {"contract_no": "X"})
    assert as_lists(read_contracts(corrected, known_at=NOON).columns) == as_lists(again)
