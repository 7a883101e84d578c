"""What coordinates may be, and what is concluded about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from geodata.errors import CoordinateError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.issues import Issue


class Step(StrEnum):
    """What is undone beside the projection, in this order; the value is its name in `--crs`."""

    AXIS_SWAP = "swap"
    """Northing or latitude was written first."""
    ADD_FALSE_EASTING = "false-easting"
    """The 500,000 m that keep eastings positive were left out."""
    FROM_GCJ02 = "GCJ-02"
    FROM_BD09 = "BD-09"


SHIFTS: Final = (Step.FROM_GCJ02, Step.FROM_BD09)


class Confidence(StrEnum):
    """How sure an answer is."""

    HIGH = "high"
    """What is declared, or the place, agrees with the numbers."""
    MEDIUM = "medium"
    """The numbers leave no other answer."""
    LOW = "low"
    """One of several answers."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One answer: a reference system, and what else has to be undone.

    Attributes
    ----------
    epsg
        Code of the system the numbers are in once the steps before the projection are undone.
    steps
        In the order of `Step`.
    evidence
        What speaks for and against it, with numbers. Two hypotheses are equal when system and
        steps are.
    """

    epsg: int
    steps: tuple[Step, ...] = ()
    evidence: tuple[Issue, ...] = field(default=(), compare=False)
    confidence: Confidence = field(default=Confidence.LOW, compare=False)

    @property
    def name(self) -> str:
        """How it is written in `--crs`, for instance ``EPSG:4549+swap`` or ``GCJ-02``."""
        shifts = [step for step in self.steps if step in SHIFTS]
        others = [step for step in self.steps if step not in SHIFTS]
        if shifts and self.epsg == STORAGE_EPSG:
            return "+".join([*shifts, *others])
        return "+".join([f"EPSG:{self.epsg}", *self.steps])


class Outcome(StrEnum):
    """What became of the question."""

    CERTAIN = "certain"
    ASK = "ask"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CrsVerdict:
    """The answers that are left.

    Attributes
    ----------
    outcome
        One answer and nothing against it; answers to choose from; or none that can be right.
    answers
        The likeliest first; exactly one when certain, none when refused.
    error
        The question or the reason for the reader; None when certain.
    """

    outcome: Outcome
    answers: tuple[Hypothesis, ...] = ()
    error: CoordinateError | None = None

    def answer(self) -> Hypothesis:
        """The one answer.

        Raises
        ------
        CoordinateError
            When there is more or less than one.
        """
        if self.error:
            raise self.error
        return self.answers[0]
