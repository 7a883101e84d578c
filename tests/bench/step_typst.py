"""Finished sources, each a folder, compiled by Typst alone; tells how many."""

from __future__ import annotations

import sys
from pathlib import Path

import typst

from service.reports.papers.fonts import installed_fonts

from .steps import tell


def _compiled() -> int:
    compiler = typst.Compiler(font_paths=installed_fonts(), ignore_system_fonts=True)
    folders = sorted(Path(sys.argv[1]).iterdir())
    for folder in folders:
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        compiler.compile(input=files, format="pdf", pdf_standards="a-2b")
    return len(folders)


if __name__ == "__main__":
    tell(_compiled)
