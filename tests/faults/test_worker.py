"""The worker killed at its work; `tests.jobs` has a short sample."""

from __future__ import annotations

import pytest

from tests.faults.worker import JOBS, killed_at_work


@pytest.mark.faults
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_a_worker_killed_at_work_is_followed_by_one_that_does_it_once(job):
    proof = killed_at_work(job(), kills=1)
    assert proof.holds, proof
