"""`parcelwatch remind`: on the terminal, and as a mail in a directory."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from geodata.model.accounts import DigestChoice
from geodata.model.roles import Actor, Role
from geodata.store.site_account import SITE_ROLE
from service.operations.accounts import Accounts, add_account
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mailing import set_mailing
from service.settings import AccountSettings
from tests.conftest import NOON

KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def at(demo):
    return {"DATABASE_URL": demo.engine.url.render_as_string(hide_password=False)}


def test_the_terminal_and_the_mail_tell_the_same(run, at, tmp_path):
    asked = ("--as-of", DEMO_AS_OF, "--within", "60")
    shown = run("remind", *asked, **at)
    assert shown.returncode == 0, shown.stderr
    assert "falls due" in shown.stdout
    mailed = run("remind", *asked, "--mail", "wang@bureau.example", "--spool", "spool", **at)
    assert mailed.returncode == 0, mailed.stderr
    (file,) = (tmp_path / "spool").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "wang@bureau.example"
    links = [line for line in mail.get_content().splitlines() if "/contracts/" in line]
    assert mail["Subject"] == f"{len(links)} reminders as of {DEMO_AS_OF}"
    assert links


def test_the_mail_of_a_park_tells_of_no_other(run, at):
    shown = run("remind", "--as-of", DEMO_AS_OF, "--within", "90", "--park", "朱泾镇", **at)
    assert "朱泾镇" in shown.stdout
    assert "金山第二工业区" not in shown.stdout


def test_digests_are_written_once_for_whoever_asks_for_them(run, at, demo, tmp_path):
    accounts = Accounts(demo.engine, AccountSettings(), lambda: NOON)
    name = "digest-reader"
    add_account(accounts, KEEPER, name, Role.AUDITOR)
    set_mailing(accounts, KEEPER, name, "wang@bureau.example", DigestChoice.WEEKLY, "en")
    site = demo.engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    asked = ("remind", "--digests", "--as-of", DEMO_AS_OF, "--spool", "spool")
    first, again = (run(*asked, PARCELWATCH_SITE_DATABASE_URL=site, **at) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert f"{name} <wang@bureau.example>" in first.stderr
    assert name not in again.stderr
    (file,) = (tmp_path / "spool").iterdir()
    assert file.name == f"{DEMO_AS_OF}-{name}.eml"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--mail", "wang@bureau.example"), "needs an address and a directory"),
        (("--mail", "no address", "--spool", "x"), "no address"),
        (("--mail", "../../x@y", "--spool", "x"), "no address"),
    ],
)
def test_a_mail_that_cannot_be_written_is_refused(run, at, tmp_path, options, reason):
    refused = run("remind", "--as-of", DEMO_AS_OF, "--within", "90", *options, **at)
    assert refused.returncode == 2
    assert reason in refused.stderr
    assert not (tmp_path / "x").exists()
