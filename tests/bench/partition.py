"""What crediting claimed land once costs: against the union of the same land in PostGIS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry

from geodata.geometry.pairs import near_pairs
from geodata.geometry.partition import SMALLEST_OVERLAP_M2, left_of
from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.entities import Claim
from geodata.store.bulk import copy_in
from geodata.store.engine import Engine
from service.compliance.indicators.progress import days_to_credit, movements
from service.compliance.law import LawBook
from service.operations.land import Register

from .contracts import AS_OF
from .figures import Figure, seconds
from .parcels import GRID, many_parcels
from .server import Server, opened

_CLAIMS: Final = 20_000
_CITY: Final = 48_501  # parcels of industrial land in Shanghai
_GROUND_M: Final = 14_000
_CORNERS: Final = 24
_SRID: Final = 4549

Shapes = npt.NDArray[np.object_]


def partition_figures(server: Server, law: LawBook) -> Iterator[Figure]:
    """The figures of claims that lie on each other, and of the register of a city."""
    shapes = overlapping_claims(_CLAIMS)

    def credit() -> Shapes:
        return left_of(shapes, near_pairs(shapes, SMALLEST_OVERLAP_M2))

    ours = seconds(credit, 3)
    union_m2 = float(shapely.area(shapely.disjoint_subset_union_all(shapes)))
    error = abs(float(shapely.area(credit()).sum()) / union_m2 - 1)
    with opened(server.database()) as engine:
        table = _stored(engine, shapes)
        whole = seconds(partial(_ask, engine, f"SELECT ST_Area(ST_Union(geom)) FROM {table}"), 3)
        clustered = seconds(partial(_ask, engine, _clustered(table)), 3)
    for subject, peer, bar in (
        ("ST_Union of the same in PostGIS", whole, 5),
        ("ST_ClusterDBSCAN and ST_Union of each cluster", clustered, 2),
    ):
        yield Figure(
            f"{_CLAIMS:,} overlapping claims, each m² credited once",
            f"{ours:.2f} s; sum of parts off the union by {error:.0e}",
            f"{peer:.2f} s for {subject}",
            f"{peer / ours:.1f} × faster",
            f"at least {bar} ×",
            peer >= bar * ours and error < 1e-6,
        )
    taken = seconds(partial(_tally_of_a_city, law), 1)
    yield Figure(
        f"tally of {_CITY:,} parcels with the movements of every year",
        f"{taken:.1f} s",
        "",
        "",
        "under 15 s",
        taken < 15,
    )


def overlapping_claims(count: int, seed: int = 1) -> Shapes:
    """Blots of 30 to 140 m across, some six of which meet each of them."""
    chance = np.random.default_rng(seed)
    middle = chance.uniform(0, _GROUND_M * np.sqrt(count / _CLAIMS), (count, 1, 2))
    reach = chance.uniform(30, 120, (count, 1)) * chance.uniform(0.6, 1.2, (count, _CORNERS))
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    corners = np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=2)
    return np.asarray(shapely.polygons(middle + corners + (600_000, 3_400_000)))


def _stored(engine: Engine, shapes: Shapes) -> str:
    table = sa.Table("blot", sa.MetaData(), sa.Column("geom", Geometry("POLYGON", srid=_SRID)))
    with engine.begin() as connection:
        table.create(connection)
        copy_in(connection, table, {"geom": shapes})
        connection.exec_driver_sql("ANALYZE blot")
    return "blot"


def _clustered(table: str) -> str:
    return f"""
        SELECT sum(ST_Area(united)) FROM (
            SELECT ST_Union(geom) AS united FROM (
                SELECT geom, ST_ClusterDBSCAN(geom, 0, 1) OVER () AS cluster FROM {table}
            ) AS clustered GROUP BY cluster
        ) AS unions
    """


def _ask(engine: Engine, query: str) -> float:
    with engine.connect() as connection:
        return float(connection.exec_driver_sql(query).scalar_one())


def _tally_of_a_city(law: LawBook) -> None:
    shapes = many_parcels(_CITY, overlapping=0.02).geometry.to_numpy()
    days = np.random.default_rng(1).integers(0, 1_600, len(shapes)).tolist()
    claims = [
        Claim(
            claim_code=str(number),
            kind=list(ClaimKind)[number % len(ClaimKind)],
            status=ClaimStatus.DONE,
            done_on=date(2022, 1, 1) + timedelta(day),
            reversed_on=None if number % 50 else date(2026, 1, 1),
            area_m2=Fraction(area).limit_denominator(100),
            town=str(number % 9),
            park=str(number % 13),
            evidence="",
        )
        for number, (day, area) in enumerate(zip(days, shapely.area(shapes).tolist(), strict=True))
    ]
    register = Register.of(claims, gpd.GeoSeries(shapes, crs=GRID))
    register.tally(law, AS_OF)
    movements(claims, {day: register.credited(day) for day in days_to_credit(claims, AS_OF)})
