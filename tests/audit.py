"""What is installed is what is pinned, unchanged: ``python -m tests.audit`` (`make audit`).

Every package has the version of ``constraints.txt`` and files of the digests it was packed with,
every npm package a digest in ``package-lock.json``. Where pip-audit is installed, it also looks for
known weaknesses; that asks the network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
OWN = {"parcelwatch", "pip", "setuptools", "wheel"}
"""What is not pinned: the product, and what Python installs packages with."""


def main() -> int:
    """Say what is wrong; 0 where nothing is."""
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    installed = [each for each in distributions() if each.metadata["Name"]]
    faults = [
        *unpinned(installed, pinned((PROJECT / "constraints.txt").read_text(encoding="utf-8"))),
        *(fault for each in installed for fault in changed(each)),
        *without_digest(lock),
    ]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write(f"{len(installed)} packages looked at, {len(faults)} faults\n")
    return int(bool(faults) or not _is_known_sound())


def pinned(constraints: str) -> dict[str, str]:
    """Version by name."""
    lines = (line.partition("==") for line in constraints.splitlines() if "==" in line)
    return {
        canonicalize_name(name): version.partition(";")[0].strip() for name, _, version in lines
    }


def unpinned(installed: list[Distribution], pins: Mapping[str, str]) -> Iterator[str]:
    """Packages of another version than the one pinned, or of none."""
    for each in installed:
        name = canonicalize_name(each.metadata["Name"])
        if name not in OWN and pins.get(name) != each.version:
            yield f"{name} {each.version}: pinned is {pins.get(name, 'nothing')}"


def changed(package: Distribution) -> Iterator[str]:
    """Files of a package that are not as they were packed."""
    for file in package.files or ():
        path = Path(str(package.locate_file(file)))
        if file.hash and path.is_file():
            found = hashlib.new(file.hash.mode, path.read_bytes()).digest()
            if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != file.hash.value:
                yield f"{package.metadata['Name']}: {file} was changed"


def without_digest(lock: Mapping[str, Any]) -> Iterator[str]:
    """npm packages that are not fetched by a SHA-512."""
    for place, package in lock["packages"].items():
        if place and not str(package.get("integrity", "")).startswith("sha512-"):
            yield f"{place}: no SHA-512 in package-lock.json"


def _is_known_sound() -> bool:
    if find_spec("pip_audit") is None:
        sys.stdout.write("pip-audit is not installed: known weaknesses were not looked for\n")
        return True
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip"]
    done = subprocess.run([*command, "-r", str(PROJECT / "constraints.txt")], check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
