"""Sessions: who gets one, when it ends, and who has to wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from geodata.errors import SignInError, UsageError
from geodata.model.accounts import AccountEventKind
from geodata.model.roles import Permission, Role
from service.auth.tokens import digest
from service.operations import signing_in
from service.operations.accounts import (
    account_file,
    add_account,
    lock,
    reset_password,
    set_external_name,
    set_parks,
    set_role,
    unlock,
)
from service.operations.identities import Identities
from service.operations.signing_in import change_password, sign_in, sign_in_external, sign_out
from service.operations.tokens import end_other_sessions, make_token, revoke_token

from .house import KEEPER, PASSWORD, house

HERE = "10.0.0.7"


@pytest.fixture
def own(own_engine):
    accounts, clock = house(own_engine)
    add_account(accounts, KEEPER, "wang.li", Role.AUDITOR, password=PASSWORD)
    return accounts, clock, Identities(accounts)


def kinds(accounts, name="wang.li"):
    return [event.kind for event in account_file(accounts, KEEPER, name).events]


def test_a_password_opens_a_session_of_which_only_a_digest_is_kept(own, own_engine):
    accounts, _, identities = own
    token = sign_in(accounts, " Wang.Li ", PASSWORD, HERE)
    identity = identities.identify(token, None)
    assert (identity.actor.name, identity.actor.role) == ("wang.li", Role.AUDITOR)
    assert identity.must_change, "the first password was given by somebody else"
    with own_engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT * FROM parcelwatch.session")).mappings().one()
        dump = connection.execute(sa.text("SELECT account::text FROM parcelwatch.account")).all()
    assert bytes(kept["digest"]) == digest(token)
    assert token not in str(dict(kept))
    assert PASSWORD not in str(dump)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("wang.li", "river blue eight"),
        ("nobody", PASSWORD),
        ("", ""),
        ("wang.li\x00", PASSWORD),
        ("'; DROP TABLE account; --", "x"),
        ("王" * 10_000, "x" * 10_000),
    ],
)
def test_what_is_wrong_is_not_told(kept, name, password):
    with pytest.raises(SignInError, match="no such account with this password"):
        sign_in(kept, name, password, HERE)


def test_a_session_ends_after_its_hours_and_when_it_is_not_used(own):
    accounts, clock, identities = own
    token = sign_in(accounts, "wang.li", PASSWORD, HERE)
    for _ in range(12):
        clock.go_on(minutes=59)
        assert identities.identify(token, None), "used within the hour"
    clock.go_on(minutes=12)
    assert not identities.identify(token, None), "after twelve hours, however used"
    token = sign_in(accounts, "wang.li", PASSWORD, HERE)
    clock.go_on(minutes=60)
    assert not identities.identify(token, None), "an hour without use"


def test_every_sign_in_has_its_own_token_and_signing_out_ends_it(own):
    accounts, _, identities = own
    one, other = (sign_in(accounts, "wang.li", PASSWORD, HERE) for _ in range(2))
    assert one != other
    sign_out(accounts, identities.identify(one, None))
    identities.forget(identities.identify(other, None))
    assert not identities.identify(one, None)
    assert identities.identify(other, None)
    assert not identities.identify("made up", None)
    assert not identities.identify(None, None)


def test_each_failure_makes_the_next_attempt_wait_longer(own):
    accounts, clock, _ = own
    for _ in range(accounts.settings.free_attempts):
        with pytest.raises(SignInError, match="no such account"):
            sign_in(accounts, "wang.li", "wrong", HERE)
    for seconds in (1, 2, 4, 8):
        with pytest.raises(SignInError, match=f"Wait {seconds} seconds"):
            sign_in(accounts, "wang.li", PASSWORD, "10.9.9.9")
        clock.go_on(seconds=seconds)
        with pytest.raises(SignInError, match="no such account"):
            sign_in(accounts, "wang.li", "wrong", HERE)
    clock.go_on(seconds=16)
    sign_in(accounts, "wang.li", PASSWORD, HERE)
    with pytest.raises(SignInError, match="no such account"):
        sign_in(accounts, "wang.li", "wrong", HERE)
    sign_in(accounts, "wang.li", PASSWORD, HERE)
    assert kinds(accounts).count(AccountEventKind.REFUSED) == 10


def test_nobody_waits_for_a_clock_that_was_set_back(own):
    accounts, clock, _ = own
    for _ in range(accounts.settings.free_attempts):
        with pytest.raises(SignInError, match="no such account"):
            sign_in(accounts, "wang.li", "wrong", HERE)
    clock.go_on(days=-1)
    with pytest.raises(SignInError, match="no such account"):
        sign_in(accounts, "wang.li", "wrong", HERE)
    with pytest.raises(SignInError, match="Wait 2 seconds"):
        sign_in(accounts, "wang.li", PASSWORD, HERE)
    clock.go_on(seconds=2)
    sign_in(accounts, "wang.li", PASSWORD, HERE)


def test_an_address_that_tries_many_names_waits_too_and_others_do_not(own):
    accounts, clock, _ = own
    for number in range(accounts.settings.free_attempts * 10):
        with pytest.raises(SignInError, match="no such account"):
            sign_in(accounts, f"name{number}", "wrong", HERE)
    with pytest.raises(SignInError, match="Wait 1 seconds"):
        sign_in(accounts, "wang.li", PASSWORD, HERE)
    sign_in(accounts, "wang.li", PASSWORD, "10.0.0.8")
    clock.go_on(days=2)
    sign_in(accounts, "wang.li", PASSWORD, HERE)


def test_of_many_attempts_at_once_no_more_are_tried_than_are_free(own, monkeypatch):
    accounts, _, _ = own
    tried = []
    monkeypatch.setattr(signing_in, "is_password", lambda *_: tried.append(1))

    def attempt(_):
        with pytest.raises(SignInError):
            sign_in(accounts, "wang.li", "guess", HERE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(24)))
    assert len(tried) == accounts.settings.free_attempts


def test_a_locked_account_is_out_within_five_seconds(own):
    accounts, clock, identities = own
    token = sign_in(accounts, "wang.li", PASSWORD, HERE)
    bearer = make_token(accounts, KEEPER, "wang.li", "", [Permission.VIEW], 9)
    assert identities.identify(token, None)
    assert identities.identify(None, bearer)
    lock(accounts, KEEPER, "wang.li")
    clock.go_on(seconds=5)
    assert not identities.identify(token, None)
    assert not identities.identify(None, bearer)
    with pytest.raises(SignInError, match="is locked"):
        sign_in(accounts, "wang.li", PASSWORD, HERE)
    with pytest.raises(SignInError, match="no such account"):
        sign_in(accounts, "wang.li", "wrong", HERE)
    unlock(accounts, KEEPER, "wang.li")
    assert identities.identify(None, bearer)
    assert not identities.identify(token, None), "its sessions ended"


def test_another_role_and_other_parks_take_effect_within_five_seconds(own):
    accounts, clock, identities = own
    token = sign_in(accounts, "wang.li", PASSWORD, HERE)
    assert identities.identify(token, None).actor.sees_all
    set_role(accounts, KEEPER, "wang.li", Role.PARK_MANAGER)
    set_parks(accounts, KEEPER, "wang.li", ["东园", "东园 ", ""])
    clock.go_on(seconds=5)
    actor = identities.identify(token, None).actor
    assert actor.parks == {"东园"}
    assert not actor.may(Permission.RUNS)
    set_parks(accounts, KEEPER, "wang.li", [])
    clock.go_on(seconds=5)
    assert identities.identify(token, None).actor.parks == frozenset()
    set_role(accounts, KEEPER, "wang.li", Role.API_CLIENT)
    clock.go_on(seconds=5)
    assert not identities.identify(token, None), "a program has no session"
    with pytest.raises(SignInError, match="that of a program"):
        sign_in(accounts, "wang.li", PASSWORD, HERE)


def test_another_password_ends_every_session_but_a_new_one(own):
    accounts, clock, identities = own
    old = sign_in(accounts, "wang.li", PASSWORD, HERE)
    identity = identities.identify(old, None)
    for wrong, new, error in (
        ("wrong", "seven blue river", SignInError),
        (PASSWORD, PASSWORD, UsageError),
        (PASSWORD, "short", UsageError),
        (PASSWORD, "wang.li 2026", UsageError),
    ):
        with pytest.raises(error):
            change_password(accounts, identity, wrong, new, HERE)
    token = change_password(accounts, identity, PASSWORD, "seven blue river", HERE)
    clock.go_on(seconds=5)
    assert not identities.identify(old, None)
    assert not identities.identify(token, None).must_change
    with pytest.raises(SignInError):
        sign_in(accounts, "wang.li", PASSWORD, HERE)
    sign_in(accounts, "wang.li", "seven blue river", HERE)
    given = reset_password(accounts, KEEPER, "wang.li")
    clock.go_on(seconds=5)
    assert not identities.identify(token, None)
    assert identities.identify(sign_in(accounts, "wang.li", given, HERE), None).must_change


def test_a_password_changed_meanwhile_opens_nothing(own, monkeypatch):
    """What was right when it was read has to be right still when the session begins."""
    accounts, _, _ = own
    compare = signing_in.is_password

    def slowly(*arguments):
        reset_password(accounts, KEEPER, "wang.li")
        return compare(*arguments)

    monkeypatch.setattr(signing_in, "is_password", slowly)
    with pytest.raises(SignInError, match="has just changed"):
        sign_in(accounts, "wang.li", PASSWORD, HERE)
    assert not account_file(accounts, KEEPER, "wang.li").sessions


def test_the_other_sessions_can_be_ended(own):
    accounts, clock, identities = own
    one, other = (sign_in(accounts, "wang.li", PASSWORD, HERE) for _ in range(2))
    end_other_sessions(accounts, identities.identify(one, None))
    clock.go_on(seconds=5)
    assert identities.identify(one, None)
    assert not identities.identify(other, None)


def test_who_the_provider_vouches_for_needs_no_password(own):
    accounts, _, identities = own
    set_external_name(accounts, KEEPER, "wang.li", "0042@bureau")
    identity = identities.identify(sign_in_external(accounts, "0042@bureau", HERE), None)
    assert identity.actor.name == "wang.li"
    assert not identity.must_change
    with pytest.raises(SignInError, match="0043@bureau"):
        sign_in_external(accounts, "0043@bureau", HERE)
    lock(accounts, KEEPER, "wang.li")
    with pytest.raises(SignInError, match="is locked"):
        sign_in_external(accounts, "0042@bureau", HERE)


def test_a_token_opens_what_it_names_until_it_ends_or_is_revoked(own):
    accounts, clock, identities = own
    rights = [Permission.VIEW, Permission.ENTER]
    token = make_token(accounts, KEEPER, "wang.li", "QGIS", rights, 30)
    identity = identities.identify(None, token)
    assert identity.session is None
    assert identity.actor.permissions == set(rights)
    set_role(accounts, KEEPER, "wang.li", Role.LEGAL)
    clock.go_on(seconds=5)
    assert identities.identify(None, token).actor.permissions == {Permission.VIEW}
    clock.go_on(days=30)
    assert not identities.identify(None, token)
    other = make_token(accounts, KEEPER, "wang.li", "", [Permission.VIEW], 1)
    (kept, _) = account_file(accounts, KEEPER, "wang.li").tokens
    revoke_token(accounts, KEEPER, "wang.li", kept.token_id)
    assert not identities.identify(None, other)


@pytest.mark.parametrize(
    ("rights", "days"),
    [
        ([], 9),
        ([Permission.ADMINISTER], 9),
        ([Permission.APPROVE], 9),
        ([Permission.VIEW], 0),
        ([Permission.VIEW], 366),
    ],
)
def test_a_token_never_allows_more_than_its_account(kept, rights, days):
    with pytest.raises(UsageError):
        make_token(kept, KEEPER, "wang.li", "", rights, days)
    assert not account_file(kept, KEEPER, "wang.li").tokens
