"""Explanations: the kernels run once with the trace on, and each row's part is cut out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode, MilestoneKind, Verdict
from geodata.model.columns import NO_CODE, LedgerColumns
from geodata.model.judgements import FindingColumns
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.explanation import (
    ExplainedFinding,
    ExplainedStep,
    Explanation,
    Fact,
)
from service.compliance.rules.leaves import Leaf
from service.compliance.rules.lines import Input, Line, Reach
from service.compliance.rules.sources import Sources
from service.compliance.rules.trace import Ground, Measure, Recorder
from service.compliance.rules.verdicts import codes_of

_Found = tuple[FindingCode, MilestoneKind | None]

_CHUNK: Final = 1 << 10
"""Rows explained at once: their texts stay small."""

_NOT_IN_FORCE: Final = ("as_of", "verdict")


def explanations(columns: LedgerColumns, law: LawBook, as_of: date) -> Iterator[Explanation]:
    """Why each row is judged as it is, in row order.

    The values come from the very kernels that judge the ledger, run once for many rows.
    """
    for first in range(0, len(columns), _CHUNK):
        part = columns.take(slice(first, first + _CHUNK))
        recorder = Recorder()
        judged = evaluate(part, law, as_of, recorder)
        sources = Sources(recorder, judged.findings)
        bounds = np.searchsorted(judged.findings.row, np.arange(len(part) + 1)).tolist()
        for row in range(len(part)):
            found = _found(judged.findings, bounds[row], bounds[row + 1])
            yield _Row(sources, row).explanation(found)


def _found(findings: FindingColumns, first: int, past: int) -> list[_Found]:
    codes, kinds = findings.code[first:past].tolist(), findings.milestone[first:past].tolist()
    return [
        (FindingCode.at(code), None if kind == NO_CODE else MilestoneKind.at(kind))
        for code, kind in zip(codes, kinds, strict=True)
    ]


class _Row:
    """One row on its way to its explanation."""

    def __init__(self, sources: Sources, row: int) -> None:
        self.sources = sources
        self.row = row
        self.told: dict[str, ExplainedStep] = {}
        self.order: dict[str, tuple[int, int]] = {}
        self.missing: dict[tuple[int, int], dict[str, Fact]] = {}
        self.facts: dict[tuple[str, int], Fact] = {}

    def explanation(self, found: list[_Found]) -> Explanation:
        """Every value that is known, and what each finding rests on."""
        in_force = self.sources.facts.in_force[self.row]
        for line, at in self.sources.known(self.row):
            if in_force or line.law.name in _NOT_IN_FORCE:
                self._tell(line, at)
        findings = tuple(self._findings(found))
        steps = {name: self.told[name] for name in sorted(self.told, key=self.order.__getitem__)}
        return Explanation(steps, findings)

    def _findings(self, found: list[_Found]) -> Iterator[ExplainedFinding]:
        turns: Counter[_Found] = Counter()
        for code, kind in found:
            ground, inputs = self.sources.grounds[code, kind]
            at = self._entry(ground, turns[code, kind])
            turns[code, kind] += 1
            names, direct = self._rests_on(inputs, at)
            chain = self._closure(self._that_hold(names))
            facts = dict.fromkeys(direct)
            for name in chain:
                facts |= dict.fromkeys(self.told[name].facts)
            yield ExplainedFinding(code, kind, tuple(chain), tuple(facts))

    def _entry(self, ground: Ground, turn: int) -> int:
        """Place of the entry a finding is about, the row itself where it is about none."""
        if ground.entries is None:
            return self.row
        places = self.sources.places(ground.entries.column, self.row)
        first = np.searchsorted(ground.entries.index, places.start)
        return int(ground.entries.index[first + turn])

    def _that_hold(self, names: list[str]) -> list[str]:
        """Without the conditions that do not hold, where several could have led to a finding."""
        flags = [name for name in names if self.told[name].measure is Measure.FLAG]
        holding = {name for name in flags if self.told[name].value is True}
        if len(flags) == 1 or not holding:
            return names
        return [name for name in names if name not in flags or name in holding]

    def _closure(self, names: list[str]) -> list[str]:
        """These steps and all they rest on, in order."""
        reached: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(self.told[name].of)
        return sorted(reached, key=self.order.__getitem__)

    def _tell(self, line: Line, at: int) -> str:
        """Explain one value and those it rests on; returns its name."""
        name = line.law.name if not line.column else f"{line.law.name}[{self._number(line, at)}]"
        if name in self.told:
            return name
        way = line.way(self.row, at)
        of, facts = self._rests_on(way.looked_at(self.row, at), at)
        if line.measure is Measure.VERDICT:
            of = self._leading(str(line.values[at]), of)
        self.order[name] = (line.place, at)
        self.told[name] = ExplainedStep(
            name=name,
            law=line.law,
            measure=line.measure,
            value=line.values[at],
            arithmetic=line.arithmetic(way, self.row, at),
            of=tuple(of),
            facts=tuple(facts),
            numbers=tuple([number.use(at) for number in way.numbers]),
        )
        return name

    def _rests_on(self, inputs: Iterable[Input], at: int) -> tuple[list[str], list[Fact]]:
        """The known steps among some inputs, explained, and the facts.

        In place of a value that is not known stand the facts it was sought in.
        """
        of: list[str] = []
        facts: dict[str, Fact] = {}
        for seen in inputs:
            source = seen.source
            if seen.reach is Reach.ENTRIES:
                places: Iterable[int] = self.sources.places(source.column, self.row)
            else:
                places = (at if seen.reach is Reach.HERE else self.row,)
            for place in places:
                if isinstance(source, Leaf):
                    fact = self._fact(source, place)
                    facts[fact.key] = fact
                elif source.values[place] is not None:
                    of.append(self._tell(source, place))
                elif source.is_told(place):
                    facts.update(self._missing(source, place))
        return of, list(facts.values())

    def _missing(self, line: Line, at: int) -> dict[str, Fact]:
        """The facts for want of which a value is unknown or does not apply."""
        key = (line.place, at)
        if key not in self.missing:
            inputs = line.way(self.row, at).looked_at(self.row, at)
            self.missing[key] = {fact.key: fact for fact in self._rests_on(inputs, at)[1]}
        return self.missing[key]

    def _fact(self, leaf: Leaf, at: int) -> Fact:
        key = (leaf.key, at)
        if key not in self.facts:
            self.facts[key] = leaf.fact(at, self._number(leaf, at))
        return self.facts[key]

    def _number(self, source: Line | Leaf, at: int) -> int:
        """Number of an entry in its row, from 1."""
        return at - self.sources.places(source.column, self.row).start + 1

    def _leading(self, verdict: str, states: list[str]) -> list[str]:
        """The findings and the states that lead to a verdict."""
        return [
            *(
                code
                for code in codes_of(Verdict.of(verdict))
                if self.sources.is_found(code, self.row)
            ),
            *(name for name in states if self.told[name].value == verdict),
        ]
