"""One thing that is wrong with a parcel or with some of them: a value anybody can report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from geodata.geometry.repair import Repair
from geodata.model.quality_lists import (
    STANDING,
    Fault,
    Measure,
    QualitySeverity,
    Responsible,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Figure = float | Fraction


@dataclass(frozen=True, slots=True)
class QualityIssue:
    """What is wrong, with whom, where, and by how much.

    Attributes
    ----------
    fault, severity
        What is wrong, and how grave that is here.
    parcels, rows
        Keys of the parcels concerned, and their rows in the file, from 1.
    where
        The place in EPSG:4490; None for a fact, or where there is no place.
    measured, unit, threshold
        The figure, its unit, and the figure from which it counts as a fault.
    columns, values
        Ledger columns a fact stands in, and what stands there.
    place
        Name of the park a gap lies in.
    """

    fault: Fault
    severity: QualitySeverity
    parcels: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    where: BaseGeometry | None = None
    measured: Figure | None = None
    unit: Measure | None = None
    threshold: Figure | None = None
    columns: tuple[str, ...] = ()
    values: tuple[date | Fraction | str | None, ...] = ()
    place: str = ""

    @property
    def responsible(self) -> Responsible:
        """Who must act."""
        return STANDING[self.fault].responsible


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything found in one file.

    Attributes
    ----------
    source
        Name of the file.
    parcel_count
        Parcels looked at.
    issues
        What is wrong, in the order of the catalogue.
    repairs
        What was repaired, or could not be, by row of the file from 1.
    """

    source: str
    parcel_count: int
    issues: tuple[QualityIssue, ...]
    repairs: tuple[Repair, ...] = ()

    @property
    def counts(self) -> Mapping[tuple[Fault, QualitySeverity], int]:
        """Number of issues by fault and severity, in the order of the catalogue."""
        found = Counter((issue.fault, issue.severity) for issue in self.issues)
        pairs = ((fault, severity) for fault in STANDING for severity in QualitySeverity)
        return {pair: found[pair] for pair in pairs if found[pair]}

    @property
    def by_severity(self) -> Mapping[QualitySeverity, int]:
        """Number of issues of each severity, the gravest first."""
        found = Counter(issue.severity for issue in self.issues)
        return {severity: found[severity] for severity in QualitySeverity}


def in_order(issues: Iterable[QualityIssue]) -> tuple[QualityIssue, ...]:
    """Issues in the order of the catalogue, then by parcel: the order of the input is forgotten."""
    places = {fault: place for place, fault in enumerate(STANDING)}
    return tuple(
        sorted(issues, key=lambda i: (places[i.fault], i.parcels, i.rows, i.place, i.columns))
    )
