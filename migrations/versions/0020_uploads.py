"""Files given on a page, and what was decided of their columns."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0020"
down_revision = "0019"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

KINDS = "'ledger', 'parcels', 'parks', 'claims', 'approvals', 'enterprise_years', 'occupancies', 'agreements', 'government_periods', 'observations', 'supervision', 'evidence'"
INSTANT = sa.DateTime(timezone=True)

# Who gave a file sees it, and who may see those of everybody says so ("*"); without a name, nobody.
OWN = f"""
CREATE FUNCTION {SCHEMA}.seen_account() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('parcelwatch.account', true);

ALTER TABLE {SCHEMA}.upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {SCHEMA}.upload
    USING (coalesce((SELECT {SCHEMA}.seen_account()) IN ('*', account), false));

GRANT SELECT, INSERT, UPDATE ON {SCHEMA}.upload, {SCHEMA}.supplier_profile TO {SITE};
"""


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("upload_id", sa.Uuid(), nullable=False, comment="number of the upload, drawn"),
        sa.Column("account", sa.Text(), nullable=False, comment="name of the account that gave it"),
        sa.Column("at", INSTANT, nullable=False, comment="when it was given"),
        sa.Column("state", sa.Text(), nullable=False, comment="how far it has come"),
        sa.Column("files", JSONB(), nullable=False, comment="name, digest and bytes of each file"),
        sa.Column("choices", JSONB(), nullable=False, comment="how each file is to be read"),
        sa.Column("recognised", JSONB(), nullable=False, comment="what each file was found to be"),
        sa.Column("preview", JSONB(), nullable=True, comment="where what it would change is kept, by language"),
        sa.Column("token", sa.Text(), nullable=False, comment="what the preview rests on"),
        sa.Column("decisions", JSONB(), nullable=False, comment="what is accepted, by table"),
        sa.Column("outcome", JSONB(), nullable=True, comment="what it changed; null = nothing yet"),
        sa.Column("task_id", sa.Uuid(), nullable=True, comment="what the worker was asked for last; null = nothing yet"),
        sa.CheckConstraint("state IN ('received', 'recognised', 'planned', 'accepted', 'discarded')", name=op.f("ck_upload_state")),
        sa.CheckConstraint("(state = 'accepted') = (outcome IS NOT NULL)", name=op.f("ck_upload_outcome")),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_upload")),
        schema=SCHEMA,
        comment="上传文件 · files given on a page on their way into the database",
    )  # fmt: skip
    op.create_index("ix_upload_account_at", "upload", ["account", "at"], schema=SCHEMA)
    op.create_table(
        "supplier_profile",
        sa.Column("name", sa.Text(), nullable=False, comment="名称 · name of the profile"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what its tables are about"),
        sa.Column("like", sa.Text(), nullable=False, comment="profile it changes"),
        sa.Column("headers", ARRAY(sa.Text()), nullable=False, comment="headers its tables have"),
        sa.Column("meanings", JSONB(), nullable=False, comment="attribute and unit by header"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="account that told them last"),
        sa.Column("made_at", INSTANT, nullable=False, comment="when"),
        sa.CheckConstraint("name <> '' AND length(name) <= 60", name=op.f("ck_supplier_profile_name")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_supplier_profile_kind")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_supplier_profile")),
        schema=SCHEMA,
        comment="供数方模板 · what people said of the columns of a supplier",
    )  # fmt: skip
    op.execute(OWN)


def downgrade() -> None:
    op.drop_table("supplier_profile", schema=SCHEMA)
    op.drop_table("upload", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.seen_account()")
