"""Evidence: files are kept, bound to the fact they prove, and handed out again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from geodata.errors import NothingFoundError, UsageError
from geodata.importers.media import HEAD_BYTES, media_type_of
from geodata.importers.photos import PREVIEW_TYPE, preview, read_photo
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.evidence import Evidence, PhotoFacts, ProvenFact
from geodata.model.roles import Actor, Permission
from geodata.model.uploads import GivenFile
from geodata.store.blobs import BlobStore
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries import evidence as rows
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.dossier import stored_contract
from service.operations.entry_forms import ground
from service.operations.upload_files import Given, kept_files

_PICTURES: Final = "image/"
_MOST_PHOTO_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """Where evidence is kept.

    Attributes
    ----------
    most_bytes
        What files given at once may come to.
    """

    engine: Engine
    blobs: BlobStore
    most_bytes: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it is handed out.

    Attributes
    ----------
    name
        Under which it is saved.
    media_type
        What its bytes are.
    """

    name: str
    media_type: str
    content: bytes


def add_to_contract(
    room: EvidenceRoom,
    actor: Actor,
    key: ContractKey,
    given: Iterable[Given],
    *,
    kind: EvidenceKind,
    milestone: MilestoneKind | None = None,
    observed_on: date | None = None,
    note: str = "",
) -> list[Evidence]:
    """Keep files as evidence of a contract, or of one milestone or patrol of it.

    Returns
    -------
    list of Evidence
        What is new; a file that proves the same fact already is left as it is.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor enters nothing, or sees no such contract.
    UsageError
        When there is no file, one is empty, or they are too large together.
    """
    actor.require(Permission.ENTER)
    told, files = ground(note, is_needed=False), receive(room, given)
    with unit_of_work(room.engine, Scope.of(actor)) as connection:
        contract_id = int(stored_contract(connection, key).contract_id[0])
        fact = ProvenFact(contract_id, milestone=milestone, observed_on=observed_on)
        return bind(room, connection, actor, files, fact, kind, told)


def add_to_claim(
    room: EvidenceRoom,
    actor: Actor,
    claim_code: str,
    given: Iterable[Given],
    *,
    kind: EvidenceKind,
    note: str = "",
) -> list[Evidence]:
    """Keep files as evidence of an entry of inefficient land; as `add_to_contract`."""
    actor.require(Permission.ENTER)
    told, files = ground(note, is_needed=False), receive(room, given)
    with unit_of_work(room.engine, Scope.of(actor)) as connection:
        claim_id = rows.claim_of_code(connection, claim_code)
        if claim_id is None:
            raise NothingFoundError(
                "There is no entry of inefficient land {code}.",
                "Look in the register for its number.",
                code=claim_code,
            )
        return bind(room, connection, actor, files, ProvenFact(claim_id=claim_id), kind, told)


def evidence_after(
    room: EvidenceRoom, actor: Actor, known_at: datetime | None, after: UUID | None, limit: int
) -> list[tuple[Evidence, ContractKey | None]]:
    """The evidence an actor sees that comes after one, with its contract, at most `limit`."""
    actor.require(Permission.VIEW)
    with unit_of_work(room.engine, Scope.of(actor)) as connection:
        return rows.evidence_stretch(connection, known_at, after, limit)


def key_of_number(
    engine: Engine, actor: Actor, contract_no: str, phase: str = "", parcel_code: str = ""
) -> ContractKey:
    """The one contract of a number, and of a phase and parcel where they are named.

    Raises
    ------
    NothingFoundError
        When there is none.
    UsageError
        When there are several.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(engine, Scope.of(actor)) as connection:
        keys = rows.keys_of_number(connection, contract_no)
    keys = [key for key in keys if key.phase == (phase or key.phase)]
    keys = [key for key in keys if key.parcel_code == (parcel_code or key.parcel_code)]
    if not keys:
        raise NothingFoundError(
            "There is no contract {contract_no} {phase} on parcel {parcel_code}.",
            "Look for it in the list of contracts.",
            contract_no=contract_no,
            phase=phase,
            parcel_code=parcel_code,
        )
    if len(keys) > 1:
        raise UsageError(
            "The contract {contract_no} has {count} phases or parcels.",
            "Name one with --phase or --parcel.",
            contract_no=contract_no,
            count=len(keys),
        )
    return keys[0]


def receive(room: EvidenceRoom, given: Iterable[Given]) -> list[GivenFile]:
    """Keep files beside the database; nothing says yet what they prove.

    Raises
    ------
    UsageError
        When there is none, one is empty, or they are too large together.
    """
    files = list(kept_files(room.blobs, room.most_bytes, given))
    if not files:
        raise UsageError("No file was chosen.", "Choose one or several files.")
    return files


def bind(
    room: EvidenceRoom,
    connection: Connection,
    actor: Actor,
    files: Sequence[GivenFile],
    fact: ProvenFact,
    kind: EvidenceKind,
    note: str,
) -> list[Evidence]:
    """Say what files prove, within the transaction of the caller, who has checked the actor."""
    now = room.clock()
    kept = [_evidence(room.blobs, file, fact, kind, note, actor, now) for file in files]
    added = [evidence for evidence in kept if rows.add_evidence(connection, evidence)]
    for evidence in added:
        told = {name: value for name, value in asdict(evidence).items() if name != "evidence_id"}
        subject = (EventKind.EVIDENCE_ADDED, EventSubject.EVIDENCE, str(evidence.evidence_id))
        append(connection, Event(now, actor.name, *subject, told))
    return added


def original(room: EvidenceRoom, actor: Actor, evidence_id: UUID) -> Handed:
    """A file as it was given, with all its maker wrote into it.

    It is for who may see that, and for who gave it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor may not, or sees no such evidence.
    DatabaseStateError
        When its bytes are not those that were kept.
    """
    evidence = _found(room, actor, evidence_id)
    if evidence.added_by != actor.name:
        actor.require(Permission.EVIDENCE)
    content = room.blobs.read(evidence.sha256)
    return Handed(evidence.file_name, evidence.media_type, content)


def picture(room: EvidenceRoom, actor: Actor, evidence_id: UUID) -> Handed:
    """The small picture of a photo.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such photo.
    """
    evidence = _found(room, actor, evidence_id)
    if evidence.preview is None:
        raise NothingFoundError(
            "There is no picture of {name}.", "Open the file itself.", name=evidence.file_name
        )
    return Handed(f"{evidence_id}.jpg", PREVIEW_TYPE, room.blobs.read(evidence.preview))


def _found(room: EvidenceRoom, actor: Actor, evidence_id: UUID) -> Evidence:
    actor.require(Permission.VIEW)
    with unit_of_work(room.engine, Scope.of(actor)) as connection:
        evidence = rows.find_evidence(connection, evidence_id)
    if evidence is None:
        raise NothingFoundError(
            "There is no evidence {number}.",
            "Open it from the page of its contract.",
            number=evidence_id,
        )
    return evidence


def _evidence(
    blobs: BlobStore,
    file: GivenFile,
    fact: ProvenFact,
    kind: EvidenceKind,
    note: str,
    actor: Actor,
    now: datetime,
) -> Evidence:
    with blobs.path(file.sha256).open("rb") as stream:
        media_type = media_type_of(stream.read(HEAD_BYTES))
    photo, small = _seen(blobs, file) if media_type.startswith(_PICTURES) else (None, None)
    return Evidence(
        evidence_id=uuid4(),
        fact=fact,
        kind=kind,
        sha256=file.sha256,
        byte_count=file.size,
        media_type=media_type,
        file_name=file.name,
        note=note,
        added_by=actor.name,
        added_at=now,
        photo=photo,
        preview=small,
    )


def _seen(blobs: BlobStore, file: GivenFile) -> tuple[PhotoFacts | None, str | None]:
    """What the camera wrote into a photo, and the digest of its small picture."""
    if file.size > _MOST_PHOTO_BYTES:
        return None, None
    content = blobs.read(file.sha256)
    small = preview(content)
    kept = blobs.keep(io.BytesIO(small), len(small)).sha256 if small else None
    return read_photo(content), kept
