"""Rating schemes as values: indicators, weights, limits of classes, and who is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from geodata.errors import LawBookError
from geodata.model.codelists import Confidence
from geodata.model.rating_lists import CutBasis, MissingRule, RatingClass, SchemeSubject
from service.compliance.law.entries import Entry
from service.compliance.law.sources import Citation
from service.compliance.law.versions import in_order


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure over another one, times a number; the figure alone where there is no other.

    Attributes
    ----------
    of, per
        Columns of the yearly figures (``tax_yuan``, ``land_mu``); `per` may be empty.
    scale
        What the quotient is multiplied with, to be in the unit of base or limit.
    """

    of: str
    per: str
    scale: Fraction

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns it needs."""
        return (self.of, self.per) if self.per else (self.of,)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: score = value / base × weight, not above the cap nor below the floor.

    Attributes
    ----------
    base, base_means
        The value that earns the weight; or the multiple of the group's mean that does. Without
        either the figure is points already.
    cap, floor
        Highest and lowest score; None where there is none.
    missing
        What is done where a figure is missing.
    """

    indicator_id: str
    zh: str
    en: str
    formula: Formula
    weight: Fraction
    base: Fraction | None
    base_means: Fraction | None
    cap: Fraction | None
    floor: Fraction | None
    missing: MissingRule


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where one class ends and the next begins.

    Attributes
    ----------
    basis
        What the limits are measured on.
    limits
        One fewer than there are classes, the best class first. Of shares: the share of those
        rated that scored better has to be below the limit. Of scores: the score has to reach it.
    """

    basis: CutBasis
    limits: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """A scheme from a day on.

    Attributes
    ----------
    indicators
        None where the official text was not read: nobody is rated then.
    classes, cuts
        The classes, best first, and their limits; None where these are not known.
    supervised_only
        Only those under supervision are rated (金府办发〔2023〕24号, item 6).
    exempt
        Columns that say who is not rated.
    production_years
        Full years of production before which nobody is rated; None where there is no such rule.
    entails, unstated
        What follows from the classes, and what the texts leave open, in ``zh`` and ``en``.
    """

    from_on: date
    indicators: tuple[Indicator, ...] | None
    classes: tuple[RatingClass, ...]
    cuts: Cuts | None
    supervised_only: bool
    exempt: tuple[str, ...]
    production_years: int | None
    entails: Mapping[str, str]
    unstated: Mapping[str, str]
    citations: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Scheme:
    """A rating scheme with its dated versions, oldest first."""

    scheme_id: str
    zh: str
    en: str
    rates: SchemeSubject
    pack: str
    versions: tuple[SchemeVersion, ...]

    def on(self, day: date) -> SchemeVersion:
        """The version in force on a day.

        Raises
        ------
        LawBookError
            When the scheme is younger: what came before it is not guessed.
        """
        in_force = [version for version in self.versions if version.from_on <= day]
        if not in_force:
            raise LawBookError(
                "The rating scheme {scheme} of book {book} holds from {start} on, not on {day}.",
                "Ask for a later day, or enter the older scheme in ratings.yaml of the pack.",
                scheme=self.scheme_id,
                book=self.pack,
                start=self.versions[0].from_on,
                day=day,
            )
        return in_force[-1]

    def indicators_on(self, day: date) -> tuple[Indicator, ...]:
        """The indicators in force on a day.

        Raises
        ------
        LawBookError
            When they are not known; no weight is ever assumed.
        """
        indicators = self.on(day).indicators
        if indicators is None:
            raise LawBookError(
                "The indicators and weights of the rating scheme {scheme} of book {book} are not "
                "known, so nobody is rated by it.",
                "Enter the official scheme in ratings.yaml of the pack; no default is used.",
                scheme=self.scheme_id,
                book=self.pack,
            )
        return indicators


def read_scheme(entry: Entry, pack: str) -> Scheme:
    """A scheme as ``ratings.yaml`` has it."""
    return Scheme(
        scheme_id=entry.key,
        zh=entry.text("zh"),
        en=entry.text("en"),
        rates=entry.member("rates", SchemeSubject),
        pack=pack,
        versions=in_order(entry.key, [_version(part) for part in entry.parts("versions")]),
    )


def read_formula(entry: Entry) -> Formula:
    """The fields ``of``, ``per`` and ``scale`` of an entry."""
    return Formula(
        of=entry.text("of"),
        per=entry.text("per") if entry.has("per") else "",
        scale=_number(entry, "scale") or Fraction(1),
    )


def _version(entry: Entry) -> SchemeVersion:
    stated = entry.has("indicators")
    classes = entry.members("classes", RatingClass) if entry.has("classes") else ()
    return SchemeVersion(
        from_on=entry.day("from"),
        indicators=tuple(map(_indicator, entry.parts("indicators"))) if stated else None,
        classes=classes,
        cuts=_cuts(entry.within("cuts", entry.raw["cuts"]), len(classes))
        if entry.has("cuts")
        else None,
        supervised_only=entry.has("supervised_only") and entry.flag("supervised_only"),
        exempt=tuple(map(str, entry.listed("exempt"))) if entry.has("exempt") else (),
        production_years=entry.whole("production_years") if entry.has("production_years") else None,
        entails=entry.words("entails") if entry.has("entails") else {},
        unstated=entry.words("unstated") if not stated or entry.has("unstated") else {},
        citations=entry.citations,
        confidence=entry.confidence,
    )


def _indicator(entry: Entry) -> Indicator:
    return Indicator(
        indicator_id=entry.text("id"),
        zh=entry.text("zh"),
        en=entry.text("en"),
        formula=read_formula(entry),
        weight=entry.number("weight"),
        base=_number(entry, "base"),
        base_means=_number(entry, "base_means"),
        cap=_number(entry, "cap"),
        floor=_number(entry, "floor"),
        missing=entry.member("missing", MissingRule)
        if entry.has("missing")
        else MissingRule.UNDETERMINED,
    )


def _number(entry: Entry, field: str) -> Fraction | None:
    return entry.number(field) if entry.has(field) else None


def _cuts(entry: Entry, class_count: int) -> Cuts:
    basis = entry.member("by", CutBasis)
    limits = tuple(_limits(entry, entry.listed("limits")))
    rising = basis is CutBasis.SHARE
    in_order = all((one < other) is rising and one != other for one, other in pairwise(limits))
    if len(limits) != class_count - 1 or not in_order:
        raise LawBookError(
            "The limits of the classes of {entry} do not part its {count} classes.",
            "Give one limit fewer than classes, the best class first: shares rise, scores fall.",
            entry=entry.key,
            count=class_count,
        )
    return Cuts(basis, limits)


def _limits(entry: Entry, raw: Sequence[Any]) -> Sequence[Fraction]:
    """The limits, each read as the number it is."""
    return [entry.within("limits", {"limit": value}).number("limit") for value in raw]
