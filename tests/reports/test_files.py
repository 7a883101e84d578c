"""Result files are written whole or not at all, also when the disk is full."""

from __future__ import annotations

import errno
import os
import threading

import pytest

from geodata.errors import OutputFileError
from service.reports.files import whole_file


def test_a_full_disk_keeps_the_old_file_and_says_what_to_do(tmp_path):
    target = tmp_path / "result.json"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(OutputFileError, match=r"result\.json.*Free some space"), whole_file(target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_of_the_writer_leaves_no_draft(tmp_path):
    def write() -> None:
        with whole_file(tmp_path / "result.json") as draft:
            draft.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(tmp_path.iterdir()) == []


def test_missing_folders_are_made(tmp_path):
    with whole_file(tmp_path / "deep" / "result.txt") as draft:
        draft.write_text("done", encoding="utf-8")
    assert (tmp_path / "deep" / "result.txt").read_text(encoding="utf-8") == "done"


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    with whole_file(link) as draft:
        draft.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    with whole_file(pipe) as draft:
        draft.write_text("done", encoding="utf-8")
    reader.join()
    assert received == ["done"]
    assert pipe.is_fifo()


def test_permissions_are_those_of_the_user_and_of_the_old_file(tmp_path):
    private, fresh = tmp_path / "private.txt", tmp_path / "fresh.txt"
    private.touch(mode=0o600)
    before = os.umask(0o077)
    try:
        for path in (private, fresh):
            with whole_file(path) as draft:
                draft.write_text("names", encoding="utf-8")
            assert path.stat().st_mode & 0o077 == 0
    finally:
        os.umask(before)
