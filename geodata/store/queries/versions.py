"""What every versioned table shares: which version is seen, and how a correction replaces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from geodata.model.columns import Flags
from geodata.store.bulk import copy_in
from geodata.store.queries.imports import ImportCounts


@dataclass(frozen=True, slots=True)
class Version:
    """From when facts are known, and the import that brought them."""

    import_id: int
    known_from: datetime


@dataclass(frozen=True, slots=True)
class Differences:
    """What facts at hand add to those known, row by row.

    Attributes
    ----------
    added, changed
        Rows about something of which nothing is known, and rows that correct what is known.
    outdated
        The versions (fact_id) that the corrections replace.
    """

    added: Flags
    changed: Flags
    outdated: list[int]

    @property
    def rows(self) -> list[int]:
        """The rows to be written."""
        return np.flatnonzero(self.added | self.changed).tolist()

    def counts(self, *, declined: int, rejected: int) -> ImportCounts:
        """What became of the rows of a file."""
        added, changed = int(np.sum(self.added)), int(np.sum(self.changed))
        rows = len(self.added)
        return ImportCounts(
            rows_in=rows + declined + rejected,
            added=added,
            changed=changed,
            unchanged=rows - added - changed,
            declined=declined,
            rejected=rejected,
        )


def seen(
    fact: sa.Table, known_at: datetime | None, true_on: date | None = None
) -> sa.ColumnElement[bool]:
    """Condition for the one version of each fact that was known at an instant and true on a day.

    Parameters
    ----------
    fact
        A versioned table.
    known_at
        An instant with its time zone; None for what is known by now.
    true_on
        None for what holds until further notice.
    """
    assert known_at is None or known_at.tzinfo, "an instant needs its time zone"
    forever: sa.ColumnElement[Any] = sa.literal_column("'infinity'")
    known = (
        fact.c.known_to == forever
        if known_at is None
        else sa.and_(fact.c.known_from <= known_at, fact.c.known_to > known_at)
    )
    true = (
        fact.c.true_to == forever
        if true_on is None
        else sa.and_(fact.c.true_from <= true_on, fact.c.true_to > true_on)
    )
    return sa.and_(known, true)


def differences(
    connection: sa.Connection, fact: sa.Table, identities: Sequence[int], digests: Sequence[bytes]
) -> Differences:
    """Compare facts at hand, by the digest of what they say, with what is known by now."""
    identity = identity_column(fact)
    known_now = sa.select(identity, fact.c.fact_id, fact.c.content_digest).where(
        seen(fact, None), identity == sa.any_(array(identities, sa.BigInteger))
    )
    known = {who: (fact_id, digest) for who, fact_id, digest in connection.execute(known_now)}
    found = [known.get(who) for who in identities]
    pairs = zip(found, digests, strict=True)
    outdated = [version is not None and version[1] != digest for version, digest in pairs]
    return Differences(
        added=np.array([version is None for version in found], dtype=np.bool_),
        changed=np.array(outdated, dtype=np.bool_),
        outdated=[
            version[0] for version, old in zip(found, outdated, strict=True) if version and old
        ],
    )


def write_versions(
    connection: sa.Connection,
    fact: sa.Table,
    version: Version,
    outdated: Sequence[int],
    cells: Mapping[str, Sequence[object]],
) -> list[int]:
    """Let outdated versions end and add new ones; return the keys of the new ones.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    fact
        A versioned table.
    version
        What the new versions have in common.
    outdated
        Versions that are known no longer: their end is the only change a fact ever sees.
    cells
        Identity, ``content_digest`` and facts of the new versions, by column.
    """
    connection.execute(
        sa.update(fact)
        .where(fact.c.fact_id == sa.any_(array(outdated, sa.BigInteger)))
        .values(known_to=version.known_from)
    )
    count = len(cells["content_digest"])
    fact_ids = _new_ids(connection, fact, count)
    shared: dict[str, Sequence[object]] = {
        "fact_id": fact_ids,
        "import_id": [version.import_id] * count,
        "known_from": [version.known_from] * count,
    }
    copy_in(connection, fact, shared | dict(cells))
    return fact_ids


def identity_column(fact: sa.Table) -> sa.Column[int]:
    """The column that says what the facts of a versioned table are about."""
    return fact.c[fact.name.replace("_fact", "_id")]


def array(values: Sequence[Any], kind: type[sa.types.TypeEngine[Any]]) -> sa.ColumnElement[Any]:
    """Values as one array parameter."""
    return sa.bindparam(None, list(values), sa.ARRAY(kind))


def _new_ids(connection: sa.Connection, fact: sa.Table, count: int) -> list[int]:
    sequence = sa.func.pg_get_serial_sequence(fact.fullname, "fact_id")
    drawn = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
    return list(connection.scalars(drawn))
