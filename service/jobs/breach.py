"""The job that makes the breach reports of a park."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from geodata.model.tasks import Sentence, TaskResult
from geodata.store.blobs import BlobStore
from geodata.store.scope import Scope
from service.jobs.job import Work
from service.operations.breach_facts import Asked
from service.operations.breach_reports import contracts_in_breach, write_reports
from service.reports.archives import write_folder

_MOST_BYTES: Final = 8 << 30


def report_breaches(work: Work) -> TaskResult:
    """Write the reports of a ``park``, of all that is seen where it is blank, as one archive."""
    told = work.arguments
    asked = Asked(work.law, date.fromisoformat(told["as_of"]), told["language"])
    wanted = contracts_in_breach(work.engine, work.actor, asked, told["park"] or None)
    with tempfile.TemporaryDirectory() as directory:
        folder, archive = Path(directory) / "reports", Path(directory) / "reports.zip"
        batch = write_reports(
            work.engine,
            asked,
            wanted,
            folder,
            form="pdf",
            clock=work.clock,
            scope=Scope.of(work.actor),
            tell=work.tell,
        )
        with archive.open("w+b") as stream:
            write_folder(folder, stream)
            stream.seek(0)
            blobs = BlobStore.of_project(work.config.uploads.directory, work.config.database)
            digest = blobs.keep(stream, _MOST_BYTES).sha256
    sentence = Sentence("{count:,} breach reports were written.", {"count": len(batch.lines)})
    return TaskResult(sentence, "breach.bundle", {"digest": digest})
