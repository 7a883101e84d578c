"""The report of an audit run, from what is kept of it: judgements, reviews, and who signed."""

from __future__ import annotations

from geodata.model.chain import EventKind, EventSubject, Head
from geodata.model.reviews import RunSignoff
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection, Engine
from geodata.store.log import head, read_events
from geodata.store.queries.map_page import district_name
from geodata.store.queries.reviews import read_reviews, reviewers_of
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.operations.runs import run_report
from service.reports.audit.content import AuditReport


def audit_report(
    engine: Engine, actor: Actor, law: LawBook, run_id: int, language: str
) -> AuditReport:
    """What a run judged and found, and what was said of it, as far as an actor sees it.

    Of a signed run it stays the same: reviews made since, in later runs, do not count.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no runs, or there is no such run.
    """
    actor.require(Permission.RUNS)
    scope = Scope.of(actor)
    kept = run_report(engine, run_id, law, language, scope)
    signoff = kept.signoff
    with unit_of_work(engine, scope) as connection:
        reviews = read_reviews(connection, kept.run, signoff.at if signoff else None)
        return AuditReport(
            language=language,
            district=district_name(connection) or law.title(language),
            run=kept.run,
            seen=kept.seen,
            summary=kept.summary,
            changes=kept.changes,
            is_intact=kept.is_intact,
            reviews={
                (review.contract_id, review.code, review.milestone): (review, standing)
                for review, standing in reviews
            },
            reviewers=tuple(sorted(reviewers_of(connection, run_id))),
            signoff=signoff,
            head=_head(connection, signoff),
        )


def _head(connection: Connection, signoff: RunSignoff | None) -> Head:
    """Where the log stood when the run was signed off; without a signature, where it stands."""
    if signoff is not None:
        for logged in read_events(connection, 1, EventSubject.RUN, str(signoff.run_id)):
            if logged.event.kind is EventKind.SIGNED_OFF:
                return logged.head
    return head(connection)
