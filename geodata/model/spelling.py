"""How names are found: folded, in codes, and in Latin letters, whole and by initials."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import product
from typing import Final

_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_CODED: Final = range(0x4E00, 0xA000)
_SHORTEST: Final = 3
"""Letters that are looked for within words; an index of threes does not find fewer there."""
_KEPT_NAMES: Final = 1 << 16
_LONGEST: Final = 4
"""Characters of the longest phrase whose reading is looked up."""


def folded(text: str) -> str:
    """The text in lower case and half width, blanks single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def has_han(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return _HAN.search(text) is not None


def coded(text: str) -> str:
    """A folded text with every Chinese character as three signs of its own.

    An index of threes finds them so, also where a server takes no Chinese character for a letter,
    and where less than three are asked for. A sign of each is a capital, which a folded word that
    is searched has none of.
    """
    return text.translate(_codes())


def spelled(text: str) -> str:
    """A folded text with every Chinese character in Latin letters, by its usual reading.

    What is part of a text is part of its spelling: so a part is found by its spelling.
    """
    return text.translate(_readings())


def looked_for(word: str) -> str:
    """What a search text holds where it has a folded word; few letters begin one."""
    return word if has_han(word) or len(word) >= _SHORTEST else f" {word}"


def search_text(texts: Iterable[str | None]) -> str:
    """What is searched of numbers and names, each word after a blank.

    They are kept folded; what has Chinese characters also in codes, spelled, and by its initials,
    and spelled once more where a phrase is read otherwise.
    """
    words: dict[str, None] = {}
    for text in filter(None, texts):
        words |= dict.fromkeys(_ways(folded(text)))
    return f" {' '.join(words)} "


@lru_cache(maxsize=_KEPT_NAMES)
def _ways(name: str) -> tuple[str, ...]:
    if not has_han(name):
        return (name,)
    syllables = _syllables(name)
    initials = (part[0] for part in syllables if part[0].isalnum())
    whole = "".join(syllables).replace(" ", "")
    return name, coded(name), spelled(name), whole, "".join(initials)


def _syllables(name: str) -> list[str]:
    """The reading of each character, as the phrase it stands in has it."""
    phrases, readings = _phrases(), _readings()
    syllables: list[str] = []
    while len(syllables) < len(name):
        at = len(syllables)
        ends = range(min(at + _LONGEST, len(name)), at + 1, -1)
        phrase = next((phrases[name[at:end]] for end in ends if name[at:end] in phrases), None)
        syllables += phrase or [readings.get(ord(name[at]), name[at])]
    return syllables


@cache
def _codes() -> dict[int, str]:
    capitals = string.ascii_uppercase
    codes = map("".join, product(capitals, capitals, capitals + string.digits))
    return dict(zip(_CODED, codes, strict=False))


@cache
def _readings() -> dict[int, str]:
    """The usual reading of each character."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - large, and seldom needed

    return {char: _toneless(readings.partition(",")[0]) for char, readings in pinyin_dict.items()}


@cache
def _phrases() -> dict[str, list[str]]:
    """The phrases that are read otherwise than their characters."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415 - large, and seldom needed

    readings, found = _readings(), {}
    for phrase, syllables in phrases_dict.items():
        if len(phrase) <= _LONGEST:
            spoken = [_toneless(syllable[0]) for syllable in syllables]
            if spoken != [readings.get(ord(char)) for char in phrase]:
                found[phrase] = spoken
    return found


@cache
def _toneless(syllable: str) -> str:
    """A syllable without its tone; ü is v, as it is typed."""
    parts = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(part for part in parts if part.isascii())
