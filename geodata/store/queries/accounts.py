"""Accounts and the log of what was done to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    DigestChoice,
    Mailing,
)
from geodata.model.roles import Role
from geodata.store.tables import ACCOUNT, ACCOUNT_EVENT, ACCOUNT_PARK, CONTRACT_PARK


def add_account(connection: sa.Connection, values: dict[str, Any]) -> int | None:
    """Number of a new account; None where its name or its external name is taken."""
    entry = insert(ACCOUNT).values(values).on_conflict_do_nothing()
    number: int | None = connection.scalar(entry.returning(ACCOUNT.c.account_id))
    return number


def find_account(connection: sa.Connection, name: str, *, keep: bool = False) -> Account | None:
    """The account of a name; where wanted, kept as it is until the transaction ends."""
    if keep:
        row = sa.select(ACCOUNT.c.account_id).where(ACCOUNT.c.name == name)
        connection.execute(row.with_for_update(read=True))
    return _find(connection, ACCOUNT.c.name == name)


def find_external(connection: sa.Connection, external_name: str) -> Account | None:
    """The account that the identity provider calls so."""
    return _find(connection, ACCOUNT.c.external_name == external_name)


def has_accounts(connection: sa.Connection) -> bool:
    """Whether there is any account."""
    return bool(connection.scalar(sa.select(sa.exists().select_from(ACCOUNT))))


def list_accounts(connection: sa.Connection) -> list[Account]:
    """Every account, by name."""
    rows = connection.execute(accounts_query().order_by(ACCOUNT.c.name))
    return [account_of(row) for row in rows.mappings()]


def change_account(connection: sa.Connection, account_id: int, **values: Any) -> None:
    """Change columns of an account."""
    chosen = ACCOUNT.c.account_id == account_id
    connection.execute(sa.update(ACCOUNT).where(chosen).values(**values))


def set_parks(connection: sa.Connection, account_id: int, parks: Iterable[str]) -> None:
    """Give an account these parks and no others."""
    connection.execute(sa.delete(ACCOUNT_PARK).where(ACCOUNT_PARK.c.account_id == account_id))
    rows = [{"account_id": account_id, "park": park} for park in sorted(parks)]
    if rows:
        connection.execute(sa.insert(ACCOUNT_PARK), rows)


def keep_event(connection: sa.Connection, account_id: int, event: AccountEvent) -> None:
    """Add a line to the log."""
    values = {"at": event.at, "actor": event.actor, "kind": event.kind, "detail": event.detail}
    connection.execute(sa.insert(ACCOUNT_EVENT).values(account_id=account_id, **values))


def list_events(connection: sa.Connection, account_id: int, limit: int) -> list[AccountEvent]:
    """What was done to an account last, the newest first."""
    columns = ACCOUNT_EVENT.c
    query = (
        sa.select(columns.at, columns.actor, ACCOUNT.c.name, columns.kind, columns.detail)
        .join_from(ACCOUNT_EVENT, ACCOUNT)
        .where(columns.account_id == account_id)
        .order_by(columns.event_id.desc())
        .limit(limit)
    )
    return [
        AccountEvent(at, actor, name, AccountEventKind.of(kind), detail)
        for at, actor, name, kind, detail in connection.execute(query)
    ]


def known_parks(connection: sa.Connection) -> list[str]:
    """Names of the parks that contracts are of."""
    park = CONTRACT_PARK.c.park
    query = sa.select(park).where(park != "").distinct().order_by(park)
    return list(connection.scalars(query))


def accounts_query(*besides: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Accounts with their parks, and other columns beside them."""
    park = ACCOUNT_PARK.c.park
    parks = sa.select(park).where(ACCOUNT_PARK.c.account_id == ACCOUNT.c.account_id)
    return sa.select(ACCOUNT, sa.func.array(parks.scalar_subquery()).label("parks"), *besides)


def account_of(row: sa.RowMapping) -> Account:
    """The account a row of `accounts_query` holds."""
    return Account(
        account_id=row["account_id"],
        name=row["name"],
        role=Role.of(row["role"]),
        parks=frozenset(row["parks"]),
        password_hash=row["password_hash"],
        must_change=row["must_change"],
        external_name=row["external_name"],
        created_at=row["created_at"],
        locked_at=row["locked_at"],
        mailing=Mailing(
            address=row["mail_address"],
            digest=DigestChoice.of(row["mail_digest"]),
            language=row["mail_language"],
            last_on=row["mail_digest_on"],
        ),
    )


def _find(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Account | None:
    row = connection.execute(accounts_query().where(condition)).mappings().one_or_none()
    return account_of(row) if row else None
