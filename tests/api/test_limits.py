"""How often programs may ask, by a clock that stands in the test's hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from geodata.model.roles import Role
from service.web.limits import RateLimits
from tests.conftest import NOON

SECOND = timedelta(seconds=1)


def test_a_window_ends_when_it_ends():
    limits = RateLimits(2, 60)
    begun = NOON.replace(second=0, microsecond=0)
    left = [limits.take("one", begun + at * SECOND).left for at in (0, 30, 59, 60)]
    assert left == [1, 0, -1, 1]
    assert limits.take("other", begun + 61 * SECOND).left == 1
    assert limits.take("one", begun + 75 * SECOND).seconds == 45


@pytest.fixture
def strict(district_app, monkeypatch):
    limits = district_app.extensions["parcelwatch"].limits
    monkeypatch.setattr(limits, "requests", 3)
    return limits


def test_too_many_requests_are_told_when_to_come_again(program, strict):
    one = program(Role.AUDITOR)
    strict.requests = 3
    answers = [one.ask("/codelists") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [a.headers["RateLimit"].partition(";t=")[0] for a in answers] == [
        '"account";r=2',
        '"account";r=1',
        '"account";r=0',
        '"account";r=0',
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"account";q=3;w=60'
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].content_type == "application/problem+json"
    assert program(Role.AUDITOR).ask("/codelists").status_code == 200, "another account"
