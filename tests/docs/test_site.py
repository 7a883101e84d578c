"""The documentation as a site: the strict build passes, and it asks nothing of another host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import data_model_picture
from tests.conftest import PROJECT

_FETCHED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=\"?([^\s\">]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built."""
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", target],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_every_page_is_in_the_site_and_can_be_searched(site):
    pages = {path.relative_to(PROJECT / "docs") for path in (PROJECT / "docs").rglob("*.md")}
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    for page in (*pages, Path("CHANGELOG.md")):
        name = page.with_suffix(".html").as_posix()
        assert (site / name).is_file()
        assert name in index


def test_nothing_is_fetched_from_another_host(site):
    fetched = {
        (page.name, target)
        for page in site.rglob("*.html")
        for target in _FETCHED.findall(page.read_text(encoding="utf-8"))
    }
    assert fetched
    assert not {each for each in fetched if "//" in each[1]}
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not re.search(r"url\(['\"]?(?:https?:)?//", styles)


def test_the_picture_of_the_data_model_is_current():
    drawn = data_model_picture.PICTURE.read_text(encoding="utf-8")
    assert drawn == data_model_picture.drawn(), "run: python docs/data_model_picture.py"
