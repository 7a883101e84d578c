"""A document as a value, whatever it is written as later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from geodata.model.case_lists import DocumentKind
from service.reports.papers.blocks import Blank, Block, Doubt, Heading, Note, Runs, texts

_NUMERALS: Final = "〇一二三四五六七八九"
_TEN: Final = 10


class Layout(StrEnum):
    """How pages are laid out."""

    OFFICIAL = "official"
    """An official document by GB/T 9704-2012: 22 lines of 28 characters."""
    REPORT = "report"
    """A report with tables and pictures, in a smaller type."""


class PageNumbers(StrEnum):
    """Where page numbers stand."""

    OUTER = "outer"
    """— 1 — at the outer edge, as GB/T 9704-2012 wants it."""
    CENTRE = "centre"
    """Number and count of pages in the middle."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of an official document.

    Attributes
    ----------
    authority
        Whose document it is.
    number
        Its number; where it is empty, the place is left for the office.
    """

    authority: Runs
    number: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and on which day; the seal is put over both by hand."""

    organisation: Runs
    date: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document.

    Attributes
    ----------
    kind
        Which document of casework it is; None for a report that belongs to no case.
    dated_on
        The day it bears, and the day its files say they were made.
    head
        None for a document without letterhead.
    addressee
        To whom it goes; empty for an announcement or a report.
    attachments
        Titles of what is attached.
    contact
        Whom to ask, below the signature.
    copy_to
        Who is sent a copy.
    is_draft
        Says on every page that it has no effect yet.
    mark
        A line in small type at the foot of every page, such as a hash.
    """

    title: str
    blocks: tuple[Block, ...]
    dated_on: date
    kind: DocumentKind | None = None
    language: str = "zh"
    layout: Layout = Layout.OFFICIAL
    page_numbers: PageNumbers = PageNumbers.OUTER
    head: Letterhead | None = None
    addressee: Runs = ()
    attachments: tuple[str, ...] = ()
    signature: Signature | None = None
    contact: Runs = ()
    copy_to: tuple[str, ...] = ()
    is_draft: bool = False
    mark: str = ""

    def texts(self) -> Iterator[Runs]:
        """Every text, in reading order."""
        if self.head:
            yield self.head.authority
        yield self.addressee
        for block in self.blocks:
            yield from texts(block)
        if self.signature:
            yield self.signature.organisation
            yield self.signature.date
        yield self.contact

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes after the text, in the order in which they are first led to."""
        return _once(run.words for text in self.texts() for run in text if isinstance(run, Note))


def missing_facts(document: Document) -> tuple[str, ...]:
    """What still has to be filled in, each once, in reading order."""
    return _once(run.fact for text in document.texts() for run in text if isinstance(run, Blank))


def unsettled(document: Document) -> tuple[str, ...]:
    """Words that rest on law not checked against its text, each once, in reading order."""
    return _once(
        run.words
        for text in document.texts()
        for run in text
        if isinstance(run, Doubt) and not run.is_settled
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def outline(document: Document) -> list[str]:
    """The number before each heading, in order: 一、（一）1.（1）, in English 1, 1.1, 1.1.1."""
    places = [0, 0, 0, 0]
    numbers = []
    for block in document.blocks:
        if isinstance(block, Heading):
            places[block.level - 1 :] = [places[block.level - 1] + 1, *[0] * (4 - block.level)]
            numbers.append(_number(places[: block.level], document.language))
    return numbers


def _number(places: list[int], language: str) -> str:
    if language == "en":
        return ".".join(map(str, places)) + " "
    last = places[-1]
    return (f"{numeral(last)}、", f"（{numeral(last)}）", f"{last}. ", f"（{last}）")[
        len(places) - 1
    ]


def numeral(number: int) -> str:
    """A number below a hundred in Chinese numerals.

    Examples
    --------
    >>> numeral(12), numeral(40)
    ('十二', '四十')
    """
    tens, ones = divmod(number, _TEN)
    if not tens:
        return _NUMERALS[ones]
    return (_NUMERALS[tens] if tens > 1 else "") + "十" + (_NUMERALS[ones] if ones else "")
