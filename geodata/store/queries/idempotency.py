"""Keys of requests that are answered once: taken, answered, given back, cleared away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.store.tables import IDEMPOTENCY_KEY

_KEY = IDEMPOTENCY_KEY.c


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request as it was asked first.

    Attributes
    ----------
    digest
        SHA-256 of the request, hexadecimal.
    answer
        None while none is known.
    """

    digest: str
    answer: dict[str, Any] | None


def take_key(
    connection: sa.Connection, account: str, key: str, digest: str, at: datetime
) -> KeptRequest | None:
    """Take a key; where the account has taken it before, what was asked then."""
    values = {"account": account, "key": key, "digest": digest, "at": at}
    taken = insert(IDEMPOTENCY_KEY).values(values).on_conflict_do_nothing()
    if connection.scalar(taken.returning(_KEY.key)) is not None:
        return None
    kept = sa.select(_KEY.digest, _KEY.answer).where(_is(account, key))
    return KeptRequest(*connection.execute(kept).one())


def keep_answer(connection: sa.Connection, account: str, key: str, answer: dict[str, Any]) -> None:
    """Keep what was answered."""
    change = sa.update(IDEMPOTENCY_KEY).where(_is(account, key))
    connection.execute(change.values(answer=answer))


def give_back(connection: sa.Connection, account: str, key: str) -> None:
    """Forget a key with which nothing was done."""
    connection.execute(sa.delete(IDEMPOTENCY_KEY).where(_is(account, key)))


def clear_keys(connection: sa.Connection, before: datetime) -> int:
    """Forget the keys taken before an instant; returns how many."""
    return connection.execute(sa.delete(IDEMPOTENCY_KEY).where(_KEY.at < before)).rowcount


def _is(account: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(_KEY.account == account, _KEY.key == key)
