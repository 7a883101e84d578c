"""The inefficient-land tally in full: against every target, by year and place, with its errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import geopandas as gpd
import numpy as np

from geodata.geometry.measure import ellipsoid_area_m2, planar_area_m2
from geodata.model.entities import Claim
from geodata.store.engine import Engine
from geodata.store.queries.claims import read_claims
from geodata.store.queries.idle_claims import idle_claims
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.progress import days_to_credit, movements, pace
from service.compliance.indicators.report import MeasuredLand, TallyReport
from service.compliance.indicators.standing import standings
from service.compliance.indicators.tally import counts_on
from service.compliance.law import LawBook
from service.operations.browsing import usable_cards
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
    return replace(report_on(claims, shapes, law, as_of), idle=idle)


def report_on(claims: list[Claim], shapes: gpd.GeoSeries, law: LawBook, as_of: date) -> TallyReport:
    """The tally of entries and their outlines in full."""
    register = Register.of(claims, shapes)
    credited = {day: register.credited(day) for day in days_to_credit(claims, as_of)}
    found = register.tally(law, as_of)
    return TallyReport(
        tally=found,
        standings=tuple(standings(found, claims, law)),
        movements=movements(claims, credited),
        paces={line.kind: pace(line, claims, credited) for line in found.lines},
        measured=_measured(claims, shapes, as_of),
    )


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
