"""Digests: one mail per account that is due, of its own land, in its language, by either way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from geodata.errors import MailError, NotAllowedError, UsageError
from geodata.model.accounts import DigestChoice, Mailing
from geodata.model.roles import Actor, Role
from geodata.store.site_account import SITE_ROLE, site_engine
from service.config import load_config
from service.notices.addresses import mail_address
from service.operations.accounts import Accounts, account_file, add_account, lock
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mailing import Delivery, Office, send_digests, set_mailing
from service.operations.posting import Spool, opened_post
from service.operations.reading import DatabaseReadings
from service.settings import AccountSettings
from tests.conftest import NOON

KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)
PARK, OTHER = "朱泾镇", "枫泾镇"


@dataclass
class Mailroom:
    """The demonstration district as its site has it, and a directory mails are written into."""

    readings: DatabaseReadings
    accounts: Accounts
    folder: Path

    def subscriber(
        self, digest=DigestChoice.DAILY, role=Role.AUDITOR, *parks, language="zh", address=""
    ) -> str:
        name = f"m{uuid4().hex[:10]}"
        add_account(self.accounts, KEEPER, name, role, parks)
        wanted = address or f"{name}@bureau.example"
        set_mailing(self.accounts, KEEPER, name, wanted, digest, language)
        return name

    def send(self, name: str, as_of: date = DEMO_AS_OF, post=None) -> Delivery | None:
        """What came of the digest of an account; None where it was not due."""
        sender, taken = mail_address("land@bureau.example"), post or Spool(self.folder)
        office = Office(sender, taken, lambda key: f"https://land.example/contracts/{key.slug}")
        sent = list(send_digests(self.readings, self.accounts, as_of, office))
        return next((one for one in sent if one.account.name == name), None)

    def mail(self, name: str, as_of: date = DEMO_AS_OF) -> EmailMessage:
        path = self.folder / f"{as_of}-{name}.eml"
        return message_from_bytes(path.read_bytes(), policy=policy.default)


@pytest.fixture
def room(demo, law, tmp_path) -> Iterator[Mailroom]:
    url = demo.engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    engine = site_engine(url)
    accounts = Accounts(engine, AccountSettings(), lambda: NOON)
    yield Mailroom(DatabaseReadings(engine, law), accounts, tmp_path)
    with demo.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE parcelwatch.account SET mail_digest = 'none'")
    engine.dispose()


@pytest.mark.parametrize(
    ("digest", "language", "words"),
    [
        (DigestChoice.DAILY, "zh", ("即将到期（30 日内）", "即将到期（90 日内）", "新近")),
        (DigestChoice.WEEKLY, "en", ("falls due within 30 days", "within 90 days", "newly")),
    ],
)
def test_a_digest_tells_what_is_near_in_the_account_s_language(room, digest, language, words):
    name = room.subscriber(digest, language=language)
    delivery = room.send(name)
    assert delivery.problem is None
    text = room.mail(name).get_content()
    assert text.count("https://land.example/contracts/") == delivery.reminder_count
    assert [word for word in (*words, name) if word not in text] == []
    assert room.mail(name)["To"] == f"{name}@bureau.example"


def test_what_is_new_reaches_back_less_far_than_what_falls_due_ahead(room):
    name = room.subscriber()
    delivery = room.send(name)
    near = room.readings.reminders(delivery.account.actor(), DEMO_AS_OF, "zh", 90)
    told = [reminder for reminder in near if reminder.days >= -30]
    assert delivery.reminder_count == len(told) < len(near)


def test_a_park_manager_is_told_of_the_own_parks_only(room):
    everything = room.subscriber()
    manager = room.subscriber(DigestChoice.DAILY, Role.PARK_MANAGER, PARK)
    all_sent = room.send(everything)
    own_sent = room.mail(manager).get_content()
    assert PARK in own_sent
    assert OTHER in room.mail(everything).get_content()
    assert OTHER not in own_sent
    assert own_sent.count("https://") < all_sent.reminder_count


@pytest.mark.parametrize(("digest", "days"), [(DigestChoice.DAILY, 1), (DigestChoice.WEEKLY, 7)])
def test_a_digest_is_sent_once_until_the_next_is_due(room, digest, days):
    name = room.subscriber(digest)
    assert room.send(name).reminder_count
    assert room.send(name) is None
    assert room.send(name, DEMO_AS_OF + timedelta(days=days - 1)) is None
    assert room.send(name, DEMO_AS_OF + timedelta(days=days)) is not None


def test_nothing_near_is_no_mail_and_stays_due(room):
    name = room.subscriber(DigestChoice.WEEKLY, Role.PARK_MANAGER, "no such park")
    assert room.send(name).reminder_count == 0
    assert list(room.folder.iterdir()) == []
    assert account_file(room.accounts, KEEPER, name).account.mailing.last_on is None


def test_a_locked_account_gets_no_mail(room):
    name = room.subscriber()
    lock(room.accounts, KEEPER, name)
    assert room.send(name) is None


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: x@y", "../../x@y", "王@b", "a@"])
def test_an_address_no_mail_can_go_to_is_refused(room, address):
    with pytest.raises(UsageError, match="no address"):
        room.subscriber(address=address)


def test_a_digest_needs_an_address_and_a_role_that_sees_contracts(room):
    name = room.subscriber(DigestChoice.NONE, Role.LEADER)
    with pytest.raises(UsageError, match="needs an address"):
        set_mailing(room.accounts, KEEPER, name, " ", DigestChoice.DAILY, "zh")
    with pytest.raises(UsageError, match="sees no single contract"):
        set_mailing(room.accounts, KEEPER, name, "a@b", DigestChoice.DAILY, "zh")


def test_an_account_changes_its_own_mail_and_no_other(room):
    name, other = room.subscriber(), room.subscriber()
    actor = Actor.of_role(name, Role.AUDITOR)
    set_mailing(room.accounts, actor, name, "", DigestChoice.NONE, "en")
    file = account_file(room.accounts, actor, name)
    assert file.account.mailing == Mailing(language="en")
    assert file.events[0].kind.label("en") == "mail changed"
    with pytest.raises(NotAllowedError):
        set_mailing(room.accounts, actor, other, "", DigestChoice.NONE, "en")


class Inbox(Message):
    """Keeps what it is sent; one address is known to nobody."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.mails: list[EmailMessage] = []

    def handle_message(self, message: EmailMessage) -> None:
        self.mails.append(message)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd's name
        if address.startswith("nobody@"):
            return "550 unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A mail server on this machine, and its port."""
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, port
    controller.stop()


def by_server(folder: Path, port: int):
    settings = folder / "config.toml"
    settings.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n', encoding="utf-8"
    )
    return opened_post(load_config(settings, {}))


def test_a_mail_server_takes_digests_and_one_refusal_stops_no_other(room, inbox, tmp_path):
    received, port = inbox
    refused = room.subscriber(address="nobody@bureau.example")
    taken = room.subscriber()
    with by_server(tmp_path, port) as post:
        assert "550" in str(room.send(refused, post=post).problem)
    (mail,) = received.mails
    assert mail["To"] == f"{taken}@bureau.example"
    assert "提醒" in str(message_from_bytes(bytes(mail), policy=policy.default)["Subject"])
    assert room.send(refused).problem is None, "it stayed due"
    assert not (tmp_path / f"{DEMO_AS_OF}-{taken}.eml").exists(), "it was sent before"


def test_a_mail_server_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MailError, match="cannot be used"), by_server(tmp_path, free_port()):
        pass


def test_mails_go_into_a_directory_beside_the_settings_by_default(tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text("", encoding="utf-8")
    with opened_post(load_config(settings, {})) as post:
        assert post == Spool(tmp_path / "out" / "mail")
