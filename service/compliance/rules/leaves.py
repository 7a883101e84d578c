"""The facts at the beginning of an explanation: cells as given, and as they stood on the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.model.attributes import BY_KEY, Attribute, Kind
from geodata.model.cells import write_cell
from geodata.model.codelists import GovernmentCause, PeriodStatus
from geodata.model.columns import UNDELIVERED, Exact, LedgerColumns
from geodata.model.fact_standing import FactStanding
from geodata.model.rows import entries_of
from geodata.model.scalars import CellError
from service.compliance.rules.explanation import Fact
from service.compliance.rules.facts import DATED_PARTS, Facts, days_where
from service.compliance.rules.operands import (
    Texts,
    code_texts,
    day_texts,
    exact_texts,
    flag_texts,
    money_text,
    number_text,
    term_texts,
)

_CODED: Final = {"cause": GovernmentCause, "status": PeriodStatus}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of facts, or a field of the entries of one.

    Attributes
    ----------
    given
        As written in the ledger.
    known
        As arithmetic uses it; None where it is not given or lies after the day.
    column
        The repeating column whose entries the texts belong to; empty where they belong to rows.
    """

    key: str
    given: Texts
    known: Texts
    column: str = ""

    def fact(self, at: int, entry: int = 0) -> Fact:
        """The fact of a row, or of an entry with its number in the row."""
        value = self.given[at]
        standing = FactStanding.GIVEN
        if self.known[at] is None:
            standing = FactStanding.NOT_GIVEN if value is None else FactStanding.AFTER_DAY
        key = self.key.replace(".", f"[{entry}].") if self.column else self.key
        return Fact(key, value, standing)


def leaf(facts: Facts, key: str) -> Leaf:
    """The facts of a ledger column; ``instalments.due_on`` is a field of its entries."""
    columns = facts.columns
    if "." in key:
        return _field(facts, key, *key.split("."))
    if key not in BY_KEY:  # a part of the bond
        texts = exact_texts(columns.exact[key], lambda share: f"{number_text(share)}%")
        return Leaf(key, texts, texts)
    attribute = BY_KEY[key]
    match attribute.kind:
        case Kind.DATE | Kind.DELIVERY:
            return _dates(facts, key)
        case Kind.TERM:
            term = columns.terms[key]
            return Leaf(
                key, term_texts(term, with_anchor=True), term_texts(term, with_anchor=False)
            )
        case Kind.BOOLEAN:
            texts = flag_texts(columns.codes[key])
        case Kind.CODE:
            assert attribute.codelist is not None
            texts = code_texts(columns.codes[key], attribute.codelist)
        case Kind.EXACT | Kind.SHARE:
            texts = _numbers(attribute, columns.exact[key])
        case _:
            texts = _entries(columns, attribute)
    return Leaf(key, texts, texts)


def _dates(facts: Facts, key: str) -> Leaf:
    given = facts.columns.days[key]
    known = facts.known_on.get(key, given)
    if key == "closed_on":
        known = days_where(facts.closed, given)
    texts, known_texts = day_texts(given), day_texts(known)
    if key == "delivered_on":
        for row in np.flatnonzero(facts.columns.undelivered).tolist():
            texts[row] = known_texts[row] = UNDELIVERED
    return Leaf(key, texts, known_texts)


def _numbers(attribute: Attribute, values: Exact) -> Texts:
    match attribute.unit:
        case "yuan":
            return exact_texts(values, money_text)
        case "permille":
            return exact_texts(values, lambda rate: f"{number_text(rate)}‰")
        case _:
            return exact_texts(values, number_text)


def _entries(columns: LedgerColumns, attribute: Attribute) -> Texts:
    """Whole cells of a repeating column."""
    ragged = columns.ragged[attribute.key]
    texts: Texts = [None] * len(columns)
    for row in np.flatnonzero(ragged.given).tolist():
        entries = entries_of(attribute, ragged, row)
        try:
            texts[row] = write_cell(attribute, entries)
        except CellError:
            texts[row] = str(entries)
    return texts


def _field(facts: Facts, key: str, column: str, name: str) -> Leaf:
    ragged = facts.columns.ragged[column]
    values = ragged.fields[name]
    if isinstance(values, Exact):
        texts = exact_texts(values, money_text)
        return Leaf(key, texts, texts, column)
    if name in _CODED:
        texts = code_texts(values, _CODED[name])
        return Leaf(key, texts, texts, column)
    days = ragged.days(name)
    dated = name in DATED_PARTS[BY_KEY[column].kind]
    known = facts.happened_by(days, ragged.owner) if dated else days
    return Leaf(key, day_texts(days), day_texts(known), column)
