"""Parts of a DOCX that python-docx has no words for: grid, fields, repeated heads, alt texts."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from service.reports.papers.layout import POINTS_PER_MM, Measures

if TYPE_CHECKING:
    from docx.document import Document as Package
    from docx.section import Section
    from docx.text.paragraph import Paragraph as Line

A4_MM: Final = (210, 297)
TWIPS_PER_POINT: Final = 20
_FOOTER_MM: Final = 7
"""GB/T 9704-2012: the dash of the page number stands 7 mm below the type area."""
_FIELDS: Final = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def element(name: str, **attributes: object) -> Any:
    """An element of WordprocessingML, such as ``w:docGrid``."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `docx`
    from docx.oxml.ns import qn  # noqa: PLC0415

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def set_page(section: Section, measures: Measures) -> None:
    """Paper, type area and grid of the pages."""
    from docx.shared import Mm  # noqa: PLC0415

    width, height = A4_MM
    bottom = height - measures.top_mm - measures.height_mm
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(measures.top_mm), Mm(bottom)
    section.left_margin = Mm(measures.left_mm)
    section.right_margin = Mm(width - measures.left_mm - measures.width_mm)
    section.header_distance = Mm(measures.top_mm - 15)
    section.footer_distance = Mm(bottom - _FOOTER_MM - measures.small_pt / POINTS_PER_MM)
    for old in section._sectPr.xpath("w:docGrid"):  # noqa: SLF001 - has no public name
        old.getparent().remove(old)
    # A grid of characters is widened to whole cells by LibreOffice: the styles space them instead.
    pitch = round(measures.pitch_pt * TWIPS_PER_POINT)
    section._sectPr.append(element("w:docGrid", type="lines", linePitch=pitch))  # noqa: SLF001


def add_fields(line: Line, text: str) -> None:
    """Text in which ``{page}`` and ``{pages}`` are counted by the word processor."""
    for part in re.split(r"(\{\w+\})", text):
        if part in _FIELDS:
            _add_field(line, _FIELDS[part])
        elif part:
            line.add_run(part)


def _add_field(line: Line, code: str) -> None:
    instruction = element("w:instrText")
    instruction.text = code
    for made in (
        element("w:fldChar", fldCharType="begin"),
        instruction,
        element("w:fldChar", fldCharType="separate"),
    ):
        line.add_run()._r.append(made)  # noqa: SLF001
    line.add_run("1")
    line.add_run()._r.append(element("w:fldChar", fldCharType="end"))  # noqa: SLF001


def add_page_break(line: Line) -> None:
    """Begin a page after a line."""
    from docx.enum.text import WD_BREAK  # noqa: PLC0415 - see `docx`

    line.add_run().add_break(WD_BREAK.PAGE)


def add_table(package: Package, rows: int, shares: tuple[float, ...], measures: Measures) -> Any:
    """An empty table whose columns take shares of the width of the text."""
    from docx.shared import Mm  # noqa: PLC0415

    table = package.add_table(rows, len(shares), "Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(measures.width_mm * share)
        for cell in column.cells:
            cell.width = column.width
            cell.vertical_alignment = 1  # WD_ALIGN_VERTICAL.CENTER
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001
    return table


def repeat(row: Any) -> None:
    """Shade a row, and repeat it at the head of every page."""
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))  # noqa: SLF001
    for cell in row.cells:
        shade = element("w:shd", val="clear", color="auto", fill="E8E8E8")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


def set_height(row: Any, height_pt: float) -> None:
    """Give a row room for so much at least."""
    from docx.shared import Pt  # noqa: PLC0415

    row.height = Pt(height_pt)


def add_picture(line: Line, picture: bytes, width_mm: float, alt: str) -> None:
    """A picture in a line, with what it shows for those who do not see it."""
    from docx.shared import Mm  # noqa: PLC0415

    shape = line.add_run().add_picture(BytesIO(picture), width=Mm(width_mm))
    shape._inline.docPr.set("descr", alt)  # noqa: SLF001


def indent_right(line: Line, characters: float) -> None:
    """End a line so many characters before the edge."""
    properties = line._p.get_or_add_pPr()  # noqa: SLF001
    size = line.style.font.size if line.style else None
    assert size is not None
    twips = round(characters * size.pt * TWIPS_PER_POINT)
    properties.get_or_add_ind().set(_name("right"), str(twips))


def _name(key: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return str(qn(f"w:{key}"))


def resize(line: Line, size_pt: float) -> None:
    """Set a line in another size of type: a name that has to fit."""
    from docx.shared import Pt  # noqa: PLC0415

    for run in line.runs:
        run.font.size = Pt(size_pt)
