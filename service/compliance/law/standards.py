"""Entry standards as values: what a project has to reach, by kind of project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geodata.model.codelists import Confidence
from geodata.model.land_lists import ProjectKind
from service.compliance.law.entries import Entry
from service.compliance.law.schemes import Formula, read_formula
from service.compliance.law.sources import Citation
from service.compliance.law.versions import in_order


@dataclass(frozen=True, slots=True)
class Requirement:
    """A figure of a project and the least it has to be."""

    zh: str
    en: str
    formula: Formula
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """The requirements from a day on; None where the texts name the standard but no figure."""

    from_on: date
    requirements: tuple[Requirement, ...] | None
    unstated: Mapping[str, str]
    citations: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Standard:
    """The entry standard of one kind of project, oldest version first."""

    kind: ProjectKind
    versions: tuple[StandardVersion, ...]

    def on(self, day: date) -> StandardVersion | None:
        """The version in force on a day; None before the oldest."""
        in_force = [version for version in self.versions if version.from_on <= day]
        return in_force[-1] if in_force else None


def read_standard(entry: Entry, _pack: str) -> Standard:
    """A standard as ``standards.yaml`` has it; the key is the kind of project."""
    versions = [_version(part) for part in entry.parts("versions")]
    return Standard(entry.code(ProjectKind), in_order(entry.key, versions))


def _version(entry: Entry) -> StandardVersion:
    stated = entry.has("requirements")
    return StandardVersion(
        from_on=entry.day("from"),
        requirements=tuple(map(_requirement, entry.parts("requirements"))) if stated else None,
        unstated={} if stated else entry.words("unstated"),
        citations=entry.citations,
        confidence=entry.confidence,
    )


def _requirement(entry: Entry) -> Requirement:
    return Requirement(
        zh=entry.text("zh"),
        en=entry.text("en"),
        formula=read_formula(entry),
        at_least=entry.number("at_least"),
    )
