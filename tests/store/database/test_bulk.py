"""Rows go into tables and come out as they were, as text and in binary form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.store.bulk import copy_in
from geodata.store.queries.versions import array

EPSG = 4490
COLUMNS = {
    "large": sa.BigInteger,
    "whole": sa.Integer,
    "figure": sa.Float,
    "text": sa.Text,
    "day": sa.Date,
    "instant": sa.DateTime(timezone=True),
    "bytes": sa.LargeBinary,
}
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ROW = st.fixed_dictionaries(
    {
        "large": st.integers(-(2**63), 2**63 - 1),
        "whole": st.integers(-(2**31), 2**31 - 1),
        "figure": st.floats(allow_nan=False),
        "text": TEXTS,
        "day": st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        "instant": st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
        "bytes": st.binary(),
    }
)
SQUARE = shapely.box(0, 0, 1, 1)


def table_with(*more: sa.Column) -> sa.Table:
    plain = (sa.Column(name, kind) for name, kind in COLUMNS.items())
    return sa.Table("kept", sa.MetaData(), *plain, *more, prefixes=["TEMPORARY"])


def kept(connection: sa.Connection, table: sa.Table, rows: list[dict], **more: object) -> list:
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    table.create(connection)
    try:
        copy_in(connection, table, columns | more)
        found = connection.execute(sa.select(*(table.c[name] for name in COLUMNS)))
        return [dict(row) for row in found.mappings()]
    finally:
        table.drop(connection)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=5), nulls=st.sets(st.sampled_from(list(COLUMNS))))
def test_rows_beside_shapes_come_back_as_they_went_in(connection, rows, nulls):
    rows[0] |= dict.fromkeys(nulls)
    table = table_with(sa.Column("geom", Geometry("POLYGON", EPSG, spatial_index=False)))
    shapes = pa.array([None] * len(rows)).to_numpy(zero_copy_only=False).astype(object)
    shapes[-1] = SQUARE
    assert kept(connection, table, rows, geom=shapes) == rows


def test_shapes_arrive_in_their_system_without_heights(connection):
    table = sa.Table(
        "shaped",
        sa.MetaData(),
        sa.Column("geom", Geometry("POLYGON", EPSG, spatial_index=False)),
        prefixes=["TEMPORARY"],
    )
    table.create(connection)
    shapes = shapely.force_3d(shapely.box([0, 2], 0, [1, 3], 1), 5)
    copy_in(connection, table, {"geom": shapes})
    told = sa.select(sa.func.st_asewkt(table.c.geom), sa.func.st_ndims(table.c.geom))
    for (text, dimensions), shape in zip(connection.execute(told), shapes, strict=True):
        assert (dimensions, text.partition(";")[0]) == (2, f"SRID={EPSG}")
        assert shapely.from_wkt(text.partition(";")[2]).equals(shapely.force_2d(shape))


def test_many_rows_are_written_in_blocks(connection):
    count = 20_000
    table = sa.Table(
        "many",
        sa.MetaData(),
        sa.Column("number", sa.BigInteger),
        sa.Column("geom", Geometry("POLYGON", EPSG, spatial_index=False)),
        prefixes=["TEMPORARY"],
    )
    table.create(connection)
    shapes = shapely.box(range(count), 0, range(1, count + 1), 1)
    copy_in(connection, table, {"number": pa.array(range(count)), "geom": shapes})
    west = sa.func.st_xmin(table.c.geom)
    assert connection.scalar(sa.select(sa.func.count()).where(west == table.c.number)) == count


@pytest.mark.parametrize("kind", [sa.Text, sa.BigInteger])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_arrays_arrive_element_by_element(connection, kind, data):
    elements = TEXTS if kind is sa.Text else st.integers(-(2**63), 2**63 - 1)
    values = data.draw(st.lists(elements))
    for value in [*values, data.draw(elements)]:
        is_among = sa.literal(value, kind) == sa.any_(array(values, kind))
        assert connection.scalar(sa.select(is_among)) is (value in values)
