"""Passwords: kept as hashes, accepted by length first, never repeated."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import UsageError
from service.auth.passwords import (
    LONGEST,
    check_password,
    first_password,
    hash_password,
    is_password,
    needs_rehash,
)


def test_a_hash_is_that_of_its_password_only():
    kept = hash_password("correct horse 电池 staple")
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept
    assert is_password("correct horse 电池 staple", kept)
    assert not is_password("correct horse 电池 stapla", kept)
    assert hash_password("correct horse 电池 staple") != kept, "each has its own salt"


def test_nobody_has_the_password_of_no_account():
    assert not is_password("anything", None)
    assert not is_password("anything", "$argon2id$broken")


def test_the_same_characters_are_the_same_password():
    """One keyboard sends e and an accent, another one character for both; full width is width."""
    assert is_password("caf\u0065\u0301 terrasse", hash_password("caf\u00e9 terrasse"))
    assert is_password("ＡＢＣ door window", hash_password("ABC door window"))


def test_a_hash_of_another_cost_is_made_anew():
    assert not needs_rehash(hash_password("x" * 12))
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * (LONGEST + 1),
        "aaaaaaaaaaaa",
        "ababababababab",
        "Password1234",
        "woaini1314520",
        "ｐassword1234",
        "wang.li-2024",
        "2024 WANG.LI!",
        "wang.liwang.li",
    ],
)
def test_what_others_try_first_is_refused(password):
    with pytest.raises(UsageError) as refused:
        check_password(password, "wang.li", 12)
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["river blue seven", "开工竣工投产达产一步不差", "x7-kfdpqa9w2"]
)
def test_length_is_what_counts(password):
    check_password(password, "wang.li", 12)


@settings(max_examples=50)
@given(st.text(min_size=0, max_size=300))
def test_every_text_is_accepted_or_refused(text):
    try:
        check_password(text, "wang.li", 12)
    except UsageError:
        return
    assert len(text) <= LONGEST


def test_a_first_password_is_random_and_accepted():
    drawn = {first_password() for _ in range(100)}
    assert len(drawn) == 100
    for password in drawn:
        check_password(password, "wang.li", 12)
