"""Tokens and waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.auth.tokens import derived, digest, is_derived, new_api_token, new_token
from service.auth.waits import wait_after


def test_tokens_are_drawn_and_only_digests_are_kept():
    drawn = {new_token() for _ in range(100)} | {new_api_token() for _ in range(100)}
    assert len(drawn) == 200
    assert all(len(token) >= 43 for token in drawn), "256 bits"
    assert len({digest(token) for token in drawn}) == 200


def test_what_follows_from_a_token_fits_it_and_its_purpose_only():
    token = new_token()
    value = derived(token, "csrf")
    assert is_derived(value, token, "csrf")
    assert not is_derived(value, token, "state")
    assert not is_derived(value, new_token(), "csrf")
    assert not is_derived("", token, "csrf")
    assert not is_derived("é", token, "csrf")


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (14, 512), (15, 900), (10**6, 900)],
)
def test_the_wait_doubles_up_to_its_longest(failures, seconds):
    assert wait_after(failures, 5, 900) == timedelta(seconds=seconds)
