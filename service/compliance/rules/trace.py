"""Telling how a result came about: the kernels name each step, a trace keeps or ignores it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from geodata.model.codelist import Codelist
from geodata.model.codelists import (
    Anchor,
    FindingCode,
    MilestoneKind,
    MilestoneState,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import Column
from geodata.model.judgements import Amounts

if TYPE_CHECKING:
    from service.compliance.rules.facts import Facts
    from service.compliance.rules.parameters import Parameters


class Measure(Enum):
    """What the values of a step are counted in."""

    DAY = "day"
    DAYS = "days"
    YUAN = "yuan"
    M2 = "m2"
    SHARE = "share"
    FLAG = "flag"
    STATE = "state"
    ANCHOR = "anchor"
    BUCKET = "bucket"
    VERDICT = "verdict"

    @property
    def codelist(self) -> type[Codelist] | None:
        """The closed list that coded values belong to."""
        return _CODELISTS.get(self.value)


_CODELISTS: dict[str, type[Codelist]] = {
    "state": MilestoneState,
    "anchor": Anchor,
    "bucket": UnusedBucket,
    "verdict": Verdict,
}

Values = Column | Amounts | npt.NDArray[np.integer]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a repeating column that values belong to.

    Attributes
    ----------
    column
        Ledger column, e.g. ``instalments``.
    index
        Position of each entry in the column's fields.
    """

    column: str
    index: Rows


class Trace(Protocol):
    """Receiver of the steps of a computation.

    Attributes
    ----------
    on
        False where nothing is kept: then the kernels make no array for a step.
    """

    on: bool

    def begin(self, facts: Facts, law: Parameters) -> None:
        """Note the facts and the legal numbers everything rests on."""

    def step(
        self,
        name: str,
        measure: Measure,
        values: Values,
        *numbers: str,
        of: Sequence[str] = (),
        at: Rows | Entries | None = None,
        dated: str = "",
    ) -> None:
        """Note a named intermediate column.

        Parameters
        ----------
        values
            One per row, or one for each of the rows or entries that `at` names.
        numbers
            Ids of the legal numbers it may rest on.
        of
            Earlier steps and ledger columns it was computed from; a field of a repeating column
            is written ``instalments.due_on``.
        dated
            The one of them whose day picks numbers that go by a due date or an act; of
            ``one|other`` the first that is known.
        """

    def finding(
        self,
        code: FindingCode,
        *of: str,
        milestone: MilestoneKind | None = None,
        entries: Entries | None = None,
    ) -> None:
        """Note the steps and ledger columns a finding rests on.

        A finding per entry names its entries, in the order in which they were found.
        """


class SilentTrace:
    """A trace that keeps nothing: for bulk runs."""

    on = False

    def begin(self, facts: Facts, law: Parameters) -> None:
        """Ignore them."""

    def step(
        self,
        name: str,
        measure: Measure,
        values: Values,
        *numbers: str,
        of: Sequence[str] = (),
        at: Rows | Entries | None = None,
        dated: str = "",
    ) -> None:
        """Ignore the step."""

    def finding(
        self,
        code: FindingCode,
        *of: str,
        milestone: MilestoneKind | None = None,
        entries: Entries | None = None,
    ) -> None:
        """Ignore the finding."""


@dataclass(frozen=True, slots=True)
class Step:
    """One named column of a computation; see `Trace.step`."""

    name: str
    measure: Measure
    values: Values
    numbers: tuple[str, ...]
    of: tuple[str, ...]
    at: Rows | Entries | None
    dated: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What the findings of one code (and milestone) rest on; see `Trace.finding`."""

    code: FindingCode
    of: tuple[str, ...]
    milestone: MilestoneKind | None
    entries: Entries | None


@dataclass(slots=True)
class Recorder:
    """A trace that keeps every step in order: for explanations."""

    on: bool = True
    steps: list[Step] = field(default_factory=list)
    grounds: list[Ground] = field(default_factory=list)
    _begun: list[tuple[Facts, Parameters]] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        """The facts as they stood on each row's day."""
        return self._begun[0][0]

    @property
    def law(self) -> Parameters:
        """The legal numbers of each row."""
        return self._begun[0][1]

    def begin(self, facts: Facts, law: Parameters) -> None:
        """Keep them."""
        self._begun.append((facts, law))

    def step(
        self,
        name: str,
        measure: Measure,
        values: Values,
        *numbers: str,
        of: Sequence[str] = (),
        at: Rows | Entries | None = None,
        dated: str = "",
    ) -> None:
        """Keep the step."""
        self.steps.append(Step(name, measure, values, numbers, tuple(of), at, dated))

    def finding(
        self,
        code: FindingCode,
        *of: str,
        milestone: MilestoneKind | None = None,
        entries: Entries | None = None,
    ) -> None:
        """Keep the ground."""
        self.grounds.append(Ground(code, of, milestone, entries))
