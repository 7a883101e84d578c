"""The styles of a DOCX: what a line is, and how such lines look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from service.reports.papers.document import Document, Layout
from service.reports.papers.docx_parts import TWIPS_PER_POINT, element
from service.reports.papers.fonts import Typeface
from service.reports.papers.layout import MEASURES, Measures

if TYPE_CHECKING:
    from docx.document import Document as Package

_RED: Final = "C8102E"
_BLANK: Final = "B00020"
_LATIN: Final = "Times New Roman"
_HEAVY: Final = (Typeface.BLACK, Typeface.TITLE)


class Style(StrEnum):
    """Names of the styles beside those of headings, as the word processor lists them."""

    LETTERHEAD = "发文机关标志"
    NUMBER = "发文字号"
    TITLE = "公文标题"
    TEXT = "公文正文"
    FLUSH = "公文顶格"
    CENTRED = "公文居中"
    RIGHT = "公文右对齐"
    ITEM = "公文条目"
    CELL = "表格文字"
    CELL_CENTRE = "表格文字居中"
    CELL_RIGHT = "表格文字右对齐"
    CELL_HEAD = "表格标题"
    AFTER_TABLE = "表格之后"
    CAPTION = "表题"
    CAPTION_BELOW = "图题"
    PICTURE = "图片"
    NOTE_HEAD = "说明标题"
    NOTE = "说明"
    ATTACHMENTS = "附件说明"
    ATTACHMENT = "附件说明续"
    SIGNATURE = "发文机关署名"
    SIGNATURE_DATE = "成文日期"
    COPIES = "抄送机关"
    DRAFT = "草稿标记"
    PAGE_ODD = "单页页码"
    PAGE_EVEN = "双页页码"
    PAGE_CENTRE = "居中页码"
    MARK = "页脚标记"
    STRONG = "着重"
    BLANK = "待填"
    REFERENCE = "说明序号"


@dataclass(frozen=True, slots=True)
class _Look:
    """How lines of a style look; sizes in points, indents in characters."""

    size_pt: float
    typeface: Typeface = Typeface.TEXT
    align: str = "left"
    first_line: float = 0
    left: float = 0
    right: float = 0
    before_pt: float = 0
    after_pt: float = 0
    line_pt: float = 0
    keep_next: bool = False
    on_grid: bool = True
    colour: str = ""
    borders: tuple[str, ...] = ()


def set_styles(package: Package, document: Document) -> None:
    """Add the styles of a document, and dress its headings."""
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - see `docx`
    from docx.oxml.ns import qn  # noqa: PLC0415

    measures, official = MEASURES[document.layout], document.layout is Layout.OFFICIAL
    size, line = measures.text_pt, 0 if official else measures.pitch_pt
    indent = 2 if official or document.language == "zh" else 0
    styles = package.styles
    _dress(styles["Normal"], _Look(size, line_pt=line))
    _space_characters(styles["Normal"], measures)
    for language in styles.element.xpath("w:docDefaults//w:lang"):
        language.set(qn("w:eastAsia"), "zh-CN")  # else punctuation is set as elsewhere
    looks: dict[str, _Look] = {
        f"Heading {level}": look
        for level, look in enumerate(_headings(official, size, line), start=1)
    }
    for style, look in _looks(measures, indent, line).items():
        styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        looks[style] = look
    for name, look in looks.items():
        _dress(styles[name], look)
        if document.language != "zh" and look.typeface in _HEAVY:
            styles[name].font.bold = True  # a Chinese face is heavy by itself
    _add_character_styles(package)


def _looks(measures: Measures, indent: float, line: float) -> dict[Style, _Look]:
    size, cell, pitch = measures.text_pt, measures.table_pt, measures.pitch_pt
    text = "both"
    in_cell = _Look(cell, align="center", before_pt=2, after_pt=2, on_grid=False)
    return {
        Style.LETTERHEAD: _Look(
            36, Typeface.TITLE, "center", before_pt=99, after_pt=pitch, on_grid=False, colour=_RED
        ),
        Style.NUMBER: _Look(size, align="center", after_pt=2 * pitch, borders=("bottom",)),
        Style.TITLE: _Look(
            measures.title_pt, Typeface.TITLE, "center", after_pt=pitch, on_grid=False
        ),
        Style.TEXT: _Look(size, align=text, first_line=indent, line_pt=line),
        Style.FLUSH: _Look(size, line_pt=line),
        Style.CENTRED: _Look(size, align="center", line_pt=line),
        Style.RIGHT: _Look(size, align="right", line_pt=line),
        Style.ITEM: _Look(size, align=text, left=indent + 1, first_line=-1, line_pt=line),
        Style.CELL: replace(in_cell, align="left"),
        Style.CELL_CENTRE: in_cell,
        Style.CELL_RIGHT: replace(in_cell, align="right"),
        Style.CELL_HEAD: replace(in_cell, typeface=Typeface.BLACK),
        Style.AFTER_TABLE: _Look(cell / 2, on_grid=False),
        Style.CAPTION: _Look(cell, Typeface.BLACK, "center", keep_next=True, on_grid=False),
        Style.CAPTION_BELOW: _Look(cell, align="center", after_pt=cell, on_grid=False),
        Style.PICTURE: _Look(size, align="center", keep_next=True, on_grid=False),
        Style.NOTE_HEAD: _Look(
            measures.small_pt, Typeface.BLACK, before_pt=pitch, keep_next=True, on_grid=False
        ),
        Style.NOTE: _Look(measures.small_pt, on_grid=False),
        Style.ATTACHMENTS: _Look(size, left=5, first_line=-3, before_pt=pitch, line_pt=line),
        Style.ATTACHMENT: _Look(size, left=5, first_line=-3, line_pt=line),
        Style.SIGNATURE: _Look(
            size, align="right", before_pt=2 * pitch, line_pt=line, keep_next=True
        ),
        Style.SIGNATURE_DATE: _Look(size, align="right", line_pt=line),
        Style.COPIES: _Look(
            14, left=1, right=1, before_pt=pitch, on_grid=False, borders=("top", "bottom")
        ),
        Style.DRAFT: _Look(9, Typeface.BLACK, "right", on_grid=False),
        Style.PAGE_ODD: _Look(14, Typeface.SONG, "right", right=1, on_grid=False),
        Style.PAGE_EVEN: _Look(14, Typeface.SONG, left=1, on_grid=False),
        Style.PAGE_CENTRE: _Look(measures.small_pt, align="center", on_grid=False),
        Style.MARK: _Look(6.5, align="center", on_grid=False),
    }


def _headings(official: bool, size: float, line: float) -> list[_Look]:
    if official:
        faces = (Typeface.BLACK, Typeface.KAI, Typeface.TEXT, Typeface.TEXT)
        return [_Look(size, face, first_line=2, keep_next=True) for face in faces]
    faces = (Typeface.BLACK, Typeface.BLACK, Typeface.KAI, Typeface.TEXT)
    sizes = (size + 2, size + 0.5, size, size)
    return [
        _Look(each, face, before_pt=line / 3, line_pt=line, keep_next=True)
        for each, face in zip(sizes, faces, strict=True)
    ]


def _dress(style: Any, look: _Look) -> None:
    """Give a style one look and nothing else."""
    for name in ("w:rPr", "w:pPr"):
        for old in style.element.xpath(name):
            style.element.remove(old)
    style.hidden, style.quick_style = False, True
    _dress_type(style, look)
    _dress_paragraph(style, look)


def _space_characters(style: Any, measures: Measures) -> None:
    """Let a line of the grid hold its characters."""
    space = element("w:spacing", val=round(measures.tracking_pt * TWIPS_PER_POINT))
    style.element.rPr.insert_element_before(space, "w:sz", "w:szCs")


def _dress_type(style: Any, look: _Look) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415 - see `docx`
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    font = style.font
    font.name, font.size, font.bold, font.italic = _LATIN, Pt(look.size_pt), False, False
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), look.typeface.zh)
    fonts.set(qn("w:hint"), "eastAsia")  # quotation marks are Chinese too
    font.color.rgb = RGBColor.from_string(look.colour or "000000")


def _dress_paragraph(style: Any, look: _Look) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    shape = style.paragraph_format
    shape.alignment = WD_ALIGN_PARAGRAPH.from_xml(look.align)
    shape.space_before, shape.space_after = Pt(look.before_pt), Pt(look.after_pt)
    shape.line_spacing = Pt(look.line_pt) if look.line_pt else 1.0
    shape.left_indent, shape.right_indent, shape.first_line_indent = (
        Pt(characters * look.size_pt) for characters in (look.left, look.right, look.first_line)
    )
    shape.keep_with_next, shape.widow_control = look.keep_next, False
    properties = style.element.get_or_add_pPr()
    if not look.on_grid:
        snap = element("w:snapToGrid", val=0)
        properties.insert_element_before(snap, "w:spacing", "w:ind", "w:jc")
    if look.borders:
        frame = element("w:pBdr")
        colour = "000000" if len(look.borders) > 1 else _RED  # of the letterhead
        for side in look.borders:
            frame.append(element(f"w:{side}", val="single", sz=8, space=4, color=colour))
        properties.insert_element_before(frame, "w:snapToGrid", "w:spacing", "w:ind", "w:jc")


def _add_character_styles(package: Package) -> None:
    from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import RGBColor  # noqa: PLC0415

    strong, blank, reference = (
        package.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        for name in (Style.STRONG, Style.BLANK, Style.REFERENCE)
    )
    strong.font.name = _LATIN
    strong.element.rPr.rFonts.set(qn("w:eastAsia"), Typeface.BLACK.zh)
    strong.font.bold = True
    blank.font.color.rgb = RGBColor.from_string(_BLANK)
    reference.font.superscript = True
