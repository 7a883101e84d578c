"""Parcels with their outlines, parks and towns, and what else a map shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0002"
down_revision = "0001"

SCHEMA = "parcelwatch"

VERSIONED = ("parcel_fact",)


def upgrade() -> None:
    op.create_table(
        "parcel",
        sa.Column(
            "parcel_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the parcel",
        ),
        sa.Column(
            "parcel_code",
            sa.Text(),
            nullable=False,
            comment="宗地代码 · parcel code; 'contract:<number>[/<phase>]' where none is known",
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("parcel_code", name=op.f("uq_parcel_parcel_code")),
        schema=SCHEMA,
        comment="宗地 · parcels, by code",
    )
    op.create_table(
        "parcel_fact",
        sa.Column(
            "fact_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of this version",
        ),
        sa.Column(
            "parcel_id", sa.BigInteger(), nullable=False, comment="the parcel the facts are about"
        ),
        sa.Column(
            "true_from",
            sa.Date(),
            server_default=sa.text("'-infinity'"),
            nullable=False,
            comment="first day on which the facts held",
        ),
        sa.Column(
            "true_to",
            sa.Date(),
            server_default=sa.text("'infinity'"),
            nullable=False,
            comment="first day on which they held no longer",
        ),
        sa.Column(
            "known_from",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="instant from which they were known",
        ),
        sa.Column(
            "known_to",
            sa.DateTime(timezone=True),
            server_default=sa.text("'infinity'"),
            nullable=False,
            comment="instant from which a correction replaced them; infinity = still known",
        ),
        sa.Column(
            "import_id", sa.BigInteger(), nullable=False, comment="import that brought the facts"
        ),
        sa.Column(
            "content_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of what the facts say",
        ),
        sa.Column(
            "geom",
            Geometry("MULTIPOLYGON", srid=4490, spatial_index=False),
            nullable=False,
            comment="宗地界线 · outline of the parcel (EPSG:4490)",
        ),
        sa.Column(
            "geom_3857",
            Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            comment="宗地界线 · outline of the parcel (EPSG:3857, for tiles)",
        ),
        ExcludeConstraint(
            (sa.column("parcel_id"), "="),
            (sa.text("daterange(true_from, true_to)"), "&&"),
            (sa.text("tstzrange(known_from, known_to)"), "&&"),
            using="gist",
            name="ex_parcel_fact_versions",
        ),
        sa.CheckConstraint("known_from < known_to", name=op.f("ck_parcel_fact_known")),
        sa.CheckConstraint(
            "octet_length(content_digest) = 32", name=op.f("ck_parcel_fact_content_digest")
        ),
        sa.CheckConstraint(
            "st_isvalid(geom) AND NOT st_isempty(geom)", name=op.f("ck_parcel_fact_geom")
        ),
        sa.CheckConstraint("true_from < true_to", name=op.f("ck_parcel_fact_true")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            [f"{SCHEMA}.import_batch.import_id"],
            name=op.f("fk_parcel_fact_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], [f"{SCHEMA}.parcel.parcel_id"], name=op.f("fk_parcel_fact_parcel_id")
        ),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_parcel_fact")),
        schema=SCHEMA,
        comment="宗地界线 · outlines of parcels, every version known",
    )
    op.create_index(
        "ix_parcel_fact_current",
        "parcel_fact",
        ["parcel_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("known_to = 'infinity'"),
    )
    op.create_index(
        "ix_parcel_fact_geom", "parcel_fact", ["geom"], schema=SCHEMA, postgresql_using="gist"
    )
    op.create_index(
        "ix_parcel_fact_geom_3857",
        "parcel_fact",
        ["geom_3857"],
        schema=SCHEMA,
        postgresql_using="gist",
    )
    op.create_table(
        "park",
        sa.Column("park_code", sa.Text(), nullable=False, comment="code of the park or town"),
        sa.Column("name_zh", sa.Text(), nullable=False, comment="中文名称 · Chinese name"),
        sa.Column("name_en", sa.Text(), nullable=False, comment="英文名称 · English name"),
        sa.Column("kind", sa.Text(), nullable=False, comment="park or town"),
        sa.Column(
            "geom",
            Geometry("MULTIPOLYGON", srid=4490, spatial_index=False),
            nullable=False,
            comment="范围 · outline of the park or town (EPSG:4490)",
        ),
        sa.Column(
            "geom_3857",
            Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            comment="范围 · outline of the park or town (EPSG:3857, for tiles)",
        ),
        sa.CheckConstraint("kind IN ('park', 'town')", name=op.f("ck_park_kind")),
        sa.CheckConstraint("st_isvalid(geom) AND NOT st_isempty(geom)", name=op.f("ck_park_geom")),
        sa.PrimaryKeyConstraint("park_code", name=op.f("pk_park")),
        schema=SCHEMA,
        comment="园区和镇 · parks and towns",
    )
    op.create_index("ix_park_geom", "park", ["geom"], schema=SCHEMA, postgresql_using="gist")
    op.create_index(
        "ix_park_geom_3857", "park", ["geom_3857"], schema=SCHEMA, postgresql_using="gist"
    )
    op.create_table(
        "map_feature",
        sa.Column(
            "feature_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the feature",
        ),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="road, water, outline or a finer word"
        ),
        sa.Column("name", sa.Text(), comment="name on the map"),
        sa.Column("width_m", sa.Float(), comment="width of a road or river in metres"),
        sa.Column(
            "geom",
            Geometry("GEOMETRY", srid=4490, spatial_index=False),
            nullable=False,
            comment="形状 · line or area (EPSG:4490)",
        ),
        sa.Column(
            "geom_3857",
            Geometry("GEOMETRY", srid=3857, spatial_index=False),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            comment="形状 · line or area (EPSG:3857, for tiles)",
        ),
        sa.CheckConstraint("kind <> ''", name=op.f("ck_map_feature_kind")),
        sa.CheckConstraint(
            "st_isvalid(geom) AND NOT st_isempty(geom)", name=op.f("ck_map_feature_geom")
        ),
        sa.CheckConstraint("width_m >= 0", name=op.f("ck_map_feature_width_m")),
        sa.PrimaryKeyConstraint("feature_id", name=op.f("pk_map_feature")),
        schema=SCHEMA,
        comment="底图要素 · roads, water and outlines for orientation; no facts",
    )
    op.create_index(
        "ix_map_feature_geom", "map_feature", ["geom"], schema=SCHEMA, postgresql_using="gist"
    )
    op.create_index(
        "ix_map_feature_geom_3857",
        "map_feature",
        ["geom_3857"],
        schema=SCHEMA,
        postgresql_using="gist",
    )
    for table in VERSIONED:
        op.execute(
            f"CREATE TRIGGER only_close AFTER UPDATE ON {SCHEMA}.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.only_close()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("map_feature", schema=SCHEMA)
    op.drop_table("park", schema=SCHEMA)
    op.drop_table("parcel_fact", schema=SCHEMA)
    op.drop_table("parcel", schema=SCHEMA)
