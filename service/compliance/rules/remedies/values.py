"""What a remedy is: a change of ledger cells that removes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geodata.model.codelists import FindingCode, MilestoneKind, Verdict
from geodata.model.columns import Cell
from geodata.model.remedy_kinds import RemedyKind


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of the ledger as it would have to read.

    Attributes
    ----------
    key
        Ledger column.
    cell
        Typed cell, as `geodata.model.columns.from_rows` takes it.
    """

    key: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of facts that removes a finding all by itself.

    An act still open is dated on the day of the check, one that is not any more on `last_on`.

    Attributes
    ----------
    code, milestone
        The finding it removes, and the milestone that finding is about.
    kind
        What has to change.
    changes
        The cells that change; all others stay as they are.
    last_on
        Last day of the act. Of an extension: the last day on which it can be approved and still
        remove the finding. Of works or payment still open: the last day before time alone brings
        something graver. Of an act that came too late: the day by which it had to happen. None
        when no date binds it, or a government period still running keeps it open.
    in_time
        `last_on` has not passed.
    verdict_after
        What the contract is judged as once the cells are changed.
    """

    code: FindingCode
    milestone: MilestoneKind | None
    kind: RemedyKind
    changes: tuple[Change, ...]
    last_on: date | None
    in_time: bool
    verdict_after: Verdict
