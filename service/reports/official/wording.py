"""How official documents write dates, money, law and periods; what is not known stays blank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from typing import Final

from geodata.model.codelists import Confidence, TermUnit
from geodata.model.units import mu
from service.compliance.law import Citation, LawBook
from service.maps.figures import grouped
from service.reports.papers.blocks import Blank, Doubt, Run, Words
from service.reports.papers.document import numeral

_UNITS: Final = {
    TermUnit.DAY: "日",
    TermUnit.WORKING_DAY: "个工作日",
    TermUnit.MONTH: "个月",
    TermUnit.YEAR: "年",
}
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_MYRIADS: Final = ("", "万", "亿", "万亿")


def known(text: str, fact: str) -> Run:
    """A text, or the place for it."""
    return Words(text) if text else Blank(fact)


def day_text(day: date) -> str:
    """A day as official documents date it, in Arabic numerals without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def known_day(day: date | None, fact: str) -> Run:
    """A day, or the place for it."""
    return Words(day_text(day)) if day else Blank(fact)


def area_text(area_m2: Fraction) -> str:
    """An area in square metres and mu."""
    return f"{grouped(area_m2, 2)}平方米（{grouped(mu(area_m2), 2)}亩）"


def yuan_text(amount: Decimal) -> str:
    """An amount in figures and in the capital numerals that cannot be altered."""
    return f"人民币{grouped(amount, 2)}元（大写：{capital_yuan(amount)}）"


def known_yuan(amount: Decimal | None, fact: str) -> Run:
    """An amount, or the place for it."""
    return Blank(fact) if amount is None else Words(yuan_text(amount))


def capital_yuan(amount: Decimal) -> str:
    """An amount below ten million times a hundred million in capital numerals.

    Examples
    --------
    >>> capital_yuan(Decimal("10203000.50"))
    '壹仟零贰拾万叁仟元伍角'
    """
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    whole, rest = divmod(cents, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_capital_whole(whole)}元" if whole or not rest else ""
    if not rest:
        return f"{text}整"
    text += f"{_DIGITS[tens]}角" if tens else "零" * bool(whole)
    return text + (f"{_DIGITS[ones]}分" if ones else "")


def _capital_whole(number: int) -> str:
    """A whole number: runs of zeros are one 零, and myriads without digits are left out."""
    if not number:
        return _DIGITS[0]
    groups = []
    for place in range(len(_MYRIADS)):
        number, part = divmod(number, 10_000)
        groups.append((place, part))
    text = "".join(
        "0" if not part else _capital_group(part) + _MYRIADS[place]
        for place, part in reversed(groups)
    ).strip("0")
    return "".join("零" if sign == "0" else "".join(same) for sign, same in groupby(text))


def _capital_group(part: int) -> str:
    digits = f"{part:04d}"
    return (
        "".join(
            "0" if digit == "0" else _DIGITS[int(digit)] + _PLACES[3 - place]
            for place, digit in enumerate(digits)
        ).rstrip("0")
        or "0"
    )


def law_text(citations: Iterable[Citation]) -> str:
    """Instruments and articles with the numerals of official documents, each title once."""
    named = [
        told[0].instrument.zh + "、".join(map(_place, told))
        for told in (
            list(same) for _, same in groupby(citations, lambda citation: citation.instrument)
        )
    ]
    return "、".join(named)


def _place(citation: Citation) -> str:
    """A place in an instrument: 第十四条第（一）项, or a heading as it stands."""
    article, _, item = citation.article.rstrip(")").partition("(")
    if not article.isdigit():
        return citation.article
    return f"第{_article(int(article))}条" + (f"第（{numeral(int(item))}）项" if item else "")


def _article(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return numeral(rest)
    between = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""  # noqa: PLR2004 - numerals
    return f"{numeral(hundreds)}百{between}{numeral(rest) if rest else ''}"


def cited(citations: Iterable[Citation], confidence: Confidence) -> tuple[Doubt, ...]:
    """Law as a run that keeps how sure it is."""
    named = law_text(citations)
    return (Doubt(named, confidence),) if named else ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """The procedure of a law book as it stands on the day a document is drafted (R9.1)."""

    law: LawBook
    on: date

    def basis(self, act_id: str) -> tuple[Doubt, ...]:
        """The articles of an act."""
        version = self.law.act(act_id).on(self.on)
        return cited(version.citations, version.confidence)

    def length(self, act_id: str) -> Run:
        """The length of the period of an act, such as 30日; blank where the law sets none."""
        version = self.law.act(act_id).on(self.on)
        if version.period is None:
            return Blank(f"{self.law.act(act_id).zh}的期限")
        text = f"{version.period.count}{_UNITS[version.period.unit]}"
        return Doubt(text, version.confidence)
