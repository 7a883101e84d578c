"""The database killed under load, and two sites at once: a short sample."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.database import Desk, desk, killed_under_load, same_key_at_two_sites


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def test_a_database_killed_under_load_loses_and_doubles_nothing(at):
    proof = killed_under_load(at, kills=1)
    assert proof.holds, proof


def test_a_request_sent_to_two_sites_at_once_is_done_once(at):
    proof = same_key_at_two_sites(at, requests=10)
    assert proof.holds, proof
