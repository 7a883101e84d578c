"""Documents as DOCX, to be edited: styles instead of formatting, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from geodata.errors import DocumentError
from service.reports.papers import docx_parts as parts
from service.reports.papers.blocks import (
    Align,
    Blank,
    Block,
    Doubt,
    Facts,
    Figure,
    Heading,
    Listing,
    Media,
    Note,
    PageBreak,
    Paragraph,
    Run,
    Runs,
    Table,
    Words,
)
from service.reports.papers.document import Document, PageNumbers, Signature, outline
from service.reports.papers.docx_styles import Style, set_styles
from service.reports.papers.layout import MEASURES, labels, letterhead_pt, number_text
from service.reports.papers.pdf import png

if TYPE_CHECKING:
    from docx.document import Document as Package
    from docx.text.paragraph import Paragraph as Line

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_DATE_EDGE_CHARACTERS: Final = 4


def docx(document: Document) -> bytes:
    """A document as DOCX.

    Raises
    ------
    DocumentError
        When a word holds a control character, or a picture cannot be drawn (`pdf.png`).
    MissingProgramError
        When a picture has to be drawn and no font for Chinese is installed.
    """
    import docx as word  # noqa: PLC0415 - heavy, and few commands write documents

    writer = _Writer(document, word.Document())
    try:
        writer.write()
    except ValueError as error:  # the words of lxml for characters that no XML file may hold
        raise DocumentError(
            "The document cannot be written: {reason}",
            "Remove the control characters from the facts.",
            reason=error,
        ) from error
    return _packed(writer.package)


def _packed(package: Package) -> bytes:
    """The package with its parts in order and without the time of day."""
    loose, packed = BytesIO(), BytesIO()
    package.save(loose)
    with ZipFile(loose) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name[0] != "[", name)):
            target.writestr(ZipInfo(name, _EPOCH), source.read(name), ZIP_DEFLATED)
    return packed.getvalue()


class _Writer:
    """Writes a document into an empty package."""

    def __init__(self, document: Document, package: Package) -> None:
        self.document, self.package = document, package
        self.measures = MEASURES[document.layout]
        self.labels = labels(document)
        self.notes = document.notes
        self.numbers = iter(outline(document))
        self.style_ids: dict[str | None, str] = {}

    def write(self) -> None:
        """Everything, from head to foot."""
        set_styles(self.package, self.document)
        self.style_ids = {style.name: style.style_id for style in self.package.styles}
        self._properties()
        parts.set_page(self.package.sections[0], self.measures)
        self._running_lines()
        self._head()
        for block in self.document.blocks:
            self._block(block)
        self._notes()
        self._foot()

    def _properties(self) -> None:
        document, properties = self.document, self.package.core_properties
        made_at = datetime.combine(document.dated_on, time())
        properties.title = document.title
        properties.language = "zh-CN" if document.language == "zh" else "en"
        properties.created = properties.modified = made_at
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.revision = 1

    def _running_lines(self) -> None:
        """Draft mark above, page number and mark below: on odd and on even pages."""
        section, document = self.package.sections[0], self.document
        outer = document.page_numbers is PageNumbers.OUTER
        self.package.settings.odd_and_even_pages_header_footer = outer
        sides = [(section.header, section.footer, Style.PAGE_ODD)]
        if outer:
            sides += [(section.even_page_header, section.even_page_footer, Style.PAGE_EVEN)]
        for header, footer, side in sides:
            if document.is_draft:
                self._styled(header.paragraphs[0], Style.DRAFT).add_run(self.labels["draft"])
            line = self._styled(footer.paragraphs[0], side if outer else Style.PAGE_CENTRE)
            self._page_number(line)
            if document.mark:
                self._styled(footer.add_paragraph(), Style.MARK).add_run(document.mark)

    def _page_number(self, line: Line) -> None:
        match self.document.page_numbers:
            case PageNumbers.OUTER:
                parts.add_fields(line, "— {page} —")
            case PageNumbers.CENTRE:
                parts.add_fields(line, self.labels["page"])
            case PageNumbers.NONE:
                pass

    def _head(self) -> None:
        document = self.document
        if document.head:
            line = self._line(Style.LETTERHEAD, document.head.authority)
            parts.resize(line, letterhead_pt(line.text))
            self._line(Style.NUMBER, (Words(number_text(document.head)),))
        self._line(Style.TITLE, (Words(document.title),))
        if document.addressee:
            self._line(Style.FLUSH, (*document.addressee, Words("：")))

    def _block(self, block: Block) -> None:
        match block:
            case Heading(level=level, text=text):
                self._line(f"Heading {level}", (Words(next(self.numbers)), *text))
            case Paragraph(text=text, indented=indented, align=align):
                plain = Style.TEXT if indented else Style.FLUSH
                styles = {Align.CENTRE: Style.CENTRED, Align.RIGHT: Style.RIGHT}
                self._line(styles.get(align, plain), text)
            case Listing(items=items):
                for item in items:
                    self._line(Style.ITEM, (Words("•\t"), *item))
            case Facts():
                self._facts(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case PageBreak():
                parts.add_page_break(self._line(Style.FLUSH, ()))

    def _facts(self, block: Facts) -> None:
        shares = (float(block.share), float(1 - block.share))
        table = parts.add_table(self.package, len(block.rows), shares, self.measures)
        for row, (name, text) in zip(table.rows, block.rows, strict=True):
            parts.set_height(row, block.line_count * self.measures.table_pt * 1.6)
            self._cell(row.cells[0], Style.CELL, (Words(name),))
            self._cell(row.cells[1], Style.CELL, text)
        self._line(Style.AFTER_TABLE, ())

    def _table(self, block: Table) -> None:
        if block.caption:
            self._line(Style.CAPTION, (Words(block.caption),))
        shares = tuple(width / sum(block.widths) for width in block.widths)
        table = parts.add_table(self.package, len(block.rows) + 1, shares, self.measures)
        parts.repeat(table.rows[0])
        for cell, head in zip(table.rows[0].cells, block.heads, strict=True):
            self._cell(cell, Style.CELL_HEAD, (Words(head),))
        styles = [_CELLS[align] for align in block.column_aligns]
        for row, texts in zip(list(table.rows)[1:], block.rows, strict=True):
            for cell, style, text in zip(row.cells, styles, texts, strict=True):
                self._cell(cell, style, text)
        self._line(Style.AFTER_TABLE, ())

    def _figure(self, block: Figure) -> None:
        picture = png(block.picture) if block.media is Media.SVG else block.picture
        line = self._line(Style.PICTURE, ())
        parts.add_picture(line, picture, float(block.share) * self.measures.width_mm, block.alt)
        self._line(Style.CAPTION_BELOW, (Words(block.caption),))

    def _notes(self) -> None:
        if self.notes:
            self._line(Style.NOTE_HEAD, (Words(self.labels["notes"]),))
        for place, note in enumerate(self.notes, start=1):
            self._line(Style.NOTE, (Words(f"[{place}] {note}"),))

    def _foot(self) -> None:
        document = self.document
        for place, line in enumerate(self._attachments()):
            self._line(Style.ATTACHMENTS if place == 0 else Style.ATTACHMENT, (Words(line),))
        if document.signature:
            self.package.paragraphs[-1].paragraph_format.keep_with_next = True
            self._signature(document.signature)
        if document.contact:
            self._line(Style.TEXT, document.contact)
        if document.copy_to:
            copies = self.labels["copy_to"] + "、".join(document.copy_to) + "。"
            self._line(Style.COPIES, (Words(copies),))

    def _attachments(self) -> Iterator[str]:
        names = self.document.attachments
        for place, name in enumerate(names):
            number = f"{place + 1}. " if len(names) > 1 else ""
            yield ("\t" if place else self.labels["attachments"] + "\t") + number + name

    def _signature(self, signature: Signature) -> None:
        """The date four characters from the edge, the organisation centred above it."""
        wide, narrow = map(self._width, (signature.organisation, signature.date))
        edge = max(_DATE_EDGE_CHARACTERS - max((wide - narrow) / 2, 0), 0)
        longest = max(wide, narrow)
        for style, text, width in (
            (Style.SIGNATURE, signature.organisation, wide),
            (Style.SIGNATURE_DATE, signature.date, narrow),
        ):
            parts.indent_right(self._line(style, text), edge + (longest - width) / 2)

    def _width(self, text: Runs) -> float:
        """Width of some text in characters of the grid."""
        language = self.document.language
        said = "".join(run.text if isinstance(run, Words) else _said(run, language) for run in text)
        return sum(1 if east_asian_width(sign) in "WF" else 0.5 for sign in said)

    def _cell(self, cell: Any, style: Style, text: Runs) -> None:
        self._fill(self._styled(cell.paragraphs[0], style), text)

    def _line(self, style: str, text: Runs) -> Line:
        return self._fill(self._styled(self.package.add_paragraph(), style), text)

    def _styled(self, line: Line, style: str) -> Line:
        line._p.style = self.style_ids[style]  # noqa: SLF001 - the public way looks each time
        return line

    def _fill(self, line: Line, text: Runs) -> Line:
        for run in text:
            match run:
                case Words(text=words, strong=strong):
                    line.add_run(words, Style.STRONG if strong else None)
                case Blank():
                    line.add_run(run.text(self.document.language), Style.BLANK)
                case Doubt():
                    line.add_run(run.text(self.document.language))
                case Note(words=words):
                    line.add_run(f"[{self.notes.index(words) + 1}]", Style.REFERENCE)
        return line


_CELLS: Final = {
    Align.LEFT: Style.CELL,
    Align.CENTRE: Style.CELL_CENTRE,
    Align.RIGHT: Style.CELL_RIGHT,
}


def _said(run: Run, language: str) -> str:
    return run.text(language) if isinstance(run, Blank | Doubt) else ""
