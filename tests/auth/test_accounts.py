"""Keeping accounts: only administrators do, and every act is logged for good."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from geodata.errors import NotAllowedError, NothingFoundError, UsageError
from geodata.model.accounts import AccountEventKind
from geodata.model.roles import Actor, Permission, Role
from service.operations import accounts as operations
from service.operations import tokens

from .house import KEEPER, PASSWORD, house


@pytest.fixture
def accounts(own_engine):
    return house(own_engine)[0]


def add(accounts, name="wang.li", role=Role.AUDITOR, *parks, **others):
    return operations.add_account(accounts, KEEPER, name, role, parks, **others)


def test_an_account_is_what_was_asked_for(accounts):
    add(accounts, " Chen-1 ", Role.PARK_MANAGER, "东园", "西园")
    add(accounts, "robot", Role.API_CLIENT)
    chen, robot = operations.all_accounts(accounts, KEEPER)
    assert (chen.name, chen.role, chen.parks) == ("chen-1", Role.PARK_MANAGER, {"东园", "西园"})
    assert chen.must_change
    assert robot.password_hash is None
    assert chen.actor().parks == {"东园", "西园"}
    assert robot.actor().sees_all


@pytest.mark.parametrize(
    "name", ["", "x", "-x", "wang li", "王力", "a" * 65, "a\x00b", "a/b", "<b>", "a\nb"]
)
def test_a_name_is_letters_digits_and_three_signs(kept, name):
    with pytest.raises(UsageError):
        add(kept, name)
    assert len(operations.all_accounts(kept, KEEPER)) == 1


def test_names_are_given_once(accounts):
    add(accounts, external_name="7@bureau")
    with pytest.raises(UsageError, match="another account"):
        add(accounts, "WANG.LI")
    with pytest.raises(UsageError, match="another account"):
        add(accounts, "chen", external_name="7@bureau")
    add(accounts, "chen")
    with pytest.raises(UsageError, match=r"wang\.li"):
        operations.set_external_name(accounts, KEEPER, "chen", "7@bureau")
    operations.set_external_name(accounts, KEEPER, "wang.li", "")
    operations.set_external_name(accounts, KEEPER, "chen", "7@bureau")


@pytest.mark.parametrize("text", ["x" * 201, "a\x00b", "a\nb"])
def test_hostile_text_is_refused_and_changes_nothing(kept, text):
    with pytest.raises(UsageError):
        operations.set_parks(kept, KEEPER, "wang.li", ["东园", text])
    with pytest.raises(UsageError):
        operations.set_external_name(kept, KEEPER, "wang.li", text)
    with pytest.raises(UsageError):
        tokens.make_token(kept, KEEPER, "wang.li", text, [Permission.VIEW], 1)
    file = operations.account_file(kept, KEEPER, "wang.li")
    assert [event.kind for event in file.events] == [AccountEventKind.CREATED]


def test_every_act_is_logged_and_the_log_is_never_changed(accounts, own_engine):
    add(accounts)
    operations.set_role(accounts, KEEPER, "wang.li", Role.REVIEWER)
    operations.set_parks(accounts, KEEPER, "wang.li", ["东园", "西园"])
    operations.set_external_name(accounts, KEEPER, "wang.li", "7@bureau")
    operations.lock(accounts, KEEPER, "wang.li")
    operations.unlock(accounts, KEEPER, "wang.li")
    secret = operations.reset_password(accounts, KEEPER, "wang.li")
    token = tokens.make_token(accounts, KEEPER, "wang.li", "QGIS", [Permission.VIEW], 1)
    (kept,) = operations.account_file(accounts, KEEPER, "wang.li").tokens
    for _ in range(2):
        tokens.revoke_token(accounts, KEEPER, "wang.li", kept.token_id)
    events = operations.account_file(accounts, KEEPER, "wang.li").events
    kind = AccountEventKind
    assert [(event.kind, event.detail) for event in reversed(events)] == [
        (kind.CREATED, "auditor"),
        (kind.ROLE_CHANGED, "reviewer"),
        (kind.PARKS_CHANGED, "东园; 西园"),
        (kind.EXTERNAL_CHANGED, "7@bureau"),
        (kind.LOCKED, ""),
        (kind.UNLOCKED, ""),
        (kind.PASSWORD_RESET, ""),
        (kind.TOKEN_MADE, "QGIS"),
        (kind.TOKEN_REVOKED, "QGIS"),
    ]
    assert {event.actor for event in events} == {"keeper"}
    assert secret not in str(events)
    assert token not in str(events)
    for statement in ("UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="never changed"),
            own_engine.begin() as changing,
        ):
            changing.exec_driver_sql(statement.format("parcelwatch.account_event"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_keeps_accounts(kept, role):
    stranger = Actor.of_role("stranger", role)
    attempts = (
        lambda: operations.add_account(kept, stranger, "new", Role.LEADER),
        lambda: operations.all_accounts(kept, stranger),
        lambda: operations.account_file(kept, stranger, "wang.li"),
        lambda: operations.park_names(kept, stranger),
        lambda: operations.set_role(kept, stranger, "wang.li", Role.LEADER),
        lambda: operations.set_parks(kept, stranger, "wang.li", []),
        lambda: operations.set_external_name(kept, stranger, "wang.li", "x"),
        lambda: operations.lock(kept, stranger, "wang.li"),
        lambda: operations.unlock(kept, stranger, "wang.li"),
        lambda: operations.reset_password(kept, stranger, "wang.li"),
        lambda: tokens.make_token(kept, stranger, "wang.li", "", [Permission.VIEW], 1),
        lambda: tokens.revoke_token(kept, stranger, "wang.li", 1),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()
    file = operations.account_file(kept, KEEPER, "wang.li")
    assert len(file.events) == 1


def test_nobody_locks_the_own_account_or_takes_its_role(accounts):
    add(accounts, "keeper", Role.ADMINISTRATOR)
    for attempt in (
        lambda: operations.lock(accounts, KEEPER, "keeper"),
        lambda: operations.set_role(accounts, KEEPER, "keeper", Role.LEADER),
        lambda: operations.reset_password(accounts, KEEPER, "keeper"),
    ):
        with pytest.raises(UsageError, match="own account"):
            attempt()


@pytest.mark.parametrize("name", ["nobody", "", "a\x00b", "x" * 999])
def test_an_account_that_is_not_there_is_said(kept, name):
    for attempt in (
        lambda: operations.account_file(kept, KEEPER, name),
        lambda: operations.lock(kept, KEEPER, name),
        lambda: operations.set_parks(kept, KEEPER, name, []),
        lambda: tokens.revoke_token(kept, KEEPER, name, 1),
    ):
        with pytest.raises(NothingFoundError):
            attempt()


@pytest.mark.parametrize("number", [-1, 0, 7, 2**70])
def test_a_token_that_is_not_there_is_said(kept, number):
    with pytest.raises(NothingFoundError):
        tokens.revoke_token(kept, KEEPER, "wang.li", number)


def test_a_first_password_can_be_chosen_and_is_checked(accounts):
    assert add(accounts, password=PASSWORD) == PASSWORD
    with pytest.raises(UsageError):
        add(accounts, "chen", password="password1234")


def test_roles_keep_entering_approving_and_administering_apart():
    for role in Role:
        assert (
            len({Permission.ENTER, Permission.APPROVE, Permission.ADMINISTER} & role.permissions)
            <= 1
        )
    assert Role.LEADER.permissions == {Permission.TOTALS}
    assert {role for role in Role if role.is_of_parks} == {Role.PARK_MANAGER}
