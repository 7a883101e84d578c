"""Where an account's mail goes, how often a digest does, and in which language."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

SCHEMA = "parcelwatch"
EVENTS = "'created', 'signed_in', 'refused', 'signed_out', 'sessions_ended', 'password_changed', 'password_reset', 'role_changed', 'parks_changed', 'external_changed', 'locked', 'unlocked', 'token_made', 'token_revoked'"
COLUMNS = ("mail_address", "mail_digest", "mail_language", "mail_digest_on")


def upgrade() -> None:
    for column in (
        sa.Column("mail_address", sa.Text(), nullable=True, comment="电子邮箱 · address of its mail; null = none"),
        sa.Column("mail_digest", sa.Text(), server_default="none", nullable=False, comment="提醒邮件 · how often a digest is sent"),
        sa.Column("mail_language", sa.Text(), server_default="zh", nullable=False, comment="language of its mail"),
        sa.Column("mail_digest_on", sa.Date(), nullable=True, comment="day of the last digest; null = none yet"),
    ):  # fmt: skip
        op.add_column("account", column, schema=SCHEMA)
    for name, rule in (
        ("mail_digest", "mail_digest IN ('none', 'weekly', 'daily')"),
        ("mail_language", "mail_language IN ('zh', 'en')"),
        ("mail_address", "mail_address IS NOT NULL OR mail_digest = 'none'"),
    ):
        op.create_check_constraint(op.f(f"ck_account_{name}"), "account", rule, schema=SCHEMA)
    _allow_events(f"{EVENTS}, 'mail_changed'")


def downgrade() -> None:
    _allow_events(EVENTS, postgresql_not_valid=True)  # lines of the log stay
    for name in COLUMNS:
        op.drop_column("account", name, schema=SCHEMA)


def _allow_events(events: str, **options: Any) -> None:
    name = op.f("ck_account_event_kind")
    op.drop_constraint(name, "account_event", schema=SCHEMA, type_="check")
    rule = f"kind IN ({events})"
    op.create_check_constraint(name, "account_event", rule, schema=SCHEMA, **options)
