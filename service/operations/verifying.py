"""Proofs of the event log, of issued documents, of evidence, and of bundles."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from hashlib import file_digest
from pathlib import Path
from typing import IO, Final

from geodata.errors import InputFileError, NothingFoundError, unopened
from geodata.model.case_documents import CaseDocument
from geodata.model.chain import Head, Proof, prove, read_lines
from geodata.model.evidence import Evidence
from geodata.model.manifest import MANIFEST_NAME, Manifest, Member, MemberFlaw, read_manifest
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from geodata.store.log import head, read_links
from geodata.store.queries.documents import document_of_pdf
from geodata.store.queries.evidence import evidence_of_digest, kept_digests
from geodata.store.session import unit_of_work
from service.operations.document_proofs import DocumentBreak, held_against_log

_LOG_MARK: Final = b'{"event":'
_MOST_MANIFEST_BYTES: Final = 64 << 20
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Proven(Enum):
    """What a file is, as far as proofs go."""

    LOG = "log"
    BUNDLE = "bundle"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class BundleProof:
    """What a bundle should hold, and what is wrong with it, by path."""

    manifest: Manifest
    flaws: dict[str, MemberFlaw]


def what_is(path: Path) -> Proven:
    """What a file or folder is: an exported log, a bundle, or any other file.

    Raises
    ------
    InputFileError
        When it cannot be read.
    """
    if path.is_dir():
        return Proven.BUNDLE
    with _reading(path), path.open("rb") as stream:
        is_log = stream.read(len(_LOG_MARK)) == _LOG_MARK
    if is_log:
        return Proven.LOG
    with _reading(path):
        is_bundle = zipfile.is_zipfile(path) and MANIFEST_NAME in zipfile.ZipFile(path).namelist()
    return Proven.BUNDLE if is_bundle else Proven.FILE


def prove_log_file(path: Path, printed: str = "") -> Proof:
    """Prove an exported log; `printed` is a hash that has to be in it."""
    with _reading(path), path.open("rb") as stream:
        return prove(read_lines(line.removesuffix(b"\n") for line in stream), printed)


def prove_log(engine: Engine, printed: str = "") -> Proof:
    """Prove the log of the database."""
    with unit_of_work(engine) as connection:
        return prove(read_links(connection), printed)


def log_lines(engine: Engine) -> Iterator[bytes]:
    """The log as lines of a file, from the first event."""
    with unit_of_work(engine) as connection:
        yield from (link.line() + b"\n" for link in read_links(connection))


def log_head(engine: Engine) -> Head:
    """Where the log of the database stands."""
    with unit_of_work(engine) as connection:
        return head(connection)


def changed_files(engine: Engine, blobs: BlobStore) -> tuple[int, list[str]]:
    """How many files are kept as evidence, and the digests of those that are gone or changed."""
    with unit_of_work(engine) as connection:
        digests = kept_digests(connection)
    return len(digests), [digest for digest in digests if not _is_whole(blobs, digest)]


def changed_documents(engine: Engine) -> tuple[int, list[DocumentBreak]]:
    """How many documents the log tells of, and those that are not as they were issued."""
    with unit_of_work(engine) as connection:
        return held_against_log(connection)


def issued_as(engine: Engine, digest: str) -> CaseDocument | None:
    """The issued document that a PDF of a digest was made of."""
    with unit_of_work(engine) as connection:
        return document_of_pdf(connection, bytes.fromhex(digest))


def known_as(engine: Engine, path: Path) -> tuple[str, list[Evidence]]:
    """The digest of a file, and what its very bytes were kept as evidence of.

    Raises
    ------
    InputFileError
        When it cannot be read.
    """
    with _reading(path), path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    with unit_of_work(engine) as connection:
        return digest, evidence_of_digest(connection, digest)


def prove_bundle(path: Path) -> BundleProof:
    """Compare a bundle, a folder or a ZIP file, with its manifest.

    Raises
    ------
    InputFileError
        When it cannot be read, has no manifest, or the manifest itself was changed.
    """
    with _reading(path):
        content, members = _of_folder(path) if path.is_dir() else _of_archive(path)
    manifest = read_manifest(content)
    return BundleProof(manifest, manifest.flaws(members))


def _is_whole(blobs: BlobStore, digest: str) -> bool:
    try:
        with blobs.path(digest).open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == digest
    except (NothingFoundError, OSError):
        return False


def _of_folder(folder: Path) -> tuple[bytes, dict[str, Member]]:
    """The manifest, and every other file."""
    files = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    if MANIFEST_NAME not in files:
        raise _no_manifest(folder)
    content = files.pop(MANIFEST_NAME).read_bytes()
    members = dict[str, Member]()
    for name, path in files.items():
        with path.open("rb") as stream:
            members[name] = _member(stream, path.stat().st_size)
    return content, members


def _of_archive(path: Path) -> tuple[bytes, dict[str, Member]]:
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len({entry.filename for entry in entries}) < len(entries):
            message = "a name occurs twice"
            raise zipfile.BadZipFile(message)
        manifest = archive.getinfo(MANIFEST_NAME)
        if manifest.file_size > _MOST_MANIFEST_BYTES:
            raise _no_manifest(path)
        members = dict[str, Member]()
        for entry in entries:
            if entry.filename != MANIFEST_NAME:
                with archive.open(entry) as stream:
                    members[entry.filename] = _member(stream, entry.file_size)
        return archive.read(manifest), members


def _member(stream: IO[bytes], size: int) -> Member:
    return Member(file_digest(stream, "sha256").hexdigest(), size)  # type: ignore[arg-type]  # it reads blocks into a buffer, and streams of archives do that


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unopened(path, error) from error
    except (*_DAMAGED, ValueError) as error:
        raise InputFileError(
            "The bundle {path} is damaged: {reason}.",
            "Take it from where it was filed.",
            path=path,
            reason=str(error),
        ) from error


def _no_manifest(path: Path) -> InputFileError:
    return InputFileError(
        "{path} has no {name}: it is no bundle.",
        "Name a bundle, or a single file.",
        path=path,
        name=MANIFEST_NAME,
    )
