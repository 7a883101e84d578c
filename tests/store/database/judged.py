"""Judgements of drawn content, to be written and compared."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from geodata.model.codelists import (
    FindingCode,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import NO_CODE, NO_DAY
from geodata.model.judgements import (
    NEVER,
    NO_COUNT,
    Amounts,
    FindingColumns,
    IdleColumns,
    Judgements,
    MilestoneColumns,
)


class Drawn:
    """Columns of drawn content, a third of it unknown."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = np.random.default_rng(seed)
        self.size = size

    def _mixed(self, low: int, high: int, null: int, dtype: type) -> np.ndarray:
        values = self.random.integers(low, high, self.size).astype(dtype)
        values[self.random.random(self.size) < 1 / 3] = null
        return values

    def days(self) -> np.ndarray:
        return self._mixed(-8000, 40_000, NO_DAY, np.int32)

    def counts(self) -> np.ndarray:
        return self._mixed(0, 9000, NO_COUNT, np.int32)

    def codes(self, codelist: Any) -> np.ndarray:
        return self._mixed(0, len(codelist), NO_CODE, np.int8)

    def amounts(self) -> Amounts:
        known = self.random.random(self.size) < 2 / 3
        return Amounts(np.where(known, self.random.integers(0, 10**15, self.size), 0), known)

    def milestone(self) -> MilestoneColumns:
        return MilestoneColumns(
            state=self.codes(MilestoneState),
            agreed_on=self.days(),
            due_on=self.days(),
            done_on=self.days(),
            late_days=self.counts(),
            damages=self.amounts(),
            rescission_option=self.codes(range(2)),
        )

    def findings(self, row: np.ndarray) -> FindingColumns:
        drawn = Drawn(7, len(row))
        return FindingColumns(
            row=row,
            code=drawn.random.integers(0, len(FindingCode), len(row)).astype(np.int8),
            milestone=drawn.codes(MilestoneKind),
            since_on=drawn.days(),
            days=drawn.counts(),
            amount=drawn.amounts(),
            bucket=drawn.codes(UnusedBucket),
            rescission=drawn.codes(range(2)),
        )

    def judgements(self) -> Judgements:
        return Judgements(
            verdict=self.random.integers(0, len(Verdict), self.size).astype(np.int8),
            milestones={kind: self.milestone() for kind in MilestoneKind},
            idle=IdleColumns(self.days(), self.counts(), self.days(), self.days(), self.amounts()),
            findings=self.findings(
                np.repeat(np.arange(self.size), self.random.integers(0, 4, self.size))
            ),
            next_change_on=self._mixed(19_000, 40_000, NEVER, np.int32),
        )


def as_lists(value: Any) -> Any:
    """All columns below a dataclass, as lists with their types."""
    if is_dataclass(value):
        return {field.name: as_lists(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: as_lists(part) for key, part in value.items()}
    return str(value.dtype), value.tolist()
