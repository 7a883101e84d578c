"""Tokens may allow to read names of persons."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"

SCHEMA = "parcelwatch"

PERMISSIONS = (
    "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'review', 'cases',"
    " 'issue', 'agree', 'comment', 'choose', 'list', 'evidence', 'administer'"
)


def upgrade() -> None:
    _permit(f"{PERMISSIONS}, 'personal', 'operate'")


def downgrade() -> None:
    op.execute(
        f"UPDATE {SCHEMA}.api_token SET permissions = array_remove(permissions, 'personal')"  # noqa: S608 - nothing of it comes from outside
    )
    _permit(f"{PERMISSIONS}, 'operate'")


def _permit(permissions: str) -> None:
    """What tokens may allow at most."""
    name = op.f("ck_api_token_permissions")
    op.drop_constraint(name, "api_token", schema=SCHEMA)
    op.create_check_constraint(
        name, "api_token", f"permissions <@ ARRAY[{permissions}]", schema=SCHEMA
    )
