"""Measures and fixed words of the pages, the same in every format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.i18n import translator
from service.reports.papers.document import Document, Layout, Letterhead

POINTS_PER_MM: Final = 72 / 25.4
_NUMBER_LEFT_OPEN: Final = "〔　　　　〕　　号"
_HEAD_PT: Final = 36.0
"""The standard leaves the size of the letterhead open; a long name is set smaller."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of a layout.

    Attributes
    ----------
    top_mm, left_mm, width_mm, height_mm
        Where the type area stands on the A4 page, and its size.
    text_pt, title_pt, small_pt
        Sizes of type: text, title, and what is less than text.
    table_pt
        Size of type in tables.
    pitch_pt
        From line to line.
    tracking_pt
        Added between characters, so that a line of the grid holds its characters.
    """

    top_mm: float
    left_mm: float
    width_mm: float
    height_mm: float
    text_pt: float
    title_pt: float
    small_pt: float
    table_pt: float
    pitch_pt: float
    tracking_pt: float = 0.0


MEASURES: Final = {
    # GB/T 9704-2012: head margin 37 mm, binding margin 28 mm, type area 156 x 225 mm, 22 lines of
    # 28 characters of size 3 (16 pt), title in size 2 (22 pt), page number in size 4 (14 pt).
    Layout.OFFICIAL: Measures(37, 28, 156, 225, 16, 22, 14, 14, 28.95, -0.25),
    Layout.REPORT: Measures(26, 25, 160, 244, 11, 20, 9, 9, 18),
}


def letterhead_pt(authority: str) -> float:
    """Size of type in which the name of an authority fills no more than a line."""
    width_pt = MEASURES[Layout.OFFICIAL].width_mm * POINTS_PER_MM
    return min(_HEAD_PT, width_pt / max(len(authority), 1))


def number_text(head: Letterhead) -> str:
    """The number of an official document, or the place left for it."""
    return head.number or _NUMBER_LEFT_OPEN


def labels(document: Document) -> dict[str, str]:
    """The fixed words of a document."""
    _ = translator(document.language)
    return {
        "attachments": _("Attachments: "),
        "copy_to": _("Copies to: "),
        "draft": _("Draft, of no effect until it is issued")
        if document.kind
        else _("Draft, not signed"),
        "notes": _("Notes"),
        "page": _("Page {page} of {pages}"),
    }
