"""Audit runs in and out of the store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from judged import Drawn, as_lists
from samples import NOON, batch, ledger
from samples import as_lists as facts_as_lists
from sqlalchemy.exc import IntegrityError

from geodata.errors import DatabaseStateError, NothingFoundError
from geodata.model.codelists import Group
from geodata.model.entities import AuditRun
from geodata.model.judgements import Amounts, Judgements
from geodata.store.digest import judgements_digest
from geodata.store.queries.contracts import StoredContracts, import_ledger, read_contracts
from geodata.store.queries.runs import keep_run, list_runs, read_inputs, read_run
from geodata.store.tables import (
    ARTEFACT,
    ARTEFACT_PART,
    AUDIT_RUN,
    CONTRACT,
    FINDING,
    JUDGEMENT,
)

RUN = AuditRun(
    as_of=date(2024, 3, 1),
    known_at=NOON,
    book="310116",
    book_digest="sha256:0",
    rule_digest="sha256:1",
    code_version="0.1.0",
    facts_digest="sha256:2",
    scope="",
    started_at=datetime(2024, 3, 1, 5, 0, tzinfo=UTC),
    actor="tester",
    contract_count=0,
)


def size(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table))


def contracts(connection: sa.Connection, count: int) -> StoredContracts:
    import_ledger(connection, batch(), ledger(*[{}] * count))
    return read_contracts(connection)


def keep(
    connection: sa.Connection, stored: StoredContracts, judged: Judgements, **run: Any
) -> tuple[AuditRun, bool]:
    asked = replace(RUN, contract_count=len(judged), facts_digest=stored.facts_digest)
    return keep_run(connection, replace(asked, **run), stored.contract_id, judged, stored.columns)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_run_comes_back_as_it_went_in(connection, seed, count):
    judged = Drawn(seed, count).judgements()
    judged_of = contracts(connection, count)
    kept, is_new = keep(connection, judged_of, judged)
    stored = read_run(connection, kept.run_id)
    assert is_new
    assert stored.run == kept
    assert kept.result_digest == judgements_digest(judged)
    assert stored.contract_id.tolist() == judged_of.contract_id.tolist()
    assert as_lists(stored.judged) == as_lists(judged)


@pytest.mark.parametrize("fen", [2**63, 10**23 + 1, 2**64 - 1])
def test_an_amount_beyond_64_bits_is_kept(connection, fen):
    judged = Drawn(1, 2).judgements()
    fee = Amounts(np.array([fen, 5], dtype=np.object_), np.array([True, True]))
    judged = replace(judged, idle=replace(judged.idle, fee=fee))
    kept, _ = keep(connection, contracts(connection, 2), judged)
    assert read_run(connection, kept.run_id).judged.idle.fee.fen.tolist() == [fen, 5]


def test_the_groups_are_there_for_maps(connection):
    judged = Drawn(2, 30).judgements()
    keep(connection, contracts(connection, 30), judged)
    for group in Group:
        query = sa.select(JUDGEMENT.c[f"in_{group}"]).order_by(JUDGEMENT.c.contract_id)
        assert connection.scalars(query).all() == judged.group(group).tolist()


def test_the_same_question_is_kept_once(connection):
    judged, stored = Drawn(3, 5).judgements(), contracts(connection, 5)
    kept, is_new = keep(connection, stored, judged)
    assert is_new
    started_at = RUN.started_at + timedelta(days=1)
    again = keep(connection, stored, judged, started_at=started_at, actor="another")
    assert again == (kept, False)


@pytest.mark.parametrize(
    "other",
    [
        {"as_of": date(2024, 3, 2)},
        {"book": "310115"},
        {"rule_digest": "sha256:3"},
        {"facts_digest": "sha256:3"},
        {"scope": "甲"},
    ],
    ids=str,
)
def test_another_question_is_another_run(connection, other):
    none, nothing = Drawn(0, 0).judgements(), contracts(connection, 0)
    kept, _ = keep(connection, nothing, none)
    beside, is_new = keep(connection, nothing, none, **other)
    assert is_new
    assert beside.run_id != kept.run_id


def test_the_newest_runs_are_listed(connection):
    none, nothing = Drawn(0, 0).judgements(), contracts(connection, 0)
    kept = [keep(connection, nothing, none, scope=scope)[0] for scope in "甲乙丙"]
    assert list_runs(connection, 2) == [kept[2], kept[1]]
    assert len(list_runs(connection, 9)) == 3


def test_a_run_that_does_not_exist_is_named(connection):
    with pytest.raises(NothingFoundError, match="4711"):
        read_run(connection, 4711)


def test_a_run_gives_its_facts_back_after_they_were_corrected(connection):
    rows = ledger({"note": "a", "signed_on": date(2024, 1, 1)}, {"area_m2": Fraction(20_000, 3)})
    import_ledger(connection, batch(), rows)
    stored = read_contracts(connection)
    kept, _ = keep(connection, stored, Drawn(1, 2).judgements())
    import_ledger(connection, batch(1), ledger({"note": "b"}, {"note": "c"}))
    contract_id, columns = read_inputs(connection, kept)
    assert contract_id.tolist() == stored.contract_id.tolist()
    assert facts_as_lists(columns) == facts_as_lists(stored.columns)


def test_equal_facts_are_kept_once_and_go_with_their_last_run(connection):
    stored, judged = contracts(connection, 3), Drawn(1, 3).judgements()
    kept = [keep(connection, stored, judged, as_of=date(2024, 3, day))[0] for day in (1, 2)]
    assert kept[0].inputs_digest == kept[1].inputs_digest
    for run, left in zip(kept, (1, 0), strict=True):
        connection.execute(sa.delete(AUDIT_RUN).where(AUDIT_RUN.c.run_id == run.run_id))
        assert size(connection, ARTEFACT) == size(connection, ARTEFACT_PART) == left


@pytest.mark.parametrize(
    "change",
    [
        sa.update(ARTEFACT_PART).values(
            content=sa.func.set_byte(ARTEFACT_PART.c.content, 100, 1, type_=sa.LargeBinary)
        ),
        sa.delete(ARTEFACT_PART),
    ],
    ids=["changed", "lost"],
)
def test_a_changed_artefact_is_refused_and_both_digests_are_named(connection, change):
    kept, _ = keep(connection, contracts(connection, 1), Drawn(1, 1).judgements())
    connection.execute(change)
    with pytest.raises(DatabaseStateError) as refused:
        read_inputs(connection, kept)
    named = refused.value.values
    assert named["digest"] == kept.inputs_digest
    assert re.fullmatch("sha256:[0-9a-f]{64}", named["found"])
    assert named["found"] != named["digest"]


def test_a_run_of_an_older_version_has_no_facts(connection):
    with pytest.raises(NothingFoundError, match=r"run 7 .* without"):
        read_inputs(connection, replace(RUN, run_id=7))


def test_a_deleted_run_takes_its_judgements_and_leaves_the_contracts(connection):
    judged = Drawn(4, 6).judgements()
    stored = contracts(connection, 6)
    kept, _ = keep(connection, stored, judged)
    beside, _ = keep(connection, stored, judged, scope="甲")
    assert len(judged.findings)
    connection.execute(sa.delete(AUDIT_RUN).where(AUDIT_RUN.c.run_id == kept.run_id))
    assert as_lists(read_run(connection, beside.run_id).judged) == as_lists(judged)
    connection.execute(sa.delete(AUDIT_RUN))
    left = {t.name: size(connection, t) for t in (JUDGEMENT, FINDING, CONTRACT)}
    assert left == {"judgement": 0, "finding": 0, "contract": 6}


@pytest.mark.parametrize("missing", ["run_id", "contract_id"])
@pytest.mark.parametrize("table", [JUDGEMENT, FINDING], ids=str)
def test_nothing_is_judged_without_run_and_contract(connection, table, missing):
    keep(connection, contracts(connection, 6), Drawn(4, 6).judgements())
    names = [column.name for column in table.c]
    stray = [
        table.c[name] + (4711 if name == missing else 0) if name.endswith("_id") else table.c[name]
        for name in names
    ]
    copied = sa.insert(table).from_select(names, sa.select(*stray))
    with pytest.raises(IntegrityError, match="needs its"), connection.begin_nested():
        connection.execute(copied)
