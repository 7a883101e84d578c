"""Where every contract stands: what falls due, what was found, and the days of the verdicts."""

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
from geodata.model.columns import Codes, Days, Flags, Whole
from geodata.model.entities import DailyAudit
from geodata.model.judgements import NEVER, FindingColumns, Judgements
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order, in_passing
from geodata.store.queries import versions
from geodata.store.queries.imports import last_import_at
from geodata.store.tables import CONTRACT_FACT, DAILY_AUDIT, STANDING, VERDICT_SPAN
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
    from_beginning
        The verdicts of the past have to be found anew: a new contract, new facts, or other rules.
    known_at
        Instant at which their facts have to be read; None when nothing was imported.
    """

    contract_id: Whole
    verdict: Codes
    judged_on: Days
    from_beginning: Flags
    known_at: datetime | None

    def __len__(self) -> int:
        return len(self.contract_id)


@dataclass(frozen=True, slots=True)
class VerdictSpans:
    """Verdicts with their first days, by contract and day; each lasts until the next begins.

    Attributes
    ----------
    contract_id
        int64, ascending.
    from_on
        First day of the verdict, ascending within a contract.
    verdict
        `Verdict` codes.
    """

    contract_id: Whole
    from_on: Days
    verdict: Codes

    def __len__(self) -> int:
        return len(self.contract_id)

    @property
    def until_on(self) -> Days:
        """First day on which the verdict holds no longer; `NEVER` for the one that stands."""
        ends = np.append(self.from_on[1:], NEVER).astype(np.int32)
        ends[:-1][self.contract_id[1:] != self.contract_id[:-1]] = NEVER
        return ends


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
    moment = last_import_at(connection, "ledger")
    if before is None or before.rule_digest != rule_digest:
        due = _all(moment, as_of)
    else:
        due = _fallen(before, moment, as_of)
    table = in_order(copy_out(connection, due), "contract_id")
    return DueContracts(
        contract_id=convert.numbers(table, "contract_id"),
        verdict=convert.codes(table, "verdict", Verdict),
        judged_on=convert.days(table, "judged_on"),
        from_beginning=convert.flags(table, "from_beginning") == 1,
        known_at=moment,
    )


def keep_standing(
    connection: sa.Connection,
    audit: DailyAudit,
    contract_id: Whole,
    judged: Judgements,
    spans: VerdictSpans,
    from_beginning: Whole,
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
    spans
        The verdicts that begin: the first of a contract is another one than the last kept of the
        days before. They replace what was found for their days before.
    from_beginning
        int64, the contracts of which all earlier verdicts are replaced.
    """
    assert len(contract_id) == len(judged)
    connection.execute(sa.insert(DAILY_AUDIT).values(asdict(audit)))
    cells = _standing_cells(audit.as_of, contract_id, judged)
    with in_passing(connection, STANDING, cells) as found:
        connection.execute(_upsert(found))
    cells = {
        "contract_id": pa.array(spans.contract_id),
        "from_on": convert.day_cells(spans.from_on),
        "verdict": convert.code_cells(spans.verdict, Verdict),
    }
    anew = versions.array(from_beginning.tolist(), sa.BigInteger)
    connection.execute(sa.delete(VERDICT_SPAN).where(VERDICT_SPAN.c.contract_id == sa.any_(anew)))
    with in_passing(connection, VERDICT_SPAN, cells) as found:
        connection.execute(_outdated(found))
        begun = sa.select(found).order_by(found.c.contract_id, found.c.from_on)
        connection.execute(sa.insert(VERDICT_SPAN).from_select(list(cells), begun))


def read_spans(connection: sa.Connection, contract_ids: Whole | None = None) -> VerdictSpans:
    """The verdicts found by the daily audits, of the contracts given or of all."""
    query = sa.select(VERDICT_SPAN)
    if contract_ids is not None:
        wanted = versions.array(contract_ids.tolist(), sa.BigInteger)
        query = query.where(VERDICT_SPAN.c.contract_id == sa.any_(wanted))
    table = in_order(copy_out(connection, query), "contract_id", "from_on")
    return VerdictSpans(
        contract_id=convert.numbers(table, "contract_id"),
        from_on=convert.days(table, "from_on"),
        verdict=convert.codes(table, "verdict", Verdict),
    )


def _all(moment: datetime | None, as_of: date) -> sa.Select[tuple[object, ...]]:
    return _anew(versions.seen(CONTRACT_FACT, moment, as_of))


def _fallen(
    before: DailyAudit, moment: datetime | None, as_of: date
) -> sa.Select[tuple[object, ...]]:
    """Every change up to the last audit was found by it: older days are not looked at again."""
    known_from, changes_on = CONTRACT_FACT.c.known_from, STANDING.c.next_change_on
    standing = sa.select(
        STANDING.c.contract_id,
        sa.false().label("from_beginning"),
        STANDING.c.verdict,
        STANDING.c.judged_on,
    )
    fallen = sa.union_all(
        standing.where(changes_on > before.as_of, changes_on <= as_of),
        _anew(known_from > before.known_at, known_from <= moment),
    ).subquery("due")
    due = fallen.c
    anew = sa.func.bool_or(due.from_beginning, type_=sa.Boolean).label("from_beginning")
    return sa.select(due.contract_id, anew, due.verdict, due.judged_on).group_by(
        due.contract_id, due.verdict, due.judged_on
    )


def _anew(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(
            CONTRACT_FACT.c.contract_id,
            sa.true().label("from_beginning"),
            STANDING.c.verdict,
            STANDING.c.judged_on,
        )
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


def _outdated(found: sa.Table) -> sa.Executable:
    first = (
        sa.select(found.c.contract_id, sa.func.min(found.c.from_on).label("from_on"))
        .group_by(found.c.contract_id)
        .subquery()
    )
    span = VERDICT_SPAN.c
    return sa.delete(VERDICT_SPAN).where(
        span.contract_id == first.c.contract_id, span.from_on >= first.c.from_on
    )
