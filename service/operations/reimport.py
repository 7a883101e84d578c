"""A ledger against the database: what it would change, and taking over what is accepted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import shapely

from geodata.importers.diff import (
    LedgerDiff,
    Rows,
    completed,
    differing_fields,
    extras_by_header,
)
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile
from geodata.importers.pairing import NOBODY, Doubt, FormerKeys, Land, pair_rows
from geodata.model.changes import GEOMETRY, Decision
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Codes, Flags, LedgerColumns, Whole
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind, MatchRule
from geodata.store.engine import Connection
from geodata.store.queries.contracts import import_ledger, read_contracts, write_ledger
from geodata.store.queries.drafts import LedgerDraft, draft_ledger
from geodata.store.queries.imports import LAND_KINDS, ImportBatch, ImportCounts, last_import_at
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.roster import Roster, read_roster
from geodata.store.queries.versions import NOT_KNOWN
from service.operations.land import Shapes

ACCEPT_ALL = Decision()
"""Every row is taken over; contracts that are not in the file stay known."""

_NAMED = 5  # contracts or rows a message names


@dataclass(frozen=True, slots=True, eq=False)
class LedgerPlan:
    """What a ledger file would change.

    Attributes
    ----------
    file
        The file as read.
    diff
        Its rows against what is known.
    draft
        The same, ready to be written as a whole.
    vanished_id
        The contracts of ``diff.vanished``.
    issues
        What could not be decided, and which outlines could not be replaced.
    known_at
        Instant of the last import the plan knows of; None when there was none.
    """

    file: LedgerFile
    diff: LedgerDiff
    draft: LedgerDraft
    vanished_id: Whole
    issues: tuple[Issue, ...]
    known_at: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """The contract of each row, by which rule, and the contracts known that no row is about."""

    contract_id: Whole
    rule: Codes
    vanished: tuple[ContractKey, ...]
    vanished_id: Whole
    issues: tuple[Issue, ...]


def plan_ledger(
    connection: Connection,
    file: LedgerFile,
    shapes: Shapes | None,
    *,
    same_land_share: float,
    apart: Collection[int] = (),
) -> LedgerPlan:
    """Compare a ledger with what is known; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    file, shapes
        The file as read, and the outline of each row; None where none has one.
    same_land_share
        As in `geodata.settings.Tolerances`.
    apart
        Numbers of rows that are about contracts of their own, whatever they have in common with
        known ones except the key.
    """
    known_at = last_import_at(connection, *LAND_KINDS)
    roster = read_roster(connection)
    met = _meet(connection, roster, file, shapes, same_land_share, apart)
    rows = Rows(file.columns, file.extras, shapes)
    draft = _draft(connection, roster, met, rows)
    # What the digests cannot settle is compared cell by cell.
    is_compared, differing = draft.facts.changed, {}
    known = rows.take(np.empty(0, dtype=np.intp))
    if is_compared.any():
        known = _known(connection, met.contract_id, is_compared, rows)
        said, rows = rows, completed(rows, known, is_compared, file.stated)
        draft = draft if rows is said else _draft(connection, roster, met, rows)
        differing = differing_fields(rows, known, is_compared)
    moved = _moved(draft, shapes)
    if moved.any():
        known = replace(known, shapes=_outlines_before(connection, draft, moved))
        differing[GEOMETRY] = moved
    return LedgerPlan(
        file=file,
        diff=LedgerDiff(rows, known, met.rule, draft.facts.added, differing, met.vanished),
        draft=draft,
        vanished_id=met.vanished_id,
        issues=(*met.issues, *map(_extended, draft.outlines.extended)),
        known_at=known_at,
    )


def apply_ledger(
    connection: Connection, batch: ImportBatch, plan: LedgerPlan, decision: Decision = ACCEPT_ALL
) -> ImportCounts:
    """Take over what is accepted of a ledger, and let contracts end that are given up.

    Parameters
    ----------
    connection
        Within a transaction in which what the plan was made of is still known.
    batch
        Where the rows come from.
    plan, decision
        What the file changes, and what of it is accepted.

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
        counts = write_ledger(connection, batch, plan.draft)
        assert counts.added == plan.diff.count(ChangeKind.ADDED), "as it was shown"
        assert counts.changed == plan.diff.count(ChangeKind.CHANGED), "as it was shown"
    else:
        counts = import_ledger(
            connection,
            batch,
            decided.rows.columns,
            decided.rows.shapes,
            decided.rows.extras,
            contract_id=plan.draft.contract_id[decided.place],
            retired=plan.vanished_id[gone].tolist(),
        )
    assert counts.rows_in == plan.file.row_count, "every row of the file is counted once"
    return counts


def _meet(
    connection: Connection,
    roster: Roster,
    file: LedgerFile,
    shapes: Shapes | None,
    same_land_share: float,
    apart: Collection[int],
) -> _Met:
    """Match the rows: with contracts that ended before by their key alone."""
    by_key = roster.find(file.columns)
    current = np.flatnonzero(roster.is_current)
    numbers, known = roster.contract_id[current], roster.columns.take(current)
    revived = (by_key != NOT_KNOWN) & (roster.known(by_key).fact_id == NOT_KNOWN)
    former = np.flatnonzero(np.isin(roster.former_id, numbers))
    owner = np.searchsorted(numbers, roster.former_id[former])
    pairing = pair_rows(
        known,
        file.columns,
        former=FormerKeys(owner, roster.former.take(former)),
        apart=revived | np.isin(file.columns.row_no, list(apart)),
        land=None
        if shapes is None
        else Land(shapes, lambda rows: read_outlines(connection, numbers[rows]), same_land_share),
    )
    met = pairing.partner != NOBODY
    contract_id, rule = np.where(revived, by_key, NOT_KNOWN), pairing.rule.copy()
    contract_id[met] = numbers[pairing.partner[met]]
    rule[revived] = MatchRule.KEY.position
    left = np.flatnonzero(~np.isin(numbers, contract_id))
    return _Met(
        contract_id=contract_id,
        rule=rule,
        vanished=tuple(ContractKey.of_row(known, row) for row in left.tolist()),
        vanished_id=numbers[left],
        issues=tuple(_doubtful(doubt, file.columns, known) for doubt in pairing.doubts),
    )


def _draft(connection: Connection, roster: Roster, met: _Met, rows: Rows) -> LedgerDraft:
    return draft_ledger(
        connection, roster, rows.columns, rows.shapes, rows.extras, contract_id=met.contract_id
    )


def _known(connection: Connection, contract_id: Whole, is_compared: Flags, found: Rows) -> Rows:
    """What is known of the contracts of some rows, a row for each."""
    stored = read_contracts(connection, contract_ids=contract_id[is_compared])
    place = np.searchsorted(stored.contract_id, contract_id)
    place[~is_compared] = 0
    extras = extras_by_header(stored.extras, found.extras)
    return Rows(
        stored.columns.take(place), {header: texts[place] for header, texts in extras.items()}
    )


def _moved(draft: LedgerDraft, shapes: Shapes | None) -> Flags:
    """Rows about known contracts whose own shape differs from the outline known."""
    is_drawn = np.zeros_like(draft.facts.added) if shapes is None else ~shapely.is_missing(shapes)
    return np.asarray(draft.outlines.changed_rows & ~draft.facts.added & is_drawn)


def _outlines_before(connection: Connection, draft: LedgerDraft, rows: Flags) -> Shapes:
    before = np.full(len(rows), None)
    before[rows] = read_outlines(connection, draft.contract_id[rows])
    return before


def _doubtful(doubt: Doubt, found: LedgerColumns, known: LedgerColumns) -> Issue:
    contracts = [ContractKey.of_row(known, row).slug for row in doubt.known]
    rows = [str(found.row_no[row]) for row in doubt.found]
    return Issue(
        IssueSeverity.NOTED,
        "Rows {rows} and the known contracts {contracts} cannot be told apart by {rule}: none was"
        " matched, and the rows count as new contracts.",
        {"rows": _first(rows), "contracts": _first(contracts), "rule": doubt.rule.value},
        row=int(found.row_no[doubt.found[0]]),
        column=doubt.rule.value,
    )


def _first(names: list[str]) -> str:
    named = ", ".join(names[:_NAMED])
    return f"{named} … ({len(names)})" if len(names) > _NAMED else named


def _extended(parcel: str) -> Issue:
    return Issue(
        IssueSeverity.NOTED,
        "The shape of parcel {parcel} came without those of its other contracts: it can add land"
        " to the outline known, and takes none away.",
        {"parcel": parcel},
        column="parcel_code",
        value=parcel,
    )
