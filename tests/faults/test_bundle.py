"""The demonstration, set up and run from a bundle on a machine without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PLENTY_S = 1_800


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory that the account of the database may enter."""
    made = Path(tempfile.mkdtemp(prefix="pwb-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def checkout(folder: Path) -> Path:
    """The project as it is committed or about to be, with its database beside it."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, check=True).stdout
    code = folder / "code"
    for name in map(os.fsdecode, names.split(b"\0")):
        if name and (PROJECT / name).is_file():
            (code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, code / name)
    settings = code / "config.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(written.replace('state_dir = ""', f'state_dir = "{folder}"'), "utf-8")
    return code


@pytest.fixture
def bundle(folder: Path) -> Path:
    """A bundle made here, without the system packages: this machine has them."""
    made = folder / "bundle"
    packed = subprocess.run(
        [".ci/bundle", str(made)],
        cwd=PROJECT,
        env=os.environ | {"DEBIAN": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PLENTY_S,
    )
    if packed.returncode:
        pytest.skip(f"no bundle could be packed: {packed.stderr.splitlines()[-1]}")
    return made


@pytest.mark.faults
@pytest.mark.skipif(
    shutil.which("unshare") is None or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root can take the network away",
)
def test_the_demonstration_runs_from_a_bundle_without_a_network(folder, bundle):
    code = checkout(folder)
    done = subprocess.run(
        ["unshare", "--net", "make", "demo", "SERVE=0", f"OFFLINE={bundle}"],
        cwd=code,
        capture_output=True,
        text=True,
        check=False,
        timeout=PLENTY_S,
    )
    assert done.returncode == 0, done.stderr
    assert {"audit.xlsx", "map.html"} <= {path.name for path in (code / "out").iterdir()}
