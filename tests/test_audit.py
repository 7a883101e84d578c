"""The audit of what is installed sees another version, a changed file and a missing digest."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

from tests.audit import changed, pinned, unpinned, without_digest

DIGEST = "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"
"""SHA-256 of ``hello``."""


@pytest.fixture
def package(tmp_path: Path) -> Distribution:
    (tmp_path / "part.py").write_text("hello", encoding="utf-8")
    info = tmp_path / "example-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: Ex_ample\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"part.py,sha256={DIGEST},5\nexample-1.0.dist-info/RECORD,,\n")
    return PathDistribution(info)


def test_the_version_pinned_is_the_one_installed(package):
    assert list(unpinned([package], pinned("other==3\nex-ample==1.0\n"))) == []
    assert list(unpinned([package], pinned("ex.ample==1.1"))) == ["ex-ample 1.0: pinned is 1.1"]
    assert list(unpinned([package], {})) == ["ex-ample 1.0: pinned is nothing"]


def test_a_changed_file_is_seen(package, tmp_path):
    assert list(changed(package)) == []
    (tmp_path / "part.py").write_text("hello!", encoding="utf-8")
    assert list(changed(package)) == ["Ex_ample: part.py was changed"]


def test_an_npm_package_has_a_digest():
    lock = {"packages": {"": {}, "a": {"integrity": "sha512-x"}, "b": {"integrity": "sha1-x"}}}
    assert list(without_digest(lock)) == ["b: no SHA-512 in package-lock.json"]
