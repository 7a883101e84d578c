"""Inefficient land that was vacated or upgraded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0004"
down_revision = "0003"

SCHEMA = "parcelwatch"

VERSIONED = ("claim_fact",)


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column(
            "claim_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the entry",
        ),
        sa.Column(
            "claim_code",
            sa.Text(),
            nullable=False,
            comment="编号 · the bureau's number of the entry",
        ),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim")),
        sa.UniqueConstraint("claim_code", name=op.f("uq_claim_claim_code")),
        schema=SCHEMA,
        comment="低效用地条目 · entries of the inefficient-land register",
    )
    op.create_table(
        "claim_fact",
        sa.Column(
            "fact_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of this version",
        ),
        sa.Column(
            "claim_id", sa.BigInteger(), nullable=False, comment="the claim the facts are about"
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
        sa.Column("kind", sa.Text(), nullable=False, comment="类型 · vacated or upgraded"),
        sa.Column("status", sa.Text(), nullable=False, comment="状态 · how far it has come"),
        sa.Column(
            "done_on", sa.Date(), comment="完成日期 · day on which the evidence was complete"
        ),
        sa.Column("reversed_on", sa.Date(), comment="撤销日期 · day on which it was withdrawn"),
        sa.Column(
            "area_m2_num", sa.BigInteger(), nullable=False, comment="面积 · area, numerator (m2)"
        ),
        sa.Column(
            "area_m2_den", sa.BigInteger(), nullable=False, comment="面积 · area, denominator"
        ),
        sa.Column("town", sa.Text(), nullable=False, comment="所属镇 · town"),
        sa.Column("park", sa.Text(), nullable=False, comment="所属园区 · park"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="证明材料 · what proves it"),
        sa.Column(
            "geom",
            Geometry("MULTIPOLYGON", srid=4490, spatial_index=False),
            comment="范围 · outline of the entry (EPSG:4490)",
        ),
        sa.Column(
            "geom_3857",
            Geometry("MULTIPOLYGON", srid=3857, spatial_index=False),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            comment="范围 · outline of the entry (EPSG:3857, for tiles)",
        ),
        ExcludeConstraint(
            (sa.column("claim_id"), "="),
            (sa.text("daterange(true_from, true_to)"), "&&"),
            (sa.text("tstzrange(known_from, known_to)"), "&&"),
            using="gist",
            name="ex_claim_fact_versions",
        ),
        sa.CheckConstraint("kind IN ('vacated', 'upgraded')", name=op.f("ck_claim_fact_kind")),
        sa.CheckConstraint(
            "status IN ('planned', 'in_progress', 'done')", name=op.f("ck_claim_fact_status")
        ),
        sa.CheckConstraint(
            "area_m2_num >= 0 AND area_m2_den > 0", name=op.f("ck_claim_fact_area_m2")
        ),
        sa.CheckConstraint("known_from < known_to", name=op.f("ck_claim_fact_known")),
        sa.CheckConstraint(
            "octet_length(content_digest) = 32", name=op.f("ck_claim_fact_content_digest")
        ),
        sa.CheckConstraint(
            "st_isvalid(geom) AND NOT st_isempty(geom)", name=op.f("ck_claim_fact_geom")
        ),
        sa.CheckConstraint("true_from < true_to", name=op.f("ck_claim_fact_true")),
        sa.ForeignKeyConstraint(
            ["claim_id"], [f"{SCHEMA}.claim.claim_id"], name=op.f("fk_claim_fact_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            [f"{SCHEMA}.import_batch.import_id"],
            name=op.f("fk_claim_fact_import_id"),
        ),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_claim_fact")),
        schema=SCHEMA,
        comment="低效用地 · facts of inefficient-land entries, every version known",
    )
    op.create_index(
        "ix_claim_fact_current",
        "claim_fact",
        ["claim_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("known_to = 'infinity'"),
    )
    op.create_index(
        "ix_claim_fact_geom", "claim_fact", ["geom"], schema=SCHEMA, postgresql_using="gist"
    )
    op.create_index(
        "ix_claim_fact_geom_3857",
        "claim_fact",
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
    op.drop_table("claim_fact", schema=SCHEMA)
    op.drop_table("claim", schema=SCHEMA)
