"""`make screens`: the main pages in both languages, on a laptop and a phone, as pictures."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from service.operations.demonstration import demo_files
from service.settings import LANGUAGES
from tests.bench.server import opened, running_server
from tests.conftest import PROJECT

from .main_pages import MAIN_PAGES, MainPage
from .served import Served, fill, served
from .visiting import SIZES, Visitor, chromium

SCREENS: Final = PROJECT / "build" / "screens"


def main() -> None:
    """Show a site of its own to a browser, and write what it shows."""
    with (
        running_server() as server,
        opened(server.database()) as engine,
        tempfile.TemporaryDirectory() as directory,
    ):
        fill(engine, demo_files(Path(directory)))
        shutil.rmtree(SCREENS, ignore_errors=True)
        with served(engine) as site, chromium() as browser:
            for size in SIZES:
                write_screens(browser, site, size, MAIN_PAGES)
    sys.stdout.write(f"{SCREENS}\n")


def write_screens(browser: Browser, site: Served, size: str, pages: Sequence[MainPage]) -> None:
    """Write pages as one size of window shows them, from top to bottom."""
    for role in dict.fromkeys(page.role for page in pages):
        visitor = Visitor(browser, site, **SIZES[size])
        if role:
            visitor.sign_in(role)
        for page in (page for page in pages if page.role is role):
            for language in LANGUAGES:
                shown = visitor.open(page.path, lang=language)
                path = SCREENS / f"{page.name}-{language}-{size}.png"
                shown.screenshot(path=path, full_page=page.name != "map")
        visitor.context.close()


if __name__ == "__main__":
    main()
