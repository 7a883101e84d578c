"""Files given on a page: who gave them sees them, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from geodata.model.codelist import Codelist
from geodata.model.content_lists import ContentKind
from geodata.model.uploads import Choice, GivenFile, Upload, UploadState
from geodata.store.session import unit_of_work
from geodata.store.tables import EVIDENCE, SCENE, TASK, UPLOAD

EVERYBODY: Final = "*"
"""Whose uploads are seen by who may see those of every account."""

_SEEN: Final = sa.text("SELECT set_config('parcelwatch.account', :account, true)")
_ROW: Final = UPLOAD.c
_BUNDLE: Final = TASK.c.result["place"]["digest"].astext
"""Where the reports that a task made are kept."""


@contextmanager
def uploads_of(engine: sa.Engine, account: str = EVERYBODY) -> Iterator[sa.Connection]:
    """A transaction that sees the uploads of one account, or those of everybody."""
    with unit_of_work(engine) as connection:
        connection.execute(_SEEN, {"account": account})
        yield connection


def see_uploads(connection: sa.Connection) -> None:
    """Let a transaction of the owner see the uploads of everybody."""
    connection.execute(_SEEN, {"account": EVERYBODY})


def add_upload(connection: sa.Connection, upload: Upload) -> None:
    """Keep what was given."""
    written = {column.name: _written(getattr(upload, column.name)) for column in UPLOAD.columns}
    connection.execute(sa.insert(UPLOAD).values(written))


def read_upload(
    connection: sa.Connection, upload_id: UUID, *, to_change: bool = False
) -> Upload | None:
    """One upload; None where the transaction sees none of that number.

    Parameters
    ----------
    to_change
        Wait for whoever changes it, and let nobody else until the transaction ends.
    """
    query = sa.select(UPLOAD).where(_ROW.upload_id == upload_id)
    query = query.with_for_update() if to_change else query
    row = connection.execute(query).mappings().one_or_none()
    return _upload(row) if row else None


def list_uploads(connection: sa.Connection, limit: int | None = None) -> list[Upload]:
    """The uploads the transaction sees, the newest first."""
    query = sa.select(UPLOAD).order_by(_ROW.at.desc(), _ROW.upload_id).limit(limit)
    return [_upload(row) for row in connection.execute(query).mappings()]


def change_upload(connection: sa.Connection, upload_id: UUID, **values: Any) -> None:
    """Write some columns of an upload; dataclasses are written as documents."""
    written = {name: _written(value) for name, value in values.items()}
    changed = sa.update(UPLOAD).where(_ROW.upload_id == upload_id).values(written)
    connection.execute(changed)


def digests_of_others(connection: sa.Connection) -> frozenset[str]:
    """Digests of files in the same place that something else than uploads rests on."""
    columns = (EVIDENCE.c.sha256, EVIDENCE.c.preview, SCENE.c.sha256, _BUNDLE)
    found = sa.union(*(sa.select(column).where(column.is_not(None)) for column in columns))
    return frozenset(connection.scalars(found))


def _written(value: Any) -> Any:
    if isinstance(value, Codelist):
        return value.value
    if isinstance(value, tuple):
        return [asdict(each) if isinstance(each, Choice | GivenFile) else each for each in value]
    return value


def _upload(row: sa.RowMapping) -> Upload:
    return Upload(
        **{
            **row,
            "state": UploadState.of(row["state"]),
            "files": tuple(map(_file, row["files"])),
            "choices": tuple(map(_choice, row["choices"])),
            "recognised": tuple(row["recognised"]),
        }
    )


def _file(told: Mapping[str, Any]) -> GivenFile:
    return GivenFile(**{**told, "parts": tuple(told.get("parts", ()))})


def _choice(told: Mapping[str, Any]) -> Choice:
    kind = ContentKind.of(told["kind"]) if told["kind"] else None
    return Choice(**{**told, "kind": kind})
