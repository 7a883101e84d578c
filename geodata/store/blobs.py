"""Files beside the database, each kept once under the digest of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from geodata.errors import DatabaseStateError, NothingFoundError, OutputFileError, UsageError
from geodata.settings import DatabaseSettings
from geodata.store.cluster import Cluster

_BLOCK_BYTES: Final = 1 << 20
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_DRAFT: Final = ".draft-"
_PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that is kept: digest in hexadecimal, and number of its bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class BlobStore:
    """Files in one directory; names are digests, and nothing else leads to a file.

    Attributes
    ----------
    directory
        Where; made when needed, and open to its owner alone.
    """

    directory: Path

    @classmethod
    def of_project(cls, directory: str, database: DatabaseSettings) -> BlobStore:
        """The files of a project: in a directory relative to it, else beside the private cluster.

        Raises
        ------
        ClusterError
            When this system or account has no place for it.
        """
        if directory:
            return cls(database.project_dir.resolve() / Path(directory).expanduser())
        return cls(Cluster.of_project(database).home / "files")

    def keep(self, stream: IO[bytes], most_bytes: int) -> Blob:
        """Keep what a stream holds, whole or not at all.

        Raises
        ------
        UsageError
            When it holds more than so many bytes.
        OutputFileError
            When the directory cannot be written to or the disk is full.
        """
        try:
            self.directory.mkdir(_PRIVATE, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self.directory, prefix=_DRAFT, delete=False
            ) as draft:
                try:
                    blob = _copied(stream, draft, most_bytes)
                    self._take_in(Path(draft.name), blob.sha256)
                finally:
                    Path(draft.name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputFileError(
                "The file cannot be kept in {directory}: {reason}.",
                "Nothing was changed. Ask who runs the service to free space or to correct the"
                " rights.",
                directory=self.directory,
                reason=error.strerror or str(error),
            ) from error
        return blob

    def path(self, sha256: str) -> Path:
        """Where the file of a digest is.

        Raises
        ------
        NothingFoundError
            When there is none.
        """
        path = self._place(sha256)
        if path is None or not path.is_file():
            raise NothingFoundError(
                "The file {digest} is not kept here any more.",
                "Give it again.",
                digest=sha256[:12],
            )
        return path

    def read(self, sha256: str) -> bytes:
        """The bytes of a file.

        Raises
        ------
        NothingFoundError
            When there is none.
        DatabaseStateError
            When they were changed.
        """
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DatabaseStateError(
                "The file {digest} was changed since it was kept.",
                "Nothing was changed. Give the file again.",
                digest=sha256[:12],
            )
        return content

    def clear(self, sha256: str, given_at: datetime, settled_at: datetime) -> bool:
        """Keep a file no longer; whether there was one to be cleared.

        Parameters
        ----------
        given_at
            When who gives it up had given it. Kept again since, it stays: somebody else may be
            about to say what it is;
        settled_at
            unless that was before this instant.
        """
        place = self._place(sha256)
        if place is None or not place.is_file():
            return False
        kept_at = datetime.fromtimestamp(place.stat().st_mtime, UTC)
        if max(given_at, settled_at) < kept_at:
            return False
        place.unlink(missing_ok=True)
        return True

    def sweep(self, settled_at: datetime) -> int:
        """Remove what killed processes left unfinished before an instant; how many files."""
        left = [
            draft
            for draft in self.directory.glob(f"{_DRAFT}*")
            if datetime.fromtimestamp(draft.stat().st_mtime, UTC) < settled_at
        ]
        for draft in left:
            draft.unlink(missing_ok=True)
        return len(left)

    def digests(self) -> list[str]:
        """Digests of all files that are kept, sorted."""
        return sorted(
            path.name
            for path in self.directory.glob("??/*")
            if path == self._place(path.name) and path.is_file()
        )

    def _place(self, sha256: str) -> Path | None:
        return self.directory / sha256[:2] / sha256 if _DIGEST.fullmatch(sha256) else None

    def _take_in(self, draft: Path, sha256: str) -> None:
        place = self._place(sha256)
        assert place is not None, "a digest of our own"
        place.parent.mkdir(_PRIVATE, exist_ok=True)
        draft.replace(place)
        _settle(place.parent)


def _copied(stream: IO[bytes], draft: IO[bytes], most_bytes: int) -> Blob:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK_BYTES):
        size += len(block)
        if size > most_bytes:
            raise UsageError(
                "The file is larger than the {most} bytes that are taken.",
                "Split it, or let the service be given more room.",
                most=most_bytes,
            )
        digest.update(block)
        draft.write(block)
    draft.flush()
    os.fsync(draft.fileno())
    return Blob(digest.hexdigest(), size)


def _settle(directory: Path) -> None:
    """Bring the new name to the disk too; Windows lets no directory be opened."""
    if os.name != "nt":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
