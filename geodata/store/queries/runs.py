"""Audit runs: the facts they judged and the judgements they made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.errors import NothingFoundError
from geodata.model.codelists import (
    FindingCode,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import LedgerColumns, Whole
from geodata.model.entities import AuditRun
from geodata.model.judgements import (
    NEVER,
    NO_COUNT,
    FindingColumns,
    IdleColumns,
    Judgements,
    MilestoneColumns,
)
from geodata.store import convert
from geodata.store.artefacts import keep_artefact, read_artefact
from geodata.store.bulk import copy_in, copy_out
from geodata.store.columns_file import columns_from_parquet, columns_to_parquet
from geodata.store.digest import judgements_digest
from geodata.store.judged_cells import finding_cells, judgement_cells
from geodata.store.tables import AUDIT_RUN, FINDING, JUDGEMENT
from geodata.store.tables.runs import RUN_KEY, milestone_column


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with what it found.

    Attributes
    ----------
    run
        The run.
    contract_id
        int64, ascending: the contract of each row judged.
    judged
        What was found.
    """

    run: AuditRun
    contract_id: Whole
    judged: Judgements


def keep_run(
    connection: sa.Connection,
    run: AuditRun,
    contract_id: Whole,
    judgements: Judgements,
    columns: LedgerColumns,
) -> tuple[AuditRun, bool]:
    """The run as stored, and whether it is new: the same question is kept once.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    run
        The run; where one answered the same question already, that one stays.
    contract_id
        int64, ascending: the contract of each row judged.
    judgements
        What was found.
    columns
        The facts judged; equal facts are kept once, whatever the number of runs.
    """
    assert len(contract_id) == len(judgements) == len(columns) == run.contract_count
    assert bool(np.all(np.diff(contract_id) > 0)), "contracts are judged in order, each once"
    if answered := _same_question(connection, run):
        return answered, False
    run = replace(
        run,
        inputs_digest=_keep_inputs(connection, run, contract_id, columns),
        result_digest=judgements_digest(judgements),
    )
    row = asdict(run)
    del row["run_id"]
    entry = insert(AUDIT_RUN).values(row).on_conflict_do_nothing()
    run_id: int | None = connection.scalar(entry.returning(AUDIT_RUN.c.run_id))
    if run_id is None:  # somebody else asked it meanwhile
        answered = _same_question(connection, run)
        assert answered is not None
        return answered, False
    findings = judgements.findings
    judged = _keys(run_id, contract_id) | judgement_cells(judgements)
    found = _keys(run_id, contract_id[findings.row]) | finding_cells(findings)
    copy_in(connection, JUDGEMENT, judged)
    copy_in(connection, FINDING, found)
    return replace(run, run_id=run_id), True


def list_runs(connection: sa.Connection, limit: int) -> list[AuditRun]:
    """The runs started last, the newest first."""
    query = sa.select(AUDIT_RUN).order_by(AUDIT_RUN.c.run_id.desc()).limit(limit)
    return [AuditRun(**row) for row in connection.execute(query).mappings()]


def find_run(connection: sa.Connection, run_id: int) -> AuditRun:
    """A run without what it found.

    Raises
    ------
    NothingFoundError
        When there is no such run.
    """
    run = _find(connection, AUDIT_RUN.c.run_id == run_id)
    if run is None:
        raise NothingFoundError(
            "There is no audit run {run_id}.", "Choose one from the list of runs.", run_id=run_id
        )
    return run


def previous_run_id(connection: sa.Connection, run: AuditRun) -> int | None:
    """The run of the same scope that was kept last before a run; None where it is the first."""
    of_scope = AUDIT_RUN.c.scope == run.scope
    before = sa.func.max(AUDIT_RUN.c.run_id)
    query = sa.select(before).where(of_scope, AUDIT_RUN.c.run_id < run.run_id)
    run_id: int | None = connection.scalar(query)
    return run_id


def read_run(connection: sa.Connection, run_id: int) -> StoredRun:
    """A run and what it found.

    Raises
    ------
    NothingFoundError
        When there is no such run.
    """
    run = find_run(connection, run_id)
    return StoredRun(run, *_read_judgements(connection, run_id))


def read_inputs(connection: sa.Connection, run: AuditRun) -> tuple[Whole, LedgerColumns]:
    """The contracts a run judged and their facts, as they were kept with it.

    Raises
    ------
    NothingFoundError
        When the run was kept by a version that did not keep them.
    DatabaseStateError
        When what was kept has been changed since.
    """
    if run.inputs_digest is None:
        raise NothingFoundError(
            "The audit run {run_id} was kept without its input columns.",
            "Repeat the audit as of its day and known at its instant; the new run keeps them.",
            run_id=run.run_id,
        )
    return columns_from_parquet(read_artefact(connection, run.inputs_digest))


def _find(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> AuditRun | None:
    row = connection.execute(sa.select(AUDIT_RUN).where(condition)).mappings().one_or_none()
    return AuditRun(**row) if row else None


def _same_question(connection: sa.Connection, run: AuditRun) -> AuditRun | None:
    return _find(connection, sa.and_(*(AUDIT_RUN.c[key] == getattr(run, key) for key in RUN_KEY)))


def _keep_inputs(
    connection: sa.Connection, run: AuditRun, contract_id: Whole, columns: LedgerColumns
) -> str:
    """Digest of the artefact; where a run judged the same facts before, it is that one's."""
    of_facts = sa.select(AUDIT_RUN.c.inputs_digest).where(
        AUDIT_RUN.c.facts_digest == run.facts_digest, AUDIT_RUN.c.inputs_digest.is_not(None)
    )
    kept: str | None = connection.scalar(of_facts.limit(1))
    return kept or keep_artefact(
        connection, columns_to_parquet(contract_id, columns), run.started_at
    )


def _keys(run_id: int, contract_id: Whole) -> convert.Cells:
    return {"run_id": pa.repeat(run_id, len(contract_id)), "contract_id": pa.array(contract_id)}


def _read_judgements(connection: sa.Connection, run_id: int) -> tuple[Whole, Judgements]:
    query = sa.select(JUDGEMENT).where(JUDGEMENT.c.run_id == run_id)
    table = copy_out(connection, query.order_by(JUDGEMENT.c.contract_id))
    contract_id = convert.numbers(table, "contract_id")
    judgements = Judgements(
        verdict=convert.codes(table, "verdict", Verdict),
        milestones={kind: _milestone(table, kind) for kind in MilestoneKind},
        idle=IdleColumns(
            clock_from=convert.days(table, "clock_from"),
            paused_days=convert.counts(table, "paused_days", NO_COUNT),
            one_year_on=convert.days(table, "one_year_on"),
            two_years_on=convert.days(table, "two_years_on"),
            fee=convert.amounts(table, "fee_yuan"),
        ),
        findings=_read_findings(connection, run_id, contract_id),
        next_change_on=convert.days(table, "next_change_on", NEVER),
    )
    return contract_id, judgements


def _milestone(table: pa.Table, kind: MilestoneKind) -> MilestoneColumns:
    return MilestoneColumns(
        state=convert.codes(table, milestone_column(kind, "state"), MilestoneState),
        agreed_on=convert.days(table, milestone_column(kind, "agreed_on")),
        due_on=convert.days(table, milestone_column(kind, "due_on")),
        done_on=convert.days(table, milestone_column(kind, "done_on")),
        late_days=convert.counts(table, milestone_column(kind, "late_days"), NO_COUNT),
        damages=convert.amounts(table, milestone_column(kind, "damages_yuan")),
        rescission_option=convert.flags(table, milestone_column(kind, "rescission_option")),
    )


def _read_findings(connection: sa.Connection, run_id: int, contract_id: Whole) -> FindingColumns:
    query = sa.select(FINDING).where(FINDING.c.run_id == run_id)
    table = copy_out(connection, query.order_by(FINDING.c.contract_id, FINDING.c.ordinal))
    return FindingColumns(
        row=np.searchsorted(contract_id, convert.numbers(table, "contract_id")),
        code=convert.codes(table, "code", FindingCode),
        milestone=convert.codes(table, "milestone", MilestoneKind),
        since_on=convert.days(table, "since_on"),
        days=convert.counts(table, "days", NO_COUNT),
        amount=convert.amounts(table, "amount_yuan"),
        bucket=convert.codes(table, "bucket", UnusedBucket),
        rescission=convert.flags(table, "rescission"),
    )
