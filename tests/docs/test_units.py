"""The services that docs/operation.md gives to systemd."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser

import pytest

from service.cli.main import COMMANDS
from tests.conftest import PROJECT

UNIT = re.compile(r"```ini\n# /etc/systemd/system/(\S+\.service).*\n([^`]*)```")
PROGRAM = "/opt/parcelwatch/.venv/bin/parcelwatch"


@pytest.fixture(scope="module")
def units() -> dict[str, str]:
    return dict(UNIT.findall((PROJECT / "docs" / "operation.md").read_text(encoding="utf-8")))


def options(text: str) -> ConfigParser:
    found = ConfigParser(interpolation=None)
    found.optionxform = str
    found.read_string(text)
    return found


@pytest.mark.parametrize("name", ["parcelwatch", "parcelwatch-worker"])
def test_a_service_is_kept_at_work_by_an_account_that_can_harm_nothing(units, name):
    service = options(units[f"{name}.service"])["Service"]
    program, command = service["ExecStart"].split()
    assert program == PROGRAM
    assert command in COMMANDS
    assert service["User"] == "parcelwatch"
    assert service["Restart"] == "always"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "true"
    assert int(service["TimeoutStopSec"]) >= 40  # requests end within 30 s, a task within 10 s


def test_no_secret_stands_in_a_unit(units):
    for text in units.values():
        assert "Environment=" not in text
        assert not re.search(r"(?i)password|postgresql://", text)


def test_systemd_understands_every_unit(units, tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    for name, text in units.items():
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    checked = subprocess.run(
        [program, "verify", "--man=no", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in checked.stderr.splitlines() if str(tmp_path) in line]
    assert not ours
