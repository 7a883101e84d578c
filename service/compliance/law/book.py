"""The law book as values: dated numbers, the law of each finding, targets and procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geodata.errors import LawBookError
from geodata.model.codelists import Confidence, FindingCode
from geodata.model.columns import Days, day_number
from geodata.model.land_lists import ProjectKind
from geodata.model.law_lists import Selector
from service.compliance.calendar import WorkingDays
from service.compliance.law.duties import Duty
from service.compliance.law.procedure import Act
from service.compliance.law.schemes import Scheme
from service.compliance.law.sources import Citation, Instrument
from service.compliance.law.standards import Standard
from service.compliance.law.steps import StepLaw
from service.compliance.law.targets import Target


@dataclass(frozen=True, slots=True)
class Version:
    """A value of a legal number from a day on."""

    from_on: date
    value: Fraction
    citations: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Number:
    """A legal number with its dated versions, oldest first.

    Attributes
    ----------
    number_id
        Name used by the rules, e.g. ``idle.fee_share``.
    zh, en, unit
        What it is and what it is counted in.
    selected_by
        The date that picks the version.
    pack
        The district pack that supplied it.
    """

    number_id: str
    zh: str
    en: str
    unit: str
    selected_by: Selector
    pack: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version:
        """The version in force on a day; the oldest one for days before it."""
        in_force = [version for version in self.versions if version.from_on <= day]
        return in_force[-1] if in_force else self.versions[0]

    @property
    def values(self) -> list[Fraction]:
        """The value of each version."""
        return [version.value for version in self.versions]

    @property
    def counts(self) -> list[int]:
        """The value of each version, as a whole count of days, months or years.

        Raises
        ------
        LawBookError
            When one of them is not whole.
        """
        broken = [value for value in self.values if value.denominator != 1]
        if broken:
            raise LawBookError(
                "The legal number {number} of book {book} is {value}; a whole number is needed.",
                "Correct the entry in the district pack.",
                number=self.number_id,
                book=self.pack,
                value=broken[0],
            )
        return [int(value) for value in self.values]

    def places(self, days: Days) -> npt.NDArray[np.intp]:
        """Position of the version in force on each day, as `on` has it."""
        starts = [day_number(version.from_on) for version in self.versions[1:]]
        return np.searchsorted(np.array(starts, dtype=np.int32), days, side="right")


@dataclass(frozen=True, slots=True)
class FindingLaw:
    """What a finding rests on, and how it is told.

    Attributes
    ----------
    citations, confidence
        Its basis, and how sure it is.
    reason, next_step
        Wording in ``zh`` and ``en``; reasons have named fields.
    """

    code: FindingCode
    citations: tuple[Citation, ...]
    confidence: Confidence
    reason: Mapping[str, str]
    next_step: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LawBook:
    """The law as it applies to one district: the national pack and what lies over it.

    Attributes
    ----------
    code, zh, en
        Code of the district pack, e.g. ``310116``, and the name of the district.
    digest
        ``sha256:`` and the hash of everything the book holds.
    """

    code: str
    zh: str
    en: str
    digest: str
    instruments: Mapping[str, Instrument]
    numbers: Mapping[str, Number]
    findings: Mapping[FindingCode, FindingLaw]
    targets: tuple[Target, ...]
    procedure: Mapping[str, Act]
    working_days: WorkingDays
    steps: Mapping[str, StepLaw]
    schemes: Mapping[str, Scheme]
    standards: Mapping[ProjectKind, Standard]
    duties: Mapping[str, Duty]

    def title(self, language: str) -> str:
        """Name of the district in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en

    def number(self, number_id: str, on: date) -> Fraction:
        """The value of a legal number on a day."""
        return self.entry(number_id).on(on).value

    def count(self, number_id: str, on: date) -> int:
        """The value of a legal number that is a whole count of days, months or years."""
        number = self.entry(number_id)
        return number.counts[number.versions.index(number.on(on))]

    def entry(self, number_id: str) -> Number:
        """A legal number with all its versions.

        Raises
        ------
        LawBookError
            When the book has no such number.
        """
        try:
            return self.numbers[number_id]
        except KeyError:
            raise LawBookError(
                "The law book {book} has no number {number}, which a rule needs.",
                "Add it to the district pack or to the national pack, with date and citation.",
                book=self.code,
                number=number_id,
            ) from None

    def target(self, target_id: str) -> Target:
        """A target of the register.

        Raises
        ------
        LawBookError
            When the book has no such target.
        """
        found = next((one for one in self.targets if one.target_id == target_id), None)
        if found is None:
            raise LawBookError(
                "The law book {book} has no target {target}.",
                "Choose one of: {known}.",
                book=self.code,
                target=target_id,
                known=", ".join(one.target_id for one in self.targets),
            )
        return found

    def act(self, act_id: str) -> Act:
        """An act of the procedure.

        Raises
        ------
        LawBookError
            When the book has no such act.
        """
        try:
            return self.procedure[act_id]
        except KeyError:
            raise LawBookError(
                "The law book {book} has no act {act}.",
                "Add it to procedure.yaml of a pack, with date and citation.",
                book=self.code,
                act=act_id,
            ) from None

    def scheme(self, scheme_id: str) -> Scheme:
        """A rating scheme.

        Raises
        ------
        LawBookError
            When the book has no such scheme.
        """
        try:
            return self.schemes[scheme_id]
        except KeyError:
            raise LawBookError(
                "The law book {book} has no rating scheme {scheme}.",
                "Choose one of: {known}.",
                book=self.code,
                scheme=scheme_id,
                known=", ".join(self.schemes),
            ) from None

    @property
    def version_starts(self) -> list[date]:
        """The days on which a legal number was given another value, in order."""
        starts = {
            version.from_on for number in self.numbers.values() for version in number.versions[1:]
        }
        return sorted(starts)
