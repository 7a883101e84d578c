"""The heart of an audit: findings confirmed, disputed or dismissed, and runs signed off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from geodata.errors import NothingFoundError, UsageError
from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.entities import AuditRun
from geodata.model.reviews import FindingReview, RunSignoff
from geodata.model.roles import Actor, Permission
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries import reviews as rows
from geodata.store.queries.reviews import FindingFilter, FoundRow, Standings
from geodata.store.queries.runs import find_run, list_runs
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.entry_forms import ground

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Reviews:
    """Where reviews are kept, and the clock they live by."""

    engine: Engine
    clock: Clock


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a finding.

    Attributes
    ----------
    contract_id, code, milestone
        The finding.
    """

    contract_id: int
    code: FindingCode
    milestone: MilestoneKind | None
    decision: ReviewDecision
    reason: str
    evidence: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """Findings of a run with what was said of them.

    Attributes
    ----------
    found
        The findings of the page, each with its standing.
    total
        How many pass the filters.
    counts
        Findings of the whole run by standing.
    codes
        Findings of the whole run by kind.
    may_sign
        Whether the actor may sign the run off: nobody who had a part in it.
    """

    run: AuditRun
    signoff: RunSignoff | None
    found: tuple[tuple[FoundRow, ReviewStanding], ...]
    total: int
    counts: Mapping[ReviewStanding, int]
    codes: Mapping[FindingCode, int]
    may_sign: bool

    @property
    def open_count(self) -> int:
        """Findings somebody has to look at."""
        return sum(count for standing, count in self.counts.items() if standing.is_open)


def review_queue(
    reviews: Reviews, actor: Actor, run_id: int | None, wanted: FindingFilter, page: int = 1
) -> ReviewQueue:
    """The findings of a run, or of the newest one.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no runs, or there is none.
    """
    actor.require(Permission.RUNS)
    with unit_of_work(reviews.engine, Scope.of(actor)) as connection:
        run = _run(connection, run_id)
        assert run.run_id is not None
        signoff = rows.find_signoff(connection, run.run_id)
        until = signoff.at if signoff else None
        standings = _standings(connection, run, until)
        first = (max(page, 1) - 1) * PAGE_SIZE
        found, total = rows.list_findings(
            connection, run.run_id, wanted, standings, most=PAGE_SIZE, offset=first, until=until
        )
        codes = rows.count_findings(connection, run.run_id)
        parts = {run.actor, *rows.reviewers_of(connection, run.run_id)}
    counts = Counter(standings.values())
    counts[ReviewStanding.OPEN] = sum(codes.values()) - len(standings)
    return ReviewQueue(
        run=run,
        signoff=signoff,
        found=tuple((row, _standing(row, standings)) for row in found),
        total=total,
        counts={standing: counts[standing] for standing in ReviewStanding},
        codes=codes,
        may_sign=signoff is None and actor.may(Permission.AGREE) and actor.name not in parts,
    )


def review(reviews: Reviews, actor: Actor, run_id: int, said: Said) -> FindingReview:
    """Confirm, dispute or dismiss a finding of a run.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor reviews nothing, or there is no such finding.
    UsageError
        When grounds are missing, the term has ended already, or the run is signed off.
    """
    actor.require(Permission.REVIEW)
    said = _grounded(said)
    with unit_of_work(reviews.engine, Scope.of(actor)) as connection:
        run = _run(connection, run_id)
        _require_unsigned(connection, run_id)
        if said.expires_on is not None and said.expires_on < run.as_of:
            raise UsageError(
                "The review would stand until {day}, before the day of the run.",
                "Name a later day.",
                day=said.expires_on,
            )
        _require_finding(connection, run_id, said)
        digest = rows.facts_digests(connection, [said.contract_id], run)[said.contract_id]
        made = FindingReview(
            **asdict(said),
            review_id=uuid4(),
            run_id=run_id,
            facts_digest=digest,
            actor=actor.name,
            at=reviews.clock(),
        )
        rows.add_review(connection, made)
        append(connection, _event(made))
    return made


def sign_off(reviews: Reviews, actor: Actor, run_id: int, statement: str) -> RunSignoff:
    """Sign a run off: nobody reviews its findings after that.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor signs nothing, or there is no such run.
    UsageError
        When the actor asked for the run or reviewed it, a statement is missing, or somebody has
        signed it off before.
    """
    actor.require(Permission.AGREE)
    told = ground(statement)
    with unit_of_work(reviews.engine, Scope.of(actor)) as connection:
        run = _run(connection, run_id)
        _require_unsigned(connection, run_id)
        if actor.name in {run.actor, *rows.reviewers_of(connection, run_id)}:
            raise UsageError(
                "Nobody signs off a run that the same person asked for or reviewed.",
                "Ask a second person.",
            )
        settled = _standings(connection, run).values()
        open_count = sum(rows.count_findings(connection, run_id).values())
        open_count -= sum(not standing.is_open for standing in settled)
        signoff = RunSignoff(run_id, actor.name, reviews.clock(), told, open_count)
        rows.add_signoff(connection, signoff)
        payload = {"statement": told, "open_count": open_count}
        subject = (EventKind.SIGNED_OFF, EventSubject.RUN, str(run_id))
        append(connection, Event(signoff.at, actor.name, *subject, payload))
    return signoff


def _run(connection: Connection, run_id: int | None) -> AuditRun:
    if run_id is not None:
        return find_run(connection, run_id)
    newest = list_runs(connection, 1)
    if not newest:
        raise NothingFoundError(
            "There is no audit run yet.", "Start one on the page of runs; its findings stand here."
        )
    return newest[0]


def _grounded(said: Said) -> Said:
    """What was said, with the grounds it needs."""
    evidence = ground(said.evidence, is_needed=False)
    if said.decision is ReviewDecision.DISMISS:
        if not evidence:
            raise UsageError(
                "A finding is dismissed on evidence.", "Name the documents or photos it rests on."
            )
        if said.expires_on is None:
            raise UsageError(
                "A finding is dismissed for a time, not for ever.",
                "Name the last day on which it is.",
            )
    return replace(said, reason=ground(said.reason), evidence=evidence)


def _require_unsigned(connection: Connection, run_id: int) -> None:
    signed = rows.find_signoff(connection, run_id)
    if signed is not None:
        raise UsageError(
            "Run {run_id} was signed off by {account}.",
            "Review the finding in a later run.",
            run_id=run_id,
            account=signed.actor,
        )


def _require_finding(connection: Connection, run_id: int, said: Said) -> None:
    wanted = FindingFilter(code=said.code, contract_id=said.contract_id)
    found, _ = rows.list_findings(connection, run_id, wanted, {}, most=len(MilestoneKind) + 1)
    if said.milestone not in {row.milestone for row in found}:
        raise NothingFoundError(
            "Run {run_id} has no such finding: {finding}.",
            "Choose one from the list of the run.",
            run_id=run_id,
            finding=said.code,
        )


def _standings(connection: Connection, run: AuditRun, until: datetime | None = None) -> Standings:
    """Where the findings of a run stand that were reviewed, by review."""
    found = rows.read_reviews(connection, run, until)
    return {review.review_id: standing for review, standing in found}


def _standing(row: FoundRow, standings: Standings) -> ReviewStanding:
    return standings[row.review.review_id] if row.review else ReviewStanding.OPEN


def _event(made: FindingReview) -> Event:
    told = asdict(made)
    named = (made.run_id, made.contract_id, made.code, made.milestone or "")
    payload = {**told, "review_id": str(made.review_id), "facts_digest": made.facts_digest.hex()}
    for name in ("actor", "at"):
        del payload[name]
    subject = (EventKind.REVIEWED, EventSubject.FINDING, "/".join(map(str, named)))
    return Event(made.at, made.actor, *subject, payload)
