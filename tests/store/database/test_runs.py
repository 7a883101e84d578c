"""Audit runs in and out of the store."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from samples import NOON, batch, ledger

from geodata.errors import NothingFoundError
from geodata.model.codelists import (
    FindingCode,
    Group,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import NO_CODE, NO_DAY
from geodata.model.entities import AuditRun
from geodata.model.judgements import (
    NO_COUNT,
    Amounts,
    FindingColumns,
    IdleColumns,
    Judgements,
    MilestoneColumns,
)
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.queries.runs import keep_run, read_run
from geodata.store.tables import AUDIT_RUN, CONTRACT, FINDING, JUDGEMENT

RUN = AuditRun(
    as_of=date(2024, 3, 1),
    known_at=NOON,
    book="310116",
    rule_digest="sha256:1",
    facts_digest="sha256:2",
    scope="",
    started_at=datetime(2024, 3, 1, 5, 0, tzinfo=UTC),
    actor="tester",
    contract_count=0,
)


class Drawn:
    """Columns of drawn content, a third of it unknown."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = np.random.default_rng(seed)
        self.size = size

    def _mixed(self, low: int, high: int, null: int, dtype: type) -> np.ndarray:
        values = self.random.integers(low, high, self.size).astype(dtype)
        values[self.random.random(self.size) < 1 / 3] = null
        return values

    def days(self) -> np.ndarray:
        return self._mixed(-8000, 40_000, NO_DAY, np.int32)

    def counts(self) -> np.ndarray:
        return self._mixed(0, 9000, NO_COUNT, np.int32)

    def codes(self, codelist: Any) -> np.ndarray:
        return self._mixed(0, len(codelist), NO_CODE, np.int8)

    def amounts(self) -> Amounts:
        known = self.random.random(self.size) < 2 / 3
        return Amounts(np.where(known, self.random.integers(0, 10**15, self.size), 0), known)

    def milestone(self) -> MilestoneColumns:
        return MilestoneColumns(
            state=self.codes(MilestoneState),
            agreed_on=self.days(),
            due_on=self.days(),
            done_on=self.days(),
            late_days=self.counts(),
            damages=self.amounts(),
            rescission_option=self.codes(range(2)),
        )

    def findings(self, row: np.ndarray) -> FindingColumns:
        drawn = Drawn(7, len(row))
        return FindingColumns(
            row=row,
            code=drawn.random.integers(0, len(FindingCode), len(row)).astype(np.int8),
            milestone=drawn.codes(MilestoneKind),
            since_on=drawn.days(),
            days=drawn.counts(),
            amount=drawn.amounts(),
            bucket=drawn.codes(UnusedBucket),
            rescission=drawn.codes(range(2)),
        )

    def judgements(self) -> Judgements:
        return Judgements(
            verdict=self.random.integers(0, len(Verdict), self.size).astype(np.int8),
            milestones={kind: self.milestone() for kind in MilestoneKind},
            idle=IdleColumns(self.days(), self.counts(), self.days(), self.days(), self.amounts()),
            findings=self.findings(
                np.repeat(np.arange(self.size), self.random.integers(0, 4, self.size))
            ),
        )


def as_lists(value: Any) -> Any:
    """All columns below a dataclass, as lists with their types."""
    if is_dataclass(value):
        return {field.name: as_lists(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: as_lists(part) for key, part in value.items()}
    return str(value.dtype), value.tolist()


def contracts(connection: sa.Connection, count: int) -> np.ndarray:
    import_ledger(connection, batch(), ledger(*[{}] * count))
    return read_contracts(connection).contract_id


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_run_comes_back_as_it_went_in(connection, seed, count):
    judged = Drawn(seed, count).judgements()
    contract_id = contracts(connection, count)
    run = replace(RUN, contract_count=count)
    kept, is_new = keep_run(connection, run, contract_id, judged)
    stored, stored_id, stored_judged = read_run(connection, kept.run_id)
    assert is_new
    assert stored == kept == replace(run, run_id=kept.run_id)
    assert stored_id.tolist() == contract_id.tolist()
    assert as_lists(stored_judged) == as_lists(judged)


def test_an_amount_beyond_64_bits_is_kept(connection):
    judged = Drawn(1, 2).judgements()
    fen = np.array([10**23 + 1, 5], dtype=np.object_)
    fee = Amounts(fen, np.array([True, True]))
    judged = replace(judged, idle=replace(judged.idle, fee=fee))
    run = replace(RUN, contract_count=2)
    kept, _ = keep_run(connection, run, contracts(connection, 2), judged)
    assert read_run(connection, kept.run_id)[2].idle.fee.fen.tolist() == [10**23 + 1, 5]


def test_the_groups_are_there_for_maps(connection):
    judged = Drawn(2, 30).judgements()
    keep_run(connection, replace(RUN, contract_count=30), contracts(connection, 30), judged)
    for group in Group:
        query = sa.select(JUDGEMENT.c[f"in_{group}"]).order_by(JUDGEMENT.c.contract_id)
        assert connection.scalars(query).all() == judged.group(group).tolist()


def test_the_same_question_is_kept_once(connection):
    judged, contract_id = Drawn(3, 5).judgements(), contracts(connection, 5)
    run = replace(RUN, contract_count=5)
    kept, is_new = keep_run(connection, run, contract_id, judged)
    assert is_new
    again = replace(run, started_at=run.started_at + timedelta(days=1), actor="another")
    assert keep_run(connection, again, contract_id, judged) == (kept, False)


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
    none, nothing = Drawn(0, 0).judgements(), np.array([], dtype=np.int64)
    kept, _ = keep_run(connection, RUN, nothing, none)
    beside, is_new = keep_run(connection, replace(RUN, **other), nothing, none)
    assert is_new
    assert beside.run_id != kept.run_id


def test_a_run_that_does_not_exist_is_named(connection):
    with pytest.raises(NothingFoundError, match="4711"):
        read_run(connection, 4711)


def test_a_deleted_run_takes_its_judgements_and_leaves_the_contracts(connection):
    judged = Drawn(4, 6).judgements()
    keep_run(connection, replace(RUN, contract_count=6), contracts(connection, 6), judged)
    assert len(judged.findings)
    connection.execute(sa.delete(AUDIT_RUN))
    left = {
        t.name: connection.scalar(sa.select(sa.func.count()).select_from(t))
        for t in (JUDGEMENT, FINDING, CONTRACT)
    }
    assert left == {"judgement": 0, "finding": 0, "contract": 6}
