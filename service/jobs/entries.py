"""The job that puts an entry into effect."""

from __future__ import annotations

from uuid import UUID

from geodata.model.entries import EntryState
from geodata.model.tasks import Sentence, TaskResult
from service.jobs.job import Work
from service.operations.entry_applying import accepted_entries, apply_entry


def apply(work: Work) -> TaskResult:
    """Put the entry ``entry_id`` into effect, after what a task that failed left behind."""
    entry_id = UUID(work.arguments["entry_id"])
    for accepted in accepted_entries(work.engine):
        apply_entry(work.engine, accepted, clock=work.clock)
    entry = apply_entry(work.engine, entry_id, clock=work.clock)
    told = {"kind": entry.kind}
    if entry.state is EntryState.APPLIED:
        sentence = Sentence("In effect: {kind}.", told)
    else:
        sentence = Sentence("Could not take effect: {kind}. The entry says why.", told)
    return TaskResult(sentence, "entries.entry", {"entry_id": str(entry_id)})
