"""What rows of a kind are about, by the name that tells them apart; and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.model.columns import Whole
from geodata.store import convert
from geodata.store.bulk import copy_in, copy_out, in_order
from geodata.store.queries import versions
from geodata.store.queries.versions import NOT_KNOWN, Known


@dataclass(frozen=True, slots=True, eq=False)
class NameRoster:
    """What is known by now: the names, in order of their first import, and what is said of each."""

    names: Sequence[str]
    facts: Known

    def known(self, names: Sequence[str]) -> Known:
        """What is known of each name; of a new one, nothing."""
        place = {name: row for row, name in enumerate(self.names)}
        rows = [place.get(name, NOT_KNOWN) for name in names]
        return self.facts.take(np.array(rows, dtype=np.int64))


def read_roster(connection: sa.Connection, name: sa.Column[str], fact: sa.Table) -> NameRoster:
    """Everything facts are known of by now.

    Parameters
    ----------
    connection
        A connection.
    name
        The column that names what facts are about, in the table of its own.
    fact
        The versioned table of the facts.
    """
    (key,) = name.table.primary_key.columns
    about = versions.identity_column(fact)
    query = (
        sa.select(key.label("number"), name.label("name"), fact.c.fact_id, fact.c.content_digest)
        .join_from(name.table, fact, about == key)
        .where(versions.seen(fact, None))
    )
    table = in_order(copy_out(connection, query), "number")
    facts = Known(convert.numbers(table, "fact_id"), convert.texts(table, "content_digest"))
    return NameRoster(table["name"].to_pylist(), facts)


def enter_names(connection: sa.Connection, name: sa.Column[str], names: Sequence[str]) -> Whole:
    """Number of each name; those met for the first time are entered.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    name
        The column that holds the names, in a table of them and their numbers.
    names
        The names, some perhaps several times.
    """
    (key,) = name.table.primary_key.columns
    wanted = list(dict.fromkeys(names))
    known = _entered(connection, name, wanted)
    fresh = [each for each in wanted if each not in known]
    numbers = versions.new_ids(connection, key, len(fresh))
    copy_in(connection, name.table, {key.name: pa.array(numbers), name.name: fresh})
    known |= zip(fresh, numbers.tolist(), strict=True)
    return np.array([known[each] for each in names], dtype=np.int64)


def _entered(
    connection: sa.Connection, name: sa.Column[str], wanted: Sequence[str]
) -> dict[str, int]:
    """The numbers of the names that are entered already."""
    if connection.scalar(sa.select(~sa.exists().select_from(name.table))):
        return {}
    (key,) = name.table.primary_key.columns
    entered = sa.select(name, key).where(name == sa.any_(versions.array(wanted, sa.Text)))
    table = copy_out(connection, entered)
    return dict(zip(table[name.name].to_pylist(), table[key.name].to_pylist(), strict=True))


def retire(
    connection: sa.Connection,
    name: sa.Column[str],
    fact: sa.Table,
    version: versions.Version,
    names: Sequence[str],
) -> None:
    """Let what is named be known no longer; its facts stay."""
    gone = read_roster(connection, name, fact).known(names) if names else None
    if gone is not None:
        versions.close_versions(connection, fact, version, gone.fact_id)
