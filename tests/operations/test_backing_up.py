"""Backups: restored to the same facts and the same log, and refused when a byte was changed."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import InputFileError, LandError, UsageError
from geodata.model.content_lists import EvidenceKind
from geodata.model.roles import Actor, Role
from geodata.store import migrate
from geodata.store.blobs import BlobStore
from geodata.store.dumps import one_instant
from geodata.store.engine import make_engine
from geodata.store.session import unit_of_work
from geodata.store.table_digests import table_digests
from service.operations.backing_up import back_up, restore
from service.operations.evidence import EvidenceRoom, add_to_contract
from service.operations.verifying import log_lines
from tests.conftest import NOON

from .test_entries import FACTS, KEY, OTHER, take

AUDITOR = Actor.of_role("hecha", Role.AUDITOR)
PHOTO = "现场照片".encode() * 4_000


@pytest.fixture
def room(own_engine, tmp_path) -> EvidenceRoom:
    """Contracts of two parks and a photo of one."""
    take(own_engine, 0, FACTS, OTHER)
    room = EvidenceRoom(own_engine, BlobStore(tmp_path / "files"), 1 << 20, lambda: NOON)
    given = [("现场.jpg", io.BytesIO(PHOTO))]
    add_to_contract(room, AUDITOR, KEY, given, kind=EvidenceKind.OTHER)
    return room


@pytest.fixture
def backup(room, tmp_path):
    path = tmp_path / "backup.zip"
    return path, back_up(room.engine, room.blobs, path, room.clock, "")


@pytest.fixture
def fresh(empty_database):
    engine = make_engine(empty_database)
    yield engine
    engine.dispose()


def said(engine):
    """Everything a database holds, and its log line by line."""
    with one_instant(engine) as connection:
        return table_digests(connection), list(log_lines(engine))


def test_a_backup_is_restored_to_the_same_facts_log_and_files(room, backup, fresh, tmp_path):
    path, made = backup
    before = said(room.engine)
    take(room.engine, 1, FACTS)
    assert said(room.engine) != before
    blobs = BlobStore(tmp_path / "elsewhere")
    restored = restore(fresh, blobs, path, "")
    assert said(fresh) == before
    assert restored == made
    assert made.lost == ()
    assert [blobs.read(digest) for digest in blobs.digests()] == [PHOTO]
    with fresh.connect() as connection:
        assert migrate.difference(connection) == []


def test_the_site_works_on_a_restored_database_within_its_rights(room, backup, fresh, tmp_path):
    restore(fresh, BlobStore(tmp_path / "elsewhere"), backup[0], "")
    rights = sa.text("""
        SELECT relname, relacl::text, relrowsecurity, relforcerowsecurity, polname,
            pg_get_expr(polqual, polrelid), tgname, pg_get_triggerdef(pg_trigger.oid)
        FROM pg_class
        LEFT JOIN pg_policy ON polrelid = pg_class.oid
        LEFT JOIN pg_trigger ON tgrelid = pg_class.oid AND NOT tgisinternal
        WHERE relnamespace = 'parcelwatch'::regnamespace
    """)
    with room.engine.connect() as one, fresh.connect() as other:
        assert set(other.execute(rights)) == set(one.execute(rights))


def test_a_database_with_facts_gives_way_only_when_told(room, backup):
    path, made = backup
    before = said(room.engine)
    take(room.engine, 1, FACTS)
    changed = said(room.engine)
    with pytest.raises(UsageError, match="--replace"):
        restore(room.engine, room.blobs, path, "")
    assert said(room.engine) == changed
    assert restore(room.engine, room.blobs, path, "", replace=True) == made
    assert said(room.engine) == before


def test_a_restore_that_fails_leaves_the_database_as_it_was(room, backup, tmp_path, monkeypatch):
    path, _ = backup
    before = said(room.engine)
    monkeypatch.setattr("service.operations.backing_up.demands", lambda _: ["SELECT 1 / 0"])
    with pytest.raises(LandError, match="division by zero"):
        restore(room.engine, room.blobs, path, "", replace=True)
    assert said(room.engine) == before


def test_a_row_that_was_lost_on_the_way_is_noticed(room, backup, fresh, tmp_path, monkeypatch):
    """What the tables have to hold is demanded of the database before anything is kept."""
    path, _ = backup
    from service.operations import backing_up  # noqa: PLC0415 - patched here

    def one_more(digests):
        name, digest = next(item for item in digests.items() if item[1].row_count)
        return real({**digests, name: type(digest)(digest.row_count + 1, digest.sha256)})

    real = backing_up.demands
    monkeypatch.setattr(backing_up, "demands", one_more)
    with pytest.raises(LandError, match="is not what was backed up"):
        restore(fresh, BlobStore(tmp_path / "elsewhere"), path, "")


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_flipped_bit_is_refused_or_changes_nothing_that_is_read(backup, place, bit):
    """Before anything is done: what is refused has not been tried."""
    from service.operations.backing_up import _whole_manifest  # noqa: PLC0415 - the check alone

    path, _ = backup
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    flipped = path.with_name("flipped.zip")
    flipped.write_bytes(content)
    try:
        found = _whole_manifest(flipped)
    except InputFileError:
        return
    assert found == _whole_manifest(path)
    assert members(flipped) == members(path)


def test_a_flipped_byte_of_every_member_is_refused(backup, fresh, tmp_path):
    path, _ = backup
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        middles = [
            whole.index(archive.read(entry)) + entry.file_size // 2 for entry in archive.infolist()
        ]
    for middle in middles:
        flipped = tmp_path / "flipped.zip"
        flipped.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(InputFileError):
            restore(fresh, BlobStore(tmp_path / "elsewhere"), flipped, "")
    assert migrate.current(fresh) is None


def test_a_backup_cut_off_is_refused(backup, fresh, tmp_path):
    path, _ = backup
    cut = tmp_path / "cut.zip"
    cut.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputFileError):
        restore(fresh, BlobStore(tmp_path / "elsewhere"), cut, "")


def test_nothing_is_left_under_the_name_of_a_backup_that_failed(room, tmp_path, monkeypatch):
    path = tmp_path / "backup.zip"
    monkeypatch.setattr("geodata.store.dumps._PATIENT", ("--no-such-option",))
    with pytest.raises(LandError, match="no-such-option"):
        back_up(room.engine, room.blobs, path, room.clock, "")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["files"]


def test_no_backup_is_overwritten(room, backup):
    path, _ = backup
    before = path.read_bytes()
    with pytest.raises(UsageError, match="already"):
        back_up(room.engine, room.blobs, path, room.clock, "")
    assert path.read_bytes() == before


def test_evidence_that_is_gone_is_told(room, tmp_path):
    digest = room.blobs.digests()[0]
    room.blobs.path(digest).write_bytes(b"changed")
    made = back_up(room.engine, room.blobs, tmp_path / "backup.zip", room.clock, "")
    assert made.lost == (digest,)
    assert made.file_count == 1


def test_an_account_that_policies_bind_dumps_every_row(server, room, tmp_path, fresh):
    """The owner of the tables on a server of the bureau's own is no superuser."""
    database = room.engine.url.database
    with room.engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE bureau LOGIN")
        connection.exec_driver_sql(f'GRANT ALL ON DATABASE "{database}" TO bureau')
        connection.exec_driver_sql(
            "DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class"
            " WHERE relnamespace = 'parcelwatch'::regnamespace AND relkind IN ('r', 'v') LOOP"
            " EXECUTE format('ALTER TABLE %%s OWNER TO bureau', one); END LOOP; END $$"
        )
        connection.exec_driver_sql("ALTER SCHEMA parcelwatch OWNER TO bureau")
    before = said(room.engine)
    bound = make_engine(server.url_for(database, "bureau"))
    path = tmp_path / "backup.zip"
    made = back_up(bound, room.blobs, path, room.clock, "")
    bound.dispose()
    assert restore(fresh, BlobStore(tmp_path / "elsewhere"), path, "") == made
    assert said(fresh) == before


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_digests_see_every_row_and_every_cell(room):
    with unit_of_work(room.engine) as connection:
        before = table_digests(connection)
    with unit_of_work(room.engine) as connection:
        connection.exec_driver_sql("UPDATE parcelwatch.contract_park SET park = park || '新'")
        after = table_digests(connection)
    assert {name for name in before if before[name] != after[name]} == {"contract_park"}
