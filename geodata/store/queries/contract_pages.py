"""Stretches of all contracts and parcels, told by what comes after what: no page is counted off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from geodata.errors import NothingFoundError
from geodata.geometry.published_crs import CRS84
from geodata.model.attributes import ATTRIBUTES, Attribute, Kind
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.cql2_text import Tree
from geodata.store.queries import versions
from geodata.store.queries.cql2 import Filtering
from geodata.store.queries.identities import identity_at
from geodata.store.tables import CONTRACT_FACT, PARCEL, PARCEL_FACT
from geodata.store.tables.ledger import PLAIN_TYPES, exact_columns

Column = sa.ColumnElement[Any]

_NUMBERS: Final = (Kind.EXACT, Kind.SHARE)
FILTERED: Final = tuple(a for a in ATTRIBUTES if a.kind in PLAIN_TYPES or a.kind in _NUMBERS)
"""What contracts can be filtered and sorted by: a value in one cell."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contracts are wanted, and in what order.

    Attributes
    ----------
    known_at
        Instant whose knowledge is wanted; None = by now.
    equal
        Texts that columns have.
    condition
        A tree of CQL2 on the attributes of `FILTERED`.
    sort, descending
        The attribute they are sorted by, unknown ones last; None = as they became known.
    """

    known_at: datetime | None = None
    equal: tuple[tuple[str, str], ...] = ()
    condition: Tree = None
    sort: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel with its outline in EPSG:4490 as GeoJSON, and the contracts on it."""

    parcel_id: int
    parcel_code: str
    geometry: Mapping[str, Any]
    contracts: tuple[ContractKey, ...]


def contract_stretch(
    connection: sa.Connection, wanted: Wanted, after: int | None, limit: int
) -> list[int]:
    """Numbers of the contracts that come after one, at most `limit`.

    Raises
    ------
    NothingFoundError
        When they are sorted by an attribute, and the contract to go on from is not seen.
    UsageError
        When the condition asks for what there is not.
    """
    identity = identity_at(wanted.known_at)
    columns = _columns(identity)
    contract_id = CONTRACT_FACT.c.contract_id
    query = (
        sa.select(contract_id)
        .join(identity, identity.c.contract_id == contract_id)
        .where(versions.seen(CONTRACT_FACT, wanted.known_at))
        .where(*(columns[key] == text for key, text in wanted.equal))
    )
    if wanted.condition is not None:
        attributes = {attribute.key: attribute for attribute in FILTERED}
        query = query.where(Filtering(attributes, columns, CRS84).condition(wanted.condition))
    if wanted.sort is None:
        if after is not None:
            query = query.where(contract_id > after)
        return list(connection.scalars(query.order_by(contract_id).limit(limit)))
    value = columns[wanted.sort]
    if after is not None:
        query = query.where(_beyond(connection, wanted, identity, value, after))
    order = value.desc() if wanted.descending else value.asc()
    return list(connection.scalars(query.order_by(order.nulls_last(), contract_id).limit(limit)))


def parcel_stretch(
    connection: sa.Connection,
    known_at: datetime | None,
    after: int | None,
    limit: int,
    parcel_code: str | None = None,
) -> list[ParcelRow]:
    """The parcels that come after one, at most `limit`; where named, the one of a code."""
    identity, parcel, fact = identity_at(known_at), PARCEL.c, PARCEL_FACT.c
    known = sa.exists().where(
        CONTRACT_FACT.c.contract_id == identity.c.contract_id,
        versions.seen(CONTRACT_FACT, known_at),
    )
    keys = sa.func.json_build_array(*(identity.c[part] for part in IDENTITY))
    listed = (
        sa.select(sa.func.json_agg(keys))
        .where(identity.c.parcel_id == parcel.parcel_id, known)
        .scalar_subquery()
    )
    query = (
        sa.select(
            parcel.parcel_id,
            parcel.parcel_code,
            sa.cast(sa.func.st_asgeojson(fact.geom, 9, 0), sa.JSON),
            listed,
        )
        .join(PARCEL_FACT, fact.parcel_id == parcel.parcel_id)
        .where(versions.seen(PARCEL_FACT, known_at))
        .order_by(parcel.parcel_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(parcel.parcel_id > after)
    if parcel_code is not None:
        query = query.where(parcel.parcel_code == parcel_code)
    return [
        ParcelRow(number, code, shape, tuple(sorted(ContractKey(*key) for key in keys or ())))
        for number, code, shape, keys in connection.execute(query)
    ]


def _columns(identity: sa.Subquery) -> dict[str, Column]:
    """Where each attribute of `FILTERED` stands."""
    return {attribute.key: _column(attribute, identity) for attribute in FILTERED}


def _column(attribute: Attribute, identity: sa.Subquery) -> Column:
    if attribute.key in IDENTITY:
        return identity.c[attribute.key]
    if attribute.kind in _NUMBERS:
        parts = (CONTRACT_FACT.c[name] for name in exact_columns(attribute.key))
        num, den = (sa.cast(part, sa.Numeric) for part in parts)
        return num / den
    return CONTRACT_FACT.c[attribute.key]


def _beyond(
    connection: sa.Connection, wanted: Wanted, identity: sa.Subquery, value: Column, after: int
) -> sa.ColumnElement[bool]:
    """Condition for what is sorted behind a contract."""
    contract_id = CONTRACT_FACT.c.contract_id
    own = (
        sa.select(value)
        .join_from(CONTRACT_FACT, identity, identity.c.contract_id == contract_id)
        .where(versions.seen(CONTRACT_FACT, wanted.known_at), contract_id == after)
    )
    found = connection.execute(own).one_or_none()
    if found is None:
        raise NothingFoundError(
            "There is no contract {number} to go on from.", "Begin the list anew.", number=after
        )
    at = sa.literal(found[0], value.type)
    later = sa.and_(value.is_not_distinct_from(at), contract_id > after)
    if found[0] is None:
        return later
    further = value < at if wanted.descending else value > at
    return sa.or_(further, value.is_(None), later)
