"""A ledger against what is known, ready to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from geodata.model.changes import ImportCounts
from geodata.model.columns import Flags, LedgerColumns, Texts, Whole
from geodata.store import convert
from geodata.store.convert import Geometries
from geodata.store.digest import content_digests
from geodata.store.queries import versions
from geodata.store.queries.imports import ImportBatch
from geodata.store.queries.outlines import (
    LedgerLand,
    OutlineDifferences,
    land_of,
    outline_differences,
)
from geodata.store.queries.roster import Roster


@dataclass(frozen=True, slots=True, eq=False)
class LedgerDraft:
    """What a ledger adds to what is known; it holds as long as nothing else is imported.

    Attributes
    ----------
    roster
        The contracts known.
    columns, extras
        The rows, and what is not part of the ledger as `convert.extra_cells` writes it.
    contract_id
        The contract of each row, `NOT_KNOWN` of a new one.
    retired
        Contracts that are known no longer.
    digests, facts
        What each row says, and what of it is new.
    land, outlines
        The same of the parcels.
    """

    roster: Roster
    columns: LedgerColumns
    extras: Sequence[str]
    contract_id: Whole
    retired: Sequence[int]
    digests: Sequence[bytes]
    facts: versions.Differences
    land: LedgerLand
    outlines: OutlineDifferences

    @property
    def moved(self) -> Flags:
        """Rows that bring another outline than is known."""
        return self.outlines.changed_rows

    def counts(self, batch: ImportBatch) -> ImportCounts:
        """What becomes of the rows of the file, with those that were left out before."""
        changed = (self.facts.changed | self.moved) & ~self.facts.added
        counts = replace(self.facts, changed=changed).counts(
            declined=batch.declined, rejected=batch.rejected
        )
        return replace(counts, retired=len(self.retired))


def draft_ledger(
    connection: sa.Connection,
    roster: Roster,
    columns: LedgerColumns,
    geometry: Geometries | None = None,
    extras: Mapping[str, Texts] | None = None,
    *,
    contract_id: Whole | None = None,
    retired: Sequence[int] = (),
) -> LedgerDraft:
    """Compare a ledger with what is known; the parameters are those of `import_ledger`."""
    contract_id = roster.find(columns) if contract_id is None else contract_id
    cells = convert.extra_cells(extras or {}, len(columns))
    digests = content_digests(columns, cells)
    land = land_of(connection, roster, contract_id, columns, geometry, retired)
    return LedgerDraft(
        roster=roster,
        columns=columns,
        extras=cells,
        contract_id=contract_id,
        retired=retired,
        digests=digests,
        facts=versions.compared(roster.known(contract_id), digests),
        land=land,
        outlines=outline_differences(connection, land.parcels, land.shapes, land.incomplete),
    )
