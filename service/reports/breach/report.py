"""The breach report (违约情况报告) of one contract, as a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from geodata.model.case_lists import DocumentKind
from service.reports.breach.calculations import calculations
from service.reports.breach.clauses import clauses
from service.reports.breach.facts import BreachFacts
from service.reports.breach.government import government
from service.reports.breach.land import milestone_strip, parcel_map
from service.reports.breach.opening import opening, parties
from service.reports.breach.options import countdown, options
from service.reports.breach.pen import Pen
from service.reports.breach.procedure import procedure
from service.reports.breach.proof import evidence, imagery
from service.reports.papers.blocks import (
    Block,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Runs,
    Table,
    Words,
)
from service.reports.papers.document import Document, Layout, PageNumbers

_FORMULA: Final = re.compile(r"[a-z]+\(")

Section = Callable[[BreachFacts, Pen], Iterator[Block]]

_SECTIONS: Final[tuple[Section, ...]] = (
    *(opening, parties, parcel_map, clauses, milestone_strip, government, calculations),
    *(options, countdown, imagery, evidence, procedure),
)


def breach_report(facts: BreachFacts) -> Document:
    """Everything that can be said of a contract on a day; nothing of it decides anything."""
    language = facts.parcel.wording.language
    pen = Pen(language)
    _, law = pen.translate, facts.parcel.wording.law
    rules = _("Law book {book} {digest}, rules {rules}. Suspected matters, not a determination.")
    return Document(
        kind=DocumentKind.BREACH_REPORT,
        title=_begun(pen.label(DocumentKind.BREACH_REPORT)),
        blocks=tuple(map(sentence_case, _blocks(facts, pen))),
        dated_on=facts.as_of,
        language=language,
        layout=Layout.REPORT,
        page_numbers=PageNumbers.CENTRE,
        mark=rules.format(
            book=law.code, digest=_short(law.digest), rules=_short(facts.rule_digest)
        ),
    )


def _blocks(facts: BreachFacts, pen: Pen) -> Iterator[Block]:
    for section in _SECTIONS:
        yield from section(facts, pen)


def sentence_case(block: Block) -> Block:
    """Every name, cell and caption begins as a sentence does; codelists are in small letters."""
    match block:
        case Facts(rows=facts):
            return replace(block, rows=tuple((_begun(name), _first(text)) for name, text in facts))
        case Table(rows=rows, caption=caption):
            cells = tuple(tuple(map(_first, row)) for row in rows)
            return replace(block, rows=cells, caption=_begun(caption))
        case Heading(text=text) | Paragraph(text=text):
            return replace(block, text=_first(text))
        case Listing(items=items):
            return Listing(tuple(map(_first, items)))
        case _:
            return block


def _first(text: Runs) -> Runs:
    match text:
        case (Words() as words, *rest):
            return (replace(words, text=_begun(words.text)), *rest)
        case _:
            return text


def _begun(text: str) -> str:
    return text if _FORMULA.match(text) else text[:1].upper() + text[1:]


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]
