"""Accounts, what opens the site to them, and the log of what was done to them."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014"
down_revision = "0013"

SCHEMA = "parcelwatch"

ROLES = "'administrator', 'auditor', 'reviewer', 'legal', 'park_manager', 'leader', 'api_client'"
PERMISSIONS = (
    "'totals', 'view', 'export', 'runs', 'audit', 'import', 'enter', 'approve', 'administer'"
)
EVENTS = "'created', 'signed_in', 'refused', 'signed_out', 'sessions_ended', 'password_changed', 'password_reset', 'role_changed', 'parks_changed', 'external_changed', 'locked', 'unlocked', 'token_made', 'token_revoked'"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the account"),
        sa.Column("name", sa.Text(), nullable=False, comment="name to sign in with"),
        sa.Column("role", sa.Text(), nullable=False, comment="角色 · role"),
        sa.Column("password_hash", sa.Text(), nullable=True, comment="Argon2 hash; null = no password"),
        sa.Column("must_change", sa.Boolean(), nullable=False, comment="the password has to be replaced first"),
        sa.Column("external_name", sa.Text(), nullable=True, comment="name at the identity provider; null = none"),
        sa.Column("created_at", INSTANT, nullable=False, comment="when it was made"),
        sa.Column("locked_at", INSTANT, nullable=True, comment="when it was locked; null = it is not"),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{1,63}$'", name=op.f("ck_account_name")),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_account_role")),
        sa.CheckConstraint("starts_with(password_hash, '$argon2id$')", name=op.f("ck_account_password_hash")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sa.UniqueConstraint("external_name", name=op.f("uq_account_external_name")),
        schema=SCHEMA,
        comment="账户 · who may enter",
    )  # fmt: skip
    op.create_table(
        "account_park",
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="the account"),
        sa.Column("park", sa.Text(), nullable=False, comment="所属园区 · park it was given"),
        _of_account("account_park"),
        sa.PrimaryKeyConstraint("account_id", "park", name=op.f("pk_account_park")),
        schema=SCHEMA,
        comment="账户园区 · the parks an account was given",
    )  # fmt: skip
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token"),
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="who is signed in"),
        sa.Column("address", sa.Text(), nullable=False, comment="network address it was begun from"),
        sa.Column("is_external", sa.Boolean(), nullable=False, comment="the identity provider vouched for it"),
        sa.Column("begun_at", INSTANT, nullable=False, comment="when it was begun"),
        sa.Column("seen_at", INSTANT, nullable=False, comment="when it was last used, to the minute"),
        sa.Column("ends_at", INSTANT, nullable=False, comment="when it ends, used or not"),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_session_digest")),
        sa.CheckConstraint("begun_at <= seen_at AND begun_at < ends_at", name=op.f("ck_session_order")),
        _of_account("session"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
        schema=SCHEMA,
        comment="会话 · browsers that are signed in",
    )  # fmt: skip
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the token"),
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="whose it is"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the token"),
        sa.Column("title", sa.Text(), nullable=False, comment="what it is for"),
        sa.Column("permissions", ARRAY(sa.Text()), nullable=False, comment="what it may do at most"),
        sa.Column("made_at", INSTANT, nullable=False, comment="when it was made"),
        sa.Column("ends_at", INSTANT, nullable=False, comment="when it ends"),
        sa.Column("used_at", INSTANT, nullable=True, comment="when it was last used, to the minute; null = never"),
        sa.Column("revoked_at", INSTANT, nullable=True, comment="when it was revoked; null = it is not"),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_api_token_digest")),
        sa.CheckConstraint("made_at < ends_at", name=op.f("ck_api_token_order")),
        sa.CheckConstraint(f"permissions <@ ARRAY[{PERMISSIONS}]", name=op.f("ck_api_token_permissions")),
        _of_account("api_token"),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
        schema=SCHEMA,
        comment="接口令牌 · what programs show with every request",
    )  # fmt: skip
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.LargeBinary(), nullable=False, comment="SHA-256 of what was typed or came from"),
        sa.Column("failure_count", sa.Integer(), nullable=False, comment="failures since the last success"),
        sa.Column("failed_at", INSTANT, nullable=False, comment="when it last failed"),
        sa.CheckConstraint("octet_length(subject) = 32", name=op.f("ck_sign_in_failure_subject")),
        sa.CheckConstraint("failure_count >= 0", name=op.f("ck_sign_in_failure_failure_count")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failure")),
        schema=SCHEMA,
        comment="登录失败 · failed attempts by account and by address, which make the next ones wait",
    )  # fmt: skip
    op.create_table(
        "account_event",
        sa.Column("event_id", sa.BigInteger(), sa.Identity(), nullable=False, comment="number of the event"),
        sa.Column("at", INSTANT, nullable=False, comment="when it happened"),
        sa.Column("actor", sa.Text(), nullable=False, comment="who did it"),
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="to which account"),
        sa.Column("kind", sa.Text(), nullable=False, comment="what was done"),
        sa.Column("detail", sa.Text(), nullable=False, comment="what it is now; empty = nothing to say"),
        sa.CheckConstraint(f"kind IN ({EVENTS})", name=op.f("ck_account_event_kind")),
        _of_account("account_event"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_account_event")),
        schema=SCHEMA,
        comment="账户日志 · who did what to which account; never changed",
    )  # fmt: skip
    for table in ("session", "api_token", "account_event"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"], schema=SCHEMA)
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.account_event"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
    )


def downgrade() -> None:
    tables = ("account_event", "sign_in_failure", "api_token", "session", "account_park", "account")
    for table in tables:
        op.drop_table(table, schema=SCHEMA)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], [f"{SCHEMA}.account.account_id"], name=op.f(f"fk_{table}_account_id")
    )
