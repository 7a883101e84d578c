"""The recorded steps of many rows, laid out so that each row's part can be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from geodata.model.codelists import FindingCode
from geodata.model.columns import NO_DAY, Days
from geodata.model.judgements import FindingColumns
from service.compliance.law.steps import ANY, Way
from service.compliance.rules.explanation import NumberUse
from service.compliance.rules.leaves import Leaf, leaf
from service.compliance.rules.lines import (
    Formula,
    Input,
    Line,
    Lookup,
    NumberLine,
    Piece,
    joined,
    sum_of,
)
from service.compliance.rules.operands import Texts, law_text
from service.compliance.rules.trace import Entries, Ground, Measure, Recorder, Rows, Step

_CODES: Final = frozenset(FindingCode.positions())


class Sources:
    """Everything that explanations of some rows are cut out of.

    Parameters
    ----------
    recorder
        The trace of these rows.
    findings
        What was found in them.
    """

    def __init__(self, recorder: Recorder, findings: FindingColumns) -> None:
        self.facts, self.law = recorder.facts, recorder.law
        self.lines: dict[str, Line] = {}
        self._findings = findings
        self._leaves: dict[str, Leaf] = {}
        self._numbers: dict[tuple[str, str, str], NumberLine] = {}
        told: dict[str, list[Step]] = {}
        for step in recorder.steps:
            told.setdefault(step.name, []).append(step)
        for name, parts in told.items():
            line = self._line(name, parts)
            self.lines[name] = line
            self._explain(line, parts[0])
        self.grounds = {
            (ground.code, ground.milestone): (ground, self._rests_on(ground))
            for ground in recorder.grounds
        }

    def places(self, column: str, row: int) -> range:
        """Where the values of a row stand: of its entries in a column, else its own place."""
        if not column:
            return range(row, row + 1)
        offsets = self._offsets[column]
        return range(offsets[row], offsets[row + 1])

    def known(self, row: int) -> Iterator[tuple[Line, int]]:
        """Every step that has a value in a row, and where it stands."""
        for column, lines in self._by_column.items():
            for at in self.places(column, row):
                for line in lines:
                    if line.values[at] is not None:
                        yield line, at

    @cached_property
    def _by_column(self) -> Mapping[str, list[Line]]:
        lines: dict[str, list[Line]] = {}
        for line in self.lines.values():
            lines.setdefault(line.column, []).append(line)
        return lines

    def is_found(self, code: str, row: int) -> bool:
        """A finding of this code was made in the row."""
        return row in self._found.get(code, ())

    @cached_property
    def _found(self) -> Mapping[str, set[int]]:
        findings = self._findings
        return {
            str(code.value): set(findings.row[findings.with_code(code)].tolist())
            for code in FindingCode
        }

    @cached_property
    def _offsets(self) -> Mapping[str, list[int]]:
        return {key: part.offsets.tolist() for key, part in self.facts.columns.ragged.items()}

    def _line(self, name: str, parts: Sequence[Step]) -> Line:
        first = parts[0]
        column = first.at.column if isinstance(first.at, Entries) else ""
        size = self._offsets[column][-1] if column else len(self.facts)
        line = Line(
            place=len(self.lines),
            law=self.law.law.steps[name],
            measure=first.measure,
            column=column,
            values=[None] * size,
            texts=[None] * size,
            recorded=None if first.at is None else np.zeros(size, dtype=np.bool_),
            days=np.full(size, NO_DAY, np.int32) if first.measure is Measure.DAY else None,
        )
        for part in parts:
            line.add(part)
        return line

    def _explain(self, line: Line, step: Step) -> None:
        """Make the ways of a step out of its law."""
        law = line.law
        if law.by:
            line.by = self._lookup(law.by, line, step)
        asked = (law.by,) if law.by not in ("", law.name) else step.of
        line.ways = {
            ANY: (Formula(self._inputs(asked, line.column)),),
            **{case: self._formulas(line, step, ways) for case, ways in law.ways.items()},
        }

    def _formulas(self, line: Line, step: Step, ways: Sequence[Way]) -> tuple[Formula, ...]:
        law, column = line.law, line.column
        tried = [law.by] if law.by not in ("", law.name) else []
        formulas: list[Formula] = []
        for way in ways:
            tried += way.inputs
            formulas.append(
                Formula(
                    inputs=self._inputs(tried, column),
                    needs=tuple(self._sum(names, line, step) for names in way.needs),
                    pieces=tuple(
                        Piece(
                            term.words,
                            tuple(self._sum(names, line, step) for names in term.inputs),
                            term.may_be_left_out,
                        )
                        for term in way.terms
                    ),
                    summands={
                        name: self._lookup(name, line, step)
                        for names in way.needs
                        for name in names
                        if len(names) > 1
                    },
                    numbers=tuple(
                        self._number(name, step.dated, column)
                        for name in way.inputs
                        if name in step.numbers
                    ),
                )
            )
        return (*formulas, Formula(self._inputs(tried, column)))

    def _rests_on(self, ground: Ground) -> list[Input]:
        column = ground.entries.column if ground.entries else ""
        return list(self._inputs(ground.of, column).values())

    def _inputs(self, names: Iterable[str], column: str) -> dict[str, Input]:
        """The steps and facts among some names, as seen from a step about `column`."""
        law = self.law.law
        seen: dict[str, Input] = {}
        for name in names:
            if name in self.lines:
                seen[name] = Input.seen(self.lines[name], column)
            elif not (name in law.steps or name in law.numbers or name in _CODES):
                seen[name] = Input.seen(self._leaf(name), column)
        return seen

    def _sum(self, names: Sequence[str], line: Line, step: Step) -> Lookup:
        lookups = [self._lookup(name, line, step) for name in names]
        return lookups[0] if len(lookups) == 1 else sum_of(lookups)

    def _lookup(self, name: str, line: Line, step: Step) -> Lookup:
        if name in step.numbers:
            return self._number(name, step.dated, line.column).text
        if name in _CODES:
            return lambda row, _: name if self.is_found(name, row) else None
        column, texts = self._texts(name)
        if column and column != line.column:
            return lambda row, _: joined([texts[at] for at in self.places(column, row)])
        if column == line.column:
            return lambda _, at: texts[at]
        return lambda row, _: texts[row]

    def _texts(self, name: str) -> tuple[str, Texts]:
        """The column a step or fact belongs to by entries, and its texts."""
        if name in self.lines:
            return self.lines[name].column, self.lines[name].texts
        if name in self.law.law.steps:  # a step that none of these rows has
            return "", [None] * len(self.facts)
        found = self._leaf(name)
        return found.column, found.known

    def _leaf(self, key: str) -> Leaf:
        if key not in self._leaves:
            self._leaves[key] = leaf(self.facts, key)
        return self._leaves[key]

    def _number(self, number_id: str, dated: str, column: str) -> NumberLine:
        key = (number_id, dated, column)
        if key not in self._numbers:
            self._numbers[key] = self._number_line(*key)
        return self._numbers[key]

    def _number_line(self, number_id: str, dated: str, column: str) -> NumberLine:
        owner = self.facts.columns.ragged[column].owner if column else np.arange(len(self.facts))
        days = self._days(dated, column, owner) if dated else None
        places = self.law.versions(number_id, due=days, act=days, rows=owner)
        number = self.law.law.entry(number_id)
        return NumberLine(
            uses=tuple(NumberUse(number, version) for version in number.versions),
            texts=tuple(law_text(number, value) for value in number.values),
            places=places.tolist(),
        )

    def _days(self, dated: str, column: str, owner: Rows) -> Days:
        """The days by which numbers are picked: of several columns the first that is known."""
        days = np.full(len(owner), NO_DAY, dtype=np.int32)
        for name in dated.split("|"):
            of, found = self._day_column(name)
            days = np.where(days == NO_DAY, found if of == column else found[owner], days)
        return days

    def _day_column(self, name: str) -> tuple[str, Days]:
        if name in self.lines:
            days = self.lines[name].days
            assert days is not None
            return self.lines[name].column, days
        column, _, part = name.partition(".")
        if part:
            return column, self.facts.columns.ragged[column].days(part)
        return "", self.facts.known_on.get(name, self.facts.columns.days[name])
