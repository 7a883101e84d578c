"""Accounts, what opens the site to them, and the log of what was done to them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.model.accounts import AccountEventKind, DigestChoice
from geodata.model.roles import Permission, Role
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)

ACCOUNT = sa.Table(
    "account",
    schema.METADATA,
    schema.key("account_id", "number of the account"),
    sa.Column("name", sa.Text, nullable=False, comment="name to sign in with"),
    sa.Column("role", sa.Text, nullable=False, comment="角色 · role"),
    sa.Column("password_hash", sa.Text, comment="Argon2 hash; null = no password"),
    sa.Column(
        "must_change", sa.Boolean, nullable=False, comment="the password has to be replaced first"
    ),
    sa.Column("external_name", sa.Text, comment="name at the identity provider; null = none"),
    sa.Column("created_at", _INSTANT, nullable=False, comment="when it was made"),
    sa.Column("locked_at", _INSTANT, comment="when it was locked; null = it is not"),
    sa.Column("mail_address", sa.Text, comment="电子邮箱 · address of its mail; null = none"),
    sa.Column(
        "mail_digest",
        sa.Text,
        nullable=False,
        server_default="none",
        comment="提醒邮件 · how often a digest is sent",
    ),
    sa.Column(
        "mail_language",
        sa.Text,
        nullable=False,
        server_default="zh",
        comment="language of its mail",
    ),
    sa.Column("mail_digest_on", sa.Date, comment="day of the last digest; null = none yet"),
    sa.UniqueConstraint("name"),
    sa.UniqueConstraint("external_name"),
    sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{1,63}$'", name="name"),
    sa.CheckConstraint(schema.one_of("role", Role), name="role"),
    sa.CheckConstraint(schema.one_of("mail_digest", DigestChoice), name="mail_digest"),
    sa.CheckConstraint("mail_language IN ('zh', 'en')", name="mail_language"),
    sa.CheckConstraint("mail_address IS NOT NULL OR mail_digest = 'none'", name="mail_address"),
    sa.CheckConstraint("starts_with(password_hash, '$argon2id$')", name="password_hash"),
    comment="账户 · who may enter",
)

ACCOUNT_PARK = sa.Table(
    "account_park",
    schema.METADATA,
    schema.reference("account_id", "account.account_id", "the account", primary_key=True),
    sa.Column("park", sa.Text, primary_key=True, comment="所属园区 · park it was given"),
    comment="账户园区 · the parks an account was given",
)

SESSION = sa.Table(
    "session",
    schema.METADATA,
    sa.Column("digest", sa.LargeBinary, primary_key=True, comment="SHA-256 of the token"),
    schema.reference("account_id", "account.account_id", "who is signed in", index=True),
    sa.Column("address", sa.Text, nullable=False, comment="network address it was begun from"),
    sa.Column(
        "is_external", sa.Boolean, nullable=False, comment="the identity provider vouched for it"
    ),
    sa.Column("begun_at", _INSTANT, nullable=False, comment="when it was begun"),
    sa.Column("seen_at", _INSTANT, nullable=False, comment="when it was last used, to the minute"),
    sa.Column("ends_at", _INSTANT, nullable=False, comment="when it ends, used or not"),
    sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
    sa.CheckConstraint("begun_at <= seen_at AND begun_at < ends_at", name="order"),
    comment="会话 · browsers that are signed in",
)

API_TOKEN = sa.Table(
    "api_token",
    schema.METADATA,
    schema.key("token_id", "number of the token"),
    schema.reference("account_id", "account.account_id", "whose it is", index=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the token"),
    sa.Column("title", sa.Text, nullable=False, comment="what it is for"),
    sa.Column("permissions", ARRAY(sa.Text), nullable=False, comment="what it may do at most"),
    sa.Column("made_at", _INSTANT, nullable=False, comment="when it was made"),
    sa.Column("ends_at", _INSTANT, nullable=False, comment="when it ends"),
    sa.Column("used_at", _INSTANT, comment="when it was last used, to the minute; null = never"),
    sa.Column("revoked_at", _INSTANT, comment="when it was revoked; null = it is not"),
    sa.UniqueConstraint("digest"),
    sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
    sa.CheckConstraint("made_at < ends_at", name="order"),
    sa.CheckConstraint(
        f"permissions <@ ARRAY[{', '.join(repr(str(one)) for one in Permission)}]",
        name="permissions",
    ),
    comment="接口令牌 · what programs show with every request",
)

SIGN_IN_FAILURE = sa.Table(
    "sign_in_failure",
    schema.METADATA,
    sa.Column(
        "subject",
        sa.LargeBinary,
        primary_key=True,
        comment="SHA-256 of what was typed or came from",
    ),
    sa.Column(
        "failure_count", sa.Integer, nullable=False, comment="failures since the last success"
    ),
    sa.Column("failed_at", _INSTANT, nullable=False, comment="when it last failed"),
    sa.CheckConstraint("octet_length(subject) = 32", name="subject"),
    sa.CheckConstraint("failure_count >= 0", name="failure_count"),
    comment="登录失败 · failed attempts by account and by address, which make the next ones wait",
)

ACCOUNT_EVENT = sa.Table(
    "account_event",
    schema.METADATA,
    schema.key("event_id", "number of the event"),
    sa.Column("at", _INSTANT, nullable=False, comment="when it happened"),
    sa.Column("actor", sa.Text, nullable=False, comment="who did it"),
    schema.reference("account_id", "account.account_id", "to which account", index=True),
    sa.Column("kind", sa.Text, nullable=False, comment="what was done"),
    sa.Column("detail", sa.Text, nullable=False, comment="what it is now; empty = nothing to say"),
    sa.CheckConstraint(schema.one_of("kind", AccountEventKind), name="kind"),
    comment="账户日志 · who did what to which account; never changed",
)
