"""Digests of facts and results: what says the same has the same one, in any database and release.

Of facts, only what is known goes in, each value under its key and in words: neither a new attribute
nor a new order of columns or codes changes a digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.geometry.blocks import in_blocks
from geodata.model.codelist import Codelist
from geodata.model.codelists import (
    FindingCode,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import Codes, LedgerColumns
from geodata.model.entities import Claim
from geodata.model.judgements import Amounts, Judgements
from geodata.store.convert import NO_EXTRAS, Geometries, halves, multipolygon_wkb
from geodata.store.words import words_of_rows

_CODELISTS: Final[Mapping[str, type[Codelist]]] = {
    "verdict": Verdict,
    "state": MilestoneState,
    "code": FindingCode,
    "milestone": MilestoneKind,
    "bucket": UnusedBucket,
}
"""The fields that hold codes of a codelist."""

_LATER: Final = frozenset({"planned_on", "cost_yuan", "means"})
"""What entries of inefficient land did not say at first: left out where they still do not."""

_BLOCK: Final = 2**14  # rows whose words are held at a time by each core
_UNKNOWN: Final = pa.scalar(None, pa.string())


def content_digests(columns: LedgerColumns, extras: Sequence[str]) -> list[bytes]:
    """SHA-256 of what each row of a ledger says.

    Its identity is included, and the extras as `convert.extra_cells` writes them.
    """

    def digests(rows: slice) -> list[bytes]:
        words = words_of_rows(columns.block(rows.start, rows.stop))
        return _digests(words | {"extras": _extras(extras[rows])})

    return _in_blocks(digests, len(columns))


def row_digests(words: Mapping[str, pa.Array], extras: Sequence[str]) -> list[bytes]:
    """SHA-256 of what each row of any other kind says: its known cells in words by key."""

    def digests(rows: slice) -> list[bytes]:
        block = {key: cells[rows] for key, cells in words.items()}
        return _digests(block | {"extras": _extras(extras[rows])})

    return _in_blocks(digests, len(extras))


def claim_digests(claims: Iterable[Claim], shapes: Geometries) -> list[bytes]:
    """SHA-256 of what each entry of inefficient land says, its outline included."""
    said = [
        "".join(
            _cell(key, value)
            for key, value in sorted(asdict(claim).items())
            if value is not None or key not in _LATER
        ).encode()
        for claim in claims
    ]
    outlines = outline_digests(shapes)
    return [sha256(words + shape).digest() for words, shape in zip(said, outlines, strict=True)]


def outline_digests(shapes: Geometries) -> list[bytes]:
    """SHA-256 of each shape, wherever its rings start and whichever way they turn.

    A polygon has that of the multipolygon it alone would make.
    """

    def digests(rows: slice) -> list[bytes]:
        plain = shapely.normalize(shapes[rows])
        return [sha256(wkb or b"").digest() for wkb in multipolygon_wkb(plain)]

    return _in_blocks(digests, len(shapes))


def whole_digest(digests: Iterable[str]) -> str:
    """Digest of many rows in their order, from the hexadecimal digests of each."""
    return f"sha256:{sha256(''.join(digests).encode()).hexdigest()}"


def judgements_digest(judged: Judgements) -> str:
    """Digest of everything a check found, its next change included.

    Codes go in by their words and numbers as 64 bits: no type of an array changes it either.
    """
    columns = sorted((name, sha256(content).hexdigest()) for name, content in _found("", judged))
    said = "".join(_cell(name, digest) for name, digest in columns)
    return f"sha256:{sha256(said.encode()).hexdigest()}"


def _in_blocks(digests: Callable[[slice], list[bytes]], count: int) -> list[bytes]:
    return [digest for block in in_blocks(digests, count, _BLOCK) for digest in block]


def _digests(words: Mapping[str, pa.Array]) -> list[bytes]:
    known = (key for key in sorted(words) if words[key].null_count < len(words[key]))
    cells = [_cells(key, words[key]) for key in known]
    said = pc.binary_join_element_wise(*cells, "", null_handling="skip")
    return [sha256(row).digest() for row in said.cast(pa.binary()).to_pylist()]


def _extras(extras: Sequence[str]) -> pa.Array:
    """Other columns in words; null where there are none."""
    others = pa.array(extras, pa.string())
    return pc.if_else(pc.equal(others, NO_EXTRAS), _UNKNOWN, others)


def _cell(key: str, value: object) -> str:
    text = str(value)
    return f"{key}={len(text)}:{text}\n"


def _cells(key: str, words: pa.Array) -> pa.Array:
    """What `_cell` writes, of a whole column; null where nothing is known."""
    size = pc.cast(pc.utf8_length(words), pa.string())
    return pc.binary_join_element_wise(f"{key}=", size, ":", words, "\n", "")


def _found(name: str, value: Any) -> Iterator[tuple[str, bytes]]:
    field = name.rpartition(".")[2]
    if isinstance(value, Amounts):
        yield _amounts(name, value)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _found(f"{name}.{part.name}", getattr(value, part.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _found(f"{name}.{key}", part)
    elif field in _CODELISTS:
        yield _coded(name, value, _CODELISTS[field])
    else:
        yield name, value.astype("<i8").tobytes()


def _coded(name: str, codes: Codes, codelist: type[Codelist]) -> tuple[str, bytes]:
    """The words that occur, sorted, and for each row which of them stands there."""
    used = np.unique(codes[codes >= 0]).tolist()
    words = {codelist.at(code).value: code for code in used}
    places = np.full(len(codelist) + 1, -1, dtype="<i8")  # the last for what has no code
    for place, word in enumerate(sorted(words)):
        places[words[word]] = place
    return f"{name} {' '.join(sorted(words))}", places[codes].tobytes()


def _amounts(name: str, amounts: Amounts) -> tuple[str, bytes]:
    """Fen in two's complement of 128 bits, and whether they are known."""
    known = amounts.known.astype("<i8")
    fen = np.where(amounts.known, amounts.fen, 0)
    return name, b"".join(half.tobytes() for half in (known, *halves(fen)))
