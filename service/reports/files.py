"""Writing result files whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import OutputFileError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    Raises
    ------
    OutputFileError
        When the directory cannot be written to or the disk is full; `path` is left as it was.
    """
    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        draft = Path(name)
        yield draft
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise OutputFileError(
            "The file {path} cannot be written: {reason}.",
            "Free some space, or choose another place with -o."
            if error.errno == errno.ENOSPC
            else "Choose another place with -o, or close the program that holds the file.",
            path=path,
            reason=error.strerror or error,
        ) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
