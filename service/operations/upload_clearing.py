"""Files of uploads that have ended are kept no longer; nor are those nobody decides about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from geodata.model.uploads import Upload, UploadState
from geodata.store.blobs import BlobStore
from geodata.store.engine import Connection, Engine
from geodata.store.queries.uploads import (
    change_upload,
    digests_of_others,
    list_uploads,
    uploads_of,
)
from service.clock import Clock

_SETTLED: Final = timedelta(days=1)  # whoever kept a file has said by then what it is


def clear_uploads(engine: Engine, blobs: BlobStore, kept_days: int, clock: Clock) -> int:
    """Clear what is kept of uploads that have ended; returns how many files that were.

    What killed processes left unfinished goes too. What an open upload, evidence, an image or a
    bundle of reports rests on stays.

    Parameters
    ----------
    engine
        The owner's, which sees all that rests on a file.
    kept_days
        After so many days an upload that nobody decided about counts as discarded, and the
        workbook of an import is cleared too.
    """
    now = clock()
    long_ago = now - timedelta(days=kept_days)
    with uploads_of(engine) as connection:
        uploads = list_uploads(connection)
        needed = digests_of_others(connection).union(*(_needed(each, long_ago) for each in uploads))
        for upload in uploads:
            if not _needed(upload, long_ago):
                _end(connection, upload)
    given_up = {digest: upload.at for upload in reversed(uploads) for digest in upload.given}
    given_up |= {digest: now for upload in uploads for digest in upload.shown}
    return blobs.sweep(now - _SETTLED) + sum(
        blobs.clear(digest, at, now - _SETTLED)
        for digest, at in given_up.items()
        if digest not in needed
    )


def _needed(upload: Upload, long_ago: datetime) -> frozenset[str]:
    """What of its files is still needed; nothing of one that is over."""
    if upload.at < long_ago or upload.state is UploadState.DISCARDED:
        return frozenset()
    return upload.given | upload.shown if upload.state.is_open else upload.shown


def _end(connection: Connection, upload: Upload) -> None:
    if upload.state.is_open:
        change_upload(connection, upload.upload_id, state=UploadState.DISCARDED)
    if upload.preview is not None:
        change_upload(connection, upload.upload_id, preview=None)
