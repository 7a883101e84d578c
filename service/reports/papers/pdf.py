"""Documents as PDF: Typst sets them, the same bytes for the same document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any, Final

from geodata.errors import DocumentError
from service.reports.papers.document import Document
from service.reports.papers.fonts import Face, Typeface, faces, installed_fonts
from service.reports.papers.typst_data import typst_files

_TEMPLATE: Final = "document.typ"
_MAIN: Final = "main.typ"
_STANDARD: Final = "a-2b"
"""PDF/A-2 is made to be kept, and it refuses characters that no font can show."""
_STAMPS: Final = "stamps.typ"
_PICTURE: Final = (
    b'#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("it.svg")'
)


def pdf(document: Document) -> bytes:
    """A document as PDF/A.

    Raises
    ------
    MissingProgramError
        When no font for Chinese is installed.
    DocumentError
        When a character is in none of the fonts: it would be missing on paper.
    """
    setter = _setter()
    return setter(sources(document, setter.faces), format="pdf", pdf_standards=_STANDARD)


def sources(document: Document, typefaces: Mapping[Typeface, Face]) -> dict[str, bytes]:
    """The files Typst sets a document from."""
    return {_MAIN: _template(_TEMPLATE), **typst_files(document, typefaces)}


def png(svg: bytes, pixels_per_inch: float = 200) -> bytes:
    """A picture as PNG, for formats that take no SVG.

    Raises
    ------
    DocumentError
        When it is no picture.
    """
    return _setter()({_MAIN: _PICTURE, "it.svg": svg}, format="png", ppi=pixels_per_inch)


def stamps(texts: Sequence[str], sizes: Sequence[tuple[float, float]]) -> bytes:
    """Clear pages to lay over others, each with a text in its upper right corner.

    Parameters
    ----------
    texts
        A text for each page.
    sizes
        Width and height of each page, in points.
    """
    setter = _setter()
    pages = [
        {"text": text, "width": width, "height": height}
        for text, (width, height) in zip(texts, sizes, strict=True)
    ]
    data = {"font": setter.faces[Typeface.SONG].families, "pages": pages}
    told = json.dumps(data, ensure_ascii=False).encode()
    return setter({_MAIN: _template(_STAMPS), "data.json": told}, format="pdf")


@cache
def _template(name: str) -> bytes:
    return (resources.files(__package__) / name).read_bytes()


class _Setter:
    """The one compiler of a process: it keeps the fonts, and what it has read of the template."""

    def __init__(self) -> None:
        import typst  # noqa: PLC0415 - heavy, and few commands write documents

        fonts = installed_fonts()
        self.faces: Mapping[Typeface, Face] = faces(fonts.families())
        self._compiler: Any = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        self._error = typst.TypstError
        self._lock = Lock()

    def __call__(self, files: dict[str, bytes], **wanted: Any) -> bytes:
        try:
            with self._lock:
                made: bytes = self._compiler.compile(input=files, **wanted)
        except self._error as error:
            raise DocumentError(
                "The document cannot be set: {reason}",
                "Write the character in another way, or install a font that has it.",
                reason=error,
            ) from error
        return made


@cache
def _setter() -> _Setter:
    return _Setter()
