"""Telling how a result came about: the kernels name each step, a trace keeps or ignores it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from geodata.model.columns import Column
from geodata.model.judgements import Amounts


class Measure(Enum):
    """What the values of a step are counted in."""

    DAY = "day"
    DAYS = "days"
    YUAN = "yuan"
    FLAG = "flag"
    STATE = "state"


class Trace(Protocol):
    """Receiver of the steps of a computation."""

    def step(
        self, name: str, measure: Measure, values: Column | Amounts | object, *numbers: str
    ) -> None:
        """Note a named intermediate column and the legal numbers it rests on."""


class SilentTrace:
    """A trace that keeps nothing: for bulk runs."""

    def step(
        self, name: str, measure: Measure, values: Column | Amounts | object, *numbers: str
    ) -> None:
        """Ignore the step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One named column of a computation, and the ids of the legal numbers used."""

    name: str
    measure: Measure
    values: Column | Amounts | object
    numbers: tuple[str, ...]


@dataclass(slots=True)
class Recorder:
    """A trace that keeps every step in order: for explanations."""

    steps: list[Step] = field(default_factory=list)

    def step(
        self, name: str, measure: Measure, values: Column | Amounts | object, *numbers: str
    ) -> None:
        """Keep the step."""
        self.steps.append(Step(name, measure, values, numbers))
