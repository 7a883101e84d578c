"""Backups: one file with the database, the files beside it, and what proves both."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from geodata.errors import DatabaseStateError, InputFileError, UsageError
from geodata.model.chain import Head, canonical
from geodata.model.manifest import MANIFEST_NAME, Manifest, Member
from geodata.store import migrate
from geodata.store.blobs import BlobStore
from geodata.store.dumps import DumpPrograms, one_instant
from geodata.store.engine import Engine
from geodata.store.log import head
from geodata.store.queries.evidence import kept_digests
from geodata.store.session import unit_of_work
from geodata.store.table_digests import TableDigest, demands, holds_facts, table_digests
from service.clock import Clock
from service.operations.database import require_schema
from service.operations.verifying import prove_bundle, prove_log
from service.reports.files import whole_file

_DUMP: Final = "database.dump"
_TABLES: Final = "tables.json"
_FILES: Final = "files/"
_BLOCK_BYTES: Final = 1 << 20
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds.

    Attributes
    ----------
    head
        Where the event log stood.
    revision
        Of the schema.
    row_count, file_count
        Rows of all tables, and files beside the database.
    lost
        Digests of evidence that was gone or changed when the backup was made.
    """

    head: Head
    revision: str
    row_count: int
    file_count: int
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the tables held: schema and digests."""

    revision: str
    tables: Mapping[str, TableDigest]

    def to_bytes(self) -> bytes:
        tables = {name: asdict(digest) for name, digest in self.tables.items()}
        return canonical({"revision": self.revision, "tables": tables})

    @classmethod
    def read(cls, content: bytes) -> _Contents:
        told = json.loads(content)
        tables = {name: TableDigest(**digest) for name, digest in told["tables"].items()}
        return cls(told["revision"], tables)

    @property
    def row_count(self) -> int:
        return sum(digest.row_count for digest in self.tables.values())


def back_up(engine: Engine, blobs: BlobStore, path: Path, clock: Clock, binaries: str) -> Backup:
    """Write a backup of one instant and read it back; whole or not at all.

    Parameters
    ----------
    engine
        The owner's; the site may be at work meanwhile.
    binaries
        Directory of PostgreSQL's programs; empty = found.

    Raises
    ------
    UsageError
        When there is such a file.
    OutputFileError
        When it cannot be written.
    DatabaseStateError
        When what was written is not what was read.
    """
    if path.exists():
        raise UsageError(
            "There is a file {path} already.",
            "Name another one: no backup is overwritten.",
            path=path,
        )
    require_schema(engine)
    with whole_file(path) as draft:
        backup = _written(engine, blobs, draft, clock, binaries)
        draft.chmod(_PRIVATE)
    return backup


def restore(
    engine: Engine, blobs: BlobStore, path: Path, binaries: str, *, replace: bool = False
) -> Backup:
    """Put a backup in the place of an empty database, prove it equal, and bring it up to date.

    Files come first: a file that nothing refers to does no harm.

    Parameters
    ----------
    replace
        Whether a database with facts may give way.

    Raises
    ------
    InputFileError
        When the backup was changed, is damaged or is none.
    UsageError
        When the database holds facts that may not give way.
    DatabaseStateError
        When the backup is of a newer version, or the result is not what was backed up.
    """
    manifest = _whole_manifest(path)
    with zipfile.ZipFile(path) as archive:
        contents = _Contents.read(archive.read(_TABLES))
        migrate.require_known(contents.revision)
        _prepare(engine, may_replace=replace)
        count = _restore_files(archive, blobs)
        with engine.connect() as connection, archive.open(_DUMP) as dump:
            programs = DumpPrograms.of(connection, binaries)
            connection.rollback()  # no lock of ours is in the way of the programs
            programs.restore(dump, demands(contents.tables))
    engine.dispose()  # connections remember types and plans of tables that are gone
    migrate.upgrade(engine)
    _require_log(engine, manifest.head)
    return Backup(manifest.head, contents.revision, contents.row_count, count)


def _written(engine: Engine, blobs: BlobStore, draft: Path, clock: Clock, binaries: str) -> Backup:
    with (
        one_instant(engine) as connection,
        zipfile.ZipFile(draft, "w", allowZip64=True) as archive,
    ):
        end, evidence = head(connection), kept_digests(connection)
        programs = DumpPrograms.of(connection, binaries)
        with programs.dumped(connection) as dump:
            members = {_DUMP: _packed(archive, _DUMP, dump)}
        files = {name: _packed_file(archive, blobs, name) for name in blobs.digests()}
        revision = migrate.head()
        contents = _Contents(revision, table_digests(connection))
        archive.writestr(_TABLES, contents.to_bytes())
        members |= {_TABLES: Member.of(contents.to_bytes())}
        members |= {_FILES + name: member for name, member in files.items()}
        archive.writestr(MANIFEST_NAME, Manifest(clock(), end, members).to_bytes())
    _require_equal(draft, end, programs)
    whole = {name for name, member in files.items() if member.sha256 == name}
    lost = tuple(digest for digest in evidence if digest not in whole)
    return Backup(end, revision, contents.row_count, len(files), lost)


def _packed(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> Member:
    digest, size = sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            target.write(block)
    return Member(digest.hexdigest(), size)


def _packed_file(archive: zipfile.ZipFile, blobs: BlobStore, name: str) -> Member:
    """A file as it is found, also where it was changed since it was kept."""
    with blobs.path(name).open("rb") as source:
        return _packed(archive, _FILES + name, source)


def _require_equal(draft: Path, end: Head, programs: DumpPrograms) -> None:
    """Read back what was written, and bring it to the disk."""
    if _whole_manifest(draft).head != end:
        raise DatabaseStateError(
            "What was written is not the backup that was meant.",
            "Nothing was kept. See that the disk is sound, then do the same again.",
        )
    with zipfile.ZipFile(draft) as archive, archive.open(_DUMP) as dump:
        programs.require_contents(dump)
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())


def _whole_manifest(path: Path) -> Manifest:
    """The manifest of a backup in which nothing was changed."""
    proof = prove_bundle(path)
    if proof.flaws:
        raise InputFileError(
            "The backup {path} is not as it was written: {member} is missing, foreign or changed.",
            "Nothing was changed. Take it from where it was filed, or an older one.",
            path=path,
            member=next(iter(proof.flaws)),
        )
    if not {_DUMP, _TABLES} <= proof.manifest.members.keys():
        raise InputFileError(
            "The bundle {path} is no backup.",
            "Name a file that parcelwatch db backup wrote.",
            path=path,
        )
    return proof.manifest


def _prepare(engine: Engine, *, may_replace: bool) -> None:
    """Have an empty database, with the extensions and accounts that no dump holds."""
    if migrate.current(engine) is None:
        migrate.upgrade(engine)
    with unit_of_work(engine) as connection:
        is_taken = not may_replace and holds_facts(connection)
    if is_taken:
        raise UsageError(
            "The database holds facts, which the backup would take the place of.",
            "Nothing was changed. Make a backup of it, then say --replace; or name an empty"
            " database with DATABASE_URL.",
        )


def _restore_files(archive: zipfile.ZipFile, blobs: BlobStore) -> int:
    entries = [entry for entry in archive.infolist() if entry.filename.startswith(_FILES)]
    for entry in entries:
        with archive.open(entry) as stream:
            blobs.keep(stream, entry.file_size)
    return len(entries)


def _require_log(engine: Engine, end: Head) -> None:
    proof = prove_log(engine)
    if proof.broken or proof.head != end:
        raise DatabaseStateError(
            "The event log of the restored database ends at event {number}, not as it was"
            " backed up.",
            "Prove it with: parcelwatch verify. Restore an older backup.",
            number=proof.head.seq,
        )
