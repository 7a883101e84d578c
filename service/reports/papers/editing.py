"""Changing the words of a document: its paragraphs, and what was left blank."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from geodata.model.codelists import Confidence
from service.reports.papers.blocks import Blank, Doubt, Note, Paragraph, Run, Runs, Words
from service.reports.papers.document import Document

_DOUBTFUL: Final = Doubt("", Confidence.UNCERTAIN)
_MARKS: Final = re.compile(r"〔待填：([^〕]+)〕|(〔待核实〕)")
"""Blanks and doubts as Chinese documents write them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that can be written anew.

    Attributes
    ----------
    place
        Its number among the blocks of the document.
    """

    place: int
    text: str


def passages(document: Document) -> Iterator[Passage]:
    """The paragraphs of a Chinese document that can be written anew: those without notes."""
    for place, block in enumerate(document.blocks):
        if isinstance(block, Paragraph) and not any(isinstance(run, Note) for run in block.text):
            yield Passage(place, plain_text(block.text))


def rewritten(document: Document, texts: Mapping[int, str], blanks: Mapping[str, str]) -> Document:
    """A document with other paragraphs, and with blanks filled in wherever they stand.

    Parameters
    ----------
    texts
        By place (`passages`); a paragraph whose words stay the same keeps its runs. Words written
        by hand are vouched for by who wrote them: only blanks and doubts left in them stay marked.
    blanks
        By fact; blank texts fill in nothing.
    """
    blocks = list(document.blocks)
    for passage in passages(document):
        block = blocks[passage.place]
        text = texts.get(passage.place, passage.text)
        if text != passage.text and isinstance(block, Paragraph):
            blocks[passage.place] = replace(block, text=tuple(_runs(text)))
    filled: Document = _mapped(replace(document, blocks=tuple(blocks)), _filling(blanks))
    return filled


def plain_text(text: Runs) -> str:
    """Some text as it is read in Chinese, without its notes."""
    return "".join(map(_words, text))


def _words(run: Run) -> str:
    match run:
        case Words(text=words):
            return words
        case Blank() | Doubt():
            return run.text("zh")
        case Note():
            return ""


def _runs(text: str) -> Iterator[Run]:
    """The runs of a text that `plain_text` would read so."""
    last = 0
    for mark in _MARKS.finditer(text):
        if mark.start() > last:
            yield Words(text[last : mark.start()])
        yield Blank(mark[1]) if mark[1] else _DOUBTFUL
        last = mark.end()
    if last < len(text):
        yield Words(text[last:])


def _filling(blanks: Mapping[str, str]) -> Callable[[Any], Any]:
    def fill(run: Any) -> Any:
        words = blanks.get(run.fact) if isinstance(run, Blank) else None
        return Words(words) if words else run

    return fill


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with every run in it changed."""
    match value:
        case Words() | Blank() | Doubt() | Note():
            return change(value)
        case tuple():
            return tuple(_mapped(part, change) for part in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = {
                field.name: _mapped(getattr(value, field.name), change) for field in fields(value)
            }
            return replace(value, **parts)
        case _:
            return value
