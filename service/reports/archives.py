"""Files put together as one ZIP archive: the same bytes for the same files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def write_archive(members: Iterable[tuple[str, Path | bytes]], stream: IO[bytes]) -> None:
    """Write files under their names; as they are, for most are packed already."""
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, content in members:
            entry = ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            if isinstance(content, bytes):
                archive.writestr(entry, content)
            else:
                entry.file_size = content.stat().st_size
                with content.open("rb") as source, archive.open(entry, "w") as member:
                    shutil.copyfileobj(source, member)


def write_folder(folder: Path, stream: IO[bytes]) -> None:
    """Write the files of a folder, by name."""
    write_archive([(path.name, path) for path in sorted(folder.iterdir())], stream)
