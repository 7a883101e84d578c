"""Result files are written whole or not at all, also when the disk is full."""

from __future__ import annotations

import errno
import os
from datetime import date

import pytest

from geodata.errors import OutputFileError
from geodata.model.columns import from_rows
from service.compliance.rules.evaluate import evaluate
from service.operations.check import content_of
from service.reports.files import whole_file
from service.reports.xlsx import write_workbook


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


def test_a_workbook_that_cannot_be_written_is_an_error_of_the_system(law, tmp_path):
    """The library wraps it in an error of its own, which `whole_file` would not know."""
    columns = from_rows([{"contract_no": "A"}])
    as_of = date(2024, 1, 1)
    content = content_of(columns, evaluate(columns, law, as_of), law, as_of, "en")
    with pytest.raises(FileNotFoundError):
        write_workbook(content, tmp_path / "none" / "audit.xlsx")
