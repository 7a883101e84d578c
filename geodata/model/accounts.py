"""Accounts, their sessions and tokens, and the log of what was done to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geodata.model.codelist import Codelist
from geodata.model.roles import Actor, Permission, Role


class AccountEventKind(Codelist):
    """What can happen to an account."""

    CREATED = ("created", "建立账户", "created")
    SIGNED_IN = ("signed_in", "登录", "signed in")
    REFUSED = ("refused", "登录被拒", "sign-in refused")
    SIGNED_OUT = ("signed_out", "退出", "signed out")
    SESSIONS_ENDED = ("sessions_ended", "结束会话", "sessions ended")
    PASSWORD_CHANGED = ("password_changed", "修改密码", "password changed")
    PASSWORD_RESET = ("password_reset", "重置密码", "password reset")
    ROLE_CHANGED = ("role_changed", "变更角色", "role changed")
    PARKS_CHANGED = ("parks_changed", "变更园区", "parks changed")
    EXTERNAL_CHANGED = ("external_changed", "变更统一登录名", "single sign-on name changed")
    LOCKED = ("locked", "停用", "locked")
    UNLOCKED = ("unlocked", "启用", "unlocked")
    TOKEN_MADE = ("token_made", "签发令牌", "token made")
    TOKEN_REVOKED = ("token_revoked", "吊销令牌", "token revoked")
    MAIL_CHANGED = ("mail_changed", "变更邮件设置", "mail changed")

    @property
    def changes_account(self) -> bool:
        """Whether the account is another one afterwards, and not only used."""
        kinds = AccountEventKind
        return self not in {
            kinds.SIGNED_IN,
            kinds.REFUSED,
            kinds.SIGNED_OUT,
            kinds.SESSIONS_ENDED,
        }


class DigestChoice(Codelist):
    """How often an account is sent a mail of what is near."""

    NONE = ("none", "不发送", "none")
    WEEKLY = ("weekly", "每周", "weekly")
    DAILY = ("daily", "每日", "daily")

    @property
    def days(self) -> int | None:
        """Days from one mail to the next; None = there is none."""
        return {DigestChoice.WEEKLY: 7, DigestChoice.DAILY: 1}.get(self)


@dataclass(frozen=True, slots=True)
class Mailing:
    """What an account wants by mail.

    Attributes
    ----------
    address
        None = it has none, and gets nothing.
    language
        ``zh`` or ``en``.
    last_on
        Day of the last digest.
    """

    address: str | None = None
    digest: DigestChoice = DigestChoice.NONE
    language: str = "zh"
    last_on: date | None = None

    def is_due(self, as_of: date) -> bool:
        """Whether a digest is due on a day: it is sent once, however often it is asked for."""
        days = self.digest.days
        if days is None:
            return False
        return self.last_on is None or (as_of - self.last_on).days >= days


@dataclass(frozen=True, slots=True)
class Account:
    """Who may enter.

    Attributes
    ----------
    name
        What is typed to sign in; lower-case letters, digits, ``.``, ``_`` and ``-``.
    parks
        Parks given to the account; of effect in roles that are of parks.
    password_hash
        Argon2 hash; None where nobody signs in by password.
    must_change
        Whether the password was given by somebody else and has to be replaced first.
    external_name
        What the identity provider calls the account; None = it does not know it.
    locked_at
        Instant from which the account may not enter; None = it may.
    """

    account_id: int
    name: str
    role: Role
    parks: frozenset[str]
    password_hash: str | None
    must_change: bool
    external_name: str | None
    created_at: datetime
    locked_at: datetime | None
    mailing: Mailing

    def actor(self, permissions: frozenset[Permission] | None = None) -> Actor:
        """The account as one who acts, with fewer permissions than its role where given."""
        allowed = self.role.permissions
        return Actor(
            name=self.name,
            role=self.role,
            parks=self.parks if self.role.is_of_parks else None,
            permissions=allowed if permissions is None else allowed & permissions,
        )


@dataclass(frozen=True, slots=True)
class AccountSession:
    """A browser that is signed in.

    Attributes
    ----------
    digest
        SHA-256 of the token; the token itself is known to the browser alone.
    address
        Network address it was begun from.
    is_external
        Whether the identity provider vouched for the account, not a password.
    ends_at
        Instant at which it ends, used or not.
    """

    digest: bytes
    account_id: int
    address: str
    is_external: bool
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a program shows with every request.

    Attributes
    ----------
    permissions
        What it may do at most; never more than the role of its account.
    """

    token_id: int
    account_id: int
    title: str
    permissions: frozenset[Permission]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """One line of the log: who did what to which account."""

    at: datetime
    actor: str
    account: str
    kind: AccountEventKind
    detail: str
