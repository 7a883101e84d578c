"""Collecting findings while the rules run, and putting them in order."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.columns import NO_CODE, NO_DAY, Codes, Days, Flags
from geodata.model.judgements import NO_COUNT, Amounts, FindingColumns

Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.integer]


@dataclass(slots=True)
class FindingList:
    """Findings as they are made; `open` says which rows may have any.

    Closed contracts and contracts not in force have none.
    """

    open: Flags
    _parts: list[FindingColumns] = field(default_factory=list)

    def add(
        self,
        code: FindingCode,
        where: Flags,
        *,
        since_on: Days | None = None,
        days: Counts | None = None,
        amount: Amounts | None = None,
        milestone: MilestoneKind | None = None,
        bucket: Codes | None = None,
    ) -> None:
        """One finding for each row flagged; the other columns have one value per row."""
        rows = np.flatnonzero(where)
        self.add_entries(
            code,
            rows,
            since_on=None if since_on is None else since_on[rows],
            days=None if days is None else days[rows],
            amount=None if amount is None else amount.take(rows),
            milestone=milestone,
            bucket=None if bucket is None else bucket[rows],
        )

    def add_entries(
        self,
        code: FindingCode,
        rows: Rows,
        *,
        since_on: Days | None = None,
        days: Counts | None = None,
        amount: Amounts | None = None,
        milestone: MilestoneKind | None = None,
        bucket: Codes | None = None,
        rescission: Flags | None = None,
    ) -> None:
        """One finding for each entry of `rows`; every other column has one value per entry."""
        kept = np.flatnonzero(self.open[rows])
        nothing = Amounts(np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_))
        kind = NO_CODE if milestone is None else milestone.position

        def column(values: npt.ArrayLike | None, blank: int) -> npt.NDArray[np.int32]:
            filled = np.full(len(rows), blank) if values is None else np.asarray(values)
            return filled[kept].astype(np.int32)

        self._parts.append(
            FindingColumns(
                row=rows[kept],
                code=np.full(len(kept), code.position, dtype=np.int8),
                milestone=np.full(len(kept), kind, dtype=np.int8),
                since_on=column(since_on, NO_DAY),
                days=column(days, NO_COUNT),
                amount=(amount or nothing).take(kept),
                bucket=column(bucket, NO_CODE).astype(np.int8),
                rescission=column(rescission, NO_CODE).astype(np.int8),
            )
        )

    def ordered(self) -> FindingColumns:
        """All findings by row, then by code, then in the order they were made."""
        parts = self._parts
        row = np.concatenate([part.row for part in parts])
        code = np.concatenate([part.code for part in parts])
        order = np.lexsort((code, row))

        def joined(name: str) -> npt.NDArray[np.generic]:
            return np.concatenate([getattr(part, name) for part in parts])[order]

        return FindingColumns(
            row=row[order],
            code=code[order],
            milestone=joined("milestone").astype(np.int8),
            since_on=joined("since_on").astype(np.int32),
            days=joined("days").astype(np.int32),
            amount=Amounts(
                np.concatenate([part.amount.fen for part in parts])[order],
                np.concatenate([part.amount.known for part in parts])[order],
            ),
            bucket=joined("bucket").astype(np.int8),
            rescission=joined("rescission").astype(np.int8),
        )
