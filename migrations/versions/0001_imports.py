"""Extensions, the guards of everything that is never changed, and the log of imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geodata.store.migrate import administer

revision = "0001"
down_revision = None

SCHEMA = "parcelwatch"

REFUSE_CHANGE = """
CREATE FUNCTION parcelwatch.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% are never changed or deleted', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

# AFTER UPDATE, when NEW has its generated columns too; *<> compares every byte.
ONLY_CLOSE = """
CREATE FUNCTION parcelwatch.only_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed record := OLD;
BEGIN
    closed.known_to := NEW.known_to;
    IF OLD.known_to <> 'infinity' OR NEW.known_to = 'infinity' OR NEW *<> closed THEN
        RAISE EXCEPTION 'a version in %.% may only be closed, once', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""

UNCHANGING = ("import_batch", "import_issue")


def upgrade() -> None:
    for extension in ("postgis", "btree_gist"):
        # Not into the schema of the account, which is ours where both have the same name.
        administer(op.get_bind(), f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    op.execute(REFUSE_CHANGE)
    op.execute(ONLY_CLOSE)
    op.create_table(
        "import_batch",
        sa.Column(
            "import_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the import",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="what was imported"),
        sa.Column(
            "file_name", sa.Text(), nullable=False, comment="name of the file, without folders"
        ),
        sa.Column("sha256", sa.Text(), nullable=False, comment="SHA-256 of the file, hexadecimal"),
        sa.Column(
            "imported_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="instant from which its facts are known; later for every import of the kind",
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="who imported"),
        sa.Column(
            "profile", sa.Text(), nullable=False, comment="supplier profile; empty = own headers"
        ),
        sa.Column("rows_in", sa.Integer(), nullable=False, comment="rows of the file"),
        sa.Column("added", sa.Integer(), nullable=False, comment="rows about something new"),
        sa.Column(
            "changed", sa.Integer(), nullable=False, comment="rows that corrected what was known"
        ),
        sa.Column(
            "unchanged", sa.Integer(), nullable=False, comment="rows that said what was known"
        ),
        sa.Column("declined", sa.Integer(), nullable=False, comment="rows left out by the user"),
        sa.Column("rejected", sa.Integer(), nullable=False, comment="rows that could not be read"),
        sa.CheckConstraint("file_name !~ '[/\\\\]'", name=op.f("ck_import_batch_file_name")),
        sa.CheckConstraint("kind IN ('ledger', 'claims')", name=op.f("ck_import_batch_kind")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_import_batch_sha256")),
        sa.CheckConstraint(
            "least(added, changed, unchanged, declined, rejected) >= 0",
            name=op.f("ck_import_batch_counts"),
        ),
        sa.CheckConstraint(
            "rows_in = added + changed + unchanged + declined + rejected",
            name=op.f("ck_import_batch_no_row_lost"),
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("kind", "imported_at", name=op.f("uq_import_batch_kind_imported_at")),
        schema=SCHEMA,
        comment="导入批次 · one file taken in, with what became of its rows",
    )
    op.create_table(
        "import_issue",
        sa.Column(
            "import_id", sa.BigInteger(), nullable=False, comment="import the issue belongs to"
        ),
        sa.Column("issue_no", sa.Integer(), nullable=False, comment="number within the import"),
        sa.Column(
            "row_no", sa.Integer(), comment="data row of the file, from 1; null = whole file"
        ),
        sa.Column("column_name", sa.Text(), nullable=False, comment="key of the column"),
        sa.Column("value", sa.Text(), nullable=False, comment="the cell as it was met"),
        sa.Column("severity", sa.Text(), nullable=False, comment="what it meant for the row"),
        sa.Column("message", sa.Text(), nullable=False, comment="the reason"),
        sa.CheckConstraint(
            "severity IN ('rejected', 'repaired', 'noted')", name=op.f("ck_import_issue_severity")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            [f"{SCHEMA}.import_batch.import_id"],
            name=op.f("fk_import_issue_import_id"),
        ),
        sa.PrimaryKeyConstraint("import_id", "issue_no", name=op.f("pk_import_issue")),
        schema=SCHEMA,
        comment="导入问题 · what was rejected, repaired or odd in an import",
    )
    for table in UNCHANGING:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("import_issue", schema=SCHEMA)
    op.drop_table("import_batch", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.only_close()")
    op.execute(f"DROP FUNCTION {SCHEMA}.refuse_change()")
    # The extensions stay: others may use them.
