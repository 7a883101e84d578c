"""A clock that jumps."""

from __future__ import annotations

import pytest

from tests.faults.clock import jumping_clock


@pytest.mark.faults
def test_a_clock_that_jumps_keeps_nobody_out_and_no_fact_back():
    proof = jumping_clock()
    assert proof.holds, proof
