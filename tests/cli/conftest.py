"""Running the command as a person would, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `parcelwatch` in an empty directory; keyword arguments are environment variables."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PARCELWATCH_")}
        inherited.pop("DATABASE_URL", None)
        return subprocess.run(  # noqa: PLW1510 - the status is what is tested
            [sys.executable, "-c", "from service.cli import main; main()", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=inherited | {"PARCELWATCH_LANG": "en"} | environment,
            timeout=120,
        )

    return call


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Golden cases 1c and 16 as a CSV file."""
    path = tmp_path / "ledger.csv"
    path.write_text(
        "contract_no,start_agreed_on,start_on,premium_yuan,start_permille,observed_on\n"
        "G1c,2022-03-31,,12000000,1,2023-03-01\n"
        "G16,2023-03-01,2023-03-15,18500000,1,\n",
        encoding="utf-8",
    )
    return path
