"""Collections of features as finished JSON: one statement makes a whole page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry
from sqlalchemy.dialects.postgresql import aggregate_order_by

from geodata.errors import UsageError
from geodata.geometry.published_crs import CRS84, STORAGE, PublishedCrs
from geodata.model.attributes import Attribute
from geodata.model.cql2_text import Tree
from geodata.model.feature_collections import Published
from geodata.model.filter_values import Value
from geodata.store.queries.collection_sources import Moment, Revision, Source, source_of
from geodata.store.queries.cql2 import GEOMETRY, Filtering, meets, stored_shape
from geodata.store.tables import AUDIT_RUN, CARD_STATE, CASE, IMPORT_BATCH
from geodata.store.text_as_sent import AS_SENT

Column = sa.ColumnElement[Any]

FORMAT: Final = 1
"""One more whenever the features of unchanged land become others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features are asked for, and in which form; what is left out does not filter.

    Attributes
    ----------
    after
        Number of the feature after which the page begins.
    between
        First and last day of which features hold; an end that is None is open.
    within
        A shape that features meet, in the system `within_crs`.
    equal
        Values of attributes.
    condition
        A tree of CQL2, its coordinates in the system `condition_crs`.
    """

    limit: int = 100
    after: str | None = None
    crs: PublishedCrs = CRS84
    between: tuple[date | None, date | None] | None = None
    within: BaseGeometry | None = None
    within_crs: PublishedCrs = CRS84
    equal: Sequence[tuple[Attribute, Value]] = ()
    condition: Tree = None
    condition_crs: PublishedCrs = CRS84


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """Features as JSON in UTF-8, one after the other with commas between.

    Attributes
    ----------
    last
        Number of the last one where more come after it.
    """

    features: bytes
    count: int
    last: str | None


def read_page(
    connection: sa.Connection, collection: Published, moment: Moment, asked: Asked
) -> FeaturePage:
    """One page of the features that pass the filters, in order of their numbers.

    Raises
    ------
    UsageError
        When the filter cannot be answered, or a page begins after what is no number.
    """
    source = source_of(collection, moment)
    query = passing(source, collection, asked)
    if asked.after is not None:
        query = query.where(_after(source, asked.after))
    place = sa.func.row_number().over(order_by=source.key)
    page = (
        query.with_only_columns(
            _feature(source, collection, asked.crs).label("feature"),
            sa.cast(source.number, sa.Text).label("number"),
            place.label("place"),
        )
        .order_by(*source.key)
        .limit(asked.limit + 1)
        .subquery("page")
    )
    is_shown = page.c.place <= asked.limit
    joined = sa.func.string_agg(page.c.feature, aggregate_order_by(sa.literal(","), page.c.place))
    row = connection.execute(
        sa.select(
            joined.filter(is_shown),
            sa.func.count().filter(is_shown),
            sa.func.max(page.c.number).filter(page.c.place == asked.limit),
            sa.func.coalesce(sa.func.max(page.c.place) > asked.limit, sa.false()),
        ),
        execution_options={AS_SENT: True},
    ).one()
    return FeaturePage(row[0] or b"", row[1], row[2].decode().strip('"') if row[3] else None)


def read_feature(
    connection: sa.Connection,
    collection: Published,
    moment: Moment,
    number: str,
    crs: PublishedCrs,
) -> str | None:
    """One feature as JSON; None where none of that number is seen."""
    source = source_of(collection, moment)
    key = source.key_of(number)
    if key is None:
        return None
    own = (column == part for column, part in zip(source.key, key, strict=True))
    query = source.rows.with_only_columns(_feature(source, collection, crs)).where(*own)
    feature: str | None = connection.scalar(query)
    return feature


def count_features(
    connection: sa.Connection, collection: Published, moment: Moment, asked: Asked
) -> int:
    """How many features pass the filters."""
    query = passing(source_of(collection, moment), collection, asked)
    return connection.scalar(query.with_only_columns(sa.func.count())) or 0


def read_revision(connection: sa.Connection) -> Revision:
    """What all collections depend on.

    Within a transaction that sees everything: what it tells is the same for everybody.
    """
    steps = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CASE.c.version), 0))
    latest = (CARD_STATE.c.revision, IMPORT_BATCH.c.import_id)
    newest = (sa.select(sa.func.max(column)).scalar_subquery() for column in latest)
    counted = connection.execute(sa.select(*newest, *steps.subquery().c)).one()
    run = (
        sa.select(AUDIT_RUN.c.run_id, AUDIT_RUN.c.as_of)
        .where(AUDIT_RUN.c.scope == "")
        .order_by(AUDIT_RUN.c.run_id.desc())
        .limit(1)
    )
    run_id, run_on = connection.execute(run).one_or_none() or (None, None)
    version = "-".join(str(part) for part in (FORMAT, run_id, *counted))
    return Revision(version, run_id, run_on)


def passing(source: Source, collection: Published, asked: Asked) -> sa.Select[Any]:
    """The rows of a collection that pass the filters."""
    query = source.rows
    shape = source.columns[GEOMETRY]
    if asked.within is not None:
        query = query.where(meets(shape, stored_shape(asked.within, asked.within_crs)))
    if asked.between and collection.holds and collection is not Published.CONTRACTS:
        since, until = collection.holds
        first, last = asked.between
        if last is not None:
            begun = source.columns[since]
            query = query.where(sa.or_(begun.is_(None), begun <= last))
        if first is not None and until is not None:
            ended = source.columns[until]
            query = query.where(sa.or_(ended.is_(None), ended > first))
    for attribute, value in asked.equal:
        query = query.where(source.columns[attribute.key] == value)
    if asked.condition is not None:
        attributes = {attribute.key: attribute for attribute in collection.attributes}
        filtering = Filtering(attributes, source.columns, asked.condition_crs)
        query = query.where(filtering.condition(asked.condition))
    return query


def _after(source: Source, number: str) -> sa.ColumnElement[bool]:
    first = source.key_of(number)
    if first is None:
        raise UsageError(
            "No page begins after {number}.",
            "Follow the links from the first page.",
            number=number[:80],
        )
    comes_after: sa.ColumnElement[bool] = source.key[0] > first[0]
    if len(first) > 1:
        comes_after = sa.tuple_(*source.key) > sa.tuple_(*map(sa.literal, first))
    return comes_after


def _feature(source: Source, collection: Published, crs: PublishedCrs) -> Column:
    told: Iterator[tuple[Column, Column]] = (
        (sa.literal_column(f"'{attribute.key}'"), source.columns[attribute.key])
        for attribute in collection.attributes
    )
    properties = sa.func.json_build_object(*(part for pair in told for part in pair))
    return sa.func.concat(
        '{"type":"Feature","id":',
        source.number,
        ',"geometry":',
        sa.func.coalesce(_drawn(source.columns[GEOMETRY], crs), "null"),
        ',"properties":',
        properties,
        "}",
    )


def _drawn(shape: Column, crs: PublishedCrs) -> Column:
    if crs.epsg != STORAGE.epsg:
        shape = sa.func.st_transform(shape, crs.epsg)
    if crs.north_first:
        shape = sa.func.st_flipcoordinates(shape)
    return sa.func.st_asgeojson(shape, crs.decimals, 0)
