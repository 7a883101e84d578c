"""Patrols: what officers saw on a site is entered together with the photos they took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import LAST_SEEN, Entry
from geodata.model.evidence import ProvenFact
from geodata.model.roles import Actor, Permission
from geodata.model.uploads import GivenFile
from geodata.store.engine import Connection
from service.operations.entries import Entries, propose
from service.operations.entry_forms import EntryForm
from service.operations.evidence import EvidenceRoom, bind
from service.operations.upload_files import Given, kept_files


def record_patrol(
    entries: Entries,
    room: EvidenceRoom,
    actor: Actor,
    key: ContractKey,
    form: EntryForm,
    given: Iterable[Given] = (),
) -> Entry:
    """Enter a patrol and keep its photos, in one transaction.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor enters nothing, or sees no such contract.
    UsageError
        When the form has problems, nothing is new in it, or a photo is empty or too large.
    """
    actor.require(Permission.ENTER)
    for problem in form.problems.values():
        raise problem
    files = list(kept_files(room.blobs, room.most_bytes, given))

    day = form.said[LAST_SEEN]
    assert isinstance(day, date), "it has to be filled in"

    def keep_photos(connection: Connection, entry: Entry) -> None:
        fact = ProvenFact(entry.contract_id, observed_on=day)
        bind(room, connection, actor, _once(files), fact, EvidenceKind.PHOTO, entry.source)

    return propose(entries, actor, key, form, beside=keep_photos)


def _once(files: Iterable[GivenFile]) -> list[GivenFile]:
    """Each file once, however often it was chosen."""
    return list({file.sha256: file for file in files}.values())
