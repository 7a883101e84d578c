"""Load without a fault: some seconds of it."""

from __future__ import annotations

from tests.faults.soak import soaked

POOLS = 16
"""Connections that eight threads of the site and the worker may hold."""


def test_a_busy_site_makes_no_error_and_keeps_no_connection():
    soak = soaked(3, stretch_s=1, tried=(4,))
    assert soak.count > soak.errors == 0
    assert soak.late_open <= POOLS
