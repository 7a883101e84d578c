"""Whatever a reader is given, it answers in words; `make fuzz` goes on."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from tests.fuzzing.targets import TARGETS
from tests.importers.damage import wounded
from tests.importers.test_fuzz import Try, tried

__all__ = ["tried"]

pytestmark = pytest.mark.fuzz
_FEW = 40


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds, a few times damaged."""
    raw = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        raw = draw(wounded(raw))
    return raw


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_read_well_is_read(name: str):
    for seed in TARGETS[name].seeds:
        TARGETS[name].read(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_words_are_read_or_refused(name: str, tried: Try):
    target = TARGETS[name]
    tried(damaged(list(target.seeds)) | st.binary(max_size=64), target.read, _FEW)
