"""Figures of one run: what was measured, against what, and whether the bar is met."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    subject
        What was measured.
    measured, peer
        The figure itself, and the one it is held against in the same run.
    ratio
        The two as a ratio, in the sense of the bar.
    bar
        What is asked for.
    holds
        Whether it is met.
    """

    subject: str
    measured: str
    peer: str
    ratio: str
    bar: str
    holds: bool


def seconds(
    work: Callable[[], object], repeats: int = 5, clock: Callable[[], float] = perf_counter
) -> float:
    """Median time of some work, in seconds of a clock."""
    times = []
    for _ in range(repeats):
        begin = clock()
        work()
        times.append(clock() - begin)
    return median(times)


def in_turn(
    first: Callable[[], object], second: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """Median seconds of two works done in turn: what else the machine does slows both."""
    pairs = [(seconds(first, 1), seconds(second, 1)) for _ in range(repeats)]
    own, other = zip(*pairs, strict=True)
    return median(own), median(other)


def core_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median time of some work on its core, whatever else the machine does."""
    return seconds(work, repeats, process_time)


def as_table(figures: Iterable[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| what | measured | held against | ratio | bar | met |", "|---|---|---|---|---|---|"]
    for figure in figures:
        met = "yes" if figure.holds else "**no**"
        cells = (figure.subject, figure.measured, figure.peer, figure.ratio, figure.bar, met)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
