"""What the worker does with files given on a page, called as the worker calls it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import UsageError
from geodata.model.changes import ImportCounts
from geodata.model.content_lists import ContentKind
from geodata.model.roles import Actor, Role
from geodata.model.uploads import Choice, Meaning, SupplierMapping, Upload, UploadState
from geodata.store.blobs import BlobStore
from geodata.store.queries.suppliers import keep_mapping
from geodata.store.queries.uploads import change_upload, uploads_of
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.operations.import_sources import Source
from service.operations.importing import apply_plan, import_now, plan_import
from service.operations.upload_decisions import counts_of, decided, whole
from service.operations.upload_work import Desk, accept_upload, plan_upload, recognise_upload
from service.operations.uploads import Uploads, receive, standing_of
from tests.conftest import NOON

CLERK = Actor.of_role("clerk", Role.AUDITOR)
LEDGER = b"contract_no,area_m2\nG-1,100\nG-2,200\n"
FOREIGN = "编号,地块面积\nW-1,3\n"
MAPPING = SupplierMapping(
    name="甲公司",
    kind=ContentKind.LEDGER,
    like="ledger",
    headers=("编号", "地块面积"),
    meanings={"编号": Meaning("contract_no"), "地块面积": Meaning("area_m2", "mu")},
    made_by="clerk",
    made_at=NOON,
)


class Counter:
    """The steps of an upload on the owner's engine."""

    def __init__(self, engine: sa.Engine, folder: Path, law: LawBook) -> None:
        self.engine = engine
        self.desk = Desk(BlobStore(folder), law)
        self.uploads = Uploads(engine, self.desk.blobs, 1 << 20, lambda: NOON)

    def give(self, content: bytes = LEDGER, name: str = "a.csv") -> Upload:
        return self.give_all([(name, content)])

    def give_all(self, files: list[tuple[str, bytes]]) -> Upload:
        return receive(
            self.uploads, CLERK, [(name, io.BytesIO(content)) for name, content in files]
        )

    def planned(self, content: bytes = LEDGER) -> Upload:
        upload = self.give(content)
        recognise_upload(self.engine, upload.upload_id, self.desk)
        plan_upload(self.engine, upload.upload_id, self.desk)
        return self.now(upload)

    def now(self, upload: Upload) -> Upload:
        return standing_of(self.uploads, CLERK, upload.upload_id).upload

    def accept(self, upload: Upload) -> object:
        number = upload.upload_id
        return accept_upload(self.engine, number, self.desk, actor="clerk", clock=lambda: NOON)

    def contract_count(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text("SELECT count(*) FROM parcelwatch.contract"))


@pytest.fixture
def counter(own_engine: sa.Engine, tmp_path: Path, law: LawBook) -> Iterator[Counter]:
    return Counter(own_engine, tmp_path / "kept", law)


def test_a_file_is_recognised_compared_and_written(counter):
    upload = counter.planned()
    assert upload.state is UploadState.PLANNED
    assert counter.contract_count() == 0
    outcome = counter.accept(upload)
    (table,) = outcome["tables"]
    assert ImportCounts(**table["counts"]) == ImportCounts(2, 2, 0, 0, 0, 0)
    assert counter.now(upload).state is UploadState.ACCEPTED
    assert counter.accept(upload) == outcome
    assert counter.contract_count() == 2


def test_what_was_not_compared_is_not_written(counter):
    upload = counter.give()
    with pytest.raises(UsageError, match="have changed since"):
        counter.accept(upload)
    assert counter.contract_count() == 0


def test_what_is_given_up_meanwhile_is_not_written(counter):
    upload = counter.planned()
    with uploads_of(counter.engine) as connection:
        change_upload(connection, upload.upload_id, state=UploadState.DISCARDED)
    with pytest.raises(UsageError, match="Somebody else has decided"):
        counter.accept(upload)
    assert counter.contract_count() == 0


def test_other_facts_give_another_preview_and_nothing_else(counter):
    upload, other = counter.planned(), counter.planned(b"contract_no,area_m2\nG-1,1\n")
    counter.accept(other)
    with pytest.raises(UsageError, match="have changed since"):
        counter.accept(upload)
    again = counter.now(upload)
    assert again.state is UploadState.PLANNED
    assert again.token != upload.token
    assert again.preview != upload.preview
    assert counter.contract_count() == 1
    counter.accept(again)
    assert counter.contract_count() == 2


def test_what_is_done_beside_an_import_undoes_it_when_it_fails(counter, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(LEDGER)

    def fail(*_: object) -> None:
        raise UsageError("no")

    plan = plan_import(counter.engine, [Source(path)])
    with pytest.raises(UsageError, match="no"):
        apply_plan(counter.engine, plan, actor="clerk", clock=lambda: NOON, beside=fail)
    assert counter.contract_count() == 0


def test_a_supplier_told_by_a_person_is_found_by_headers_and_by_name(counter, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    with pytest.raises(UsageError, match="no kind of content"):
        plan_import(counter.engine, [Source(path)])
    with unit_of_work(counter.engine) as connection:
        keep_mapping(connection, MAPPING)
    for source in (Source(path), Source(path, ContentKind.LEDGER, "甲公司")):
        (table,) = plan_import(counter.engine, [source]).tables
        assert table.file.profile == "甲公司"
    with pytest.raises(UsageError, match=r"there are: .*甲公司"):
        import_now(
            counter.engine,
            [Source(path, ContentKind.LEDGER, "乙公司")],
            actor="clerk",
            clock=lambda: NOON,
        )


def test_another_word_about_a_supplier_makes_another_plan(counter, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    tokens = []
    for unit in ("mu", "ha", "mu"):
        told = {**MAPPING.meanings, "地块面积": Meaning("area_m2", unit)}
        with unit_of_work(counter.engine) as connection:
            keep_mapping(connection, replace(MAPPING, meanings=told))
        tokens.append(plan_import(counter.engine, [Source(path)]).token)
    assert tokens[0] == tokens[2] != tokens[1]


def test_a_named_encoding_is_obeyed(counter):
    upload = counter.give(FOREIGN.encode("gb18030"))
    with uploads_of(counter.engine) as connection:
        choices = (Choice(encoding="GBK"),)
        change_upload(connection, upload.upload_id, choices=choices)
    (document,) = recognise_upload(counter.engine, upload.upload_id, counter.desk).recognised
    assert document["encoding"] == {"name": "GBK", "evidence": []}
    assert [column["header"] for column in document["columns"]] == ["编号", "地块面积"]


CHANGES = [
    {"id": "1", "kind": "added", "fields": []},
    {"id": "2", "kind": "changed", "fields": [["town", "", "", ""], ["area_m2", "", "", ""]]},
    {"id": "3", "kind": "changed", "fields": [["town", "", "", ""]]},
    {"id": "v0", "kind": "vanished", "fields": []},
]
TABLE = {
    "counts": {
        "rows_in": 20,
        "added": 5,
        "changed": 6,
        "unchanged": 7,
        "declined": 0,
        "rejected": 2,
        "retired": 0,
    },
    "totals": {"added": 5, "changed": 6, "vanished": 3},
}
NAMES = ["1", "2", "2:town", "2:area_m2", "3", "3:town", "v0"]


@given(st.sets(st.sampled_from(NAMES)), st.booleans(), st.booleans())
def test_every_row_is_counted_once_whatever_is_decided(taken, accepts, retires):
    kept = decided(whole(accepts=accepts, retires=retires), CHANGES, frozenset(taken))
    counts = counts_of(TABLE, CHANGES, kept)
    assert counts.added == ("1" in taken) + 4 * accepts
    both = ("2" in taken and bool({"2:town", "2:area_m2"} & taken)) + ({"3", "3:town"} <= taken)
    assert counts.changed == both + 4 * accepts
    assert counts.declined == 11 - counts.added - counts.changed
    assert counts.retired == ("v0" in taken) + 2 * retires
