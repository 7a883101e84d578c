"""Audit the database: read the facts, judge them, keep the run; the same question is kept once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Final

from geodata.errors import UsageError
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.entities import AuditRun
from geodata.model.judgements import Judgements
from geodata.store.engine import Engine
from geodata.store.log import append
from geodata.store.queries.claims import read_claims
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.runs import keep_run
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.version import rule_set_digest
from service.operations.bulk import Judge
from service.operations.check import content_of
from service.operations.land import tally_claims
from service.operations.telling import Tell, tell_nobody
from service.reports.content import CheckContent

_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class AuditResult:
    """An audit run with what it judged.

    Attributes
    ----------
    is_new
        False when the same question about the same facts had been answered before.
    """

    run: AuditRun
    is_new: bool
    stored: StoredContracts
    judged: Judgements
    content: CheckContent


def audit(
    engine: Engine,
    law: LawBook,
    as_of: date,
    language: str,
    *,
    actor: str,
    clock: Clock,
    known_at: datetime | None = None,
    tell: Tell = tell_nobody,
    judge: Judge = evaluate,
) -> AuditResult:
    """Judge every contract as of a date, as known at an instant, and keep the judgement.

    `judge` is what `service.operations.engines` gives.
    """
    now = clock()
    require_past(known_at, now)
    digest = rule_set_digest(law.digest)
    with unit_of_work(engine) as connection:
        tell("Reading the facts", 0, _STEPS)
        stored = read_contracts(connection, as_of=as_of, known_at=known_at)
        claims, shapes = read_claims(connection, known_at)
        tell("Judging {count:,} contracts", 1, _STEPS, count=len(stored.contract_id))
        judged = judge(stored.columns, law, as_of)
        run = AuditRun(
            as_of=as_of,
            known_at=stored.known_at or now,
            book=law.code,
            book_digest=law.digest,
            rule_digest=digest,
            code_version=version("parcelwatch"),
            facts_digest=stored.facts_digest,
            scope="",
            started_at=now,
            actor=actor,
            contract_count=len(judged),
        )
        tell("Keeping the run", 2, _STEPS)
        kept, is_new = keep_run(connection, run, stored.contract_id, judged, stored.columns)
        if is_new:
            subject = (EventKind.AUDITED, EventSubject.RUN, str(kept.run_id))
            append(connection, Event(now, actor, *subject, asdict(kept)))
    tell("Counting inefficient land", 3, _STEPS)
    standing = tally_claims(claims, shapes, law, as_of)
    content = content_of(stored.columns, judged, law, as_of, language, tally=standing)
    return AuditResult(kept, is_new, stored, judged, content)


def require_past(known_at: datetime | None, now: datetime) -> None:
    """Raise `UsageError` for an instant whose knowledge nobody has yet."""
    if known_at and known_at > now:
        raise UsageError(
            "Nobody knows yet what will be known at {known_at}.",
            "Name an instant that has passed, or leave it out.",
            known_at=known_at.isoformat(timespec="minutes"),
        )
