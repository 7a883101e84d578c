"""Result files are written whole or not at all, also when the disk is full."""

from __future__ import annotations

import errno
import os

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


def test_a_finished_file_is_readable_by_everybody(tmp_path):
    with whole_file(tmp_path / "deep" / "result.txt") as draft:
        draft.write_text("done", encoding="utf-8")
    target = tmp_path / "deep" / "result.txt"
    assert target.read_text(encoding="utf-8") == "done"
    assert target.stat().st_mode & 0o444 == 0o444
