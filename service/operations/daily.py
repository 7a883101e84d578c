"""The daily audit: judge what falls due or has new facts, and keep where every contract stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import numpy as np

from geodata.model.codelists import Verdict
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, LedgerColumns, day_number
from geodata.model.entities import DailyAudit
from geodata.store.engine import Engine
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.standing import (
    DueContracts,
    VerdictSpans,
    due_contracts,
    keep_standing,
    last_daily_audit,
)
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.spans import verdict_spans
from service.compliance.rules.version import rule_set_digest


@dataclass(frozen=True, slots=True)
class DailyResult:
    """What a daily audit touched.

    Attributes
    ----------
    audit
        The audit as kept.
    moves
        Contracts by verdict before and after, where it is another one; before is None for a
        contract judged for the first time.
    """

    audit: DailyAudit
    moves: dict[tuple[Verdict | None, Verdict], int]


def audit_daily(
    engine: Engine, law: LawBook, as_of: date, *, actor: str, clock: Clock
) -> DailyResult:
    """Judge the contracts whose standing can have changed since the last daily audit.

    Days that were left out are made up for: each change between the two audits is found on its
    own day. A contract that is new, or whose facts are, gets its verdicts anew from its beginning.

    Raises
    ------
    UsageError
        When the last daily audit was as of a later day.
    """
    digest = rule_set_digest(law.digest)
    with unit_of_work(engine) as connection:
        before = last_daily_audit(connection)
        due = due_contracts(connection, as_of, digest)
        stored = read_contracts(
            connection,
            as_of=as_of,
            known_at=due.known_at,
            contract_ids=due.contract_id,
            with_texts=False,
        )
        judged = evaluate(stored.columns, law, as_of)
        audit = DailyAudit(
            as_of=as_of,
            known_at=due.known_at or clock(),
            book=law.code,
            rule_digest=digest,
            code_version=version("parcelwatch"),
            started_at=clock(),
            actor=actor,
            due_count=len(judged),
        )
        spans = _spans(stored, due, law, before.as_of if before else None, as_of)
        anew = due.contract_id[due.from_beginning]
        keep_standing(connection, audit, stored.contract_id, judged, spans, anew)
    return DailyResult(audit, _moves(due, stored, judged.verdict))


def _spans(
    stored: StoredContracts, due: DueContracts, law: LawBook, last_on: date | None, as_of: date
) -> VerdictSpans:
    """The verdicts that begin where they are not known yet."""
    place = np.searchsorted(due.contract_id, stored.contract_id)
    first = np.full(len(place), day_number(last_on or as_of) + 1, dtype=np.int32)
    fresh = due.from_beginning[place]
    first[fresh] = _beginnings(stored.columns, day_number(as_of))[fresh]
    spans = verdict_spans(stored.columns, law, np.minimum(first, day_number(as_of)), as_of)
    goes_on = np.zeros(len(spans), dtype=np.bool_)
    opening = np.flatnonzero(np.diff(spans.row, prepend=-1))
    rows = spans.row[opening]
    goes_on[opening] = ~fresh[rows] & (due.verdict[place[rows]] == spans.verdict[opening])
    begun = ~goes_on
    ids = stored.contract_id[spans.row[begun]]
    return VerdictSpans(ids, spans.from_on[begun], spans.verdict[begun])


def _beginnings(columns: LedgerColumns, as_of: int) -> Days:
    """The day of signing; where it is unknown, the earliest day on record."""
    signed_on = columns.days["signed_on"]
    every = np.stack(list(columns.days.values()))
    earliest = np.where(every == NO_DAY, as_of, every).min(axis=0)
    return np.where(signed_on == NO_DAY, earliest, signed_on).astype(np.int32)


def _moves(
    due: DueContracts, stored: StoredContracts, verdict: Codes
) -> dict[tuple[Verdict | None, Verdict], int]:
    before = due.verdict[np.searchsorted(due.contract_id, stored.contract_id)]
    moved = before != verdict
    pairs = Counter(zip(before[moved].tolist(), verdict[moved].tolist(), strict=True))
    return {
        (None if old == NO_CODE else Verdict.at(old), Verdict.at(new)): count
        for (old, new), count in sorted(pairs.items())
    }
