"""What every versioned table shares: which version is seen, and how a correction replaces it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.model.changes import ImportCounts
from geodata.model.columns import Flags, Texts, Whole
from geodata.store.bulk import Column, copy_in
from geodata.store.queries.imports import hold_imports

NOT_KNOWN: Final = -1
"""Stands for the number of a version, or of what it is about, where there is none."""


@dataclass(frozen=True, slots=True)
class Version:
    """From when facts are known, and the import that brought them."""

    import_id: int
    known_from: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The version known of each fact and its digest, hexadecimal: `NOT_KNOWN` and None if none."""

    fact_id: Whole
    digest: Texts

    def take(self, rows: Whole) -> Known:
        """The rows given, in that order; `NOT_KNOWN` gives none."""
        none = np.array([None], dtype=np.object_)
        # The last stands for -1.
        fact_id, digest = np.append(self.fact_id, NOT_KNOWN), np.concatenate([self.digest, none])
        return Known(fact_id[rows], digest[rows])


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
    outdated: Whole

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


def compared(known: Known, digests: Sequence[bytes]) -> Differences:
    """Compare the digests of facts at hand with what is known of each."""
    added = known.fact_id == NOT_KNOWN
    changed = np.zeros_like(added)
    for row in np.flatnonzero(~added).tolist():
        changed[row] = known.digest[row] != digests[row].hex()
    return Differences(added=added, changed=changed, outdated=known.fact_id[changed])


def write_versions(
    connection: sa.Connection,
    fact: sa.Table,
    version: Version,
    outdated: Whole,
    cells: Mapping[str, Column],
) -> Whole:
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
    close_versions(connection, fact, version, outdated)
    count = len(cells["content_digest"])
    fact_ids = new_ids(connection, fact.c.fact_id, count)
    shared: dict[str, Column] = {
        "fact_id": pa.array(fact_ids),
        "import_id": pa.repeat(version.import_id, count),
        "known_from": pa.repeat(version.known_from, count),
    }
    copy_in(connection, fact, shared | dict(cells))
    return fact_ids


def close_versions(
    connection: sa.Connection, fact: sa.Table, version: Version, outdated: Whole
) -> None:
    """Let versions be known no longer."""
    if len(outdated):
        connection.execute(
            sa.update(fact)
            .where(fact.c.fact_id == sa.any_(array(outdated.tolist(), sa.BigInteger)))
            .values(known_to=version.known_from)
        )


def identity_column(fact: sa.Table) -> sa.Column[int]:
    """The column that says what the facts of a versioned table are about."""
    return fact.c[fact.name.replace("_fact", "_id")]


def array(values: Iterable[Any], kind: type[sa.types.TypeEngine[Any]]) -> sa.ColumnElement[Any]:
    """Texts or whole numbers as one array parameter.

    It is sent as the text of an array: the driver makes one element by element.
    """
    escaped = (str(value).replace("\\", r"\\").replace('"', r"\"") for value in values)
    text = "{" + ",".join(f'"{value}"' for value in escaped) + "}"
    return sa.bindparam(None, text, _ArrayText(kind))


class _ArrayText(sa.types.UserDefinedType[str]):
    """The text of an array, of which the server finds the type by itself."""

    cache_ok = True

    def __init__(self, kind: type[sa.types.TypeEngine[Any]]) -> None:
        self.kind = kind

    def get_col_spec(self, **_options: Any) -> str:
        """How the type is written."""
        return f"{self.kind.__visit_name__}[]"


def new_ids(connection: sa.Connection, key: sa.Column[int], count: int) -> Whole:
    """Numbers for rows that are to be copied in, ascending and without gap."""
    if not count:
        return np.empty(0, dtype=np.int64)
    hold_imports(connection)  # nobody else draws meanwhile
    sequence = sa.func.pg_get_serial_sequence(key.table.fullname, key.name)
    first: int = connection.execute(sa.select(sa.func.nextval(sequence))).scalar_one()
    connection.execute(sa.select(sa.func.setval(sequence, first + count - 1)))
    return np.arange(first, first + count, dtype=np.int64)
