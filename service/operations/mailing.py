"""Mails of what is near: who wants them, and the digest of each account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial
from typing import Final

from geodata.errors import MailError, OutputFileError, UsageError
from geodata.model.accounts import Account, AccountEventKind, DigestChoice
from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import REACHES
from geodata.model.roles import Actor, Permission
from geodata.store.queries.accounts import change_account, list_accounts
from geodata.store.session import unit_of_work
from service.i18n import translator
from service.notices.addresses import mail_address
from service.notices.digest import digest
from service.notices.reminders import Reminder
from service.operations.accounts import Accounts, found, keep_event
from service.operations.posting import Post
from service.operations.reading import DatabaseReadings

_AHEAD_DAYS: Final = REACHES[-1]
_BACK_DAYS: Final = REACHES[0]
"""A digest tells what falls due in so many days, and what is new since so many: a convention."""


@dataclass(frozen=True, slots=True)
class Office:
    """How digests leave: from whom, by which way, and where their links lead."""

    sender: Address
    post: Post
    page_of: Callable[[ContractKey], str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the digest of an account.

    Attributes
    ----------
    reminder_count
        None of them is no mail.
    problem
        Why the mail was not taken; None = it was.
    """

    account: Account
    reminder_count: int
    problem: MailError | OutputFileError | None = None


def set_mailing(
    accounts: Accounts, actor: Actor, name: str, address: str, choice: DigestChoice, language: str
) -> None:
    """Say where the mail of an account goes, and how often: for administrators, and for itself.

    The log tells the choice, not the address: it is kept for good.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When it is another's, or there is no such account.
    UsageError
        When no mail can go there, or a digest is wanted that could not be written.
    """
    if name != actor.name:
        actor.require(Permission.ADMINISTER)
    written = address.strip()
    if written:
        mail_address(written)
    with unit_of_work(accounts.engine) as connection:
        account = found(connection, name)
        _refuse_unwritable(account, written, choice)
        change_account(
            connection,
            account.account_id,
            mail_address=written or None,
            mail_digest=choice,
            mail_language=language,
        )
        kind = AccountEventKind.MAIL_CHANGED
        keep_event(accounts, connection, actor, account.account_id, kind, choice)


def send_digests(
    readings: DatabaseReadings, accounts: Accounts, as_of: date, office: Office
) -> Iterator[Delivery]:
    """Send every account the digest that is due on a day, of the land it sees.

    A mail that is not taken stays due; the other ones are sent.

    Parameters
    ----------
    readings
        Of the site's account: the database shows it no row that the account does not see.
    """
    with unit_of_work(accounts.engine) as connection:
        kept = list_accounts(connection)
    for account in kept:
        if not account.locked_at and account.mailing.is_due(as_of) and _sees_contracts(account):
            yield _sent(readings, accounts, account, as_of, office)


def _sent(
    readings: DatabaseReadings, accounts: Accounts, account: Account, as_of: date, office: Office
) -> Delivery:
    language = account.mailing.language
    near = readings.reminders(account.actor(), as_of, language, _AHEAD_DAYS)
    told = [reminder for reminder in near if reminder.days >= -_BACK_DAYS]
    delivery = partial(Delivery, account, len(told))
    if not told:
        return delivery()
    try:
        office.post.send(_written(account, told, as_of, accounts, office), _name(account, as_of))
    except (MailError, OutputFileError) as problem:
        return delivery(problem)
    with unit_of_work(accounts.engine) as connection:
        change_account(connection, account.account_id, mail_digest_on=as_of)
    return delivery()


def _written(
    account: Account, told: Sequence[Reminder], as_of: date, accounts: Accounts, office: Office
) -> EmailMessage:
    mailing = account.mailing
    assert mailing.address is not None, "no digest without an address"
    return digest(
        told,
        sender=office.sender,
        recipient=mail_address(mailing.address),
        as_of=as_of,
        made_at=accounts.clock(),
        language=mailing.language,
        translate=translator(mailing.language),
        page_of=office.page_of,
        account=account.name,
    )


def _name(account: Account, as_of: date) -> str:
    return f"{as_of.isoformat()}-{account.name}"


def _sees_contracts(account: Account) -> bool:
    return Permission.VIEW in account.role.permissions


def _refuse_unwritable(account: Account, address: str, choice: DigestChoice) -> None:
    if choice is DigestChoice.NONE:
        return
    if not address:
        raise UsageError(
            "A digest needs an address it is sent to.", "Write the e-mail address beside it."
        )
    if not _sees_contracts(account):
        raise UsageError(
            "The account {name} sees no single contract, and a digest names them.",
            "Choose none, or give the account another role.",
            name=account.name,
        )
