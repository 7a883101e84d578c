"""One recorded step of many rows, and the ways in which its values may have come about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.model.columns import Days
from service.compliance.law.steps import ANY, StepLaw
from service.compliance.rules.explanation import NumberUse, Value
from service.compliance.rules.leaves import Leaf
from service.compliance.rules.operands import Texts, step_texts, step_values
from service.compliance.rules.trace import Entries, Measure, Step

Lookup = Callable[[int, int], str | None]
"""From a row, and the place of the value in question, to the text of an input."""

_ZERO: Final = ("0", "0.00")


class Reach(Enum):
    """Which values of an input a step looks at."""

    HERE = "here"
    ROW = "row"
    ENTRIES = "entries"


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """A step or a column of facts that a step looks at."""

    source: Line | Leaf
    reach: Reach

    @classmethod
    def seen(cls, source: Line | Leaf, column: str) -> Input:
        """As seen from a step about the entries of a column, or about rows."""
        if source.column == column:
            return cls(source, Reach.HERE)
        return cls(source, Reach.ENTRIES if source.column else Reach.ROW)


class NumberLine(NamedTuple):
    """A legal number as it stands for each value of a step."""

    uses: tuple[NumberUse, ...]
    texts: tuple[str, ...]
    places: list[int]

    def use(self, at: int) -> NumberUse:
        """The version that applies to a value."""
        return self.uses[self.places[at]]

    def text(self, _row: int, at: int) -> str:
        """The number as arithmetic uses it."""
        return self.texts[self.places[at]]


class Piece(NamedTuple):
    """A piece of arithmetic: words around inputs."""

    words: tuple[str, ...]
    inputs: tuple[Lookup, ...]
    may_be_left_out: bool

    def written(self, row: int, at: int) -> str:
        """The piece with its inputs; empty where it adds nothing and may be left out."""
        texts = [lookup(row, at) or "" for lookup in self.inputs]
        if self.may_be_left_out and all(text in _ZERO for text in texts):
            return ""
        written = self.words[0]
        for text, word in zip(texts, self.words[1:], strict=True):
            written += text + word
        return written


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """One way in which the values of a step may come about.

    Attributes
    ----------
    needs
        What must be known for it.
    pieces
        The arithmetic.
    inputs
        Everything looked at until this way was found, by name.
    summands
        Those of them that are terms of a sum.
    numbers
        The legal numbers it uses.
    """

    inputs: Mapping[str, Input]
    needs: tuple[Lookup, ...] = ()
    pieces: tuple[Piece, ...] = ()
    summands: Mapping[str, Lookup] = field(default_factory=dict)
    numbers: tuple[NumberLine, ...] = ()

    def holds(self, row: int, at: int) -> bool:
        """Everything it needs is known."""
        for need in self.needs:  # noqa: SIM110  # a generator costs half the time of this
            if need(row, at) is None:
                return False
        return True

    def looked_at(self, row: int, at: int) -> Iterable[Input]:
        """What was looked at; of a sum only what adds to it."""
        if not self.summands:
            return self.inputs.values()
        nothing = (None, *_ZERO)
        empty = {name for name, text in self.summands.items() if text(row, at) in nothing}
        return [source for name, source in self.inputs.items() if name not in empty]


@dataclass(slots=True, eq=False)
class Line:
    """One step of all rows.

    Attributes
    ----------
    place
        In the order of the steps.
    column
        The repeating column whose entries the values belong to; empty where they belong to rows.
    values, texts
        As shown, and as arithmetic uses them.
    recorded
        Where the kernels told it; None stands for everywhere.
    days
        The values of a date as day numbers.
    by, ways
        The ways by the value of an input, and last in each case what was looked at in vain.
    """

    place: int
    law: StepLaw
    measure: Measure
    column: str
    values: list[Value]
    texts: Texts
    recorded: npt.NDArray[np.bool_] | None
    days: Days | None
    by: Lookup | None = None
    ways: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)

    def add(self, part: Step) -> None:
        """Put values where they belong."""
        texts = step_texts(part.measure, part.values)
        values = step_values(part.measure, part.values, texts)
        if part.at is None:
            self.texts, self.values = texts, values
            index = np.arange(len(texts))
        else:
            index = part.at.index if isinstance(part.at, Entries) else part.at
            assert self.recorded is not None
            self.recorded[index] = True
            for at, text, value in zip(index.tolist(), texts, values, strict=True):
                self.texts[at], self.values[at] = text, value
        if self.days is not None:
            assert isinstance(part.values, np.ndarray)
            self.days[index] = part.values

    def is_told(self, at: int) -> bool:
        """The kernels told this value, known or not."""
        return self.recorded is None or bool(self.recorded[at])

    def way(self, row: int, at: int) -> Formula:
        """How the value at a place came about."""
        case = self.by(row, at) if self.by else ANY
        ways = self.ways.get(case or "", self.ways[ANY])
        for way in ways:
            if way.holds(row, at):
                break
        return way

    def arithmetic(self, way: Formula, row: int, at: int) -> str | None:
        """How the value comes out of its inputs; None where nothing was calculated."""
        text = self.texts[at]
        if text is None or not way.pieces:
            return None
        written = "".join([piece.written(row, at) for piece in way.pieces])
        if self.measure is Measure.FLAG or self.measure.codelist is not None:
            return written
        if written == text:
            return None
        value = str(self.values[at])
        return f"{written} {'=' if value == text else '≈'} {value}"


def sum_of(lookups: Sequence[Lookup]) -> Lookup:
    """The known ones of several inputs as a sum."""
    return lambda row, at: joined([lookup(row, at) for lookup in lookups])


def joined(texts: Sequence[str | None]) -> str | None:
    """What is known, as a sum; zeros are left out where there is anything else."""
    known = [text for text in texts if text is not None]
    return " + ".join([text for text in known if text not in _ZERO] or known[:1]) or None
