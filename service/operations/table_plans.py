"""A table against the database: what it would change, and taking over what is accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import shapely

from geodata.errors import UsageError
from geodata.geometry.quality.issue import QualityIssue
from geodata.importers.diff import Diff, completed, differing_fields
from geodata.importers.issues import Issue
from geodata.importers.table_rows import TableRows
from geodata.model.changes import ACCEPT_ALL, GEOMETRY, Decision, ImportCounts, RowKey
from geodata.model.columns import NO_CODE, Codes, Flags, Whole
from geodata.model.content_lists import ContentKind
from geodata.model.import_lists import ChangeKind
from geodata.store.engine import Connection
from geodata.store.queries.backdrop import BACKDROP_KIND
from geodata.store.queries.imports import LAND_KINDS, ImportBatch, ImportIssue, imports_since
from geodata.store.queries.versions import Differences
from service.operations.land import Shapes
from service.reports.import_content import ImportedTable, TableFile, rejected_rows


class Draft(Protocol):
    """What a table adds to what is known, ready to be written."""

    @property
    def facts(self) -> Differences:
        """Rows about something new, and rows that say something else than is known."""
        ...

    @property
    def moved(self) -> Flags:
        """Rows that bring another outline than is known."""
        ...


R = TypeVar("R", bound=TableRows)
D = TypeVar("D", bound=Draft)


class Kept(Protocol[R, D]):
    """How the rows of a kind are kept in the database."""

    @property
    def kind(self) -> ContentKind | None:
        """What the rows are about; None for the layers of a map."""
        ...

    def draft(
        self, connection: Connection, rows: R, place: Whole | None = None, gone: Flags | None = None
    ) -> D:
        """Compare rows with what is known; nothing is written.

        Parameters
        ----------
        place
            Where the rows stand in the table; None for all of it.
        gone
            Which of what is not in the table is known no longer; None for none.
        """
        ...

    def known(self, connection: Connection, rows: R, is_compared: Flags) -> R:
        """What is known of each row compared; the others mean nothing."""
        ...

    def outlines(self, connection: Connection, rows: R, moved: Flags) -> Shapes:
        """The outline known of each row that brings another one; None of the others."""
        ...

    def write(self, connection: Connection, batch: ImportBatch, draft: D) -> ImportCounts:
        """Write what a draft adds, and log it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TablePlan(Generic[R, D]):
    """What a table would change.

    Attributes
    ----------
    file
        The table as read.
    diff
        Its rows against what is known.
    issues
        What could not be decided about it.
    known_at
        Instant of the last import that changed what it was compared with; None before the first.
    kept, draft
        How its rows are kept, and all of them ready to be written.
    usual
        What is accepted of it unless a person decides otherwise.
    on_known
        What is wrong with its outlines against the parcels known.
    """

    file: TableFile
    diff: Diff[R]
    issues: tuple[Issue, ...]
    known_at: datetime | None
    kept: Kept[R, D]
    draft: D
    usual: Decision = ACCEPT_ALL
    on_known: tuple[QualityIssue, ...] = ()

    @property
    def quality(self) -> tuple[QualityIssue, ...]:
        """What is wrong with its outlines and facts, also against the parcels known."""
        return (*self.file.quality, *self.on_known)

    def shown(
        self, decision: Decision | None = None, counts: ImportCounts | None = None
    ) -> ImportedTable:
        """What there is to be shown and reported.

        Parameters
        ----------
        decision
            What is accepted; None for what usually is.
        counts
            What became of the rows; None for what would, were the decision taken.
        """
        decision = decision or self.usual
        return ImportedTable(
            file=self.file,
            kind=self.kept.kind,
            diff=self.diff,
            decision=decision,
            counts=counts or self.diff.counts(decision, rejected_rows(self.file)),
            issues=(*self.file.issues, *self.issues),
            quality=self.quality,
        )


def compare(
    connection: Connection,
    kept: Kept[R, D],
    found: R,
    stated: frozenset[str],
    vanished: tuple[RowKey, ...],
    rule: Codes | None = None,
) -> tuple[Diff[R], D]:
    """Compare rows with what is known; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    kept
        How they are kept.
    found, stated
        The rows, and the attributes their file has columns for.
    vanished
        What is known and in none of them.
    rule
        `MatchRule` by which each row met what it is about; None of kinds that have a key alone.
    """
    draft = kept.draft(connection, found)
    # What the digests cannot settle is compared cell by cell.
    is_compared, differing, rows = draft.facts.changed, dict[str, Flags](), found
    known = found.take(np.empty(0, dtype=np.intp))
    if is_compared.any():
        known = kept.known(connection, found, is_compared)
        rows = completed(found, known, is_compared, stated)
        draft = draft if rows is found else kept.draft(connection, rows)
        differing = differing_fields(rows, known, is_compared)
    moved = _moved(draft, found.shapes)
    if moved.any():
        known = known.beside(known.extras, kept.outlines(connection, rows, moved))
        differing[GEOMETRY] = moved
    rules = np.full(len(rows), NO_CODE, dtype=np.int8) if rule is None else rule
    return Diff(rows, known, rules, draft.facts.added, differing, vanished), draft


def apply_table(
    connection: Connection, batch: ImportBatch, plan: TablePlan[R, D], decision: Decision
) -> ImportCounts:
    """Take over what is accepted of a table.

    Parameters
    ----------
    connection
        Within a transaction in which what the plan was made of is still known.
    batch
        Where the rows come from.
    plan, decision
        What the table changes, and what of it is accepted.

    Raises
    ------
    UsageError
        When the decision names what the plan does not show.
    InputFileError
        When the database refuses what the rows say.
    """
    decided = plan.diff.decide(decision)
    gone = np.array(list(decision.retired(plan.diff.vanished)), dtype=np.bool_)
    batch = replace(batch, declined=decided.declined_count)
    if decided.rows is plan.diff.found and not gone.any():
        counts = plan.kept.write(connection, batch, plan.draft)
        assert counts.added == plan.diff.count(ChangeKind.ADDED), "as it was shown"
        assert counts.changed == plan.diff.count(ChangeKind.CHANGED), "as it was shown"
    else:
        draft = plan.kept.draft(connection, decided.rows, decided.place, gone)
        counts = plan.kept.write(connection, batch, draft)
    assert counts.rows_in == plan.file.row_count, "every row of the file is counted once"
    return counts


def batch_of(plan: TablePlan[Any, Any], imported_at: datetime, actor: str) -> ImportBatch:
    """Where the rows of a table come from, and what was met in it."""
    file = plan.file
    return ImportBatch(
        file_name=file.path.name,
        sha256=file.sha256,
        imported_at=imported_at,
        actor=actor,
        profile=file.profile,
        rejected=rejected_rows(file),
        issues=tuple(map(_logged, (*file.rejected, *file.issues, *plan.issues))),
        originals=tuple(file.originals),
    )


def log_kinds(kind: ContentKind | None) -> tuple[str, ...]:
    """Kinds of import that change what rows of a kind are compared with."""
    if kind in (ContentKind.LEDGER, ContentKind.PARCELS):
        return LAND_KINDS
    return (BACKDROP_KIND,) if kind in (ContentKind.PARKS, None) else (kind.value,)


def require_as_planned(connection: Connection, plan: TablePlan[Any, Any]) -> None:
    """Raise `UsageError` when what a table was compared with has changed since."""
    for since in imports_since(connection, plan.known_at, *log_kinds(plan.kept.kind)):
        raise UsageError(
            "What is known has changed since {path} was compared with it: {actor} imported {file}"
            " at {at}, which changed {count} entries.",
            "Compare the file again, and decide about what it changes now.",
            path=plan.file.path.name,
            actor=since.actor,
            file=since.file_name,
            at=since.imported_at.isoformat(timespec="seconds"),
            count=since.row_count,
        )


def _moved(draft: Draft, shapes: Shapes | None) -> Flags:
    """Rows about something known whose own shape differs from the outline known."""
    added = draft.facts.added
    is_drawn = np.zeros_like(added) if shapes is None else ~shapely.is_missing(shapes)
    return np.asarray(draft.moved & ~added & is_drawn)


def _logged(issue: Issue) -> ImportIssue:
    column = issue.column or issue.header
    return ImportIssue(issue.row, column, issue.value, issue.severity, issue.text())
