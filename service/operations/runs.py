"""Audit runs that are kept: listed, shown, judged again, and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geodata.model.columns import LedgerColumns
from geodata.model.entities import AuditRun
from geodata.model.reviews import RunSignoff
from geodata.store.digest import judgements_digest
from geodata.store.engine import Engine
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.reviews import find_signoff
from geodata.store.queries.runs import (
    StoredRun,
    list_runs,
    previous_run_id,
    read_inputs,
    read_run,
)
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.version import rule_set_digest
from service.reports.comparison import ComparisonContent, Judged, Standpoint, comparison_content
from service.reports.content import Summary, summarise


@dataclass(frozen=True, slots=True)
class Verification:
    """A run judged again from the facts kept with it.

    Attributes
    ----------
    run
        The run as it is kept.
    has_other_book, has_other_code
        Whether law book and rules are others than those that judged it.
    result_digest
        Digest of the judgement made now.
    content
        What moved between the judgement kept and the one made now.
    """

    run: AuditRun
    has_other_book: bool
    has_other_code: bool
    result_digest: str
    content: ComparisonContent

    @property
    def is_identical(self) -> bool:
        """True where the result is the one kept, to the last digit."""
        return self.result_digest == self.run.result_digest


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run as a page shows it.

    Attributes
    ----------
    seen
        What it judged and found.
    changes
        What moved since the run before; None where there is none.
    signoff
        Who signed it off; None where nobody has.
    is_intact
        Whether the judgements kept are the ones that were made; None where only a part is seen,
        or their digest was not recorded.
    has_other_book, has_other_code
        Whether law book and rules of now are others than those that judged it.
    """

    run: AuditRun
    seen: Judged
    summary: Summary
    changes: ComparisonContent | None
    signoff: RunSignoff | None
    is_intact: bool | None
    has_other_book: bool
    has_other_code: bool


def recent_runs(engine: Engine, limit: int, scope: Scope | None = None) -> list[AuditRun]:
    """The runs kept, newest first, at most `limit`."""
    with unit_of_work(engine, scope) as connection:
        return list_runs(connection, limit)


def run_summary(engine: Engine, run_id: int) -> tuple[AuditRun, Summary]:
    """A run and the totals of what it judged.

    Raises
    ------
    NothingFoundError
        When there is no such run.
    """
    run, kept = _kept(engine, run_id)
    return run, summarise(kept.columns, kept.judged)


def run_report(engine: Engine, run_id: int, law: LawBook, language: str, scope: Scope) -> RunReport:
    """A run with its totals and what moved since the one before, as far as a scope sees them.

    Raises
    ------
    NothingFoundError
        When there is no such run.
    """
    run, seen = _as_seen(engine, run_id, scope)
    with unit_of_work(engine, scope) as connection:
        before_id = previous_run_id(connection, run)
        signoff = find_signoff(connection, run_id)
    changes = None
    if before_id is not None:
        _, before = _as_seen(engine, before_id, scope)
        changes = comparison_content(before, seen, language)
    return RunReport(
        run=run,
        seen=seen,
        summary=summarise(seen.columns, seen.judged),
        changes=changes,
        signoff=signoff,
        is_intact=_is_intact(run, seen),
        has_other_book=law.digest != run.book_digest,
        has_other_code=_has_other_code(run),
    )


def verify_run(
    engine: Engine, run_id: int, law_of: Callable[[str], LawBook], language: str
) -> Verification:
    """Judge the facts kept with a run once more, by the law book and the rules of now.

    Parameters
    ----------
    law_of
        Gives a law book by the code the run names.
    """
    run, kept = _kept(engine, run_id)
    law = law_of(run.book)
    judged = evaluate(kept.columns, law, run.as_of)
    now = Standpoint(run.as_of, law.code, law.digest, len(judged))
    again = Judged(now, kept.contract_id, kept.columns, judged)
    return Verification(
        run=run,
        has_other_book=law.digest != run.book_digest,
        has_other_code=_has_other_code(run),
        result_digest=judgements_digest(judged),
        content=comparison_content(kept, again, language, with_repriced=True),
    )


def compare_runs(
    engine: Engine, before: int, after: int, language: str, scope: Scope | None = None
) -> ComparisonContent:
    """What moved from one run to another; contracts are listed where the verdict flipped."""
    (_, one), (_, other) = (_as_seen(engine, run_id, scope) for run_id in (before, after))
    return comparison_content(one, other, language)


def _has_other_code(run: AuditRun) -> bool:
    return rule_set_digest(run.book_digest or "") != run.rule_digest


def _is_intact(run: AuditRun, seen: Judged) -> bool | None:
    if run.result_digest is None or len(seen.judged) < run.contract_count:
        return None
    return judgements_digest(seen.judged) == run.result_digest


def _kept(engine: Engine, run_id: int) -> tuple[AuditRun, Judged]:
    """A run with its judgement and the facts it rests on, as they were kept with it."""
    with unit_of_work(engine) as connection:
        stored = read_run(connection, run_id)
        _, columns = read_inputs(connection, stored.run)
    return stored.run, _judged(stored, columns)


def _as_seen(engine: Engine, run_id: int, scope: Scope | None) -> tuple[AuditRun, Judged]:
    """A run with the facts known at its instant, as far as a scope sees them.

    The account of the site reads no inputs kept whole: no policy could divide them by park.
    """
    with unit_of_work(engine, scope) as connection:
        stored = read_run(connection, run_id)
        run = stored.run
        facts = read_contracts(connection, as_of=run.as_of, known_at=run.known_at)
    assert np.array_equal(facts.contract_id, stored.contract_id), "facts are never deleted"
    return run, _judged(stored, facts.columns)


def _judged(stored: StoredRun, columns: LedgerColumns) -> Judged:
    run = stored.run
    standpoint = Standpoint(run.as_of, run.book, run.book_digest, run.contract_count, run.run_id)
    return Judged(standpoint, stored.contract_id, columns, stored.judged)
