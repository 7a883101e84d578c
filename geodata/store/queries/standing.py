"""Where every contract stands: what falls due, and what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.errors import UsageError
from geodata.model.codelists import FindingCode, MilestoneState, Verdict
from geodata.model.columns import Codes, Days, Whole
from geodata.model.entities import DailyAudit
from geodata.model.judgements import NEVER, FindingColumns, Judgements
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order, in_passing
from geodata.store.queries import versions
from geodata.store.queries.contract_rows import with_other_periods
from geodata.store.queries.imports import JUDGED_KINDS, last_import_at
from geodata.store.tables import CONTRACT_FACT, DAILY_AUDIT, STANDING
from geodata.store.tables.runs import milestone_column


@dataclass(frozen=True, slots=True)
class DueContracts:
    """The contracts a daily audit has to judge.

    Attributes
    ----------
    contract_id
        int64, ascending.
    verdict, judged_on
        The verdict that stands and the day from which it is known; `NO_CODE` and `NO_DAY` for a
        contract that was never judged.
    known_at
        Instant at which their facts have to be read; None when nothing was imported.
    """

    contract_id: Whole
    verdict: Codes
    judged_on: Days
    known_at: datetime | None

    def __len__(self) -> int:
        return len(self.contract_id)


def last_daily_audit(connection: sa.Connection) -> DailyAudit | None:
    """The daily audit all standings come from; None before the first."""
    columns = [column for column in DAILY_AUDIT.c if not column.primary_key]
    query = sa.select(*columns).order_by(DAILY_AUDIT.c.daily_audit_id.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return DailyAudit(**row) if row else None


def due_contracts(connection: sa.Connection, as_of: date, rule_digest: str) -> DueContracts:
    """The contracts whose standing can have changed since the last daily audit.

    Those whose next change has come, those with new facts, and all under other rules.

    Raises
    ------
    UsageError
        When the last daily audit was as of a later day: what changed before is not known any more.
    """
    before = last_daily_audit(connection)
    if before and as_of < before.as_of:
        raise UsageError(
            "The last daily audit was as of {last}; one as of {as_of} would go back.",
            "Name that day or a later one, or judge every contract as of any day with an audit.",
            last=before.as_of,
            as_of=as_of,
        )
    moment = last_import_at(connection, *JUDGED_KINDS)
    if before is None or before.rule_digest != rule_digest:
        due = _all(moment, as_of)
    else:
        due = _fallen(before, moment, as_of)
    table = in_order(copy_out(connection, due), "contract_id")
    return DueContracts(
        contract_id=convert.numbers(table, "contract_id"),
        verdict=convert.codes(table, "verdict", Verdict),
        judged_on=convert.days(table, "judged_on"),
        known_at=moment,
    )


def keep_standing(
    connection: sa.Connection,
    audit: DailyAudit,
    contract_id: Whole,
    judged: Judgements,
) -> None:
    """Write what a daily audit found.

    Parameters
    ----------
    connection
        Within the transaction that asked what is due.
    audit
        The audit; the next one begins where it ends.
    contract_id
        int64, ascending: all that were due, as far as they have facts.
    judged
        Their judgements as of the day of the audit.
    """
    assert len(contract_id) == len(judged)
    connection.execute(sa.insert(DAILY_AUDIT).values(asdict(audit)))
    cells = _standing_cells(audit.as_of, contract_id, judged)
    with in_passing(connection, STANDING, cells) as found:
        connection.execute(_upsert(found))


def _all(moment: datetime | None, as_of: date) -> sa.Select[tuple[object, ...]]:
    return _anew(versions.seen(CONTRACT_FACT, moment, as_of))


def _fallen(
    before: DailyAudit, moment: datetime | None, as_of: date
) -> sa.Select[tuple[object, ...]]:
    """Every change up to the last audit was found by it: older days are not looked at again."""
    known_from, changes_on = CONTRACT_FACT.c.known_from, STANDING.c.next_change_on
    standing = sa.select(STANDING.c.contract_id, STANDING.c.verdict, STANDING.c.judged_on)
    fallen = sa.union(
        standing.where(changes_on > before.as_of, changes_on <= as_of),
        _anew(known_from > before.known_at, known_from <= moment),
        _anew(
            versions.seen(CONTRACT_FACT, moment, as_of),
            CONTRACT_FACT.c.contract_id.in_(with_other_periods(before.known_at, moment)),
        ),
    ).subquery("due")
    return sa.select(fallen)


def _anew(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(CONTRACT_FACT.c.contract_id, STANDING.c.verdict, STANDING.c.judged_on)
        .outerjoin_from(
            CONTRACT_FACT, STANDING, STANDING.c.contract_id == CONTRACT_FACT.c.contract_id
        )
        .where(*conditions)
    )


def _standing_cells(judged_on: date, contract_id: Whole, judged: Judgements) -> convert.Cells:
    cells: convert.Cells = {
        "contract_id": pa.array(contract_id),
        "judged_on": pa.repeat(judged_on, len(contract_id)),
        "verdict": convert.code_cells(judged.verdict, Verdict),
        "findings": _code_sets(judged.findings, len(judged)),
        "next_change_on": convert.day_cells(judged.next_change_on, NEVER),
    }
    for kind, milestone in judged.milestones.items():
        cells[milestone_column(kind, "state")] = convert.code_cells(milestone.state, MilestoneState)
        cells[milestone_column(kind, "due_on")] = convert.day_cells(milestone.due_on)
    return cells


def _code_sets(findings: FindingColumns, count: int) -> pa.Array:
    """The different codes found in each row, as the text of an array."""
    pairs = np.unique(np.stack([findings.row, findings.code], axis=1), axis=0)
    ends = np.searchsorted(pairs[:, 0], np.arange(count + 1)).astype(np.int32)
    words = convert.code_cells(pairs[:, 1].astype(np.int8), FindingCode).dictionary_decode()
    lists = pa.ListArray.from_arrays(pa.array(ends), words)
    return pc.binary_join_element_wise("{", pc.binary_join(lists, ","), "}", "")


def _upsert(found: sa.Table) -> sa.Executable:
    """A standing that did not change stays as it is, with the day from which it is known."""
    names = [column.name for column in found.c]
    entry = insert(STANDING).from_select(names, sa.select(found))
    said = [name for name in names if name not in ("contract_id", "judged_on")]
    known, new = ([source[name] for name in said] for source in (STANDING.c, entry.excluded))
    return entry.on_conflict_do_update(
        index_elements=["contract_id"],
        set_={name: entry.excluded[name] for name in names},
        where=sa.tuple_(*known).is_distinct_from(sa.tuple_(*new)),
    )
