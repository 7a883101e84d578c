"""Digests of facts: two rows that say the same have the same digest, in any database and release.

Only what is known goes in, each value under its key and in words: neither a new attribute nor a
new order of columns or codes changes a digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from geodata.model.attributes import BY_KEY
from geodata.model.codelist import Codelist
from geodata.model.codelists import Anchor, TermUnit
from geodata.model.columns import (
    NO_CODE,
    NO_DAY,
    Codes,
    Exact,
    Flags,
    LedgerColumns,
    Ragged,
    Term,
    Texts,
)
from geodata.model.entities import Claim
from geodata.store.convert import NO_EXTRAS, NO_TERM, Geometries, code_cells, day_cells
from geodata.store.tables import ledger

_Known = tuple[str, Flags, Iterable[object]]


def content_digests(columns: LedgerColumns, extras: Sequence[str]) -> list[bytes]:
    """SHA-256 of what each row of a ledger says.

    Its identity is included, and the extras as `convert.extra_cells` writes them.
    """
    said: list[list[str]] = [[] for _ in range(len(columns))]
    kept = np.array([cell != NO_EXTRAS for cell in extras], dtype=np.bool_)
    known_columns = (*_known(columns), ("extras", kept, extras))
    for key, known, values in sorted(known_columns, key=lambda column: column[0]):
        for cells, is_known, value in zip(said, known.tolist(), values, strict=True):
            if is_known:
                cells.append(_cell(key, value))
    return [sha256("".join(cells).encode()).digest() for cells in said]


def claim_digests(claims: Iterable[Claim], shapes: Geometries) -> list[bytes]:
    """SHA-256 of what each entry of inefficient land says, its outline included."""
    said = [
        "".join(_cell(key, value) for key, value in sorted(asdict(claim).items())).encode()
        for claim in claims
    ]
    outlines = outline_digests(shapes)
    return [sha256(words + shape).digest() for words, shape in zip(said, outlines, strict=True)]


def outline_digests(shapes: Geometries) -> list[bytes]:
    """SHA-256 of each shape, wherever its rings start and whichever way they turn."""
    plain = shapely.to_wkb(shapely.normalize(shapely.force_2d(shapes)), byte_order=1)
    return [sha256(wkb or b"").digest() for wkb in plain.tolist()]


def whole_digest(digests: Iterable[str]) -> str:
    """Digest of many rows in their order, from the hexadecimal digests of each."""
    return f"sha256:{sha256(''.join(digests).encode()).hexdigest()}"


def _cell(key: str, value: object) -> str:
    text = str(value)
    return f"{key}={len(text)}:{text}\n"


def _known(columns: LedgerColumns) -> Iterator[_Known]:
    yield ledger.UNDELIVERED, columns.undelivered, columns.undelivered.tolist()
    for key, texts in columns.texts.items():
        yield key, _stated(texts), texts.tolist()
    for key, days in columns.days.items():
        yield key, days != NO_DAY, day_cells(days)
    for key, codes in columns.codes.items():
        yield key, codes != NO_CODE, _words(codes, BY_KEY[key].codelist)
    for key, numbers in columns.exact.items():
        yield key, numbers.known, _fractions(numbers)
    for key, term in columns.terms.items():
        yield key, term.count != NO_TERM, _terms(term)
    for key, ragged in columns.ragged.items():
        yield key, ragged.given, _lists(ragged)


def _stated(texts: Texts) -> Flags:
    return np.array([text is not None for text in texts], dtype=np.bool_)


def _words(codes: Codes, codelist: type[Codelist] | None) -> Iterable[object]:
    return code_cells(codes, codelist) if codelist else codes.tolist()


def _fractions(numbers: Exact) -> Iterable[object]:
    pairs = zip(numbers.num.tolist(), numbers.den.tolist(), strict=True)
    return (f"{num}/{den}" for num, den in pairs)


def _terms(term: Term) -> Iterable[object]:
    words = (term.count.tolist(), _words(term.unit, TermUnit), _words(term.anchor, Anchor))
    return (" ".join(map(str, parts)) for parts in zip(*words, strict=True))


def _lists(ragged: Ragged) -> Iterable[object]:
    fields = [_part(name, values) for name, values in ragged.fields.items()]
    entries = [",".join(map(str, entry)) for entry in zip(*fields, strict=True)]
    bounds = ragged.offsets.tolist()
    return (";".join(entries[a:b]) for a, b in pairwise(bounds))


def _part(name: str, values: Any) -> Iterable[object]:
    if isinstance(values, Exact):
        return _fractions(values)
    codelist = ledger.PART_CODES.get(name)
    return code_cells(values, codelist) if codelist else day_cells(values)
