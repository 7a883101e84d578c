"""The text of a policy paper, sentence by sentence, and what in it asks to be accounted for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PREAMBLE: Final = "preamble"

_CHAPTER: Final = re.compile(r"([一二三四五六七八九十]+)、")
_SECTION: Final = re.compile(r"(（[一二三四五六七八九十]+）)")
_ITEM: Final = re.compile(r"([0-9]{1,2})\.(?![0-9])")
_ANNEX: Final = re.compile(r"(附件)$")
_ORNAMENT: Final = re.compile(r"━+|- *[0-9]+ *-")
_BLANK: Final = re.compile("(?<![0-9]) | (?![0-9])")
_SENTENCE: Final = re.compile(r"[^。；]+[。；]?")
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|[一二三四五六七八九十百千]+(?=年|家|亿|倍)|倍增")
_DUTY: Final = re.compile(
    r"(?<![响供效适反对顺相])应(?![用急对链])|须|不得|力争|争取|达到|确保|有权|依法|严格|纳入|快于"
    r"|清单|评估|评价|准入|达纲|(?<!市场)监管|土地|用地|盘活|嫁接|扩建"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paper.

    Attributes
    ----------
    section
        Where it stands, e.g. ``四（二）6``; `PREAMBLE` before the first heading.
    text
        Its characters without blanks, which say nothing, but for one between two numbers.
    """

    section: str
    text: str

    @property
    def digest(self) -> str:
        """The first 16 digits of the SHA-256 of its text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """From where to where each number stands."""
        return tuple(found.span() for found in _NUMBER.finditer(self.text))

    def spans(self, words: str) -> list[tuple[int, int]]:
        """From where to where some words stand, each time they do."""
        return [found.span() for found in re.finditer(re.escape(words), self.text)]

    @property
    def asks(self) -> bool:
        """Whether it names a number, a duty, or something the land programme rests on."""
        return bool(self.numbers or _DUTY.search(self.text))


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a paper in plain text, in order; a table is one sentence."""
    for section, passage in _passages(text):
        for found in _SENTENCE.finditer(passage):
            yield Sentence(section, found.group())


def _passages(text: str) -> Iterator[tuple[str, str]]:
    """The passages between headings, each under the chapter, section and item it stands in."""
    places, lines = ["", "", ""], list[str]()
    for line in map(str.strip, text.splitlines()):
        level, heading = _heading(line)
        if heading:
            yield "".join(places) or PREAMBLE, _joined(lines)
            places[level:] = [heading.group(1), *[""] * (len(places) - level - 1)]
            lines = [line[heading.end() :]]
        elif not _ORNAMENT.fullmatch(line):
            lines.append(line)
    yield "".join(places) or PREAMBLE, _joined(lines)


def _joined(lines: list[str]) -> str:
    return _BLANK.sub("", " ".join(" ".join(lines).split()))


def _heading(line: str) -> tuple[int, re.Match[str] | None]:
    for level, form in ((0, _CHAPTER), (0, _ANNEX), (1, _SECTION), (2, _ITEM)):
        heading = form.match(line)
        if heading:
            return level, heading
    return 0, None
