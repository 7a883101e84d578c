"""A disk that is full under the database and under the files."""

from __future__ import annotations

import pytest

from tests.faults.disk import full_disk, may_mount


def test_a_full_disk_is_told_and_leaves_nothing_torn():
    if not may_mount():
        pytest.skip("only root may mount a small disk")
    proof = full_disk()
    assert proof.holds, proof
