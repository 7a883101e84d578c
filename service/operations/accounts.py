"""The accounts: who may enter, as what, and where. Only an administrator keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from geodata.errors import NothingFoundError, UsageError
from geodata.model.accounts import Account, AccountEvent, AccountEventKind, AccountSession, ApiToken
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.roles import Actor, Permission, Role
from geodata.store.engine import Connection, Engine
from geodata.store.log import append
from geodata.store.queries import accounts as rows
from geodata.store.queries.sessions import end_sessions, list_sessions, list_tokens
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from service.auth.passwords import check_password, first_password, hash_password
from service.clock import Clock
from service.settings import AccountSettings

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_LONGEST_TEXT: Final = 200
_EVENTS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where accounts are kept, by which rules, and the clock they live by."""

    engine: Engine
    settings: AccountSettings
    clock: Clock


@dataclass(frozen=True, slots=True)
class AccountFile:
    """Everything about one account."""

    account: Account
    sessions: list[AccountSession]
    tokens: list[ApiToken]
    events: list[AccountEvent]


def add_account(
    accounts: Accounts,
    actor: Actor,
    name: str,
    role: Role,
    parks: Iterable[str] = (),
    *,
    external_name: str = "",
    password: str | None = None,
) -> str:
    """Make an account and return its first password, which is kept nowhere.

    Parameters
    ----------
    parks
        Needed for a role that is of parks.
    password
        The first password; None = a random one.

    Raises
    ------
    NotAllowedError
        When the actor does not keep accounts.
    UsageError
        When name, parks or password cannot be used, or the name is taken.
    """
    actor.require(Permission.ADMINISTER)
    name = _checked_name(name)
    given = password or first_password()
    check_password(given, name, accounts.settings.password_length)
    chosen = _checked_parks(parks)
    values = {
        "name": name,
        "role": role,
        "password_hash": hash_password(given) if role.signs_in else None,
        "must_change": role.signs_in,
        "external_name": checked_text(external_name) or None,
        "created_at": accounts.clock(),
    }
    with unit_of_work(accounts.engine) as connection:
        account_id = rows.add_account(connection, values)
        if account_id is None:
            raise UsageError(
                "The name {name}, or its single sign-on name, is that of another account.",
                "Choose another one.",
                name=name,
            )
        rows.set_parks(connection, account_id, chosen)
        keep_event(accounts, connection, actor, account_id, AccountEventKind.CREATED, role)
    return given


def all_accounts(accounts: Accounts, actor: Actor) -> list[Account]:
    """Every account, by name."""
    actor.require(Permission.ADMINISTER)
    with unit_of_work(accounts.engine) as connection:
        return rows.list_accounts(connection)


def has_accounts(accounts: Accounts) -> bool:
    """Whether anybody could sign in at all."""
    with unit_of_work(accounts.engine) as connection:
        return rows.has_accounts(connection)


def account_file(accounts: Accounts, actor: Actor, name: str) -> AccountFile:
    """Everything about an account: for administrators, and for itself.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When it is another's, or there is no such account.
    """
    if name != actor.name:
        actor.require(Permission.ADMINISTER)
    with unit_of_work(accounts.engine) as connection:
        account = found(connection, name)
        number = account.account_id
        return AccountFile(
            account,
            list_sessions(connection, number),
            list_tokens(connection, number),
            rows.list_events(connection, number, _EVENTS_SHOWN),
        )


def park_names(accounts: Accounts, actor: Actor) -> list[str]:
    """Parks that can be given to an account: those of the contracts known."""
    actor.require(Permission.ADMINISTER)
    with unit_of_work(accounts.engine, EVERYTHING) as connection:
        return rows.known_parks(connection)


def set_role(accounts: Accounts, actor: Actor, name: str, role: Role) -> None:
    """Make an account one of another role; takes effect within seconds."""
    _change(accounts, actor, name, AccountEventKind.ROLE_CHANGED, role, role=role)


def set_parks(accounts: Accounts, actor: Actor, name: str, parks: Iterable[str]) -> None:
    """Give an account these parks and no others; takes effect within seconds."""
    actor.require(Permission.ADMINISTER)
    chosen = _checked_parks(parks)
    with unit_of_work(accounts.engine) as connection:
        account = found(connection, name)
        rows.set_parks(connection, account.account_id, chosen)
        told = "; ".join(sorted(chosen))
        kind = AccountEventKind.PARKS_CHANGED
        keep_event(accounts, connection, actor, account.account_id, kind, told)


def set_external_name(accounts: Accounts, actor: Actor, name: str, external_name: str) -> None:
    """Say what the identity provider calls an account; empty = it does not know it.

    Raises
    ------
    UsageError
        When another account is called so.
    """
    actor.require(Permission.ADMINISTER)
    text = checked_text(external_name)
    with unit_of_work(accounts.engine) as connection:
        account = found(connection, name)
        other = rows.find_external(connection, text) if text else None
        if other and other.name != account.name:
            raise UsageError(
                "The account {name} has this single sign-on name already.",
                "Take it from there first.",
                name=other.name,
            )
        rows.change_account(connection, account.account_id, external_name=text or None)
        kind = AccountEventKind.EXTERNAL_CHANGED
        keep_event(accounts, connection, actor, account.account_id, kind, text)


def lock(accounts: Accounts, actor: Actor, name: str) -> None:
    """Let nobody in with this account; its sessions end, its tokens open nothing."""
    _change(accounts, actor, name, AccountEventKind.LOCKED, leave=True, locked_at=accounts.clock())


def unlock(accounts: Accounts, actor: Actor, name: str) -> None:
    """Let an account in again."""
    _change(accounts, actor, name, AccountEventKind.UNLOCKED, locked_at=None)


def reset_password(accounts: Accounts, actor: Actor, name: str, password: str | None = None) -> str:
    """Give an account another first password and return it; its sessions end.

    Raises
    ------
    NotAllowedError, NothingFoundError, UsageError
        When the actor may not, there is no such account, or the password is not accepted.
    """
    actor.require(Permission.ADMINISTER)
    given = password or first_password()
    check_password(given, name, accounts.settings.password_length)
    hashed = hash_password(given)
    kind = AccountEventKind.PASSWORD_RESET
    _change(accounts, actor, name, kind, leave=True, password_hash=hashed, must_change=True)
    return given


def keep_event(
    accounts: Accounts,
    connection: Connection,
    actor: Actor,
    account_id: int,
    kind: AccountEventKind,
    detail: str = "",
) -> None:
    """Add a line to the log, within the transaction of what it tells."""
    event = AccountEvent(accounts.clock(), actor.name, "", kind, detail)
    rows.keep_event(connection, account_id, event)
    if kind.changes_account:
        told = {"what": kind, "detail": detail}
        subject = (EventKind.ACCOUNT_CHANGED, EventSubject.ACCOUNT, str(account_id))
        append(connection, Event(event.at, actor.name, *subject, told))


def _change(
    accounts: Accounts,
    actor: Actor,
    name: str,
    kind: AccountEventKind,
    detail: str = "",
    *,
    leave: bool = False,
    **values: Any,
) -> None:
    """Change columns of another's account, end its sessions where it has to leave, and log it."""
    actor.require(Permission.ADMINISTER)
    if name == actor.name:
        raise UsageError(
            "An administrator does not do this to the own account.",
            "Ask another administrator; the password is changed under My account.",
        )
    with unit_of_work(accounts.engine) as connection:
        account_id = found(connection, name).account_id
        rows.change_account(connection, account_id, **values)
        if leave:
            end_sessions(connection, account_id)
        keep_event(accounts, connection, actor, account_id, kind, detail)


def found(connection: Connection, name: str) -> Account:
    """The account of a name.

    Raises
    ------
    NothingFoundError
        When there is none.
    """
    account = rows.find_account(connection, name) if is_name(name) else None
    if account is None:
        raise NothingFoundError(
            "There is no account {name}.", "Look in the list of accounts.", name=name
        )
    return account


def is_name(name: str) -> bool:
    """Whether an account can have the name."""
    return bool(_NAME.fullmatch(name))


def _checked_name(name: str) -> str:
    written = name.strip().lower()
    if not is_name(written):
        raise UsageError(
            "The name {name} cannot be that of an account.",
            "Use 2 to 64 letters a to z, digits and . _ -, and begin with a letter or a digit.",
            name=name[:_LONGEST_TEXT],
        )
    return written


def _checked_parks(parks: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(checked_text, parks)))


def checked_text(text: str) -> str:
    """Text of a form without blanks around it.

    Raises
    ------
    UsageError
        When it is an essay, or has characters that cannot be printed.
    """
    written = text.strip()
    if len(written) > _LONGEST_TEXT or not written.isprintable():
        raise UsageError(
            "A name has {length} characters, or one that cannot be printed.",
            "Write at most {longest} plain characters.",
            length=len(written),
            longest=_LONGEST_TEXT,
        )
    return written
