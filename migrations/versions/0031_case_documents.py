"""Statements on clean land and hoarding; late payment bars rescission for its days."""
# ruff: noqa: S608 - nothing comes from outside

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"

SCHEMA = "parcelwatch"

STATEMENTS = "'vacant', 'contrary_use', 'separable', 'used_part_meets'"
MORE = "'clear_title', 'compensated', 'undisputed', 'conditions_fixed', 'works_ready', 'hoarding'"


def upgrade() -> None:
    _may_state(f"{STATEMENTS}, {MORE}")
    _rescind_after("payment_tolerance")


def downgrade() -> None:
    _changed("site_statement", f"DELETE FROM {SCHEMA}.site_statement WHERE statement IN ({MORE})")
    _may_state(STATEMENTS)
    _rescind_after("")


def _may_state(statements: str) -> None:
    name = op.f("ck_site_statement_statement")
    op.drop_constraint(name, "site_statement", schema=SCHEMA)
    op.create_check_constraint(
        name, "site_statement", f"statement IN ({statements})", schema=SCHEMA
    )


def _rescind_after(act: str) -> None:
    _changed(
        "transition",
        f"UPDATE {SCHEMA}.transition SET after = '{act}'"
        " WHERE path = 'rescission' AND action = 'rescind'",
    )


def _changed(table: str, statement: str) -> None:
    """Change a table whose rows only a migration changes."""
    op.execute(f"ALTER TABLE {SCHEMA}.{table} DISABLE TRIGGER USER")
    op.execute(statement)
    op.execute(f"ALTER TABLE {SCHEMA}.{table} ENABLE TRIGGER USER")
