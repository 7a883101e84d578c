"""`parcelwatch accounts`: the first account, and what an administrator does from the terminal."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from geodata.model.accounts import AccountEventKind
from geodata.model.roles import Actor, Role
from service.operations.accounts import Accounts, account_file
from service.operations.signing_in import sign_in
from service.settings import AccountSettings
from tests.conftest import NOON

KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)


@pytest.fixture
def accounts(own_engine):
    return Accounts(own_engine, AccountSettings(), lambda: NOON)


@pytest.fixture
def at(own_engine):
    return {"DATABASE_URL": own_engine.url.render_as_string(hide_password=False)}


def test_an_account_is_made_listed_locked_and_reset(run, accounts, at):
    added = run("accounts", "add", "chen", "--role", "park_manager", "--park", "东园", **at)
    password = added.stdout.strip()
    assert re.fullmatch(r"(\w{5}-){3}\w{5}", password)
    assert password not in added.stderr
    sign_in(accounts, "chen", password, "here")
    assert run("accounts", "parks", "chen", "西园", "甲园", **at).returncode == 0
    listed = run("accounts", "list", **at).stdout
    assert re.search(r"chen.*park manager.*甲园, 西园.*open", listed)
    assert run("accounts", "lock", "chen", **at).returncode == 0
    assert "locked" in run("accounts", "list", **at).stdout
    assert run("accounts", "unlock", "chen", **at).returncode == 0
    again = run("accounts", "reset", "chen", **at).stdout.strip()
    assert again != password
    sign_in(accounts, "chen", again, "here")
    events = account_file(accounts, KEEPER, "chen").events
    assert {e.actor.partition(":")[0] for e in events if e.actor != "chen"} == {"cli"}
    assert AccountEventKind.PASSWORD_RESET in {event.kind for event in events}


def test_a_password_is_read_from_standard_input_and_not_repeated(accounts, at, tmp_path):
    command = [sys.executable, "-c", "from service.cli import main; main()", "accounts", "add"]
    added = subprocess.run(
        [*command, "chen", "--role", "auditor", "--password-stdin"],
        input="river blue seven\n",
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={"PATH": "", "PARCELWATCH_LANG": "en", **at},
        check=True,
    )
    assert "river" not in added.stdout + added.stderr
    sign_in(accounts, "chen", "river blue seven", "here")


def test_what_cannot_be_done_is_said(run, at):
    for arguments, told in (
        (("add", "Wang Li", "--role", "auditor"), "cannot be that of an account"),
        (("lock", "nobody"), "There is no account nobody"),
    ):
        failed = run("accounts", *arguments, **at)
        assert failed.returncode == 2
        assert told in failed.stderr
        assert "Traceback" not in failed.stderr
