"""The inefficient-land tally in full: against every target, by year and place, with its errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import geopandas as gpd
import numpy as np

from geodata.geometry.measure import ellipsoid_area_m2, planar_area_m2
from geodata.model.codelists import ClaimStatus
from geodata.model.entities import Claim
from geodata.model.units import MU_PER_M2, mu
from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.idle_claims import idle_claims
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.conflicts import Conflict, conflicts
from service.compliance.indicators.progress import days_to_credit, movements, pace
from service.compliance.indicators.renewal import Renewal, by_means
from service.compliance.indicators.report import EntryStanding, MeasuredLand, TallyReport
from service.compliance.indicators.standing import TargetStanding, standings
from service.compliance.indicators.tally import counts_on, status_on
from service.compliance.law import LawBook
from service.operations.browsing import usable_cards
from service.operations.choosing import choices_in_force, decided
from service.operations.land import Register


def tally_report(
    engine: Engine,
    law: LawBook,
    as_of: date,
    known_at: datetime | None = None,
    *,
    scope: Scope | None = None,
) -> TallyReport:
    """The tally of the database in full.

    Parameters
    ----------
    engine, law
        The database, and the book with the targets.
    as_of, known_at
        Day up to which evidence counts, and the instant whose knowledge is asked.
    scope
        Whose land is seen; by default what the engine was made for.
    """
    with unit_of_work(engine, scope) as connection:
        claims, shapes = read_claims(connection, known_at)
        is_told = known_at is None and usable_cards(connection, law, as_of) is not None
        idle = tuple(idle_claims(connection, as_of)) if is_told else None
        choices = choices_in_force(connection, law, known_at)
    found, disagreements = report_on(claims, shapes, law, as_of), decided(law, choices)
    return replace(
        found,
        idle=idle,
        standings=_chosen_first(found.standings, disagreements),
        conflicts=disagreements,
        choices=choices,
    )


def report_on(claims: list[Claim], shapes: gpd.GeoSeries, law: LawBook, as_of: date) -> TallyReport:
    """The tally of entries and their outlines in full."""
    register = Register.of(claims, shapes)
    credited = {day: register.credited(day) for day in days_to_credit(claims, as_of)}
    found = register.tally(law, as_of)
    entries = tuple(_entries(claims, credited[as_of], as_of))
    renewals = [Renewal(e.claim.means, e.status, e.counted_mu / MU_PER_M2) for e in entries]
    return TallyReport(
        tally=found,
        standings=tuple(standings(found, claims, law)),
        entries=entries,
        means=by_means(renewals, law),
        movements=movements(claims, credited),
        paces={line.kind: pace(line, claims, credited) for line in found.lines},
        measured=_measured(claims, shapes, as_of),
        conflicts=conflicts(law),
    )


def _entries(
    claims: Iterable[Claim], credited: Mapping[str, Fraction], as_of: date
) -> Iterator[EntryStanding]:
    for claim in claims:
        status = status_on(claim, as_of)
        if status is not None:
            is_done = status is ClaimStatus.DONE
            share = credited.get(claim.claim_code, Fraction(1)) if is_done else 1
            yield EntryStanding(claim, status, mu(claim.area_m2 * share))


def _chosen_first(
    found: Iterable[TargetStanding], disagreements: Iterable[Conflict]
) -> tuple[TargetStanding, ...]:
    """Targets in the order of the book, those that another was chosen before last."""
    later = {
        conflict.sides[1].target.target_id
        for conflict in disagreements
        if not conflict.is_undecided
    }
    return tuple(sorted(found, key=lambda each: each.target.target_id in later))


def _measured(claims: list[Claim], shapes: gpd.GeoSeries, as_of: date) -> MeasuredLand:
    counts = np.array([counts_on(claim, as_of) for claim in claims], dtype=np.bool_)
    placed = np.flatnonzero(counts & ~shapes.isna().to_numpy())
    frame = gpd.GeoDataFrame(geometry=shapes.iloc[placed])
    return MeasuredLand(
        registered_m2=float(sum(claims[row].area_m2 for row in placed.tolist())),
        grid_m2=float(planar_area_m2(frame).sum()),
        ellipsoid_m2=float(ellipsoid_area_m2(frame).sum()),
        placed_count=len(placed),
        unplaced_count=int(counts.sum()) - len(placed),
    )
