"""Original shapes of what a repair changed."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0013"
down_revision = "0012"

SCHEMA = "parcelwatch"

POLICIES = "'none', 'close_rings', 'drop_points', 'drop_spikes', 'make_valid', 'orient'"


def upgrade() -> None:
    op.create_table(
        "original_shape",
        sa.Column("fact_id", sa.BigInteger(), nullable=False, comment="outline made of it"),
        sa.Column("row_no", sa.Integer(), autoincrement=False, nullable=False, comment="row of the file, from 1"),
        sa.Column("import_id", sa.BigInteger(), nullable=False, comment="import it came with"),
        sa.Column("policies", ARRAY(sa.Text()), nullable=False, comment="修复方式 · what was done to it, in order"),
        sa.Column("change_share", sa.Float(), nullable=False, comment="面积变化 · difference of the areas before and after, as a share of the first"),
        sa.Column("shape", sa.LargeBinary(), nullable=False, comment="原始图形 · the shape as the file has it, well-known binary"),
        sa.Column("crs", sa.Text(), nullable=False, comment="坐标系 · its system: EPSG code or well-known text"),
        sa.CheckConstraint("row_no > 0", name=op.f("ck_original_shape_row_no")),
        sa.CheckConstraint(f"policies <@ ARRAY[{POLICIES}] AND cardinality(policies) > 0", name=op.f("ck_original_shape_policies")),
        sa.CheckConstraint("change_share >= 0", name=op.f("ck_original_shape_change_share")),
        sa.CheckConstraint("octet_length(shape) > 0", name=op.f("ck_original_shape_shape")),
        sa.CheckConstraint("crs <> ''", name=op.f("ck_original_shape_crs")),
        sa.ForeignKeyConstraint(["fact_id"], [f"{SCHEMA}.parcel_fact.fact_id"], name=op.f("fk_original_shape_fact_id")),
        sa.ForeignKeyConstraint(["import_id"], [f"{SCHEMA}.import_batch.import_id"], name=op.f("fk_original_shape_import_id")),
        sa.PrimaryKeyConstraint("fact_id", "row_no", name=op.f("pk_original_shape")),
        schema=SCHEMA,
        comment="原始图形 · shapes of outlines that were repaired, as they came",
    )  # fmt: skip
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.original_shape"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("original_shape", schema=SCHEMA)
