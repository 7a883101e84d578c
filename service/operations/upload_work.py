"""What the worker does with files given on a page: recognise, compare, write. As the owner."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from geodata.errors import LandError, UsageError
from geodata.importers.readers import sha256_of
from geodata.importers.recognition import Recognised, recognise, sentence
from geodata.importers.signatures import ENDINGS
from geodata.model.contract_key import ContractKey
from geodata.model.import_lists import ChangeKind
from geodata.model.uploads import Choice, Document, GivenFile, Upload, UploadState
from geodata.settings import USUAL, Tolerances
from geodata.store.blobs import BlobStore
from geodata.store.engine import Connection, Engine
from geodata.store.queries.uploads import change_upload, read_upload, see_uploads, uploads_of
from service.clock import Clock
from service.compliance.law import LawBook
from service.operations.import_sources import Source, Watch, known_to_readers
from service.operations.importing import (
    Decisions,
    ImportPlan,
    ImportReport,
    apply_plan,
    plan_import,
    require_token,
)
from service.operations.telling import Tell, tell_nobody
from service.operations.upload_decisions import decision_of
from service.reports.import_files import write_import_workbook
from service.reports.import_preview import preview_document
from service.settings import LANGUAGES

_DISTRICT_LAYERS: Final = frozenset({"parks", "roads", "water", "outline"})
_EARLIER: Final = "earlier"  # beside the languages: what was shown before, to be cleared with it
_MOST_NAMED: Final = 50
_MOST_BYTES: Final = 1 << 40  # what we write ourselves is not limited


@dataclass(frozen=True, slots=True)
class Desk:
    """What the worker needs beside the database.

    Attributes
    ----------
    blobs
        Where the files are, and what is shown of them.
    law
        Names the district.
    tolerances
        From when on shapes are the same, or faulty.
    tell
        Told what is being done.
    """

    blobs: BlobStore
    law: LawBook
    tolerances: Tolerances = USUAL
    tell: Tell = tell_nobody


def recognise_upload(engine: Engine, upload_id: UUID, desk: Desk) -> Upload:
    """Find out what the files are; what cannot be read says why."""
    upload = _upload(engine, upload_id)
    ground, told = known_to_readers(engine)
    documents: list[Recognised] = []
    with _unfolded(desk.blobs, upload) as paths:
        for path, file, choice, before in zip(
            paths, upload.files, upload.choices, _before(upload), strict=True
        ):
            desk.tell("Looking at {file}", len(documents), len(paths), file=file.name)
            try:
                with _in_given_names(paths, upload.files):
                    document = recognise(path, choice, ground, told)
            except LandError as error:
                document = {"problem": sentence(error)}
            kept = before.get("layers", []) if choice.layer else []
            documents.append(document | _standing(document, choice, kept))
    choices = tuple(map(_proposed, upload.choices, documents))
    with uploads_of(engine) as connection:
        if _still(connection, upload_id).state is not UploadState.DISCARDED:
            change_upload(
                connection,
                upload_id,
                state=UploadState.RECOGNISED,
                recognised=tuple(documents),
                choices=choices,
            )
    return replace(upload, recognised=tuple(documents), choices=choices)


def plan_upload(engine: Engine, upload_id: UUID, desk: Desk) -> ImportPlan:
    """Compare the files with what is known, and keep what a person is shown of that.

    Raises
    ------
    UsageError, InputFileError, CoordinateError
        As `plan_import`; the upload stays as it was.
    """
    upload = _upload(engine, upload_id)
    with _planned(engine, upload, desk) as plan:
        _keep_preview(engine, upload, plan, desk)
        return plan


def accept_upload(
    engine: Engine, upload_id: UUID, desk: Desk, *, actor: str, clock: Clock
) -> Document:
    """Write what was decided, all of it or nothing; returns what it changed.

    Done before, it is not done again. Where the files or what is known have changed since they
    were compared, nothing is written, and the new comparison is kept to be shown.

    Raises
    ------
    UsageError
        When something has changed, or nothing was compared yet.
    """
    upload = _upload(engine, upload_id)
    if upload.outcome is not None:
        return upload.outcome
    with _planned(engine, upload, desk) as plan:
        if plan.token != upload.token:
            _keep_preview(engine, upload, plan, desk)
        require_token(plan, upload.token)
        desk.tell("Writing to the database")
        decisions: Decisions = {
            int(place): decision_of(told, plan.tables[int(place)].diff.vanished)
            for place, told in upload.decisions.items()
        }
        apply_plan(engine, plan, decisions, actor=actor, clock=clock, beside=_finish(upload))
    outcome = _upload(engine, upload_id).outcome
    assert outcome is not None, "kept with the import"
    return outcome


def _finish(upload: Upload) -> Callable[[Connection, ImportReport], None]:
    """Keeps what was changed in the transaction that changes it."""

    def finish(connection: Connection, report: ImportReport) -> None:
        see_uploads(connection)
        held = _still(connection, upload.upload_id)
        if held.state is not UploadState.PLANNED or held.token != upload.token:
            raise UsageError(
                "Somebody else has decided about these files meanwhile. Nothing was written.",
                "Open them in the list of imports, which says how far they have come.",
            )
        change_upload(
            connection,
            upload.upload_id,
            state=UploadState.ACCEPTED,
            outcome=_outcome(report),
        )

    return finish


def _outcome(report: ImportReport) -> Document:
    return {
        "at": report.at.isoformat(),
        "tables": [
            {
                "title": {language: table.title(language) for language in LANGUAGES},
                "name": table.name,
                "counts": {name: getattr(table.counts, name) for name in table.counts.__slots__},
                "repaired": table.repaired_count,
            }
            for table in report.tables
        ],
        "contracts": list(_contracts(report)),
    }


def _contracts(report: ImportReport) -> Iterator[str]:
    """The first contracts that were added or changed, by the last part of their address."""
    count = 0
    for table in report.tables:
        for change in table.diff.changes((ChangeKind.ADDED, ChangeKind.CHANGED)):
            taken = table.takes(change) or any(table.takes(change, each) for each in change.fields)
            if isinstance(change.key, ContractKey) and taken:
                yield change.key.slug
                count += 1
            if count == _MOST_NAMED:
                return


@contextmanager
def _planned(engine: Engine, upload: Upload, desk: Desk) -> Iterator[ImportPlan]:
    with _unfolded(desk.blobs, upload) as paths, _in_given_names(paths, upload.files):
        sources, district = _sources(upload, paths)
        yield plan_import(
            engine,
            sources,
            district=district,
            tolerances=desk.tolerances,
            watch=_watch(desk.tell, dict(zip(paths, upload.files, strict=True))),
        )


def _sources(upload: Upload, paths: Sequence[Path]) -> tuple[list[Source], Source | None]:
    sources: list[Source] = []
    district: Source | None = None
    for path, file, choice in zip(paths, upload.files, upload.choices, strict=True):
        if choice.is_left_out:
            continue
        if choice.is_district:
            district = Source(path, crs=choice.crs, title=file.name)
            continue
        reading = (choice.kind, choice.profile, choice.layer, choice.crs, choice.encoding)
        sources.append(Source(path, *reading, title=file.name))
    return sources, district


def _watch(tell: Tell, files: dict[Path, GivenFile]) -> Watch:
    def watch(path: Path) -> Callable[[int, int], None]:
        return lambda done, total: tell("Reading {file}", done, total, file=files[path].name)

    return watch


def _keep_preview(engine: Engine, upload: Upload, plan: ImportPlan, desk: Desk) -> None:
    preview = {_EARLIER: {digest: digest for digest in sorted(upload.shown)}}
    for language in LANGUAGES:
        desk.tell("Preparing what is shown")
        content = plan.content(language)
        page = preview_document(content, desk.law.title(language))
        workbook = BytesIO()
        write_import_workbook(content, workbook)
        preview[language] = {
            "page": _kept(desk.blobs, json.dumps(page, ensure_ascii=False).encode()),
            "workbook": _kept(desk.blobs, workbook.getvalue()),
        }
    with uploads_of(engine) as connection:
        if _still(connection, upload.upload_id).state.is_open:
            change_upload(
                connection,
                upload.upload_id,
                state=UploadState.PLANNED,
                preview=preview,
                token=plan.token,
                decisions={},
            )


def _kept(blobs: BlobStore, content: bytes) -> str:
    return blobs.keep(BytesIO(content), _MOST_BYTES).sha256


@contextmanager
def _unfolded(blobs: BlobStore, upload: Upload) -> Iterator[list[Path]]:
    """Copies of the files under names of our own, gone afterwards; what is kept stays untouched."""
    with TemporaryDirectory(prefix="parcelwatch-") as folder:
        paths = [
            Path(folder, f"{number}{_ending(file.name)}")
            for number, file in enumerate(upload.files, start=1)
        ]
        for path, file in zip(paths, upload.files, strict=True):
            shutil.copyfile(blobs.path(file.sha256), path)
            assert sha256_of(path) == file.sha256 or path.suffix == ".shp", "as it was kept"
        yield paths


def _ending(name: str) -> str:
    """One of the endings that are known; a text without any mark of a format is told by it."""
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in ENDINGS else ""


@contextmanager
def _in_given_names(paths: Sequence[Path], files: Sequence[GivenFile]) -> Iterator[None]:
    """Let errors call files what the person calls them."""
    names = {str(path): file.name for path, file in zip(paths, files, strict=True)}

    def named(value: Any) -> Any:
        if not isinstance(value, str | Path):
            return value
        text = str(value)
        for path, name in names.items():
            text = text.replace(path, name)
        return text

    try:
        yield
    except LandError as error:
        values = {name: named(value) for name, value in error.values.items()}
        raise type(error)(error.template, error.next_step, **values) from error


def _before(upload: Upload) -> Sequence[Document]:
    return upload.recognised or ({},) * len(upload.files)


def _standing(document: Document, choice: Choice, layers: Sequence[str]) -> Recognised:
    """As what the file was looked at, and all its layers where only the one named was."""
    kind = choice.kind.value if choice.kind else None
    read_as = [
        kind,
        choice.layer or "",
        choice.encoding or "",
        choice.crs or "",
        choice.profile or "",
    ]
    found = list(document.get("layers", ()))
    return {"read_as": read_as, "layers": layers if len(layers) > len(found) else found}


def _proposed(choice: Choice, document: Document) -> Choice:
    """A file of several layers of a district is one, unless a person said what it is."""
    is_district = len(_DISTRICT_LAYERS.intersection(document.get("layers", ()))) > 1
    return replace(choice, is_district=True) if is_district and choice == Choice() else choice


def _upload(engine: Engine, upload_id: UUID) -> Upload:
    with uploads_of(engine) as connection:
        return _still(connection, upload_id)


def _still(connection: Connection, upload_id: UUID) -> Upload:
    """The upload as it is by now, held until the transaction ends."""
    upload = read_upload(connection, upload_id, to_change=True)
    assert upload is not None, "uploads are never deleted"
    return upload
