"""Files beside the database: kept whole or not at all, and never out of their directory."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import DatabaseStateError, NothingFoundError, OutputFileError, UsageError
from geodata.settings import ClusterSettings, DatabaseSettings
from geodata.store.blobs import BlobStore
from service.operations.upload_files import shown_name

HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "kept")


def keep(blobs: BlobStore, content: bytes, most_bytes: int = 1 << 20) -> str:
    return blobs.keep(io.BytesIO(content), most_bytes).sha256


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_once_under_its_digest(blobs):
    assert keep(blobs, b"hello") == keep(blobs, b"hello") == HELLO
    assert blobs.read(HELLO) == b"hello"
    assert files_of(blobs.directory) == [blobs.path(HELLO)]


def test_only_its_owner_may_look(blobs):
    keep(blobs, b"hello")
    assert blobs.directory.stat().st_mode & 0o077 == 0


def test_what_is_too_large_leaves_nothing(blobs):
    with pytest.raises(UsageError, match="larger than the 4 bytes"):
        keep(blobs, b"hello", 4)
    assert files_of(blobs.directory) == []
    assert keep(blobs, b"hell", 4)


def test_what_a_killed_process_left_is_swept_away_once_it_is_old(blobs):
    kept = keep(blobs, b"hello")
    for name, day in ((".draft-old", 1), (".draft-new", 3)):
        (blobs.directory / name).write_bytes(b"hel")
        at = datetime(2026, 6, day, tzinfo=UTC).timestamp()
        os.utime(blobs.directory / name, (at, at))
    assert blobs.sweep(datetime(2026, 6, 2, tzinfo=UTC)) == 1
    assert {path.name for path in files_of(blobs.directory)} == {kept, ".draft-new"}


def test_what_breaks_off_leaves_nothing(blobs):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            content = super().read(2)
            if self.tell() > 2:
                raise OSError(5, "gone")
            return content

    with pytest.raises(OutputFileError, match="gone"):
        blobs.keep(Broken(b"hello"), 100)
    assert files_of(blobs.directory) == []


def test_a_directory_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputFileError, match="cannot be kept"):
        keep(BlobStore(tmp_path / "file"), b"hello")


def test_a_changed_file_is_not_taken_for_what_it_was(blobs):
    digest = keep(blobs, b"hello")
    blobs.path(digest).write_bytes(b"HELLO")
    with pytest.raises(DatabaseStateError, match="was changed"):
        blobs.read(digest)


@given(
    st.text() | st.sampled_from(["../../etc/passwd", f"../{HELLO}", HELLO.upper(), HELLO + "\n"])
)
def test_nothing_but_a_digest_leads_to_a_file(tmp_path_factory, name):
    blobs = BlobStore(tmp_path_factory.mktemp("b") / "kept")
    keep(blobs, b"hello")
    if name != HELLO:
        with pytest.raises(NothingFoundError):
            blobs.path(name)


@given(st.text(max_size=400) | st.from_regex(r"(\.\./|\\|/|\x00|[a-z]){1,60}\.csv"))
def test_a_shown_name_has_no_folder_no_odd_sign_and_an_end(name):
    shown = shown_name(name)
    assert 0 < len(shown) <= 120
    assert Path(shown).name == shown
    assert "\\" not in shown
    assert shown.isprintable()


def test_the_directory_of_the_settings_counts_from_the_project(tmp_path):
    own = DatabaseSettings("", tmp_path, ClusterSettings(state_dir="state"))
    assert BlobStore.of_project("files", own).directory == tmp_path / "files"
    beside = BlobStore.of_project("", own).directory
    assert beside.name == "files"
    assert beside.is_relative_to(tmp_path / "state")
