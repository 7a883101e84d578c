"""Words looked for in the names and numbers of contracts, as conditions on their cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa

from geodata.model.personal import MASK
from geodata.model.spelling import coded, folded, has_han, looked_for, spelled
from geodata.store.queries import versions
from geodata.store.scope import scope_of
from geodata.store.tables import CONTRACT_CARD

_CARD: Final = CONTRACT_CARD.c
_NUMBERS: Final = (_CARD.contract_no, _CARD.supervision_no, _CARD.uscc, _CARD.parcel_code)
_SHARES: Final = (0.8, 0.6)
"""Shares of its threes that a misspelt text has in common with a name: the strictest first."""
_ALIKE: Final = 100
"""Contracts with a name like a text that are shown at most: it is a guess, not a filter."""

Condition = sa.ColumnElement[bool]


class Way(Enum):
    """How a text was found: as it stands, as it sounds, or something like it."""

    AS_IT_STANDS = "as_it_stands"
    AS_IT_SOUNDS = "as_it_sounds"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A text that is looked for.

    Attributes
    ----------
    condition
        Which cards have it.
    rank
        What to order by: the best comes first.
    """

    way: Way
    condition: Condition
    rank: tuple[sa.ColumnElement[Any], ...]


def search(connection: sa.Connection, text: str) -> Search | None:
    """The strictest way in which a text is found; None for no text.

    Words that are found nowhere are looked for by their sound, then by what is spelled like them,
    of which only some are found.
    """
    words = folded(text.replace("\0", "")).split()
    if not words:
        return None
    with by_index(connection):
        return _found(connection, words, _open(connection, words))


@contextmanager
def by_index(connection: sa.Connection) -> Iterator[None]:
    """Let the index serve what is looked for.

    The server takes every text for a frequent one and would rather read all cards until it has
    met enough; where there are few, it reads all.
    """
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    yield
    connection.exec_driver_sql("SET LOCAL enable_seqscan = on")


def _open(connection: sa.Connection, words: Sequence[str]) -> Condition:
    """Cards that may be found by their names, or are by their numbers alone.

    Who may not see a person does not find that one's land by a name.
    """
    if scope_of(connection).sees_persons:
        return sa.true()
    numbers = sa.func.lower(sa.func.concat_ws(" ", *_NUMBERS[:2], _CARD.parcel_code))
    by_number = (numbers.contains(word, autoescape=True) for word in words)
    return sa.or_(sa.func.coalesce(_CARD.grantee, "") != MASK, *by_number)


def _found(connection: sa.Connection, words: Sequence[str], is_open: Condition) -> Search:
    whole = " ".join(words)
    ways = {Way.AS_IT_STANDS: _stands, Way.AS_IT_SOUNDS: _sounds}
    for way, condition in ways.items():
        looked = Search(way, sa.and_(*map(condition, words), is_open), _rank(whole))
        if connection.scalar(sa.select(sa.exists().where(looked.condition))):
            return looked
    alike = _alike(connection, spelled(whole), is_open)
    likeness = sa.func.word_similarity(spelled(whole), _CARD.search)
    return Search(Way.SIMILAR, _CARD.contract_id == sa.any_(alike), (likeness.desc(),))


def _alike(connection: sa.Connection, text: str, is_open: Condition) -> sa.ColumnElement[Any]:
    """Some contracts with a name like a text: those most like it, as far as there are any."""
    is_like = sa.literal(text).op("<%", is_comparison=True)(_CARD.search)
    query = sa.select(_CARD.contract_id).where(is_like, is_open).limit(_ALIKE)
    found: list[int] = []
    for share in _SHARES:
        # The operator that the index serves takes its limit from a setting.
        connection.exec_driver_sql(f"SET LOCAL pg_trgm.word_similarity_threshold = {share}")
        found = list(connection.scalars(query))
        if found:
            break
    return versions.array(found, sa.BigInteger)


def _stands(word: str) -> Condition:
    # Codes are what the index serves.
    return sa.and_(_contains(coded(word)), _contains(word)) if has_han(word) else _contains(word)


def _sounds(word: str) -> Condition:
    return _contains(spelled(word))


def _contains(word: str) -> Condition:
    return _CARD.search.contains(looked_for(word), autoescape=True)


def _rank(whole: str) -> tuple[sa.ColumnElement[Any], ...]:
    """Numbers that are the text, then names that begin with it, then the earlier in the name."""

    def lowered(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.func.lower(column)

    is_number = sa.or_(*(lowered(number) == whole for number in _NUMBERS))
    names = (_CARD.project_name, _CARD.grantee)
    begins = sa.or_(*(lowered(name).startswith(whole, autoescape=True) for name in names))
    place = sa.func.strpos(_CARD.search, whole)
    return (sa.case((is_number, 0), (begins, 1), (place > 0, 2), else_=3), place)
