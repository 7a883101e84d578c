"""The daily audit: judge what falls due or has new facts, and keep where every contract stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import numpy as np

from geodata.model.codelists import Verdict
from geodata.model.columns import NO_CODE, Codes
from geodata.model.entities import DailyAudit
from geodata.store.engine import Engine
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.standing import DueContracts, due_contracts, keep_standing
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
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

    How they stood on the days between is told by their cards (`refresh_cards`).

    Raises
    ------
    UsageError
        When the last daily audit was as of a later day.
    """
    digest = rule_set_digest(law.digest)
    with unit_of_work(engine) as connection:
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
        keep_standing(connection, audit, stored.contract_id, judged)
    return DailyResult(audit, _moves(due, stored, judged.verdict))


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
