"""Rows of other kinds that name a contract, and the contracts they concern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from geodata.model.columns import Whole
from geodata.model.content import Row, catalogue_of
from geodata.model.content_lists import ContentKind
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order
from geodata.store.content_cells import typed_rows
from geodata.store.queries import versions
from geodata.store.queries.identities import identity_at
from geodata.store.tables import CONTENT, FORMER_KEY, ledger


@dataclass(frozen=True, slots=True, eq=False)
class ContractRows:
    """Rows by contract, in order of both; one that concerns several stands once for each.

    Attributes
    ----------
    contract_id
        int64, ascending.
    rows, digests
        The typed rows, and the digest of what each says.
    """

    contract_id: Whole
    rows: Sequence[Row]
    digests: Sequence[str]


def read_contract_rows(
    connection: sa.Connection,
    kind: ContentKind,
    known_at: datetime | None,
    contract_id: int | Sequence[int] | None = None,
) -> ContractRows:
    """The rows of a kind that name a contract.

    Parameters
    ----------
    connection
        A connection.
    kind
        A kind with the columns that name a contract; what a row leaves open of them, it says of
        every phase or parcel.
    known_at
        Instant whose knowledge is wanted; None for what is known by now.
    contract_id
        The contract wanted, or several; None for all.
    """
    fact, attributes = CONTENT[kind].fact, catalogue_of(kind).attributes
    names = (*(c.name for c in ledger.fact_columns(attributes)), "content_digest", "fact_id")
    named = _named(known_at)
    query = (
        sa.select(named.c.contract_id, *(fact.c[name] for name in names))
        .join_from(fact, named, _concerns(fact, named))
        .where(versions.seen(fact, known_at))
    )
    if contract_id is not None:
        wanted = [contract_id] if isinstance(contract_id, int) else list(contract_id)
        some = versions.array(wanted, sa.BigInteger)
        query = query.where(named.c.contract_id == sa.any_(some))
    table = in_order(copy_out(connection, query), "contract_id", "fact_id")
    return ContractRows(
        convert.numbers(table, "contract_id"),
        typed_rows(attributes, table),
        table["content_digest"].to_pylist(),
    )


def unknown_numbers(connection: sa.Connection, numbers: Collection[str]) -> list[str]:
    """The contract numbers that no contract bears, or has borne, in order."""
    named = _named(None)
    wanted = named.c.contract_no == sa.any_(versions.array(list(numbers), sa.Text))
    known = set(connection.scalars(sa.select(named.c.contract_no).where(wanted)))
    return sorted(set(numbers) - known)


def with_other_periods(since: datetime, until: datetime | None) -> sa.Select[tuple[Any]]:
    """The contracts whose government periods of a separate table changed after an instant."""
    fact, named = CONTENT[ContentKind.GOVERNMENT_PERIODS].fact, _named(until)
    ends = (fact.c.known_from, fact.c.known_to)
    moved = (sa.and_(instant > since, instant <= until) for instant in ends)
    return (
        sa.select(named.c.contract_id)
        .join_from(fact, named, _concerns(fact, named))
        .where(sa.or_(*moved))
        .distinct()
    )


def period_imports(contract_id: int) -> sa.Select[tuple[int]]:
    """The imports of a separate table that brought government periods of a contract."""
    fact, named = CONTENT[ContentKind.GOVERNMENT_PERIODS].fact, _named(None)
    return (
        sa.select(fact.c.import_id)
        .join_from(fact, named, _concerns(fact, named))
        .where(named.c.contract_id == contract_id)
    )


def _named(known_at: datetime | None) -> sa.Subquery:
    """The keys of the contracts, and those they had before that nobody bears any more."""
    identity = identity_at(known_at)
    borne = sa.exists().where(identity.c.contract_no == FORMER_KEY.c.contract_no)
    former = sa.select(*_key_of(FORMER_KEY.c)).where(~borne)
    if known_at is not None:
        former = former.where(FORMER_KEY.c.replaced_at <= known_at)
    return sa.union(sa.select(*_key_of(identity.c)), former).subquery("named")


def _key_of(columns: Any) -> list[sa.ColumnElement[Any]]:
    return [columns[name] for name in ("contract_id", *ledger.IDENTITY)]


def _concerns(fact: sa.Table, named: sa.Subquery) -> sa.ColumnElement[bool]:
    number, *others = ledger.IDENTITY
    return sa.and_(
        fact.c[number] == named.c[number],
        *(sa.or_(fact.c[key].is_(None), fact.c[key] == named.c[key]) for key in others),
    )
