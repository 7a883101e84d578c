"""Targets of policy papers: what is to be reached, by when, on which page, and how firmly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from geodata.errors import LawBookError
from geodata.model.codelists import ClaimKind, Confidence
from geodata.model.law_lists import Bound, FigureKind, Force, TargetUnit
from service.compliance.law.entries import Entry
from service.compliance.law.sources import Citation
from service.compliance.law.versions import check_authority

_NOT_STATED: Final = "not_stated"
_CLAIMED: Final = {
    FigureKind.AREA_VACATED: ClaimKind.VACATED,
    FigureKind.AREA_UPGRADED: ClaimKind.UPGRADED,
}
_AREAS: Final = frozenset({*_CLAIMED, FigureKind.AREA_TRANSFORMED})
_UNITS: Final[Mapping[FigureKind, frozenset[TargetUnit]]] = {
    **dict.fromkeys(_AREAS, frozenset({TargetUnit.MU})),
    FigureKind.GROWTH_RATE: frozenset({TargetUnit.PERCENT}),
    FigureKind.REDUCTION_RATE: frozenset({TargetUnit.PERCENT}),
    FigureKind.SHARE: frozenset({TargetUnit.PERCENT}),
    FigureKind.MULTIPLE: frozenset({TargetUnit.TIMES}),
    FigureKind.INCREASE_MULTIPLE: frozenset({TargetUnit.TIMES}),
    FigureKind.COUNT: frozenset({TargetUnit.ENTERPRISES, TargetUnit.PROJECTS}),
    FigureKind.AMOUNT: frozenset({TargetUnit.YUAN_100M}),
    FigureKind.RATIO: frozenset({TargetUnit.M3_PER_10K_YUAN}),
}


@dataclass(frozen=True, slots=True)
class Baseline:
    """The level a paper reports for a year before its targets begin, in 亿元.

    Attributes
    ----------
    year, level
        The year, and what was reached in it.
    increase
        What the five years up to it added, as the paper has it; None where it says nothing.
    citations
        Where the paper reports it.
    """

    year: int
    level: Fraction
    increase: Fraction | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What one policy paper wants reached.

    Attributes
    ----------
    target_id
        Key, e.g. ``vacated_2025``.
    zh, en
        The indicator, as the paper words it and in English.
    measure
        What is measured; targets of the same measure can be held against each other.
    figure, unit, bound
        Kind of figure, unit of the paper, and how exactly it is to be met.
    value
        The number in that unit; None where the paper has words only (`words`).
    from_on
        First day the paper holds.
    starts_year, until_year
        First and last year of its period; the first is None where the paper states none.
    base_year
        Year against which it is counted; None where the paper states none.
    force
        Binding or expected.
    parts
        Targets whose sum the same paper gives as, or which make up, this one.
    baseline
        The level before the period, for targets that build on one.
    citations
        Places in the paper, the table first.
    """

    target_id: str
    zh: str
    en: str
    measure: str
    figure: FigureKind
    unit: TargetUnit
    bound: Bound
    value: Fraction | None
    words: Mapping[str, str] | None
    from_on: date
    starts_year: int | None
    until_year: int
    base_year: int | None
    force: Force
    parts: tuple[str, ...]
    baseline: Baseline | None
    citations: tuple[Citation, ...]
    confidence: Confidence

    def title(self, language: str) -> str:
        """The indicator in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    @property
    def document(self) -> str:
        """Key of the paper among the instruments."""
        return self.citations[0].instrument.instrument_id

    @property
    def kind(self) -> ClaimKind | None:
        """The kind of entry of inefficient land that alone counts towards it, if one does."""
        return _CLAIMED.get(self.figure)

    @property
    def claim_kinds(self) -> frozenset[ClaimKind]:
        """Kinds of entries of inefficient land that count towards a target for land.

        No paper says what "transformed" land is: vacated and upgraded land together are counted,
        a product convention.
        """
        return frozenset(ClaimKind if self.kind is None else (self.kind,))

    @property
    def is_land(self) -> bool:
        """Whether it counts inefficient land."""
        return self.figure in _AREAS

    @property
    def target_mu(self) -> Fraction:
        """The area of a target for land, in mu."""
        assert self.unit is TargetUnit.MU
        assert self.value is not None
        return self.value

    @property
    def years(self) -> int | None:
        """Length of the period in years; None where its beginning is not stated."""
        return None if self.starts_year is None else self.until_year - self.starts_year + 1


def read_target(entry: Entry, _pack: str) -> Target:
    """A target from its entry.

    Raises
    ------
    LawBookError
        When a field is missing or odd, or the fields contradict each other.
    """
    bound = entry.member("bound", Bound)
    in_words = bound is Bound.IN_WORDS
    target = Target(
        target_id=entry.key,
        zh=entry.text("zh"),
        en=entry.text("en"),
        measure=entry.text("measure"),
        figure=entry.member("figure", FigureKind),
        unit=entry.member("unit", TargetUnit),
        bound=bound,
        value=None if in_words else entry.number("value"),
        words=entry.words("words") if in_words else None,
        from_on=entry.day("from"),
        starts_year=_year(entry, "starts_year"),
        until_year=entry.whole("until_year"),
        base_year=_year(entry, "base_year"),
        force=entry.member("force", Force),
        parts=tuple(map(str, entry.listed("parts"))) if entry.has("parts") else (),
        baseline=_baseline(entry) if entry.has("baseline") else None,
        citations=entry.citations,
        confidence=entry.confidence,
    )
    _check(target)
    return target


def _year(entry: Entry, field: str) -> int | None:
    """A year, or None where the entry says that the paper states none."""
    return None if entry.given(field) == _NOT_STATED else entry.whole(field)


def _baseline(entry: Entry) -> Baseline:
    part = entry.within("baseline", entry.given("baseline"))
    return Baseline(
        year=part.whole("year"),
        level=part.number("level"),
        increase=part.number("increase") if part.has("increase") else None,
        citations=part.citations,
    )


def _check(target: Target) -> None:
    """The fields agree with each other."""
    if target.unit not in _UNITS[target.figure]:
        raise LawBookError(
            "The target {target} is {figure}, which is not counted in {unit}.",
            "Correct its figure or its unit; docs/targets.md has the list.",
            target=target.target_id,
            figure=target.figure.value,
            unit=target.unit.value,
        )
    years = [year for year in (target.starts_year, target.base_year) if year is not None]
    if any(year > target.until_year for year in years):
        raise LawBookError(
            "The target {target} ends in {until}, before its period or base year begins.",
            "Correct its years.",
            target=target.target_id,
            until=target.until_year,
        )
    check_authority(target.target_id, target)


def in_register(targets: Mapping[str, Target]) -> tuple[Target, ...]:
    """The targets of a book, once every part they name is among them.

    Raises
    ------
    LawBookError
        When a part is no target of the book, or is counted in another unit than its fellows.
    """
    for target in targets.values():
        for part in target.parts:
            if part not in targets or part == target.target_id:
                raise LawBookError(
                    "The target {target} names {part} as a part, which is no other target.",
                    "Name targets of the same law book.",
                    target=target.target_id,
                    part=part,
                )
        if len({targets[part].unit for part in target.parts}) > 1:
            raise LawBookError(
                "The parts of the target {target} are counted in different units.",
                "Name parts that can be added.",
                target=target.target_id,
            )
    return tuple(targets.values())
