"""The pages of the project's root as pages of the site of documentation; MkDocs calls this."""
# ruff: noqa: INP001 - a script beside the pages, not a package

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT_PAGES: Final = ("CHANGELOG.md", "CONTRIBUTING.md")
_PROJECT: Final = Path(__file__).resolve().parents[1]
_LINK: Final = re.compile(r"(?<=\]\()[^)\s#:]+")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages of the root."""
    for name in ROOT_PAGES:
        text = (_PROJECT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: Any) -> str:
    """Lead links of a page of the project to the same page of the site.

    What the site does not have, such as the code, is told by its name and not linked.
    """
    own = page.file.src_uri
    at_root = posixpath.dirname("" if own in ROOT_PAGES else f"docs/{own}")

    def of_site(found: re.Match[str]) -> str:
        place = posixpath.normpath(posixpath.join(at_root, found.group()))
        known = place.removeprefix("docs/")
        if files.get_file_from_path(known) is None:
            return found.group()
        return posixpath.relpath(known, posixpath.dirname(own) or ".")

    return _LINK.sub(of_site, markdown)
