"""What opens the site to an account: sessions and tokens; and what keeps guessers waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.accounts import Account, AccountSession, ApiToken
from geodata.model.roles import Permission
from geodata.store.queries.accounts import account_of, accounts_query
from geodata.store.tables import ACCOUNT, API_TOKEN, SESSION, SIGN_IN_FAILURE

_FORGOTTEN_AFTER: Final = timedelta(days=1)


def add_session(connection: sa.Connection, session: AccountSession) -> None:
    """Begin a session; those that have ended are cleared away."""
    connection.execute(sa.delete(SESSION).where(SESSION.c.ends_at <= session.begun_at))
    values = {column.name: getattr(session, column.name) for column in SESSION.columns}
    connection.execute(sa.insert(SESSION).values(values))


def find_session(connection: sa.Connection, digest: bytes) -> tuple[AccountSession, Account] | None:
    """The session of a token and its account."""
    columns = [column for column in SESSION.columns if column.name != "account_id"]
    query = accounts_query(*columns).join_from(ACCOUNT, SESSION).where(SESSION.c.digest == digest)
    row = connection.execute(query).mappings().one_or_none()
    return (_session_of(row), account_of(row)) if row else None


def see_session(connection: sa.Connection, digest: bytes, now: datetime) -> None:
    """Note that a session is used."""
    query = sa.update(SESSION).where(SESSION.c.digest == digest, SESSION.c.seen_at < now)
    connection.execute(query.values(seen_at=now))


def list_sessions(connection: sa.Connection, account_id: int) -> list[AccountSession]:
    """The sessions of an account, the last used first."""
    query = sa.select(SESSION).where(SESSION.c.account_id == account_id)
    rows = connection.execute(query.order_by(SESSION.c.seen_at.desc(), SESSION.c.digest))
    return [_session_of(row) for row in rows.mappings()]


def end_session(connection: sa.Connection, digest: bytes) -> bool:
    """End one session; False when there is no such one."""
    ended = connection.execute(sa.delete(SESSION).where(SESSION.c.digest == digest))
    return ended.rowcount == 1


def end_sessions(connection: sa.Connection, account_id: int, but: bytes = b"") -> int:
    """End the sessions of an account but one; returns how many there were."""
    chosen = sa.and_(SESSION.c.account_id == account_id, SESSION.c.digest != but)
    return connection.execute(sa.delete(SESSION).where(chosen)).rowcount


def add_token(connection: sa.Connection, token: ApiToken, digest: bytes) -> None:
    """Keep a token; its number is drawn here."""
    values = {
        "account_id": token.account_id,
        "digest": digest,
        "title": token.title,
        "permissions": sorted(token.permissions),
        "made_at": token.made_at,
        "ends_at": token.ends_at,
    }
    connection.execute(sa.insert(API_TOKEN).values(values))


def find_token(connection: sa.Connection, digest: bytes) -> tuple[ApiToken, Account] | None:
    """A token by its digest and its account."""
    columns = [column for column in API_TOKEN.columns if column.name != "account_id"]
    query = accounts_query(*columns).join_from(ACCOUNT, API_TOKEN)
    row = connection.execute(query.where(API_TOKEN.c.digest == digest)).mappings().one_or_none()
    return (_token_of(row), account_of(row)) if row else None


def see_token(connection: sa.Connection, token_id: int, now: datetime) -> None:
    """Note that a token is used."""
    query = sa.update(API_TOKEN).where(API_TOKEN.c.token_id == token_id)
    connection.execute(query.values(used_at=now))


def list_tokens(connection: sa.Connection, account_id: int) -> list[ApiToken]:
    """The tokens of an account, the newest first."""
    query = sa.select(API_TOKEN).where(API_TOKEN.c.account_id == account_id)
    rows = connection.execute(query.order_by(API_TOKEN.c.token_id.desc()))
    return [_token_of(row) for row in rows.mappings()]


def revoke_token(connection: sa.Connection, token_id: int, now: datetime) -> bool:
    """Revoke a token; False when it is revoked already."""
    chosen = sa.and_(API_TOKEN.c.token_id == token_id, API_TOKEN.c.revoked_at.is_(None))
    revoked = connection.execute(sa.update(API_TOKEN).where(chosen).values(revoked_at=now))
    return revoked.rowcount == 1


def lock_failures(
    connection: sa.Connection, subjects: Sequence[bytes], now: datetime
) -> list[tuple[int, datetime]]:
    """How often each of several subjects has failed, and when last.

    They stay locked until the transaction ends: of attempts made at once, each is counted before
    the next one is looked at. Failures of yesterday are forgotten.
    """
    old = SIGN_IN_FAILURE.c.failed_at < now - _FORGOTTEN_AFTER
    connection.execute(sa.delete(SIGN_IN_FAILURE).where(old))
    found = []
    for subject in sorted(subjects):  # in one order, so that two never wait for each other
        entry = insert(SIGN_IN_FAILURE).values(subject=subject, failure_count=0, failed_at=now)
        same = {"failure_count": SIGN_IN_FAILURE.c.failure_count}
        locked = entry.on_conflict_do_update(index_elements=["subject"], set_=same).returning(
            SIGN_IN_FAILURE.c.failure_count, SIGN_IN_FAILURE.c.failed_at
        )
        count, failed_at = connection.execute(locked).one()
        found.append((subject, (count, failed_at)))
    counts = dict(found)
    return [counts[subject] for subject in subjects]


def count_failures(connection: sa.Connection, subjects: Sequence[bytes], now: datetime) -> None:
    """Count a failure of each subject."""
    query = sa.update(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.subject.in_(subjects))
    connection.execute(
        query.values(failure_count=SIGN_IN_FAILURE.c.failure_count + 1, failed_at=now)
    )


def forgive(connection: sa.Connection, account: bytes, address: bytes) -> None:
    """Forget the failures of an account, and one of an address, which many may share."""
    column = SIGN_IN_FAILURE.c.failure_count
    connection.execute(sa.delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.subject == account))
    query = sa.update(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.subject == address, column > 0)
    connection.execute(query.values(failure_count=column - 1))


def _session_of(row: sa.RowMapping) -> AccountSession:
    return AccountSession(
        digest=bytes(row["digest"]),
        account_id=row["account_id"],
        address=row["address"],
        is_external=row["is_external"],
        begun_at=row["begun_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
    )


def _token_of(row: sa.RowMapping) -> ApiToken:
    return ApiToken(
        token_id=row["token_id"],
        account_id=row["account_id"],
        title=row["title"],
        permissions=frozenset(map(Permission.of, row["permissions"])),
        made_at=row["made_at"],
        ends_at=row["ends_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )
