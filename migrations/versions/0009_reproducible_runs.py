"""Runs that can be repeated: their input columns as artefacts, what judged, the next change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SCHEMA = "parcelwatch"

# One check per statement: a foreign key asks once per row, which cost more than writing the rows.
REFUSE_STRAY_JUDGEMENTS = """
CREATE FUNCTION parcelwatch.refuse_stray_judgements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written WHERE run_id NOT IN (SELECT run_id FROM parcelwatch.audit_run)
    ) OR EXISTS (
        SELECT FROM written LEFT JOIN parcelwatch.contract USING (contract_id)
        WHERE contract.contract_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a judgement needs its run and its contract'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""

REFUSE_STRAY_FINDINGS = """
CREATE FUNCTION parcelwatch.refuse_stray_findings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written LEFT JOIN parcelwatch.judgement USING (run_id, contract_id)
        WHERE judgement.contract_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a finding needs its judgement' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""

FORGET_RUN = """
CREATE FUNCTION parcelwatch.forget_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM parcelwatch.finding WHERE run_id = OLD.run_id;
    DELETE FROM parcelwatch.judgement WHERE run_id = OLD.run_id;
    DELETE FROM parcelwatch.artefact WHERE digest = OLD.inputs_digest AND NOT EXISTS (
        SELECT FROM parcelwatch.audit_run WHERE inputs_digest = OLD.inputs_digest
    );
    RETURN NULL;
END $$
"""

RECORDED = (
    ("book_digest", "digest of the rule book; null = not recorded"),
    ("code_version", "version of parcelwatch; null = not recorded"),
    ("inputs_digest", "artefact of the input columns; null = not kept"),
    ("result_digest", "digest of the judgements; null = not recorded"),
)


def upgrade() -> None:
    _add_artefacts()
    for name, comment in RECORDED:
        op.add_column("audit_run", sa.Column(name, sa.Text(), comment=comment), schema=SCHEMA)
    op.create_foreign_key(
        op.f("fk_audit_run_inputs_digest"),
        "audit_run",
        "artefact",
        ["inputs_digest"],
        ["digest"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    op.create_index("ix_audit_run_facts_digest", "audit_run", ["facts_digest"], schema=SCHEMA)
    op.add_column(
        "judgement",
        sa.Column(
            "next_change_on",
            sa.Date(),
            comment="可能变化日期 · first later day on which it can change; null = never",
        ),
        schema=SCHEMA,
    )
    for table, columns in (("finding", "run_id_contract_id"), ("judgement", "run_id")):
        op.drop_constraint(op.f(f"fk_{table}_{columns}"), table, schema=SCHEMA)
    op.drop_constraint(op.f("fk_judgement_contract_id"), "judgement", schema=SCHEMA)
    # No question is asked by these: a run is read as a whole, by its primary key.
    op.drop_index("ix_judgement_contract_id", "judgement", schema=SCHEMA)
    op.drop_index("ix_finding_code", "finding", schema=SCHEMA)
    for function in (REFUSE_STRAY_JUDGEMENTS, REFUSE_STRAY_FINDINGS, FORGET_RUN):
        op.execute(function)
    for table in ("judgement", "finding"):
        op.execute(
            f"CREATE TRIGGER refuse_stray AFTER INSERT ON {SCHEMA}.{table}"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT"
            f" EXECUTE FUNCTION {SCHEMA}.refuse_stray_{table}s()"
        )
    op.execute(
        f"CREATE TRIGGER forget_run AFTER DELETE ON {SCHEMA}.audit_run"
        f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.forget_run()"
    )


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {SCHEMA}.forget_run() CASCADE")
    for table in ("judgement", "finding"):
        op.execute(f"DROP FUNCTION {SCHEMA}.refuse_stray_{table}s() CASCADE")
    op.create_index("ix_finding_code", "finding", ["run_id", "code"], schema=SCHEMA)
    op.create_index("ix_judgement_contract_id", "judgement", ["contract_id"], schema=SCHEMA)
    _refer("judgement", "contract", ["contract_id"])
    _refer("judgement", "audit_run", ["run_id"], ondelete="CASCADE")
    _refer("finding", "judgement", ["run_id", "contract_id"], ondelete="CASCADE")
    op.drop_column("judgement", "next_change_on", schema=SCHEMA)
    op.drop_index("ix_audit_run_facts_digest", "audit_run", schema=SCHEMA)
    for name, _ in RECORDED:
        op.drop_column("audit_run", name, schema=SCHEMA)
    op.drop_table("artefact_part", schema=SCHEMA)
    op.drop_table("artefact", schema=SCHEMA)


def _refer(source: str, target: str, columns: list[str], ondelete: str | None = None) -> None:
    op.create_foreign_key(
        op.f(f"fk_{source}_{'_'.join(columns)}"),
        source,
        target,
        columns,
        columns,
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
        ondelete=ondelete,
    )


def _add_artefacts() -> None:
    op.create_table(
        "artefact",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of its bytes"),
        sa.Column("byte_count", sa.BigInteger(), nullable=False, comment="size in bytes"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, comment="when it was kept"
        ),
        sa.CheckConstraint("byte_count >= 0", name=op.f("ck_artefact_byte_count")),
        sa.CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name=op.f("ck_artefact_digest")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_artefact")),
        schema=SCHEMA,
        comment="存档文件 · files kept under the digest of their bytes",
    )
    op.create_table(
        "artefact_part",
        sa.Column("digest", sa.Text(), nullable=False, comment="the artefact"),
        sa.Column("part_no", sa.Integer(), nullable=False, comment="place of the part, from 0"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the bytes of the part"),
        sa.ForeignKeyConstraint(
            ["digest"],
            [f"{SCHEMA}.artefact.digest"],
            name=op.f("fk_artefact_part_digest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", "part_no", name=op.f("pk_artefact_part")),
        schema=SCHEMA,
        comment="存档分段 · the bytes of artefacts, in parts",
    )
    # The files are compressed already.
    op.execute(f"ALTER TABLE {SCHEMA}.artefact_part ALTER COLUMN content SET STORAGE EXTERNAL")
