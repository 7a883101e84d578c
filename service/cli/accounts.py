"""`parcelwatch accounts`: who may enter the site, kept where the service runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.text import Text

from geodata.model.accounts import Account
from geodata.model.roles import Actor, Role
from service.cli.session import Session
from service.cli.tables import new_table
from service.cli.words import Command, Group, option
from service.clock import minute_text
from service.i18n import Translate
from service.operations import accounts as operations
from service.operations.accounts import Accounts
from service.operations.demonstration import DemoAccount

_password_option = option(
    "--password-stdin", is_flag=True, help="Read the first password from standard input."
)
_name_argument = click.argument("name")


@click.group("accounts", cls=Group)
def accounts_group() -> None:
    """Make, list, lock and unlock the accounts of the site."""


@accounts_group.command("add", cls=Command)
@_name_argument
@option("--role", type=click.Choice([role.value for role in Role]), required=True, help="Its role.")
@option("--park", "parks", multiple=True, help="Park it sees; may be given several times.")
@option("--external-name", default="", help="What the identity provider calls it.")
@_password_option
@click.pass_obj
def add_command(
    session: Session,
    /,
    name: str,
    role: str,
    parks: tuple[str, ...],
    external_name: str,
    *,
    password_stdin: bool,
) -> None:
    """Make an account; its first password is printed once and kept nowhere."""
    given = _typed(read=password_stdin)
    chosen = Role.of(role)
    with _keeping(session) as (accounts, actor):
        password = operations.add_account(
            accounts, actor, name, chosen, parks, external_name=external_name, password=given
        )
    session.say("The account {name} is made.", name=name.strip().lower())
    if chosen.signs_in and given is None:
        _tell_password(session, password)


@accounts_group.command("list", cls=Command)
@click.pass_obj
def list_command(session: Session, /) -> None:
    """List the accounts with role, parks and state."""
    _ = session.translate
    with _keeping(session) as (accounts, actor):
        found = operations.all_accounts(accounts, actor)
    heads = (*_heads(_), _("Made"), _("State"))
    table = new_table(_("Accounts"), heads, text_columns=len(heads))
    for account in found:
        state = _("locked") if account.locked_at else _("open")
        cells = (*_cells(session, account), minute_text(account.created_at), state)
        table.add_row(*map(Text, cells))
    session.out.print(table)


@accounts_group.command("lock", cls=Command)
@_name_argument
@click.pass_obj
def lock_command(session: Session, /, name: str) -> None:
    """Let nobody in with an account; its sessions end."""
    with _keeping(session) as (accounts, actor):
        operations.lock(accounts, actor, name)
    session.say("The account {name} is locked.", name=name)


@accounts_group.command("unlock", cls=Command)
@_name_argument
@click.pass_obj
def unlock_command(session: Session, /, name: str) -> None:
    """Let an account in again."""
    with _keeping(session) as (accounts, actor):
        operations.unlock(accounts, actor, name)
    session.say("The account {name} is open.", name=name)


@accounts_group.command("reset", cls=Command)
@_name_argument
@_password_option
@click.pass_obj
def reset_command(session: Session, /, name: str, *, password_stdin: bool) -> None:
    """Give an account a new first password, printed once; its sessions end."""
    given = _typed(read=password_stdin)
    with _keeping(session) as (accounts, actor):
        password = operations.reset_password(accounts, actor, name, given)
    session.say("The password of {name} is replaced.", name=name)
    if given is None:
        _tell_password(session, password)


@accounts_group.command("parks", cls=Command)
@_name_argument
@click.argument("parks", nargs=-1)
@click.pass_obj
def parks_command(session: Session, /, name: str, parks: tuple[str, ...]) -> None:
    """Give an account these parks and no others; none are named = it sees none."""
    with _keeping(session) as (accounts, actor):
        operations.set_parks(accounts, actor, name, parks)
    session.say(
        "The account {name} has the parks: {parks}", name=name, parks=", ".join(parks) or "–"
    )


def tell_accounts(session: Session, demonstrated: Sequence[DemoAccount]) -> None:
    """Print the accounts of the demonstration with what opens them."""
    _ = session.translate
    heads = (*_heads(_), _("Password"))
    table = new_table(_("Accounts of the demonstration"), heads, text_columns=len(heads))
    tokens = []
    for one in demonstrated:
        if one.account.role.signs_in:
            table.add_row(*map(Text, (*_cells(session, one.account), one.secret)))
        else:
            told = _("API token of {name}: {token}")
            tokens.append(told.format(name=one.account.name, token=one.secret))
    session.out.print(table)
    session.out.print(*tokens, sep="\n", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _keeping(session: Session) -> Iterator[tuple[Accounts, Actor]]:
    """The accounts, and whoever may use this machine's database as their keeper."""
    with session.database() as engine:
        keeper = Actor.of_role(f"cli:{session.actor}", Role.ADMINISTRATOR)
        yield session.accounts(engine), keeper


def _heads(translate: Translate) -> tuple[str, str, str]:
    _ = translate
    return _("Account"), _("Role"), _("Parks")


def _cells(session: Session, account: Account) -> tuple[str, str, str]:
    joint = "、" if session.language == "zh" else ", "
    everywhere = session.translate("all parks")
    parks = joint.join(sorted(account.parks)) if account.role.is_of_parks else everywhere
    return account.name, account.role.label(session.language), parks


def _typed(*, read: bool) -> str | None:
    return sys.stdin.readline().rstrip("\r\n") if read else None


def _tell_password(session: Session, password: str) -> None:
    """The password alone to standard output, what to do with it beside."""
    session.say("First password, shown this once, to be replaced at the first sign-in:")
    session.out.print(password, markup=False, highlight=False)
