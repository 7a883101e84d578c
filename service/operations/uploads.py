"""Files given on a page: kept, shown to who gave them, and handed to the worker step by step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from geodata.errors import NothingFoundError, UsageError
from geodata.model.content_lists import ContentKind
from geodata.model.roles import Actor, Permission
from geodata.model.tasks import Task, TaskKind
from geodata.model.uploads import Choice, Document, Meaning, Upload, UploadState
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from geodata.store.queries import uploads as rows
from geodata.store.queries.suppliers import keep_mapping, read_mappings
from service.clock import Clock
from service.operations.tasks import submit, task_of
from service.operations.upload_columns import mapping_of, told_otherwise
from service.operations.upload_files import Given, keep_files

_MOST_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Uploads:
    """Where files given on a page are kept.

    Attributes
    ----------
    engine
        The site's: what is planned and written is the worker's.
    most_bytes
        What files given at once may come to.
    """

    engine: Engine
    blobs: BlobStore
    most_bytes: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class Standing:
    """An upload, and what the worker was asked for last; None before the first time."""

    upload: Upload
    task: Task | None

    @property
    def is_working(self) -> bool:
        """Whether the worker has still to do what it was asked for."""
        return self.task is not None and not self.task.state.is_final


def receive(uploads: Uploads, actor: Actor, given: Iterable[Given]) -> Upload:
    """Keep files, and have them recognised.

    Raises
    ------
    UsageError
        When there is none, there are too many, one is empty, or they are too large together.
    """
    actor.require(Permission.IMPORT)
    files = keep_files(uploads.blobs, uploads.most_bytes, given)
    upload = Upload(
        upload_id=uuid4(),
        account=actor.name,
        at=uploads.clock(),
        state=UploadState.RECEIVED,
        files=files,
        choices=(Choice(),) * len(files),
    )
    with rows.uploads_of(uploads.engine, actor.name) as connection:
        rows.add_upload(connection, upload)
    _ask(uploads, actor, upload.upload_id, TaskKind.RECOGNISE_UPLOAD)
    return upload


def uploads_seen(uploads: Uploads, actor: Actor) -> list[Upload]:
    """The newest uploads of the actor; of everybody, for an administrator."""
    actor.require(Permission.IMPORT)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        return rows.list_uploads(connection, _MOST_LISTED)


def standing_of(uploads: Uploads, actor: Actor, upload_id: UUID) -> Standing:
    """One upload and how the worker gets on with it.

    Raises
    ------
    NothingFoundError
        When there is no such upload, or it is another's.
    """
    actor.require(Permission.IMPORT)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        upload = _found(rows.read_upload(connection, upload_id), upload_id)
    task = task_of(uploads.engine, actor, upload.task_id) if upload.task_id else None
    return Standing(upload, task)


def choose(uploads: Uploads, actor: Actor, upload_id: UUID, choices: Sequence[Choice]) -> bool:
    """Say how the files are to be read; whether they have to be looked at again for that.

    Raises
    ------
    UsageError
        When nothing is left to import, two files are to bring the land of a district, or it is
        still not certain what a table holds.
    """
    upload = _open(uploads, actor, upload_id)
    chosen = tuple(choices)
    if len(chosen) != len(upload.files) or all(choice.is_left_out for choice in chosen):
        raise UsageError("No file is left to import.", "Leave at least one of them in.")
    if sum(choice.is_district and not choice.is_left_out for choice in chosen) > 1:
        raise UsageError(
            "Two files are to bring the land of a district.", "Import them one after the other."
        )
    for choice, file, document in zip(chosen, upload.files, upload.recognised, strict=True):
        is_table = not (choice.is_left_out or choice.is_district)
        if is_table and choice.kind is None and document.get("kind_problem"):
            raise UsageError(
                "It is not certain what {file} holds.",
                "Choose its content, or leave it out.",
                file=file.name,
            )
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        rows.change_upload(connection, upload_id, choices=chosen, state=UploadState.RECOGNISED)
    is_known = all(map(_is_as_recognised, chosen, upload.recognised))
    if not is_known:
        _ask(uploads, actor, upload_id, TaskKind.RECOGNISE_UPLOAD)
    return not is_known


def tell_columns(
    uploads: Uploads,
    actor: Actor,
    upload_id: UUID,
    told: Sequence[tuple[str, dict[int, Meaning]]],
) -> None:
    """Say what the columns of each file hold, and have the files compared with what is known.

    Parameters
    ----------
    told
        For each file a name for its supplier, and what is said of its columns by their place.
        What is said otherwise than it was recognised is remembered under that name.

    Raises
    ------
    UsageError
        When a supplier has no name, or that of a profile of ours.
    """
    upload = _open(uploads, actor, upload_id)
    changed = list(upload.choices)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        mappings = {each.name: each for each in read_mappings(connection)}
        for place, (name, meanings) in enumerate(told):
            document = upload.recognised[place]
            others = told_otherwise(document, meanings)
            if others:
                known = mappings.get(document["profile"])
                mapping = mapping_of(document, name, others, known, actor, uploads.clock)
                keep_mapping(connection, mapping)
                changed[place] = replace(changed[place], profile=mapping.name, kind=mapping.kind)
            elif document.get("kind") and not changed[place].is_district:
                kind = ContentKind.of(document["kind"])
                changed[place] = replace(changed[place], profile=document["profile"], kind=kind)
        rows.change_upload(connection, upload_id, choices=tuple(changed))
    _ask(uploads, actor, upload_id, TaskKind.PLAN_UPLOAD)


def decide(
    uploads: Uploads, actor: Actor, upload_id: UUID, token: str, decisions: Document
) -> None:
    """Keep what is accepted of the tables that were shown.

    Raises
    ------
    UsageError
        When something else is shown by now.
    """
    upload = _open(uploads, actor, upload_id)
    _require_shown(upload, token)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        rows.change_upload(connection, upload_id, decisions=decisions)


def accept(uploads: Uploads, actor: Actor, upload_id: UUID, token: str) -> None:
    """Have written what was decided; asked twice, it is done once.

    Raises
    ------
    UsageError
        When something else is shown by now.
    """
    standing = standing_of(uploads, actor, upload_id)
    if standing.is_working or standing.upload.state is UploadState.ACCEPTED:
        return
    _require_shown(standing.upload, token)
    _ask(uploads, actor, upload_id, TaskKind.ACCEPT_UPLOAD)


def discard(uploads: Uploads, actor: Actor, upload_id: UUID) -> None:
    """Give an upload up; nothing of it is imported."""
    _open(uploads, actor, upload_id)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        rows.change_upload(connection, upload_id, state=UploadState.DISCARDED)


def kept_preview(uploads: Uploads, upload: Upload, language: str) -> Any:
    """What the import would change, as `service.reports.import_preview` tells it."""
    return json.loads(_shown(uploads, upload, language, "page"))


def kept_report(uploads: Uploads, upload: Upload, language: str) -> bytes:
    """The same, whole, as a workbook."""
    return _shown(uploads, upload, language, "workbook")


def _shown(uploads: Uploads, upload: Upload, language: str, form: str) -> bytes:
    if upload.preview is None:
        raise NothingFoundError(
            "These files were not compared with what is known yet.",
            "Open them in the list of imports, which says how far they have come.",
        )
    return uploads.blobs.read(upload.preview[language][form])


def _is_as_recognised(choice: Choice, document: Document) -> bool:
    """Whether a file was looked at as it is to be read."""
    if choice.is_left_out or choice.is_district:
        return True
    kind = choice.kind.value if choice.kind else None
    asked = (
        kind,
        choice.layer or "",
        choice.encoding or "",
        choice.crs or "",
        choice.profile or "",
    )
    return document.get("read_as") == list(asked) or (
        asked == (document.get("kind"), document.get("layer"), "", "", document.get("profile"))
        and not document.get("problem")
    )


def _ask(uploads: Uploads, actor: Actor, upload_id: UUID, kind: TaskKind) -> None:
    task = submit(uploads.engine, actor, kind, {"upload": str(upload_id)}, uploads.clock)
    with rows.uploads_of(uploads.engine, _whose(actor)) as connection:
        rows.change_upload(connection, upload_id, task_id=task.task_id)


def _open(uploads: Uploads, actor: Actor, upload_id: UUID) -> Upload:
    """An upload about which something can still be said.

    Raises
    ------
    UsageError
        When it is done, or the worker is at it.
    """
    standing = standing_of(uploads, actor, upload_id)
    if standing.is_working or not standing.upload.state.is_open:
        raise UsageError(
            "Nothing can be changed about these files just now. Nothing was changed.",
            "Open them in the list of imports, which says how far they have come.",
        )
    return standing.upload


def _require_shown(upload: Upload, token: str) -> None:
    if upload.state is not UploadState.PLANNED or upload.token != token:
        raise UsageError(
            "The files, or what is known, have changed since the comparison was shown.",
            "Look at the comparison again, and decide about what it shows now.",
        )


def _found(upload: Upload | None, upload_id: UUID) -> Upload:
    if upload is None:
        raise NothingFoundError(
            "You gave no files under the number {number}.",
            "Choose one from the list of imports.",
            number=upload_id,
        )
    return upload


def _whose(actor: Actor) -> str:
    return rows.EVERYBODY if actor.may(Permission.ADMINISTER) else actor.name
