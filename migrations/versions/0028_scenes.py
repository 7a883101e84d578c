"""Scenes of imagery, and what they say of outlines of parcels: evidence, no facts."""
# ruff: noqa: E501 - frozen: one column, rule or policy to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0028"
down_revision = "0027"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

# Who sees an outline sees what scenes say of it; the pictures themselves show the ground alone.
GUARD = """
ALTER TABLE parcelwatch.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY whole ON parcelwatch.{table} USING ((SELECT parcelwatch.sees_all()));
CREATE POLICY parks ON parcelwatch.{table} TO parcelwatch_site
    USING (EXISTS (SELECT FROM parcelwatch.parcel_fact AS other WHERE other.fact_id = {table}.fact_id));
"""
RIGHTS = f"GRANT SELECT ON {SCHEMA}.scene, {SCHEMA}.scene_measure, {SCHEMA}.scene_change TO {SITE}"


def upgrade() -> None:
    _create_scene()
    _create_measure()
    _create_change()
    for table in ("scene_measure", "scene_change"):
        op.execute(GUARD.format(table=table))
    op.execute(RIGHTS)


def downgrade() -> None:
    for table in ("scene_change", "scene_measure", "scene"):
        op.drop_table(table, schema=SCHEMA)


def _create_scene() -> None:
    op.create_table(
        "scene",
        sa.Column("scene_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the scene"),
        sa.Column("name", sa.Text(), nullable=False, comment="文件名 · name of the file it came as"),
        sa.Column("path", sa.Text(), nullable=False, comment="where the picture is read"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="文件摘要 · SHA-256 of the file it came as"),
        sa.Column("taken_on", sa.Date(), nullable=False, comment="拍摄日期 · day it was taken"),
        sa.Column("bands", ARRAY(sa.Text()), nullable=False, comment="波段 · its bands, in order"),
        sa.Column("scale", sa.Float(), nullable=False, comment="what values are multiplied by"),
        sa.Column("nodata", sa.Float(), nullable=True, comment="value that stands for none; null = none does"),
        sa.Column("cloud_path", sa.Text(), nullable=True, comment="where its cloud mask is read; null = none"),
        sa.Column("crs", sa.Text(), nullable=False, comment="坐标系 · reference system, well-known text"),
        sa.Column("transform", ARRAY(sa.Float()), nullable=False, comment="from column and row to coordinates, six numbers"),
        sa.Column("height", sa.Integer(), nullable=False, comment="rows"),
        sa.Column("width", sa.Integer(), nullable=False, comment="columns"),
        sa.Column("resolution_m", sa.Float(), nullable=False, comment="分辨率 · side of a pixel in metres"),
        sa.Column("geom", Geometry("POLYGON", srid=4490, spatial_index=False), nullable=False, comment="覆盖范围 · land it covers (EPSG:4490)"),
        sa.Column("added_by", sa.Text(), nullable=False, comment="登记人 · who registered it"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="登记时间 · when"),
        sa.CheckConstraint("st_isvalid(geom) AND NOT st_isempty(geom)", name=op.f("ck_scene_geom")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_scene_sha256")),
        sa.CheckConstraint("bands <@ ARRAY['blue', 'green', 'red', 'nir', 'swir1', 'swir2'] AND cardinality(bands) > 0", name=op.f("ck_scene_bands")),
        sa.CheckConstraint("scale > 0 AND resolution_m > 0", name=op.f("ck_scene_scale")),
        sa.CheckConstraint("cardinality(transform) = 6", name=op.f("ck_scene_transform")),
        sa.CheckConstraint("height > 0 AND width > 0", name=op.f("ck_scene_size")),
        sa.PrimaryKeyConstraint("scene_id", name=op.f("pk_scene")),
        sa.UniqueConstraint("sha256", name=op.f("uq_scene_sha256")),
        schema=SCHEMA,
        comment="影像 · scenes registered",
    )  # fmt: skip
    op.create_index("ix_scene_geom", "scene", ["geom"], schema=SCHEMA, postgresql_using="gist")
    op.create_index("ix_scene_taken_on", "scene", ["taken_on"], schema=SCHEMA)


def _create_measure() -> None:
    op.create_table(
        "scene_measure",
        sa.Column("scene_id", sa.BigInteger(), nullable=False, comment="the scene"),
        sa.Column("fact_id", sa.BigInteger(), nullable=False, comment="the outline"),
        sa.Column("pixel_count", sa.Float(), nullable=False, comment="像元数 · pixels of the parcel within the scene"),
        sa.Column("covered_share", sa.Float(), nullable=False, comment="覆盖比例 · how much of the parcel lies within it"),
        sa.Column("cloud_share", sa.Float(), nullable=False, comment="云量 · how much of it is under cloud"),
        sa.Column("clear_share", sa.Float(), nullable=False, comment="有效比例 · how much of it is seen"),
        sa.Column("ndvi", sa.Float(), nullable=True, comment="植被指数 · mean vegetation (NDVI)"),
        sa.Column("ndbi", sa.Float(), nullable=True, comment="建筑指数 · mean built-up land (NDBI)"),
        sa.Column("bsi", sa.Float(), nullable=True, comment="裸土指数 · mean bare soil (BSI)"),
        sa.Column("ndwi", sa.Float(), nullable=True, comment="水体指数 · mean water (NDWI)"),
        sa.Column("built_low", sa.Float(), nullable=False, comment="已建比例下限 · built share, at least"),
        sa.Column("built_share", sa.Float(), nullable=True, comment="已建比例估计 · built share, estimate; null = not known"),
        sa.Column("built_high", sa.Float(), nullable=False, comment="已建比例上限 · built share, at most"),
        sa.CheckConstraint("built_low <= built_high", name=op.f("ck_scene_measure_built")),
        *_keys("scene_measure", "scene_id"),
        schema=SCHEMA,
        comment="宗地影像测度 · what scenes show of outlines of parcels; estimates, no facts",
    )  # fmt: skip
    op.create_index("ix_scene_measure_fact_id", "scene_measure", ["fact_id"], schema=SCHEMA)


def _create_change() -> None:
    op.create_table(
        "scene_change",
        sa.Column("from_scene_id", sa.BigInteger(), nullable=False, comment="the earlier scene"),
        sa.Column("to_scene_id", sa.BigInteger(), nullable=False, comment="the later scene"),
        sa.Column("fact_id", sa.BigInteger(), nullable=False, comment="the outline"),
        sa.Column("told", sa.Text(), nullable=False, comment="影像结论 · what they say of the parcel"),
        sa.Column("doubts", ARRAY(sa.Text()), nullable=False, comment="无法判断的原因 · why they cannot tell"),
        sa.Column("season_days", sa.Integer(), nullable=False, comment="季节差 · how far the days of the year lie apart"),
        sa.Column("shift_pixels", sa.Float(), nullable=True, comment="配准偏差 · how far they lie beside each other"),
        sa.Column("pixel_count", sa.Float(), nullable=False, comment="像元数 · pixels seen on both"),
        sa.Column("covered_share", sa.Float(), nullable=False, comment="覆盖比例 · how much of the parcel lies within both"),
        sa.Column("clear_share", sa.Float(), nullable=False, comment="有效比例 · how much of it is seen on both"),
        sa.Column("changed_share", sa.Float(), nullable=True, comment="变化比例 · how much of what is seen has changed"),
        sa.CheckConstraint("told IN ('changed', 'unchanged', 'cannot_tell')", name=op.f("ck_scene_change_told")),
        sa.CheckConstraint("doubts <@ ARRAY['outside', 'cloud', 'few_pixels', 'season', 'registration', 'between']", name=op.f("ck_scene_change_doubts")),
        sa.CheckConstraint("(told = 'cannot_tell') = (cardinality(doubts) > 0)", name=op.f("ck_scene_change_cannot_tell")),
        *_keys("scene_change", "from_scene_id", "to_scene_id"),
        schema=SCHEMA,
        comment="宗地影像变化 · what two scenes say of outlines of parcels; evidence, no facts",
    )  # fmt: skip
    for column in ("fact_id", "to_scene_id"):
        op.create_index(f"ix_scene_change_{column}", "scene_change", [column], schema=SCHEMA)


def _keys(table: str, *scenes: str) -> list[sa.Constraint]:
    """The scenes and the outline that a row is about."""
    outline = f"{SCHEMA}.parcel_fact.fact_id"
    return [
        sa.PrimaryKeyConstraint(*scenes, "fact_id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["fact_id"], [outline], name=op.f(f"fk_{table}_fact_id")),
        *(
            sa.ForeignKeyConstraint([scene], [f"{SCHEMA}.scene.scene_id"], name=op.f(f"fk_{table}_{scene}"), ondelete="CASCADE")
            for scene in scenes
        ),
    ]  # fmt: skip
