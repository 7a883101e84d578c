"""A document as the data ``document.typ`` reads: words are data there and never code."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from io import BytesIO
from typing import Any

from service.reports.papers.blocks import (
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
from service.reports.papers.document import Document, outline
from service.reports.papers.fonts import Face, Typeface
from service.reports.papers.layout import MEASURES, labels, letterhead_pt, number_text

Json = dict[str, Any]


def typst_files(document: Document, faces: Mapping[Typeface, Face]) -> dict[str, bytes]:
    """The files beside the template: the data, and the pictures it names."""
    data = _data(document, faces)
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    pictures = {_name(place): _drawn(figure) for place, figure in enumerate(figures)}
    return {"data.json": json.dumps(data, ensure_ascii=False).encode(), **pictures}


def _name(place: int) -> str:
    return f"picture-{place}.svg"


def _drawn(figure: Figure) -> bytes:
    """A picture as SVG: of what is in memory, the setter reads texts only."""
    if figure.media is Media.SVG:
        return figure.picture
    from PIL import Image  # noqa: PLC0415 - heavy, and few documents have such pictures

    width, height = Image.open(BytesIO(figure.picture)).size
    data = b64encode(figure.picture).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}"'
        f' href="data:image/{figure.media};base64,{data}"/></svg>'
    ).encode()


def _data(document: Document, faces: Mapping[Typeface, Face]) -> Json:
    runs = _Runs(document)
    head, signature, day = document.head, document.signature, document.dated_on
    return {
        "faces": {
            face.name.lower(): {"font": own.families, "weight": "bold" if own.bold else "regular"}
            for face, own in faces.items()
        },
        "measures": asdict(MEASURES[document.layout]),
        "labels": labels(document),
        "title": document.title,
        "language": document.language,
        "layout": document.layout,
        "page_numbers": document.page_numbers,
        "dated_on": [day.year, day.month, day.day],
        "head": head
        and {
            "authority": runs(head.authority),
            "size_pt": letterhead_pt(runs.text(head.authority)),
            "number": number_text(head),
        },
        "addressee": runs(document.addressee),
        "blocks": list(runs.blocks()),
        "attachments": document.attachments,
        "signature": signature
        and {"organisation": runs(signature.organisation), "date": runs(signature.date)},
        "contact": runs(document.contact),
        "copy_to": document.copy_to,
        "notes": document.notes,
        "is_draft": document.is_draft,
        "mark": document.mark,
    }


class _Runs:
    """Writes the texts of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.notes = document.notes

    def __call__(self, text: Runs) -> list[Json]:
        return [self._run(run) for run in text]

    def text(self, text: Runs) -> str:
        return "".join(run["text"] for run in self(text))

    def _run(self, run: Run) -> Json:
        language = self.document.language
        match run:
            case Words(text=text, strong=strong):
                return {"text": text, "style": "strong" if strong else "plain"}
            case Blank():
                return {"text": run.text(language), "style": "blank"}
            case Doubt():
                return {"text": run.text(language), "style": "plain"}
            case Note(words=words):
                return {"text": f"[{self.notes.index(words) + 1}]", "style": "note"}

    def blocks(self) -> Iterator[Json]:
        numbers, place = iter(outline(self.document)), 0
        for block in self.document.blocks:
            match block:
                case Heading(level=level, text=text):
                    number = {"text": next(numbers), "style": "plain"}
                    yield {"kind": "heading", "level": level, "text": [number, *self(text)]}
                case Figure(caption=caption, alt=alt, share=share):
                    yield {
                        "kind": "figure",
                        "file": _name(place),
                        "caption": caption,
                        "alt": alt,
                        "share": float(share),
                    }
                    place += 1
                case _:
                    yield self._plain(block)

    def _plain(self, block: Block) -> Json:
        match block:
            case Paragraph(text=text, indented=indented, align=align):
                return {
                    "kind": "paragraph",
                    "text": self(text),
                    "indented": indented,
                    "align": align,
                }
            case Listing(items=items):
                return {"kind": "list", "items": list(map(self, items))}
            case Facts(rows=rows, share=share, line_count=line_count):
                return {
                    "kind": "facts",
                    "rows": [[name, self(text)] for name, text in rows],
                    "share": float(share),
                    "line_count": line_count,
                }
            case Table():
                return {
                    "kind": "table",
                    "heads": block.heads,
                    "widths": block.widths,
                    "rows": [list(map(self, row)) for row in block.rows],
                    "aligns": block.column_aligns,
                    "caption": block.caption,
                }
            case PageBreak():
                return {"kind": "page_break"}
            case Heading() | Figure():
                raise AssertionError(block)
