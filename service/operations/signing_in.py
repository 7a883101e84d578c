"""Coming in and going out: by password, by the identity provider, and with a new password."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Final

from geodata.errors import SignInError, UsageError
from geodata.model.accounts import Account, AccountEventKind, AccountSession
from geodata.store.engine import Connection
from geodata.store.queries import accounts as rows
from geodata.store.queries import sessions
from geodata.store.session import unit_of_work
from service.auth.passwords import check_password, hash_password, is_password, needs_rehash
from service.auth.tokens import digest, new_token
from service.auth.waits import wait_after
from service.operations.accounts import Accounts, is_name, keep_event
from service.operations.identities import Identity

_SHARING: Final = 10
"""A whole office may share a network address: it has so many times the free attempts."""


def sign_in(accounts: Accounts, name: str, password: str, address: str) -> str:
    """Begin a session by name and password; returns its token.

    Every attempt counts as failed until it has succeeded: of many made at once, no more are tried
    than one after another.

    Raises
    ------
    SignInError
        When name and password do not belong together, the account is locked, or the attempt comes
        too early after failed ones. The message does not tell which accounts there are.
    """
    name = name.strip().lower()
    subjects = [_subject("account", name), _subject("address", address)]
    _count_attempt(accounts, subjects)
    account = None
    if is_name(name):
        with unit_of_work(accounts.engine) as connection:
            account = rows.find_account(connection, name)
    if not is_password(password, account.password_hash if account else None) or account is None:
        _refuse(accounts, account, address)
        raise SignInError(
            "There is no such account with this password.",
            "Check both; after several failures each attempt has to wait longer.",
        )
    with unit_of_work(accounts.engine) as connection:
        sessions.forgive(connection, *subjects)
        token = _begin(accounts, connection, account, address)
        if needs_rehash(account.password_hash or ""):
            hashed = hash_password(password)
            rows.change_account(connection, account.account_id, password_hash=hashed)
    return token


def sign_in_external(accounts: Accounts, external_name: str, address: str) -> str:
    """Begin a session for the account that the identity provider calls so; returns its token.

    Raises
    ------
    SignInError
        When no account is called so, or it is locked.
    """
    with unit_of_work(accounts.engine) as connection:
        account = rows.find_external(connection, external_name)
        if account is None:
            raise SignInError(
                "The identity provider calls you {name}, and no account has this name.",
                "Have an administrator enter it as the single sign-on name of your account.",
                name=external_name,
            )
        return _begin(accounts, connection, account, address, is_external=True)


def sign_out(accounts: Accounts, identity: Identity) -> None:
    """End the session of this browser."""
    assert identity.session is not None
    with unit_of_work(accounts.engine) as connection:
        sessions.end_session(connection, identity.session)
        kind = AccountEventKind.SIGNED_OUT
        keep_event(accounts, connection, identity.actor, identity.account_id, kind)


def change_password(
    accounts: Accounts, identity: Identity, old: str, new: str, address: str
) -> str:
    """Give the own account another password; every session ends but a new one, whose token returns.

    Raises
    ------
    SignInError
        When the old password is wrong, or comes too early after wrong ones.
    UsageError
        When the new one is not accepted.
    """
    name = identity.actor.name
    subjects = [_subject("account", name), _subject("address", address)]
    _count_attempt(accounts, subjects)
    with unit_of_work(accounts.engine) as connection:
        account = rows.find_account(connection, name)
    assert account is not None
    if not is_password(old, account.password_hash):
        _refuse(accounts, account, address)
        raise SignInError("The present password is another one.", "Enter it once more.")
    with unit_of_work(accounts.engine) as connection:
        sessions.forgive(connection, *subjects)
    check_password(new, name, accounts.settings.password_length)
    if new == old:
        raise UsageError("This is the password you have.", "Choose another one.")
    hashed = hash_password(new)
    with unit_of_work(accounts.engine) as connection:
        number = account.account_id
        sessions.end_sessions(connection, number)
        token = _begin(accounts, connection, account, address)
        rows.change_account(connection, number, password_hash=hashed, must_change=False)
        kind = AccountEventKind.PASSWORD_CHANGED
        keep_event(accounts, connection, identity.actor, number, kind)
    return token


def _count_attempt(accounts: Accounts, subjects: list[bytes]) -> None:
    """Count an attempt as failed, unless it has to wait."""
    settings, now = accounts.settings, accounts.clock()
    with unit_of_work(accounts.engine) as connection:
        failures = sessions.lock_failures(connection, subjects, now)
        free = (settings.free_attempts, settings.free_attempts * _SHARING)
        waits = (
            failed_at + wait_after(count, share, settings.longest_wait_s) - now
            for (count, failed_at), share in zip(failures, free, strict=True)
            if failed_at <= now  # nobody waits for a clock that was set back
        )
        wait = max(waits, default=timedelta(0))
        if wait > timedelta(0):
            raise SignInError(
                "Too many attempts have failed.",
                "Wait {seconds} seconds, then try again.",
                seconds=ceil(wait.total_seconds()),
            )
        sessions.count_failures(connection, subjects, now)


def _refuse(accounts: Accounts, account: Account | None, address: str) -> None:
    if account:
        with unit_of_work(accounts.engine) as connection:
            actor, kind = account.actor(), AccountEventKind.REFUSED
            keep_event(accounts, connection, actor, account.account_id, kind, address)


def _begin(
    accounts: Accounts,
    connection: Connection,
    account: Account,
    address: str,
    *,
    is_external: bool = False,
) -> str:
    """A session with a token no one has seen before, for an account that is as it was read."""
    name = account.name
    if account.locked_at is not None:
        raise SignInError("The account {name} is locked.", "Ask an administrator.", name=name)
    if not account.role.signs_in:
        raise SignInError(
            "The account {name} is that of a program.",
            "Let it show a token with every request.",
            name=name,
        )
    if rows.find_account(connection, name, keep=True) != account:
        raise SignInError(
            "Somebody else has just changed the account {name}.", "Try again.", name=name
        )
    token, now = new_token(), accounts.clock()
    session = AccountSession(
        digest=digest(token),
        account_id=account.account_id,
        address=address,
        is_external=is_external,
        begun_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=accounts.settings.session_hours),
    )
    sessions.add_session(connection, session)
    kind = AccountEventKind.SIGNED_IN
    keep_event(accounts, connection, account.actor(), account.account_id, kind, address)
    return token


def _subject(kind: str, value: str) -> bytes:
    """What failures are counted by; a digest, for people type passwords into the wrong field."""
    return sha256(f"{kind}:{value}".encode()).digest()
