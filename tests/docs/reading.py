"""Reading the documentation: its pages, links, headings and examples."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from docs import reference
from tests.conftest import PROJECT

ROOT_PAGES = tuple(
    PROJECT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")
)
PAGES = (*reference.pages(), *ROOT_PAGES)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(parcelwatch [^`]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CITED = re.compile(r"\bR(\d)\.(\d+)(?:[-–]R\d\.(\d+))?")


def name_of(page: Path) -> str:
    """A page as tests name it."""
    return page.relative_to(PROJECT).as_posix()


def read(name: str) -> str:
    """Text of a page below the project."""
    return (PROJECT / name).read_text(encoding="utf-8")


def examples(page: Path) -> list[list[str]]:
    """Words of each command line in a block of shell commands."""
    blocks = [body for kind, body in _fences(page) if kind == "sh"]
    lines = (line for body in blocks for line in body.splitlines())
    return [shlex.split(line, comments=True) for line in lines if line.startswith("parcelwatch ")]


def mentions(page: Path) -> list[list[str]]:
    """Words of each command named in running text; they may lack an argument."""
    return [shlex.split(found) for found in _INLINE.findall(_prose(page))]


def links(page: Path) -> list[str]:
    """Targets of links within the project."""
    return [target for target in _LINK.findall(_prose(page)) if "://" not in target]


def anchors(page: Path) -> set[str]:
    """Names under which the headings of a page can be linked to."""
    return {_slug(heading) for heading in _HEADING.findall(_prose(page))}


def paragraphs(text: str) -> set[str]:
    """Paragraphs of the rulebook a text cites, ranges spelled out."""
    found = set()
    for chapter, first, last in _CITED.findall(text):
        numbers = range(int(first), int(last or first) + 1)
        found |= {f"R{chapter}.{number}" for number in numbers}
    return found


def _fences(page: Path) -> list[tuple[str, str]]:
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
