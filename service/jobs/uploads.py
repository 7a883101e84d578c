"""Jobs about files given on a page: recognise them, compare them, import them."""

from __future__ import annotations

from uuid import UUID

from geodata.model.tasks import Sentence, TaskResult
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from service.clock import Clock
from service.jobs.job import Work
from service.operations.upload_clearing import clear_uploads
from service.operations.upload_work import Desk, accept_upload, plan_upload, recognise_upload
from service.settings import Config


def recognise(work: Work) -> TaskResult:
    """Find out what the files of an upload are."""
    upload = recognise_upload(work.engine, _number(work), _desk(work))
    count = {"count": len(upload.files)}
    return TaskResult(Sentence("{count:,} files were looked at.", count), *_page(work))


def plan(work: Work) -> TaskResult:
    """Compare the files of an upload with what is known."""
    found = plan_upload(work.engine, _number(work), _desk(work))
    count = {"count": sum(table.file.row_count for table in found.tables)}
    return TaskResult(
        Sentence("{count:,} rows were compared with what is known.", count), *_page(work)
    )


def accept(work: Work) -> TaskResult:
    """Import what was decided of the files of an upload."""
    outcome = accept_upload(
        work.engine, _number(work), _desk(work), actor=work.actor.name, clock=work.clock
    )
    tables = [table["counts"] for table in outcome["tables"]]
    counts = {name: sum(table[name] for table in tables) for name in ("added", "changed")}
    clear(work.engine, work.config, work.clock)
    return TaskResult(
        Sentence("Imported: {added:,} rows added, {changed:,} changed.", counts), *_page(work)
    )


def clear(engine: Engine, config: Config, clock: Clock) -> int:
    """Clear the files of uploads that have ended."""
    blobs = BlobStore.of_project(config.uploads.directory, config.database)
    return clear_uploads(engine, blobs, config.uploads.kept_days, clock)


def _number(work: Work) -> UUID:
    return UUID(work.arguments["upload"])


def _page(work: Work) -> tuple[str, dict[str, str]]:
    return "imports.upload", {"upload_id": str(_number(work))}


def _desk(work: Work) -> Desk:
    config = work.config
    blobs = BlobStore.of_project(config.uploads.directory, config.database)
    return Desk(blobs, work.law, config.quality, work.tell)
