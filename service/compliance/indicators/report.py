"""The inefficient-land tally in full, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim, FigureChoice, IdleClaim
from service.compliance.indicators.conflicts import Conflict
from service.compliance.indicators.progress import Movement, Pace
from service.compliance.indicators.renewal import MeansLine
from service.compliance.indicators.standing import TargetStanding
from service.compliance.indicators.tally import Tally


@dataclass(frozen=True, slots=True)
class MeasuredLand:
    """The same land measured in three ways, in m²: how far the tally may be off.

    Attributes
    ----------
    registered_m2, grid_m2, ellipsoid_m2
        As the register states it, on the CGCS2000 grid, and on the ellipsoid.
    placed_count, unplaced_count
        Entries that count with an outline, and those without, which no grid can measure.
    """

    registered_m2: float
    grid_m2: float
    ellipsoid_m2: float
    placed_count: int
    unplaced_count: int

    @property
    def grid_error(self) -> float:
        """Grid against register, as a share of the register."""
        return self._error(self.grid_m2)

    @property
    def ellipsoid_error(self) -> float:
        """Ellipsoid against register, as a share of the register."""
        return self._error(self.ellipsoid_m2)

    def _error(self, measured_m2: float) -> float:
        return measured_m2 / self.registered_m2 - 1 if self.registered_m2 else 0.0


@dataclass(frozen=True, slots=True)
class EntryStanding:
    """An entry as it stands on a day.

    Attributes
    ----------
    status
        How far it has come by then.
    counted_mu
        What is credited to it where it is done, its registered area else.
    """

    claim: Claim
    status: ClaimStatus
    counted_mu: Fraction


@dataclass(frozen=True, slots=True)
class TallyReport:
    """Where the district stands, and how it got there.

    Attributes
    ----------
    tally
        Both kinds of land, and what is claimed twice.
    standings
        The same against each target of the law book.
    entries, means
        Every entry that was not withdrawn, and their land by the means of vacating and upgrading.
    movements, paces
        What every year brought by place; how fast each kind goes and would have to.
    measured
        The land that counts, measured in three ways.
    idle
        Entries on land that stands as idle, which stays to be sorted out by a person; None where
        nothing tells how contracts stood on the day.
    conflicts, choices
        Where the papers disagree, with the figures chosen to be shown first; who chose them.
    """

    tally: Tally
    standings: tuple[TargetStanding, ...]
    entries: tuple[EntryStanding, ...]
    means: tuple[MeansLine, ...]
    movements: tuple[Movement, ...]
    paces: Mapping[ClaimKind, Pace]
    measured: MeasuredLand
    idle: tuple[IdleClaim, ...] | None = None
    conflicts: tuple[Conflict, ...] = ()
    choices: Mapping[str, FigureChoice] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """Day up to which evidence counts."""
        return self.tally.as_of
