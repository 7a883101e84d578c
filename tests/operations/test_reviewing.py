"""Findings are reviewed on grounds, come back when they have to, and are signed off by another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.errors import InputFileError, NotAllowedError, NothingFoundError, UsageError
from geodata.model.case_lists import ReviewDecision, ReviewStanding
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.reviews import RunSignoff
from geodata.model.roles import Role
from geodata.store.log import read_events
from geodata.store.queries.reviews import FindingFilter, FoundRow, add_review, add_signoff
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.operations.auditing import audit
from service.operations.reviewing import Reviews, Said, review, review_queue, sign_off
from tests.operations.test_entries import (
    AUDITOR,
    FACTS,
    OTHER,
    REVIEWER,
    TODAY,
    actor,
    take,
    ticking,
)

DAY = timedelta(days=1)
YEAR_END = date(2026, 12, 31)
SECOND = actor(Role.AUDITOR, "second")


@pytest.fixture
def owner(own_engine: sa.Engine) -> sa.Engine:
    """A district of two contracts, both late with their start."""
    take(own_engine, -1, FACTS, OTHER)
    return own_engine


@pytest.fixture
def reviews(owner: sa.Engine) -> Iterator[Reviews]:
    engine = site_engine(owner.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    yield Reviews(engine, ticking())
    engine.dispose()


def run_of(owner: sa.Engine, law: LawBook, as_of: date = TODAY, actor: str = "worker") -> int:
    return audit(owner, law, as_of, "en", actor=actor, clock=ticking()).run.run_id


@pytest.fixture
def run_id(owner: sa.Engine, law: LawBook) -> int:
    return run_of(owner, law)


def sign(run_id: int, name: str) -> RunSignoff:
    return RunSignoff(run_id, name, ticking()(), "同意", 0)


def write(engine: sa.Engine, add: Callable[[sa.Connection, Any], None], row: Any) -> None:
    with unit_of_work(engine, EVERYTHING) as connection:
        add(connection, row)


def late(reviews: Reviews, run_id: int) -> tuple[FoundRow, ReviewStanding]:
    """The first contract's overdue start, as it stands."""
    wanted = FindingFilter(code=FindingCode.OVERDUE_START)
    return review_queue(reviews, AUDITOR, run_id, wanted).found[0]


def said(row: FoundRow, decision: ReviewDecision = ReviewDecision.DISMISS) -> Said:
    return Said(
        row.contract_id,
        row.code,
        row.milestone,
        decision,
        "许可证已核发",
        "沪示例许〔2025〕1号",
        YEAR_END,
    )


def test_every_finding_of_a_run_waits_to_be_reviewed(reviews, run_id):
    queue = review_queue(reviews, AUDITOR, None, FindingFilter())
    assert queue.run.run_id == run_id
    assert queue.open_count == queue.total == len(queue.found) == sum(queue.codes.values())
    assert queue.codes[FindingCode.OVERDUE_START] == 2
    row, standing = late(reviews, run_id)
    assert (standing, row.milestone, row.key.contract_no) == (
        ReviewStanding.OPEN,
        MilestoneKind.START,
        "C1",
    )


@pytest.mark.parametrize("decision", ReviewDecision)
def test_a_review_settles_a_finding_and_is_on_the_log(reviews, owner, run_id, decision):
    row, _ = late(reviews, run_id)
    made = review(reviews, AUDITOR, run_id, said(row, decision))
    shown, standing = late(reviews, run_id)
    assert shown.review == made
    assert not standing.is_open
    queue = review_queue(reviews, AUDITOR, run_id, FindingFilter())
    assert (queue.open_count, queue.counts[standing]) == (queue.total - 1, 1)
    only = review_queue(reviews, AUDITOR, run_id, FindingFilter(standing=standing))
    assert [found for found, _ in only.found] == [shown]
    rest = review_queue(reviews, AUDITOR, run_id, FindingFilter(standing=ReviewStanding.OPEN))
    assert rest.total == queue.open_count
    with owner.begin() as connection:
        (logged,) = [e for e in read_events(connection, 9) if e.event.kind == "reviewed"]
    assert logged.event.payload["decision"] == decision


def test_nothing_is_dismissed_without_grounds(reviews, run_id):
    row, _ = late(reviews, run_id)
    for change, reason in (
        ({"reason": " "}, "filled in"),
        ({"evidence": ""}, "on evidence"),
        ({"expires_on": None}, "for a time"),
        ({"expires_on": TODAY - DAY}, "before the day"),
    ):
        with pytest.raises(UsageError, match=reason):
            review(reviews, AUDITOR, run_id, replace(said(row), **change))
    assert late(reviews, run_id)[1] is ReviewStanding.OPEN


def test_what_was_dismissed_comes_back_when_its_term_ends(reviews, owner, law, run_id):
    row, _ = late(reviews, run_id)
    review(reviews, AUDITOR, run_id, said(row))
    assert late(reviews, run_of(owner, law, YEAR_END))[1] is ReviewStanding.DISMISSED
    assert late(reviews, run_of(owner, law, YEAR_END + DAY))[1] is ReviewStanding.TERM_ENDED


def test_what_was_said_comes_back_when_the_facts_change(reviews, owner, law, run_id):
    for row, _ in review_queue(
        reviews, AUDITOR, run_id, FindingFilter(code=FindingCode.OVERDUE_START)
    ).found:
        review(reviews, AUDITOR, run_id, said(row, ReviewDecision.CONFIRM))
    take(owner, 1, {**FACTS, "premium_yuan": 1}, OTHER)
    later = run_of(owner, law)
    queue = review_queue(reviews, AUDITOR, later, FindingFilter(code=FindingCode.OVERDUE_START))
    assert [standing for _, standing in queue.found] == [
        ReviewStanding.FACTS_CHANGED,
        ReviewStanding.CONFIRMED,
    ]
    assert late(reviews, run_id)[1] is ReviewStanding.CONFIRMED, "the old run knew the old facts"


def test_years_alone_bring_nothing_back_and_hide_nothing(reviews, owner, law, run_id):
    row, _ = late(reviews, run_id)
    review(reviews, AUDITOR, run_id, replace(said(row, ReviewDecision.CONFIRM), expires_on=None))
    queue = review_queue(reviews, AUDITOR, run_of(owner, law, date(2046, 6, 30)), FindingFilter())
    standings = {
        (found.contract_id, found.code): standing
        for found, standing in queue.found
        if found.milestone is row.milestone
    }
    assert standings[row.contract_id, row.code] is ReviewStanding.CONFIRMED


def test_only_findings_of_the_run_are_reviewed_and_by_auditors(reviews, run_id):
    row, _ = late(reviews, run_id)
    with pytest.raises(NothingFoundError):
        review(reviews, AUDITOR, run_id, replace(said(row), code=FindingCode.IDLE_GOV))
    with pytest.raises(NothingFoundError):
        review(reviews, AUDITOR, run_id, replace(said(row), milestone=MilestoneKind.PRODUCTION))
    for person in (REVIEWER, actor(Role.LEGAL), actor(Role.PARK_MANAGER, "manager", "东园")):
        with pytest.raises(NotAllowedError):
            review(reviews, person, run_id, said(row))


def test_a_second_person_signs_off_and_nobody_reviews_after_that(reviews, owner, run_id):
    row, _ = late(reviews, run_id)
    review(reviews, AUDITOR, run_id, said(row))
    both = replace(REVIEWER, name=AUDITOR.name)
    for person in (both, replace(REVIEWER, name="worker")):
        assert not review_queue(reviews, person, run_id, FindingFilter()).may_sign
        with pytest.raises(UsageError, match="same person"):
            sign_off(reviews, person, run_id, "同意")
    with pytest.raises(NotAllowedError):
        sign_off(reviews, SECOND, run_id, "同意")
    assert review_queue(reviews, REVIEWER, run_id, FindingFilter()).may_sign
    signed = sign_off(reviews, REVIEWER, run_id, "同意")
    queue = review_queue(reviews, REVIEWER, run_id, FindingFilter())
    assert (queue.signoff, signed.open_count) == (signed, queue.open_count)
    with pytest.raises(UsageError, match="signed off by reviewer"):
        review(reviews, AUDITOR, run_id, said(row))
    with pytest.raises(UsageError, match="signed off by reviewer"):
        sign_off(reviews, actor(Role.REVIEWER, "other"), run_id, "同意")


@pytest.mark.parametrize("writer", ["owner", "site"])
def test_the_database_keeps_to_it_too(reviews, owner, run_id, writer):
    engine = owner if writer == "owner" else reviews.engine
    row, _ = late(reviews, run_id)
    made = review(reviews, AUDITOR, run_id, said(row))
    again = replace(made, review_id=uuid4())
    for name in (AUDITOR.name, "worker"):
        with pytest.raises(InputFileError, match="second person"):
            write(engine, add_signoff, sign(run_id, name))
    for wrong in ({"code": FindingCode.IDLE_GOV}, {"run_id": run_id + 1}):
        with pytest.raises(InputFileError, match="no such finding"):
            write(engine, add_review, replace(again, **wrong))
    for bare in ({"evidence": ""}, {"expires_on": None}, {"reason": ""}):
        with pytest.raises(InputFileError):
            write(engine, add_review, replace(again, **bare))
    write(engine, add_signoff, sign(run_id, REVIEWER.name))
    with pytest.raises(InputFileError, match="signed off"):
        write(engine, add_review, again)


def test_nothing_said_is_changed_or_deleted(reviews, owner, run_id):
    row, _ = late(reviews, run_id)
    review(reviews, AUDITOR, run_id, said(row))
    sign_off(reviews, REVIEWER, run_id, "同意")
    for table, column in (("finding_review", "reason"), ("run_signoff", "statement")):
        for statement in (
            f"UPDATE parcelwatch.{table} SET {column} = 'other'",
            f"DELETE FROM parcelwatch.{table}",
            f"TRUNCATE parcelwatch.{table}",
        ):
            with pytest.raises(sa.exc.DBAPIError, match="never changed"), owner.begin() as c:
                c.execute(sa.text(statement))
