"""What pairs of scenes say of a contract's land, with what they hold against what is reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from geodata.model.imagery_lists import ImageryNote
from geodata.model.scenes import ParcelChange
from geodata.store.engine import Connection
from geodata.store.queries.scenes import changes_of
from service.compliance.casework.imagery_notes import note_of, reported

NotedChange = tuple[ParcelChange, ImageryNote | None]


def noted_changes(
    connection: Connection,
    contract_id: int,
    cells: Mapping[str, object],
    known_at: datetime | None = None,
) -> tuple[NotedChange, ...]:
    """The newest first; `cells` are the facts of the contract, `known_at` as of `changes_of`."""
    said = reported(cells)
    changes = changes_of(connection, contract_id, known_at)
    return tuple((one, note_of(one.told, one.from_on, one.to_on, said)) for one in changes)
