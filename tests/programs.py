"""Programs beside Python: on a machine of CI they have to be there, elsewhere tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SOFFICE = ("soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")

_FILTERS = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76"}  # comma, quotation mark, UTF-8


def program(*names: str) -> str:
    """Path of the first of the programs that is installed; without any, the test ends here."""
    return next(filter(None, map(shutil.which, names)), None) or missing(
        f"{names[0]} is not installed: .ci/setup --for test"
    )


def missing(reason: str) -> NoReturn:
    """End a test that needs something: failed on a machine of CI, skipped elsewhere."""
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


class Office:
    """LibreOffice without a window, with settings of its own."""

    def __init__(self, home: Path) -> None:
        self.command = [program(*SOFFICE), f"-env:UserInstallation={home.as_uri()}", "--headless"]

    def __call__(self, paths: Sequence[Path], ending: str, folder: Path) -> list[Path]:
        """Save files in another format, under their names, in a folder."""
        wanted = ["--convert-to", _FILTERS.get(ending, ending), "--outdir", str(folder)]
        subprocess.run(
            [*self.command, *wanted, *map(str, paths)], check=True, timeout=300, capture_output=True
        )
        return [folder / path.with_suffix(f".{ending}").name for path in paths]
