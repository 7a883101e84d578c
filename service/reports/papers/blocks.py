"""What the text of a document is made of: runs of words, and blocks of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from geodata.model.codelists import Confidence

_BLANK = {"zh": "〔待填：{fact}〕", "en": "[to be filled in: {fact}]"}
_DOUBT = {"zh": "〔待核实〕", "en": " [to be confirmed]"}
_SETTLED = (Confidence.VERIFIED, Confidence.CONVENTION)


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they stand.

    Attributes
    ----------
    strong
        Set off from the words around it.
    """

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A fact the document needs and nobody knows yet: it stands there to be filled in."""

    fact: str

    def text(self, language: str) -> str:
        """The blank as it is read."""
        return _BLANK[language].format(fact=self.fact)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that rest on a text of law with a confidence; an uncertain one says so."""

    words: str
    confidence: Confidence

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to look it up before the document is issued."""
        return self.confidence in _SETTLED

    def text(self, language: str) -> str:
        """The words, marked where they are uncertain."""
        uncertain = self.confidence is Confidence.UNCERTAIN
        return self.words + (_DOUBT[language] if uncertain else "")


@dataclass(frozen=True, slots=True)
class Note:
    """A number that leads to a note after the text; the same words are one note."""

    words: str


Run = Words | Blank | Doubt | Note
Runs = tuple[Run, ...]


def runs(*parts: str | Run | Sequence[Run]) -> Runs:
    """Runs of texts, runs and sequences of runs, in order."""
    return tuple(run for part in parts for run in _runs(part))


def _runs(part: str | Run | Sequence[Run]) -> Iterator[Run]:
    match part:
        case "":
            pass
        case str():
            yield Words(part)
        case Words() | Blank() | Doubt() | Note():
            yield part
        case _:
            yield from part


class Align(StrEnum):
    """Where text stands in its line."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


class Media(StrEnum):
    """Format of a picture."""

    SVG = "svg"
    PNG = "png"
    JPEG = "jpeg"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1 to 4; its number follows from its place (`outline`)."""

    level: int
    text: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its first line is indented unless it is set otherwise."""

    text: Runs
    indented: bool = True
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Listing:
    """Items one under another, each behind a dot."""

    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what is known under them, as a table with two columns.

    Attributes
    ----------
    share
        Part of the width for the names.
    line_count
        Lines every row has room for at least: more than one in a form filled in by hand.
    """

    rows: tuple[tuple[str, Runs], ...]
    share: Fraction = Fraction(3, 10)
    line_count: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its heads are repeated on every page.

    Attributes
    ----------
    heads
        One text per column.
    rows
        One cell per column each.
    widths
        Relative widths of the columns.
    aligns
        One per column; all to the left where none are given.
    caption
        Stands above it.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[int, ...]
    aligns: tuple[Align, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        wanted = len(self.heads)
        lengths = {len(self.widths), *map(len, self.rows), len(self.aligns) or wanted}
        assert lengths == {wanted}, "a cell, a width and an alignment for each head"

    @property
    def column_aligns(self) -> tuple[Align, ...]:
        """The alignment of each column."""
        return self.aligns or (Align.LEFT,) * len(self.heads)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Attributes
    ----------
    alt
        What it shows, for those who do not see it.
    share
        Part of the width of the text it takes.
    """

    picture: bytes
    media: Media
    caption: str
    alt: str
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


Block = Heading | Paragraph | Listing | Facts | Table | Figure | PageBreak


def texts(block: Block) -> Iterator[Runs]:
    """Every text of a block, in reading order."""
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield text
        case Listing(items=items):
            yield from items
        case Facts(rows=rows):
            yield from (text for _, text in rows)
        case Table(rows=rows):
            for row in rows:
                yield from row
        case Figure() | PageBreak():
            pass
