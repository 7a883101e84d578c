"""Work asked for on a page and done by the worker."""
# ruff: noqa: E501, S608 - frozen: one column or rule to a line; constants only

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

SCHEMA = "parcelwatch"
SITE = "parcelwatch_site"

# Functions before the tables whose rows they give, and those before the types of their columns.
DROP_QUEUE = f"""
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
        WHERE pronamespace = '{SCHEMA}'::regnamespace AND proname ~ '^procrastinate_'
        UNION ALL
        SELECT format('DROP TABLE %s CASCADE', oid::regclass) FROM pg_class
        WHERE relnamespace = '{SCHEMA}'::regnamespace AND relkind = 'r' AND relname ~ '^procrastinate_'
        UNION ALL
        SELECT format('DROP TYPE %s', oid::regtype) FROM pg_type
        WHERE typnamespace = '{SCHEMA}'::regnamespace AND typname ~ '^procrastinate_job_'
    LOOP
        EXECUTE statement;
    END LOOP;
END $$
"""

# The site may put a job into the queue, and nothing else; what it writes is only what is asked for.
RIGHTS = f"""
GRANT SELECT, INSERT (task_id, kind, arguments, asked_by, asked_at, parks) ON {SCHEMA}.task TO {SITE};
GRANT SELECT, INSERT ON {SCHEMA}.procrastinate_jobs TO {SITE};
GRANT INSERT ON {SCHEMA}.procrastinate_events TO {SITE};
GRANT USAGE ON SEQUENCE {SCHEMA}.procrastinate_jobs_id_seq, {SCHEMA}.procrastinate_events_id_seq TO {SITE};
ALTER TABLE {SCHEMA}.task ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY whole ON {SCHEMA}.task USING ((SELECT {SCHEMA}.sees_all()));
CREATE POLICY parks ON {SCHEMA}.task TO {SITE} USING (parks <@ (SELECT {SCHEMA}.seen_parks()));
"""


def upgrade() -> None:
    op.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute("RESET search_path")
    _create_task()
    op.execute(RIGHTS)


def downgrade() -> None:
    op.drop_table("task", schema=SCHEMA)
    op.execute(DROP_QUEUE)


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("task_id", sa.Uuid(), nullable=False, comment="names it in addresses"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what is to be done"),
        sa.Column("arguments", postgresql.JSONB(), nullable=False, comment="what the operation is told"),
        sa.Column("asked_by", sa.Text(), nullable=False, comment="name of the account"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, comment="when it was asked for"),
        sa.Column("parks", postgresql.ARRAY(sa.Text()), nullable=True, comment="所属园区 · parks whose land the account saw; null = all"),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False, comment="状态 · where it stands"),
        sa.Column("done_count", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="steps done"),
        sa.Column("total_count", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="steps to be done; 0 = not known"),
        sa.Column("step", postgresql.JSONB(), nullable=True, comment="sentence: what is being done"),
        sa.Column("result", postgresql.JSONB(), nullable=True, comment="sentence and page: what it brought"),
        sa.Column("problem", postgresql.JSONB(), nullable=True, comment="sentence and next step: why it failed"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True, comment="when the worker last took it up"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True, comment="when it was done or failed"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_task_state")),
        sa.CheckConstraint("done_count BETWEEN 0 AND total_count", name=op.f("ck_task_progress")),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)"
            " AND (state = 'done') = (result IS NOT NULL)"
            " AND (state = 'failed') = (problem IS NOT NULL)",
            name=op.f("ck_task_end"),
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task")),
        schema=SCHEMA,
        comment="任务 · work that was asked for on a page and is done by the worker",
    )  # fmt: skip
    op.create_index("ix_task_asked", "task", ["asked_by", sa.text("asked_at DESC")], schema=SCHEMA)
