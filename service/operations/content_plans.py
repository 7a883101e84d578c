"""Tables of any kind but the ledger against the database: what they would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from geodata.geometry.quality.issue import QualityIssue
from geodata.importers.content import ContentFile
from geodata.importers.content_rows import ContentRows
from geodata.importers.diff import extras_by_header
from geodata.importers.issues import Issue
from geodata.model.changes import ImportCounts
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Flags, Texts, Whole
from geodata.model.content import NaturalKey, Row
from geodata.model.content.typed_rows import TypedRows
from geodata.model.content_lists import ContentKind
from geodata.settings import Tolerances
from geodata.store.engine import Connection
from geodata.store.queries.content import (
    ContentDraft,
    draft_content,
    read_content,
    read_names,
    write_content,
)
from geodata.store.queries.contract_rows import unknown_numbers
from geodata.store.queries.imports import ImportBatch, last_change_at
from geodata.store.queries.names import NameRoster
from geodata.store.queries.outlines import read_outlines_of
from service.operations.known_land import overlaps
from service.operations.land import Shapes
from service.operations.table_plans import TablePlan, compare, log_kinds

_OF_CONTRACTS: Final = (ContentKind.GOVERNMENT_PERIODS, ContentKind.AGREEMENTS)
_NAMED: Final = 5  # contracts a message names

ContentPlan: TypeAlias = TablePlan[ContentRows, ContentDraft]


@dataclass(frozen=True, slots=True, eq=False)
class KeptContent:
    """Rows of a kind as versioned facts by natural key; parcels with their outlines."""

    kind: ContentKind
    roster: NameRoster
    vanished: tuple[NaturalKey, ...]

    def draft(
        self,
        connection: Connection,
        rows: ContentRows,
        place: Whole | None = None,  # noqa: ARG002 - rows are found by their names
        gone: Flags | None = None,
    ) -> ContentDraft:
        """Compare rows with what is known."""
        return draft_content(
            connection,
            self.roster,
            self.kind,
            rows.typed,
            row_no=rows.row_no.tolist(),
            extras=rows.extras,
            geometry=rows.shapes if self.kind is ContentKind.PARCELS else None,
            retired=names_gone(self.vanished, gone),
        )

    def known(self, connection: Connection, rows: ContentRows, is_compared: Flags) -> ContentRows:
        """What is known of some rows, a row for each."""
        names = rows.take(np.flatnonzero(is_compared)).names()
        fact_ids = self.roster.known(names).fact_id
        stored = read_content(connection, self.kind, fact_ids=fact_ids)
        return aligned(rows, stored.rows, stored.extras, is_compared)

    def outlines(self, connection: Connection, rows: ContentRows, moved: Flags) -> Shapes:
        """The outlines known of the parcels of some rows."""
        codes = parcel_codes(TypedRows.of(rows.typed))
        before = np.full(len(rows), None)
        before[moved] = read_outlines_of(connection, codes[moved])
        return before

    def write(
        self, connection: Connection, batch: ImportBatch, draft: ContentDraft
    ) -> ImportCounts:
        """Write what a draft adds."""
        return write_content(connection, batch, draft)


def plan_content(connection: Connection, file: ContentFile, tolerances: Tolerances) -> ContentPlan:
    """Compare a table with what is known; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    file
        The file as read, of a kind that has tables of its own.
    tolerances
        From when on parcels overlap.
    """
    known_at = last_change_at(connection, *log_kinds(file.kind))
    roster = read_names(connection, file.kind)
    found = ContentRows.of_file(file)
    kept = KeptContent(file.kind, roster, not_in(found, file.sent_back, roster.names))
    diff, draft = compare(connection, kept, found, stated(file), kept.vanished)
    return TablePlan(
        file=file,
        diff=diff,
        issues=tuple(_of_nobody(connection, file)),
        known_at=known_at,
        kept=kept,
        draft=draft,
        on_known=_on_known_land(connection, draft, tolerances),
    )


def stated(file: ContentFile) -> frozenset[str]:
    """The attributes a file has columns for."""
    return frozenset(file.rows[0]) if file.rows else frozenset()


def not_in(
    found: ContentRows, sent_back: Sequence[NaturalKey], names: Sequence[str]
) -> tuple[NaturalKey, ...]:
    """What is known by name and in no row of a file, those that were sent back included."""
    met = {*found.names(), *(key.slug for key in sent_back)} if names else set()
    return tuple(NaturalKey.from_slug(name) for name in names if name not in met)


def names_gone(vanished: Sequence[NaturalKey], gone: Flags | None) -> list[str]:
    """The names of what is known no longer."""
    return [] if gone is None else [vanished[place].slug for place in np.flatnonzero(gone).tolist()]


def aligned(
    rows: ContentRows,
    known: Sequence[Row],
    extras: Sequence[Mapping[str, str]],
    is_compared: Flags,
) -> ContentRows:
    """What is known of each row compared, in the order of the rows."""
    by_key = {rows.catalogue.key_of(row): place for place, row in enumerate(known)}
    places = [
        by_key[rows.key(row)] if compared else -1
        for row, compared in enumerate(is_compared.tolist())
    ]
    texts = extras_by_header([*extras, {}], rows.extras)
    return ContentRows(
        rows.catalogue,
        [{} if place < 0 else known[place] for place in places],
        rows.row_no,
        {header: column[places] for header, column in texts.items()},
    )


def parcel_codes(rows: TypedRows) -> Texts:
    """The parcel of each row."""
    return np.array(list(rows.column("parcel_code")), dtype=np.object_)


def _of_nobody(connection: Connection, file: ContentFile) -> Iterator[Issue]:
    """A remark on rows about contracts that are not known: until they are, nothing shows them."""
    if file.kind not in _OF_CONTRACTS:
        return
    named = {str(row["contract_no"]) for row in file.rows}
    if unknown := unknown_numbers(connection, named):
        listed = ", ".join(unknown[:_NAMED]) + (" …" if len(unknown) > _NAMED else "")
        yield Issue(
            IssueSeverity.NOTED,
            "Of the contracts named, {count} are not known: {numbers}. What the rows say of them"
            " counts once they are imported.",
            {"count": len(unknown), "numbers": listed},
            column="contract_no",
        )


def _on_known_land(
    connection: Connection, draft: ContentDraft, tolerances: Tolerances
) -> tuple[QualityIssue, ...]:
    if draft.outlines is None or not len(draft.outlines.shapes):
        return ()
    codes = parcel_codes(draft.rows)
    numbers = np.asarray(draft.row_no, dtype=np.int32)
    return overlaps(connection, draft.outlines, codes, numbers, codes.tolist(), tolerances)
