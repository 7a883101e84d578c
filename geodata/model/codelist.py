"""What a codelist is: an enumeration that owns code, words in Chinese and English, and colour."""

from __future__ import annotations

from enum import Enum, StrEnum
from functools import cache
from typing import Final, Self, TypeVar, cast

_DARK_INK: Final = "#000000"
_LIGHT_INK: Final = "#FFFFFF"
_SRGB_KNEE: Final = 0.04045


class Tone(Enum):
    """Colour of meaning: Okabe-Ito fill, line, hatch for print, and whether the line is dashed."""

    IDLE = ("#D55E00", "#D55E00", "cross", False)
    OVERDUE = ("#E69F00", "#B87700", "diagonal", False)
    UNUSED = ("#CC79A7", "#A85686", "dots", False)
    SHORTFALL = ("#0072B2", "#005A8E", "horizontal", False)
    DUE_SOON = ("#F0E442", "#6B6400", "none", False)
    COMPLIANT = ("#009E73", "#007A59", "none", False)
    UNKNOWN = ("#999999", "#6E6E6E", "sparse-diagonal", False)
    CLOSED = ("#FFFFFF", "#777777", "none", True)
    VACATED = ("#56B4E9", "#2B87BB", "none", False)
    UPGRADED = ("#00664B", "#004D38", "none", False)
    NEUTRAL = ("#6B7785", "#4A5560", "none", False)

    def __init__(self, fill: str, line: str, hatch: str, dashed: bool) -> None:
        self.fill = fill
        self.line = line
        self.hatch = hatch
        self.dashed = dashed

    @property
    def ink(self) -> str:
        """Black or white, whichever is read more easily on the fill."""
        return ink_on(self.fill)


def ink_on(background: str) -> str:
    """Black or white, whichever has the higher contrast on a background (``#RRGGBB``)."""
    return max((_DARK_INK, _LIGHT_INK), key=lambda ink: contrast(ink, background))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (``#RRGGBB``), 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def channels(colour: str) -> list[int]:
    """Red, green and blue of a colour (``#RRGGBB``), each 0 to 255."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """An sRGB channel, 0 to 1, as light."""
    return channel / 12.92 if channel <= _SRGB_KNEE else ((channel + 0.055) / 1.055) ** 2.4


Words = TypeVar("Words", bound="Codelist")


@cache
def _members(words: type[Words]) -> tuple[Words, ...]:
    return tuple(words)


@cache
def _by_code(words: type[Words]) -> dict[str, Words]:
    return {str(member.value): member for member in words}


class Codelist(StrEnum):
    """A closed list of words: the member's value is its code in files, database and interfaces."""

    zh: str
    en: str
    tone: Tone
    position: int
    """Place in the list: the small integer that stands for the member in columns."""

    def __new__(cls, code: str, zh: str, en: str, tone: Tone = Tone.NEUTRAL) -> Self:
        """Create a member that is its own code and carries its labels and tone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        member.tone = tone
        member.position = len(cls.__members__)
        return member

    @classmethod
    def positions(cls) -> dict[str, int]:
        """Position of each code."""
        return {str(member.value): member.position for member in cls}

    @classmethod
    def at(cls, position: int) -> Self:
        """Member at a position."""
        return cast("Self", _members(cls)[position])

    @classmethod
    def of(cls, code: str) -> Self:
        """Member with a code.

        Raises
        ------
        ValueError
            When the list has no such code.
        """
        found = _by_code(cls).get(code)
        if found is None:
            message = f"{cls.__name__} has no code {code!r}"
            raise ValueError(message)
        return cast("Self", found)

    @classmethod
    def from_word(cls, word: str) -> Self | None:
        """Member whose code or Chinese or English label is `word` (case and blanks ignored)."""
        wanted = word.strip().casefold()
        for member in cls:
            if wanted in (member.value.casefold(), member.zh.casefold(), member.en.casefold()):
                return member
        return None

    def label(self, language: str) -> str:
        """The member's words in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en
