"""The sessions and API tokens of an account: kept by itself, or by an administrator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from geodata.errors import NothingFoundError, UsageError
from geodata.model.accounts import AccountEventKind, ApiToken
from geodata.model.roles import Actor, Permission
from geodata.store.queries import sessions
from geodata.store.session import unit_of_work
from service.auth.tokens import digest, new_api_token
from service.operations.accounts import Accounts, checked_text, found, keep_event
from service.operations.identities import Identity

NEVER_GIVEN: Final = frozenset({Permission.ADMINISTER})
"""What no token allows: a program does not keep accounts."""


def make_token(
    accounts: Accounts,
    actor: Actor,
    name: str,
    title: str,
    permissions: Iterable[Permission],
    days: int,
) -> str:
    """Make an API token for an account and return it; only its digest is kept.

    Raises
    ------
    NotAllowedError
        When it is another's account and the actor keeps no accounts.
    UsageError
        When it would allow more than the account's role or nothing, or last too long.
    """
    _require(actor, name)
    chosen = frozenset(permissions)
    longest = accounts.settings.token_days
    if not 1 <= days <= longest:
        raise UsageError(
            "A token cannot last {days} days.",
            "Choose 1 to {longest} days.",
            days=days,
            longest=longest,
        )
    token, now = new_api_token(), accounts.clock()
    with unit_of_work(accounts.engine) as connection:
        account = found(connection, name)
        if not chosen or not chosen <= account.role.permissions - NEVER_GIVEN:
            raise UsageError(
                "A token allows some of what the role {role} allows, and never to manage accounts.",
                "Choose at least one of the rights listed.",
                role=account.role,
            )
        number = account.account_id
        ends_at = now + timedelta(days=days)
        kept = ApiToken(0, number, checked_text(title), chosen, now, ends_at, None, None)
        sessions.add_token(connection, kept, digest(token))
        keep_event(accounts, connection, actor, number, AccountEventKind.TOKEN_MADE, kept.title)
    return token


def revoke_token(accounts: Accounts, actor: Actor, name: str, token_id: int) -> None:
    """Let a token open nothing any more.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When it is another's, or the account has no such token.
    """
    _require(actor, name)
    with unit_of_work(accounts.engine) as connection:
        number = found(connection, name).account_id
        tokens = {token.token_id: token for token in sessions.list_tokens(connection, number)}
        if token_id not in tokens:
            raise NothingFoundError(
                "The account {name} has no token {token}.",
                "Look in the list of its tokens.",
                name=name,
                token=token_id,
            )
        if sessions.revoke_token(connection, token_id, accounts.clock()):
            title = tokens[token_id].title
            keep_event(accounts, connection, actor, number, AccountEventKind.TOKEN_REVOKED, title)


def end_other_sessions(accounts: Accounts, identity: Identity) -> None:
    """End every session of the own account but this one."""
    assert identity.session is not None
    with unit_of_work(accounts.engine) as connection:
        sessions.end_sessions(connection, identity.account_id, but=identity.session)
        kind = AccountEventKind.SESSIONS_ENDED
        keep_event(accounts, connection, identity.actor, identity.account_id, kind)


def _require(actor: Actor, name: str) -> None:
    if name != actor.name:
        actor.require(Permission.ADMINISTER)
