"""The texts the law book rests on, and places in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.model.codelists import Confidence

_NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A statute, rule, policy paper, model contract, or the product's own conventions.

    Attributes
    ----------
    instrument_id
        Short key used by citations.
    zh, en
        Title with document number.
    in_force_on, expires_on
        First day in force; last day in force, None while it is open.
    confidence
        Whether the text was read.
    """

    instrument_id: str
    zh: str
    en: str
    in_force_on: date
    expires_on: date | None
    confidence: Confidence

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Citation:
    """An instrument and the place in it."""

    instrument: Instrument
    article: str

    def text(self, language: str) -> str:
        """``instrument, article`` in ``zh`` or ``en``."""
        title = self.instrument.title(language)
        if not self.article[:1].isdigit():
            return f"{title} {self.article}".strip()  # a heading, quoted as it stands
        if language == "en":
            return f"{title} Art. {self.article}"
        article, _, item = self.article.rstrip(")").partition("(")
        return f"{title}第{article}条" + (f"第（{_NUMERALS[int(item)]}）项" if item else "")
