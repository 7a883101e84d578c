"""Files of uploads that are over are cleared; what anything else rests on never is."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.model.content_lists import EvidenceKind
from geodata.model.evidence import Evidence, ProvenFact
from geodata.model.tasks import Sentence, TaskResult
from geodata.model.uploads import Upload, UploadState
from geodata.store.queries.evidence import add_evidence
from geodata.store.queries.tasks import begin_task, finish_task
from geodata.store.queries.uploads import change_upload, uploads_of
from geodata.store.session import unit_of_work
from service.operations.upload_clearing import clear_uploads
from service.operations.upload_work import plan_upload
from service.operations.uploads import kept_report
from tests.conftest import NOON

from .test_uploads import Counter, counter

__all__ = ["counter"]

KEPT_DAYS = 30
OTHER = b"contract_no,area_m2\nG-9,900\n"


def kept_at(counter: Counter, at: datetime = NOON) -> None:
    """Let all files be kept at an instant."""
    for digest in counter.desk.blobs.digests():
        os.utime(counter.desk.blobs.path(digest), (at.timestamp(), at.timestamp()))


def clear(counter: Counter, later: timedelta = timedelta(hours=1)) -> int:
    return clear_uploads(counter.engine, counter.desk.blobs, KEPT_DAYS, lambda: NOON + later)


def discard(counter: Counter, upload: Upload) -> None:
    with uploads_of(counter.engine) as connection:
        change_upload(connection, upload.upload_id, state=UploadState.DISCARDED)


def digest_of(upload: Upload) -> str:
    return upload.files[0].sha256


def proves(counter: Counter, digest: str, preview: str | None = None) -> None:
    """Let a file be evidence of a contract."""
    with unit_of_work(counter.engine) as connection:
        contract_id = connection.scalar(
            sa.text("SELECT min(contract_id) FROM parcelwatch.contract")
        )
        added = add_evidence(
            connection,
            Evidence(
                evidence_id=uuid4(),
                fact=ProvenFact(contract_id=contract_id),
                kind=next(iter(EvidenceKind)),
                sha256=digest,
                byte_count=1,
                media_type="text/csv",
                file_name="a.csv",
                note="",
                added_by="clerk",
                added_at=NOON,
                preview=preview,
            ),
        )
        assert added


def test_an_open_upload_keeps_its_files(counter):
    upload = counter.planned()
    kept_at(counter)
    assert clear(counter, timedelta(days=KEPT_DAYS)) == 0
    plan_upload(counter.engine, upload.upload_id, counter.desk)


def test_what_is_imported_keeps_what_was_shown_and_nothing_else(counter):
    upload = counter.planned()
    counter.accept(upload)
    kept_at(counter)
    assert clear(counter) == 1
    assert digest_of(upload) not in counter.desk.blobs.digests()
    assert kept_report(counter.uploads, counter.now(upload), "zh")
    assert clear(counter) == 0
    assert clear(counter, timedelta(days=KEPT_DAYS + 1)) == 4  # page and workbook, twice
    assert counter.desk.blobs.digests() == []
    ended = counter.now(upload)
    assert (ended.state, ended.preview) == (UploadState.ACCEPTED, None)


def test_what_is_given_up_keeps_nothing(counter):
    upload = counter.planned()
    plan_upload(counter.engine, upload.upload_id, counter.desk)
    discard(counter, upload)
    kept_at(counter)
    clear(counter)
    assert counter.desk.blobs.digests() == []


def test_what_nobody_decides_about_is_given_up(counter):
    upload = counter.planned()
    kept_at(counter)
    clear(counter, timedelta(days=KEPT_DAYS, seconds=1))
    assert counter.now(upload).state is UploadState.DISCARDED
    assert counter.desk.blobs.digests() == []


@pytest.mark.parametrize("days", [0, 400])
def test_a_file_that_is_evidence_too_stays(counter, days):
    shown = counter.planned()
    counter.accept(shown)
    upload = counter.planned(OTHER)
    proves(counter, digest_of(upload), preview=digest_of(shown))
    discard(counter, upload)
    kept_at(counter)
    clear(counter, timedelta(days=days, hours=1))
    assert counter.desk.blobs.read(digest_of(upload)) == OTHER
    assert digest_of(shown) in counter.desk.blobs.digests()


def test_a_file_that_another_upload_brings_too_stays(counter):
    upload, other = counter.planned(), counter.planned()
    discard(counter, upload)
    kept_at(counter)
    clear(counter)
    held = counter.now(other)
    assert held.given == upload.given
    assert held.given | held.shown == {*counter.desk.blobs.digests()}
    plan_upload(counter.engine, other.upload_id, counter.desk)


def test_a_file_that_was_kept_again_stays_until_it_is_certain_for_what(counter):
    """Whoever adds evidence keeps the file first, and says later what it proves."""
    upload = counter.give()
    discard(counter, upload)
    kept_at(counter, NOON + timedelta(minutes=5))
    assert clear(counter, timedelta(hours=24)) == 0
    assert clear(counter, timedelta(hours=25)) == 1


def test_loose_parts_of_a_shapefile_are_cleared_with_it(counter):
    parts = [("a.shp", b"s"), ("a.dbf", b"d"), ("a.shx", b"x")]
    upload = counter.give_all(parts)
    assert len(counter.desk.blobs.digests()) == 4
    discard(counter, upload)
    kept_at(counter)
    assert clear(counter) == 4


def test_a_bundle_of_reports_stays(counter):
    upload = counter.give()
    made = TaskResult(
        Sentence("{count:,} files were looked at.", {"count": 1}),
        "breach.bundle",
        {"digest": digest_of(upload)},
    )
    task_id = counter.now(upload).task_id
    with unit_of_work(counter.engine) as connection:
        begin_task(connection, task_id, NOON)
        finish_task(connection, task_id, made, NOON)
    discard(counter, upload)
    kept_at(counter)
    assert clear(counter) == 0
