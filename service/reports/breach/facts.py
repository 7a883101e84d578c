"""What a breach report is made of: the judgement, its reasons, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely import Geometry

from geodata.model.case_lists import CaseAction, CaseOutcome
from geodata.model.cases import Case, CaseStep
from geodata.model.codelists import MilestoneKind
from geodata.model.columns import Cell
from geodata.model.content_lists import EvidenceKind
from geodata.model.imagery_lists import ImageryNote
from geodata.model.scenes import ParcelChange, ParcelMeasure
from service.compliance.casework.flags import Raised, Said, Settlement
from service.compliance.casework.limitation import DailyClaim, RescissionRight
from service.compliance.casework.next_acts import OpenAct
from service.compliance.casework.progress import Way
from service.compliance.casework.refunds import Forfeit
from service.compliance.casework.what_if import WhatIf
from service.compliance.rules.explanation import Explanation, Fact
from service.maps.view import JudgedParcel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """The parcel and what lies around it, in metres of one projected reference system.

    Attributes
    ----------
    district
        Outline of the district; None where it is not known.
    reference
        Name of the reference system.
    """

    parcel: Geometry
    neighbours: Sequence[Geometry] = ()
    district: Geometry | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Rights that may be used or are running out.

    Attributes
    ----------
    rescission
        The right to rescind; None where it is not on record when its ground was known.
    forfeit
        The deposit that would be lost; None where premium or deposit is not known.
    settlement
        What would be paid back.
    arrived_on
        Day on which a notice of rescission arrived.
    claims
        Days of damages that are late, and those barred by limitation.
    """

    rescission: RescissionRight | None
    forfeit: Forfeit | None
    settlement: Settlement
    arrived_on: date | None = None
    claims: Mapping[MilestoneKind, DailyClaim] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file on record.

    Attributes
    ----------
    dated_on
        Day it was taken or bears; where that is not known, the day it was kept.
    sha256
        Digest of its bytes; empty where only a table names it.
    doubts
        Why a photo may not show what it is said to show, in words.
    """

    kind: EvidenceKind
    title: str
    dated_on: date | None
    sha256: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvenFact:
    """A fact findings rest on, and the places of the exhibits that prove it, from 1."""

    fact: Fact
    exhibits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What imagery shows of the parcel.

    Attributes
    ----------
    measures
        In order of their days.
    changes
        The newest first, each with what it holds against the facts reported.
    pictures
        The land on both scenes of the newest pair: day, and the picture as PNG.
    """

    measures: tuple[ParcelMeasure, ...] = ()
    changes: tuple[tuple[ParcelChange, ImageryNote | None], ...] = ()
    pictures: tuple[tuple[date, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case about the contract: what was done, and the ways on."""

    case: Case
    steps: tuple[CaseStep, ...]
    ways: tuple[Way, ...]

    @property
    def rescinded_on(self) -> date | None:
        """Day on which the notice of rescission arrived; None where there is none that holds."""
        if self.case.outcome is CaseOutcome.ANNULLED:
            return None
        taken = (step.taken for step in self.steps)
        days = (one.acted_on for one in taken if one.action is CaseAction.RESCIND)
        return next(days, None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreachFacts:
    """Everything one breach report says.

    Attributes
    ----------
    cells
        Typed facts of the contract, unknown ones left out.
    land
        None where no outline is known.
    exhibits, facts
        Files on record, and the facts findings rest on.
    said, flags
        The last word of offices on each matter of the land, and what has to be known of the
        contract besides its findings.
    acts
        What the procedure on idle land asks for, where no case is open yet.
    rule_digest
        Of the rules and the law book.
    """

    as_of: date
    parcel: JudgedParcel
    cells: Mapping[str, Cell]
    explanation: Explanation
    what_if: WhatIf
    rights: Rights
    land: Land | None = None
    seen: Seen = field(default_factory=Seen)
    exhibits: tuple[Exhibit, ...] = ()
    facts: tuple[ProvenFact, ...] = ()
    cases: tuple[CaseStory, ...] = ()
    said: Said = field(default_factory=dict)
    flags: tuple[Raised, ...] = ()
    acts: tuple[OpenAct, ...] = ()
    rule_digest: str = ""

    @property
    def gap_count(self) -> int:
        """Facts that were given and that no exhibit proves."""
        return sum(not one.exhibits for one in self.facts if one.fact.value is not None)
