"""Writing result files whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geodata.errors import OutputFileError

UNFINISHED: Final = ".parcelwatch-"
"""How a directory is named in which a file is made; one is left where a process was killed."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` when the block ends well.

    A link is followed, and a file that stood there keeps its permissions. What is no file (a
    pipe, a device) is written into and stays what it is.

    Raises
    ------
    OutputFileError
        When the directory cannot be written to or the disk is full; `path` is left as it was.
    """
    target = path.resolve()
    is_special = target.exists() and not target.is_file()
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = None if is_special else target.parent
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as unfinished:
            draft = Path(unfinished) / target.name
            yield draft
            if is_special:
                with draft.open("rb") as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
            else:
                if target.exists():
                    shutil.copymode(target, draft)
                draft.replace(target)
    except OSError as error:
        raise OutputFileError(
            "The file {path} cannot be written: {reason}.",
            "Free some space, or choose another place with -o."
            if error.errno == errno.ENOSPC
            else "Choose another place with -o, or close the program that holds the file.",
            path=path,
            reason=error.strerror or error,
        ) from error
