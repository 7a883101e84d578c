"""What the cells of a ledger say in words, column by column: the ground of their digests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.model.attributes import BY_KEY
from geodata.model.codelist import Codelist
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import (
    NO_CODE,
    Codes,
    Days,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Term,
)
from geodata.store.convert import NO_TERM, code_cells, count_cells, day_cells, text_cells
from geodata.store.tables import ledger

_TRUE = "True"
_NOTHING = "None"
"""As Python writes them: so they were written when digests were made cell by cell."""


def words_of_rows(columns: LedgerColumns) -> dict[str, pa.Array]:
    """The words of each column of a ledger by key; null where nothing is known.

    A digest is made of them: words once chosen are never changed.
    """
    undelivered = pc.if_else(pa.array(columns.undelivered), _TRUE, pa.scalar(None, pa.string()))
    words = {ledger.UNDELIVERED: undelivered}
    words |= {key: text_cells(texts) for key, texts in columns.texts.items()}
    words |= {key: _day_words(days) for key, days in columns.days.items()}
    words |= {key: _code_words(c, BY_KEY[key].codelist) for key, c in columns.codes.items()}
    words |= {key: _known(_fractions(e), ~e.known) for key, e in columns.exact.items()}
    words |= {key: _term_words(term) for key, term in columns.terms.items()}
    return words | {key: _list_words(ragged) for key, ragged in columns.ragged.items()}


def _day_words(days: Days) -> pa.Array:
    return pc.cast(day_cells(days), pa.string())


def _code_words(codes: Codes, codelist: type[Codelist] | None) -> pa.Array:
    if codelist is None:
        return pc.cast(count_cells(codes, NO_CODE), pa.string())
    return code_cells(codes, codelist).dictionary_decode()


def _fractions(numbers: Exact) -> pa.Array:
    parts = (pc.cast(pa.array(part), pa.string()) for part in (numbers.num, numbers.den))
    return pc.binary_join_element_wise(*parts, "/")


def _term_words(term: Term) -> pa.Array:
    parts = (
        pc.cast(pa.array(term.count), pa.string()),
        _code_words(term.unit, TermUnit),
        _code_words(term.anchor, Anchor),
    )
    words = pc.binary_join_element_wise(*map(_stated, parts), " ")
    return _known(words, term.count == NO_TERM)


def _list_words(ragged: Ragged) -> pa.Array:
    fields = (_stated(_field_words(ragged, name)) for name in ragged.fields)
    entries = pc.binary_join_element_wise(*fields, ",")
    lists = pa.ListArray.from_arrays(pa.array(ragged.offsets.astype(np.int32)), entries)
    return _known(pc.binary_join(lists, ";"), ~ragged.given)


def _field_words(ragged: Ragged, name: str) -> pa.Array:
    values = ragged.fields[name]
    if isinstance(values, Exact):
        return _fractions(values)
    if name in ledger.PART_CODES:
        return _code_words(ragged.codes(name), ledger.PART_CODES[name])
    return _day_words(ragged.days(name))


def _stated(words: pa.Array) -> pa.Array:
    return pc.fill_null(words, _NOTHING)


def _known(words: pa.Array, unknown: Flags) -> pa.Array:
    return pc.if_else(pa.array(unknown), pa.scalar(None, pa.string()), words)
