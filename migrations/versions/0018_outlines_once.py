"""Outlines of parcels and entries are kept in one system: maps read them from the cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0018"
down_revision = "0017"

SCHEMA = "parcelwatch"

COPIES = {
    "parcel_fact": "宗地界线 · outline of the parcel (EPSG:3857, for tiles)",
    "claim_fact": "范围 · outline of the entry (EPSG:3857, for tiles)",
}


def upgrade() -> None:
    for table in COPIES:
        op.drop_index(f"ix_{table}_geom_3857", table, schema=SCHEMA)
        op.drop_column(table, "geom_3857", schema=SCHEMA)


def downgrade() -> None:
    for table, comment in COPIES.items():
        op.add_column(
            table,
            sa.Column(
                "geom_3857",
                Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
                sa.Computed("st_transform(geom, 3857)", persisted=True),
                comment=comment,
            ),
            schema=SCHEMA,
        )
        op.create_index(
            f"ix_{table}_geom_3857", table, ["geom_3857"], schema=SCHEMA, postgresql_using="gist"
        )
