"""Who makes a request: read from the database, and kept for a few seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from geodata.model.roles import Actor
from geodata.store.engine import Connection
from geodata.store.queries import sessions
from geodata.store.session import unit_of_work
from service.auth.tokens import digest
from service.operations.accounts import Accounts

KEPT_FOR: Final = timedelta(seconds=5)
"""A right that was withdrawn is gone after this at the latest."""
_SEEN_EVERY: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody known.

    Attributes
    ----------
    must_change
        Whether the password has to be changed before anything else.
    session
        Digest of the session; None for a program with a token.
    """

    account_id: int
    actor: Actor
    must_change: bool = False
    session: bytes | None = None


@dataclass(slots=True)
class Identities:
    """Finds out who shows a token, asking the database again after `KEPT_FOR`."""

    accounts: Accounts
    _kept: dict[bytes, tuple[datetime, Identity]] = field(default_factory=dict)

    def identify(self, session: str | None, api_token: str | None) -> Identity | None:
        """Who shows the token of an interface or, without one, that of a session."""
        if api_token is not None:
            return self._known(digest(api_token), self._by_api_token)
        return self._known(digest(session), self._by_session) if session else None

    def forget(self, identity: Identity) -> None:
        """Ask the database anew about an account; it has just changed here."""
        stale = [key for key, (_, one) in list(self._kept.items()) if _same(one, identity)]
        for key in stale:
            self._kept.pop(key, None)

    def _known(
        self, key: bytes, find: Callable[[Connection, bytes, datetime], Identity | None]
    ) -> Identity | None:
        now = self.accounts.clock()
        until, identity = self._kept.get(key, (now, None))
        if now < until:
            return identity
        self._kept.pop(key, None)
        with unit_of_work(self.accounts.engine) as connection:
            identity = find(connection, key, now)
        if identity:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (now + KEPT_FOR, identity)
        return identity

    def _by_session(self, connection: Connection, key: bytes, now: datetime) -> Identity | None:
        found = sessions.find_session(connection, key)
        if found is None:
            return None
        session, account = found
        idle = timedelta(minutes=self.accounts.settings.idle_minutes)
        has_ended = now >= min(session.ends_at, session.seen_at + idle)
        if has_ended or account.locked_at or not account.role.signs_in:
            return None
        if now - session.seen_at >= _SEEN_EVERY:
            sessions.see_session(connection, key, now)
        must_change = account.must_change and not session.is_external
        return Identity(account.account_id, account.actor(), must_change, key)

    def _by_api_token(self, connection: Connection, key: bytes, now: datetime) -> Identity | None:
        found = sessions.find_token(connection, key)
        if found is None:
            return None
        token, account = found
        if account.locked_at or not token.is_in_force(now):
            return None
        if token.used_at is None or now - token.used_at >= _SEEN_EVERY:
            sessions.see_token(connection, token.token_id, now)
        return Identity(account.account_id, account.actor(token.permissions))


def _same(one: Identity, other: Identity) -> bool:
    return one.account_id == other.account_id
