"""Archives: the one dataset inside, unpacked beside nothing else and never out of its place."""

from __future__ import annotations

import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from geodata.errors import InputFileError
from geodata.importers.signatures import Format, format_of

LARGEST_BYTES: Final = 4 << 30
"""What the members of an archive may come to unpacked."""
LARGEST_WORKBOOK_BYTES: Final = 1 << 30
"""The same for a workbook, which is read into memory."""

_MOST_MEMBERS: Final = 20_000
_DENSEST: Final = 200  # times its packed size: tables and shapes stay far below
_SMALL_BYTES: Final = 64 << 20  # harmless however densely packed
_ENCRYPTED: Final = 0x1
_IGNORED: Final = ("__MACOSX", ".DS_Store", "Thumbs.db")
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, NotImplementedError, ValueError),
)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The one dataset in an archive, in a temporary directory that is gone afterwards.

    Raises
    ------
    InputFileError
        When the archive is damaged, encrypted, too large unpacked, names places outside itself,
        or holds no dataset or several.
    """
    with tempfile.TemporaryDirectory(prefix="parcelwatch-") as place:
        directory = Path(
            place, "archive.gdb"
        )  # the ending FileGDB needs, packed without its folder
        directory.mkdir()
        try:
            # Names without a mark of their encoding are those of a Chinese Windows.
            with _opened(path) as archive:
                for member in _members(path, archive, LARGEST_BYTES):
                    _extract(archive, member, directory)
        except _DAMAGED as error:
            raise _damaged(path, error) from error
        yield _dataset(path, directory)


def require_harmless(path: Path) -> None:
    """Refuse a workbook that would fill the memory when it is unpacked.

    Raises
    ------
    InputFileError
        When it would.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _require_size(path, archive.infolist(), LARGEST_WORKBOOK_BYTES)
    except _DAMAGED:
        return  # the reader of workbooks tells what is wrong


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(path)


def _members(path: Path, archive: zipfile.ZipFile, largest: int) -> list[zipfile.ZipInfo]:
    """The files of an archive, each fit to be unpacked."""
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not set(_parts(member)) & {*_IGNORED}
    ]
    _require_size(path, members, largest)
    for member in members:
        _require_inside(path, member)
        if member.flag_bits & _ENCRYPTED:
            raise InputFileError(
                "The archive {path} is protected by a password.",
                "Pack it again without the password.",
                path=path,
            )
    return members


def _require_size(path: Path, members: Sequence[zipfile.ZipInfo], largest: int) -> None:
    """Refuse by what the members declare; the library reads no byte more than that."""
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > largest or len(members) > _MOST_MEMBERS:
        raise InputFileError(
            "The archive {path} holds {count} files of {size} bytes in all; at most {most} bytes"
            " are unpacked.",
            "Hand the files over one by one.",
            path=path,
            count=len(members),
            size=size,
            most=largest,
        )
    if size > max(_SMALL_BYTES, _DENSEST * packed):
        raise InputFileError(
            "The archive {path} would grow from {packed} to {size} bytes: no table or layer is"
            " packed that densely.",
            "Hand the files over unpacked, if they are what they should be.",
            path=path,
            packed=packed,
            size=size,
        )


def _require_inside(path: Path, member: zipfile.ZipInfo) -> None:
    """Refuse names that lead out of the archive, and links."""
    name = member.filename
    parts = _parts(member)
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if is_link or ".." in parts or name.startswith(("/", "\\")) or ":" in name or "\0" in name:
        raise InputFileError(
            "The archive {path} names a file outside itself: {name}.",
            "Do not open it; ask who made it.",
            path=path,
            name=name,
        )


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(member.filename.replace("\\", "/")).parts


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, directory: Path) -> None:
    target = directory.joinpath(*_parts(member))
    if target.suffix.lower() in _SHAPEFILE_PARTS:
        target = target.with_suffix(target.suffix.lower())  # readers look for them by name
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)


def _dataset(path: Path, directory: Path) -> Path:
    """The one dataset of a directory; plain texts count only where there is nothing else."""
    found = list(_datasets(directory))
    texts = [place for place, kind in found if kind is Format.TEXT]
    datasets = [place for place, kind in found if kind is not Format.TEXT] or texts
    if len(datasets) == 1:
        return datasets[0]
    names = [place.relative_to(directory).as_posix() for place in datasets]
    raise InputFileError(
        "The archive {path} holds {count} datasets ({names}); one is needed."
        if datasets
        else "The archive {path} holds nothing that can be read.",
        "Pack one workbook, table or layer, or hand the files over one by one.",
        path=path,
        count=len(names),
        names=", ".join(sorted(names)[:10]),
    )


def _datasets(directory: Path) -> Iterator[tuple[Path, Format]]:
    """What can be read in a directory, sidecars and archives within the archive left out."""
    if format_of(directory) is Format.FILE_GEODATABASE:
        yield directory, Format.FILE_GEODATABASE
        return
    entries = sorted(directory.iterdir())
    layers = {entry.stem for entry in entries if entry.suffix == ".shp"}
    for entry in entries:
        if entry.is_dir():
            yield from _datasets(entry)
        elif entry.stem not in layers or entry.suffix == ".shp":
            kind = format_of(entry)
            if kind and kind is not Format.ARCHIVE:
                yield entry, kind


def _damaged(path: Path, error: Exception) -> InputFileError:
    return InputFileError(
        "The archive {path} cannot be unpacked: {reason}.",
        "Check that it is complete, and pack it again.",
        path=path,
        reason=str(error) or type(error).__name__,
    )
