"""Files as a page hands them over: named, kept, and the parts of a Shapefile put together."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from tempfile import TemporaryFile
from typing import IO, Final, TypeAlias

from geodata.errors import UsageError
from geodata.model.uploads import GivenFile
from geodata.store.blobs import BlobStore

MOST_FILES: Final = 20
_LONGEST_NAME: Final = 120
_LONGEST_ENDING: Final = 12
_NAMELESS: Final = "file"
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ARCHIVE_BYTES: Final = 1 << 16  # what an archive adds to files that are not compressed

Given: TypeAlias = tuple[str, IO[bytes]]
"""What a file is called, and its bytes."""


def keep_files(blobs: BlobStore, most_bytes: int, given: Iterable[Given]) -> tuple[GivenFile, ...]:
    """Keep files given at once.

    Raises
    ------
    UsageError
        When there is none, there are too many, one is empty, or they are too large together.
    OutputFileError
        When they cannot be written.
    """
    files = list(kept_files(blobs, most_bytes, given))
    if not files:
        raise UsageError("No file was chosen.", "Choose one or several files.")
    return tuple(_gathered(blobs, files))


def shown_name(given: str) -> str:
    """What a file is called, as a text of bounded length that a page can show; no folders."""
    name = PureWindowsPath(given.replace("\0", "")).name  # splits at both kinds of slash
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    ending = PurePosixPath(name).suffix[:_LONGEST_ENDING]
    stem = name.removesuffix(ending)[: _LONGEST_NAME - len(ending)]
    return (stem + ending).strip(". ") or _NAMELESS


def kept_files(blobs: BlobStore, most_bytes: int, given: Iterable[Given]) -> Iterator[GivenFile]:
    """Keep files given at once, each as it is; errors are those of `keep_files`."""
    left = most_bytes
    for count, (name, stream) in enumerate(given, start=1):
        if count > MOST_FILES:
            raise UsageError(
                "At most {most} files are taken at once.",
                "Give them one after the other, or pack them.",
                most=MOST_FILES,
            )
        blob = blobs.keep(stream, left)
        if not blob.size:
            raise UsageError(
                "The file {path} is empty.",
                "Check that it was saved completely.",
                path=shown_name(name),
            )
        left -= blob.size
        yield GivenFile(shown_name(name), blob.sha256, blob.size)


def _gathered(blobs: BlobStore, files: Sequence[GivenFile]) -> Iterator[GivenFile]:
    """The files, the parts of a Shapefile packed into one."""
    stems = {stem for file in files for stem, ending in [_parted(file)] if ending == ".shp"}
    for file in files:
        stem, ending = _parted(file)
        if stem not in stems or ending not in _SHAPEFILE_PARTS:
            yield file
        elif ending == ".shp":
            yield _packed(blobs, file, [part for part in files if _parted(part)[0] == stem])


def _parted(file: GivenFile) -> tuple[str, str]:
    path = PurePosixPath(file.name.casefold())
    return path.stem, path.suffix


def _packed(blobs: BlobStore, file: GivenFile, parts: Sequence[GivenFile]) -> GivenFile:
    with TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            for part in parts:
                _, ending = _parted(part)
                if ending in _SHAPEFILE_PARTS:
                    archive.write(blobs.path(part.sha256), f"layer{ending}")
        stream.seek(0)
        blob = blobs.keep(stream, sum(part.size for part in parts) + _ARCHIVE_BYTES)
    return GivenFile(file.name, blob.sha256, blob.size, tuple(part.sha256 for part in parts))
