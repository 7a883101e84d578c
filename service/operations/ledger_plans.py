"""A ledger against the database: which contract each row is about, and what it would change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from geodata.importers.diff import extras_by_header
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile
from geodata.importers.ledger_rows import LedgerRows
from geodata.importers.pairing import NOBODY, Doubt, FormerKeys, Land, pair_rows
from geodata.model.changes import ImportCounts
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Codes, Flags, LedgerColumns, Whole
from geodata.model.content import NaturalKey
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.import_lists import MatchRule
from geodata.settings import Tolerances
from geodata.store.engine import Connection
from geodata.store.queries.contracts import read_contracts, write_ledger
from geodata.store.queries.drafts import LedgerDraft, draft_ledger
from geodata.store.queries.imports import LAND_KINDS, ImportBatch, last_change_at
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.roster import Roster, read_roster
from geodata.store.queries.versions import NOT_KNOWN
from service.operations.known_land import overlaps
from service.operations.land import Shapes
from service.operations.table_plans import TablePlan, compare

LedgerPlan: TypeAlias = TablePlan[LedgerRows, LedgerDraft]

_NAMED = 5  # contracts or rows a message names


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """The contract of each row, by which rule, and the contracts known that no row is about."""

    contract_id: Whole
    rule: Codes
    vanished: tuple[ContractKey, ...]
    vanished_id: Whole
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, eq=False)
class KeptLedger:
    """Rows of a ledger as contracts: versioned facts, and outlines of their parcels."""

    roster: Roster
    met: _Met

    @property
    def kind(self) -> ContentKind:
        """The ledger."""
        return ContentKind.LEDGER

    def draft(
        self,
        connection: Connection,
        rows: LedgerRows,
        place: Whole | None = None,
        gone: Flags | None = None,
    ) -> LedgerDraft:
        """Compare rows with the contracts known."""
        met = self.met
        return draft_ledger(
            connection,
            self.roster,
            rows.columns,
            rows.shapes,
            rows.extras,
            contract_id=met.contract_id if place is None else met.contract_id[place],
            retired=[] if gone is None else met.vanished_id[gone].tolist(),
        )

    def known(self, connection: Connection, rows: LedgerRows, is_compared: Flags) -> LedgerRows:
        """What ledgers have said of the contracts of some rows, a row for each."""
        contract_id = self.met.contract_id
        stored = read_contracts(
            connection, contract_ids=contract_id[is_compared], of_ledger_only=True
        )
        place = np.searchsorted(stored.contract_id, contract_id)
        place[~is_compared] = 0
        extras = extras_by_header(stored.extras, rows.extras)
        return LedgerRows(
            stored.columns.take(place), {header: texts[place] for header, texts in extras.items()}
        )

    def outlines(self, connection: Connection, rows: LedgerRows, moved: Flags) -> Shapes:
        """The outlines known of the parcels of some rows."""
        before = np.full(len(rows), None)
        before[moved] = read_outlines(connection, self.met.contract_id[moved])
        return before

    def write(self, connection: Connection, batch: ImportBatch, draft: LedgerDraft) -> ImportCounts:
        """Write what a draft adds."""
        return write_ledger(connection, batch, draft)


def plan_ledger(
    connection: Connection,
    file: LedgerFile,
    shapes: Shapes | None,
    *,
    tolerances: Tolerances,
    apart: Collection[int] = (),
) -> LedgerPlan:
    """Compare a ledger with what is known; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    file, shapes
        The file as read, and the outline of each row; None where none has one.
    tolerances
        From when on outlines are the same, or overlap.
    apart
        Numbers of rows that are about contracts of their own, whatever they have in common with
        known ones except the key.
    """
    known_at = last_change_at(connection, *LAND_KINDS)
    roster = read_roster(connection)
    met = _meet(connection, roster, file, shapes, tolerances.same_land_share, apart)
    kept = KeptLedger(roster, met)
    found = LedgerRows(file.columns, file.extras, shapes)
    diff, draft = compare(connection, kept, found, file.stated, met.vanished, met.rule)
    others = [*draft.land.parcels, *draft.land.abandoned]
    return TablePlan(
        file=file,
        diff=diff,
        issues=(*met.issues, *map(_extended, draft.outlines.extended)),
        known_at=known_at,
        kept=kept,
        draft=draft,
        on_known=overlaps(
            connection, draft.outlines, draft.land.parcels, found.row_no, others, tolerances
        ),
    )


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
    left = np.flatnonzero(~(np.isin(numbers, contract_id) | _among(known, file.sent_back)))
    return _Met(
        contract_id=contract_id,
        rule=rule,
        vanished=tuple(ContractKey.of_row(known, row) for row in left.tolist()),
        vanished_id=numbers[left],
        issues=tuple(_doubtful(doubt, file.columns, known) for doubt in pairing.doubts),
    )


def _among(known: LedgerColumns, sent_back: Sequence[NaturalKey]) -> Flags:
    """Contracts that rows which were sent back may be about, whatever parcel they name."""
    numbers = {key.parts[:2] for key in sent_back}
    parts = (known.texts[key].tolist() for key in IDENTITY[:2])
    return np.array(
        [(no or "", phase or "") in numbers for no, phase in zip(*parts, strict=True)],
        dtype=np.bool_,
    )


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
