"""A case file as one PDF: index, then every paper in its place, with bookmarks and page labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Final

from geodata.model.case_lists import DocumentKind
from geodata.model.file_places import FilePlace
from service.i18n import translator
from service.maps.figures import NOTHING
from service.reports.breach.report import sentence_case
from service.reports.papers.blocks import Align, Block, Figure, Heading, Media, Table, runs
from service.reports.papers.document import Document, Layout, PageNumbers
from service.reports.papers.pdf import pdf, stamps

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import IndirectObject

_WIDTHS: Final = (2, 7, 9, 3, 6)
_DIGEST_LENGTH: Final = 12
_PHOTO_SHARE: Final = Fraction(3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of a case file.

    Attributes
    ----------
    content
        Its pages as PDF; None where it can only be opened as the file it is.
    original
        Name of the original within the bundle; empty where there is none.
    sha256
        Digest of the original.
    """

    place: FilePlace
    title: str
    dated_on: date
    content: bytes | None
    original: str = ""
    sha256: str = ""


def photo_page(picture: bytes, title: str, caption: str, dated_on: date, language: str) -> bytes:
    """A photo, as JPEG, on a page of its own."""
    blocks = (Figure(picture, Media.JPEG, caption, title, _PHOTO_SHARE),)
    return pdf(_sheet(title, blocks, dated_on, language))


def has_pages(content: bytes) -> bool:
    """Whether a file is a PDF whose pages can be read."""
    from pypdf import PdfReader  # noqa: PLC0415 - few commands bind files
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        return len(PdfReader(BytesIO(content)).pages) > 0
    except PyPdfError:
        return False


def case_record(title: str, blocks: Sequence[Block], dated_on: date, language: str) -> bytes:
    """What was done in the case, step by step, as PDF."""
    return pdf(_sheet(title, blocks, dated_on, language))


def bound(title: str, papers: Sequence[Paper], dated_on: date, language: str) -> bytes:
    """The file as one PDF; the papers are in their order."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - few commands bind files

    _ = translator(language)
    readers = [PdfReader(BytesIO(one.content)) if one.content else None for one in papers]
    counts = [len(reader.pages) if reader else 0 for reader in readers]
    index = PdfReader(BytesIO(_index(title, papers, counts, 0, dated_on, language)))
    before = len(index.pages)  # the index is as long with other numbers in it
    index = PdfReader(BytesIO(_index(title, papers, counts, before, dated_on, language)))
    writer = PdfWriter()
    writer.append(index, _("Index"), import_outline=False)
    places: dict[FilePlace, IndirectObject] = {}
    for one, reader in zip(papers, readers, strict=True):
        if reader is None:
            continue
        first = len(writer.pages)
        writer.append(reader, import_outline=False)
        if one.place not in places:
            places[one.place] = writer.add_outline_item(
                title=one.place.label(language), page_number=first
            )
        writer.add_outline_item(title=one.title, page_number=first, parent=places[one.place])
    _number(writer, language)
    writer.metadata = {"/Title": title}
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _number(writer: PdfWriter, language: str) -> None:
    """Stamp on each page which of the file it is, as the index has it."""
    from pypdf import PdfReader, Transformation  # noqa: PLC0415 - few commands bind files

    _ = translator(language)
    for page in writer.pages:
        page.transfer_rotation_to_content()
    count = len(writer.pages)
    texts = [
        _("File page {page} of {count}").format(page=n, count=count) for n in range(1, count + 1)
    ]
    sizes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in writer.pages]
    stamped = PdfReader(BytesIO(stamps(texts, sizes))).pages
    for page, stamp in zip(writer.pages, stamped, strict=True):
        corner = Transformation().translate(float(page.mediabox.left), float(page.mediabox.bottom))
        page.merge_transformed_page(stamp, corner)


def _index(
    title: str,
    papers: Sequence[Paper],
    counts: Sequence[int],
    before: int,
    dated_on: date,
    language: str,
) -> bytes:
    _ = translator(language)
    heads = (_("No."), _("Place in the file"), _("Paper"), _("Page"), "SHA-256")
    rows = []
    page = before + 1
    for number, (one, count) in enumerate(zip(papers, counts, strict=True), start=1):
        shown = str(page) if count else _("as a file")
        digest = one.sha256[:_DIGEST_LENGTH] or NOTHING
        told = (str(number), one.place.label(language), one.title, shown, digest)
        rows.append(tuple(map(runs, told)))
        page += count
    aligns = (Align.RIGHT, Align.LEFT, Align.LEFT, Align.RIGHT, Align.LEFT)
    table = Table(heads, tuple(rows), _WIDTHS, aligns)
    blocks = (Heading(1, runs(_("Index"))), table)
    return pdf(_sheet(title, blocks, dated_on, language))


def _sheet(title: str, blocks: Sequence[Block], dated_on: date, language: str) -> Document:
    return Document(
        kind=DocumentKind.BREACH_REPORT,
        title=title,
        blocks=tuple(map(sentence_case, blocks)),
        dated_on=dated_on,
        language=language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.NONE,
    )


def in_order(papers: Sequence[Paper]) -> Iterator[Paper]:
    """The papers by their place, then by day."""
    yield from sorted(papers, key=lambda one: (one.place.position, one.dated_on, one.title))
