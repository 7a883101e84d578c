"""What the event log tells of entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.entries import Entry, EntryState

_KINDS: Final[Mapping[EntryState, EventKind]] = {
    EntryState.WAITING: EventKind.ENTERED,
    EntryState.ACCEPTED: EventKind.APPROVED,
    EntryState.REFUSED: EventKind.REFUSED,
    EntryState.APPLIED: EventKind.APPLIED,
    EntryState.FAILED: EventKind.FAILED,
}


def event_of(
    entry: Entry, at: datetime, actor: str, told: Mapping[str, Any] | None = None
) -> Event:
    """What has just become of an entry; the whole of what was entered goes with it.

    Parameters
    ----------
    told
        What else is to be remembered.
    """
    kind = _KINDS[entry.state]
    if entry.state is EntryState.ACCEPTED and entry.decided_by is None:
        kind = EventKind.ENTERED
    payload = {
        "contract_id": entry.contract_id,
        "kind": entry.kind,
        "said": entry.said,
        "before": entry.before,
        "source": entry.source,
        "reason": entry.reason,
        "decision": entry.decision,
        **(told or {}),
    }
    return Event(at, actor, kind, EventSubject.ENTRY, str(entry.entry_id), payload)
