"""What `.ci/setup` does on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from geodata.store.server_account import ServerAccount

PROJECT = Path(__file__).parents[2]
TOOLS = [
    "env",
    "bash",
    "sh",
    "dirname",
    "id",
    "uname",
    "grep",
    "cat",
    "git",
    "apt-get",
    "fc-list",
    "true",
]


@pytest.fixture
def checkout(
    place: Path, ordinary: tuple[ServerAccount, str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The project as checked out, on a machine without Node.js."""
    account, python = ordinary
    code, programs = place / "code", place / "bin"
    shutil.copytree(PROJECT / ".ci", code / ".ci")
    shutil.copytree(
        PROJECT / "geodata", code / "geodata", ignore=shutil.ignore_patterns("__pycache__")
    )
    subprocess.run(["chown", "-R", str(account.uid), code], check=True)
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool) or "/bin/true")
    (programs / "python3").symlink_to(python)
    monkeypatch.setenv("PATH", str(programs))
    return code


@pytest.mark.parametrize("purpose", ["demo", "test"])
def test_without_the_rights_one_command_is_named_and_nothing_written(
    checkout: Path, ordinary: tuple[ServerAccount, str], purpose: str
) -> None:
    before = sorted(checkout.rglob("*"))
    done = ordinary[0].run([str(checkout / ".ci" / "setup"), "--for", purpose])
    named = [line for line in done.stdout.splitlines() if "apt-get" in line]
    assert done.returncode == 3, done.stdout
    assert len(named) == 1
    assert "apt-get install --no-install-recommends " in named[0]
    assert " nodejs npm" in named[0]
    for tests_only in ("chromium", "libreoffice-calc", "libreoffice-writer", "gdal-bin"):
        assert (tests_only in named[0]) == (purpose == "test")
    assert sorted(checkout.rglob("*")) == before


def test_a_python_that_is_too_old_is_named(
    checkout: Path, ordinary: tuple[ServerAccount, str]
) -> None:
    (checkout.parent / "bin" / "python3").unlink()
    done = ordinary[0].run([str(checkout / ".ci" / "setup")])
    assert done.returncode == 3
    assert "no Python 3.11 or newer" in done.stdout


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A bundle of one file, as it was packed."""
    bundle = tmp_path / "bundle"
    (bundle / "wheels").mkdir(parents=True)
    (bundle / "wheels" / "a.whl").write_bytes(b"whole")
    digest = sha256(b"whole").hexdigest()
    (bundle / "SHA256SUMS").write_text(f"{digest}  ./wheels/a.whl\n", encoding="ascii")
    return bundle


def set_up(folder: Path, bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(PROJECT / ".ci", folder / "code" / ".ci")
    return subprocess.run(
        [folder / "code" / ".ci" / "setup", *arguments],
        env=os.environ | {"OFFLINE": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bundle_of_which_one_byte_is_another_is_refused(packed, tmp_path):
    (packed / "wheels" / "a.whl").write_bytes(b"whale")
    done = set_up(tmp_path, packed)
    assert done.returncode == 3
    assert "not as it was packed" in done.stderr
    assert [path.name for path in (tmp_path / "code").iterdir()] == [".ci"]


def test_a_bundle_is_not_for_tests(packed, tmp_path):
    assert set_up(tmp_path, packed, "--for", "test").returncode == 2
