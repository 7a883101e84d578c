"""What is still open in the register of inefficient land, and what of it nobody was credited with.

Entries that count come first, open ones after them: what an open entry shares with one that counts
is not counted again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.geometry.partition import Partition
from geodata.model.codelists import ClaimStatus
from geodata.model.entities import Claim, Overlap
from geodata.store.engine import Engine
from geodata.store.queries.claims import first_promises, read_claims
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.tally import status_on

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OpenLand:
    """The register on a day, seen from what is still to be done.

    Attributes
    ----------
    claims
        All entries.
    promised
        Day on which each was to be done as first promised, by code.
    in_turn
        Share of its land each entry is credited with if all of them are done, by code; 1 where it
        is missing.
    alone
        The same of each open entry if no other open one is done.
    overlaps
        Pairs of open entries on the same land.
    """

    claims: Sequence[Claim]
    promised: Mapping[str, date]
    in_turn: Mapping[str, Fraction]
    alone: Mapping[str, Fraction]
    overlaps: tuple[Overlap, ...]


def read_open_land(
    engine: Engine, as_of: date, known_at: datetime | None = None, *, scope: Scope | None = None
) -> OpenLand:
    """The register of the database on a day."""
    with unit_of_work(engine, scope) as connection:
        claims, shapes = read_claims(connection, known_at)
        promised = first_promises(connection, known_at)
    return open_land(claims, shapes, promised, as_of)


def open_land(
    claims: Sequence[Claim], shapes: gpd.GeoSeries, promised: Mapping[str, date], as_of: date
) -> OpenLand:
    """The register of entries with their outlines, None where an entry has none."""
    status = [status_on(claim, as_of) for claim in claims]
    outlined = (~shapes.isna()).tolist()
    placed = [row for row, is_there in enumerate(outlined) if is_there and status[row]]
    is_done = np.array([status[row] is ClaimStatus.DONE for row in placed], dtype=np.bool_)
    register = _frame([claims[row] for row in placed], is_done, as_of, shapes, placed)
    partition = Partition.of(register)
    pairs = partition.overlaps(~is_done)
    return OpenLand(
        claims,
        promised,
        _shares(partition, np.ones_like(is_done)),
        {
            code: share
            for counts in _rounds(partition, is_done, pairs)
            for code, share in _shares(partition, counts).items()
        },
        pairs,
    )


def _frame(
    claims: Sequence[Claim], is_done: Flags, as_of: date, shapes: gpd.GeoSeries, placed: list[int]
) -> gpd.GeoDataFrame:
    later = as_of + timedelta(1)
    return gpd.GeoDataFrame(
        {
            "claim_code": [claim.claim_code for claim in claims],
            "column": [claim.kind for claim in claims],
            "done_on": [
                claim.done_on if counts else later
                for claim, counts in zip(claims, is_done.tolist(), strict=True)
            ],
        },
        geometry=list(shapes.iloc[placed]),
        crs=shapes.crs,
    )


def _shares(partition: Partition, counts: Flags) -> dict[str, Fraction]:
    shares = partition.shares(counts)[counts].tolist()
    return dict(zip(partition.codes[counts].tolist(), map(Fraction, shares), strict=True))


def _rounds(partition: Partition, is_done: Flags, pairs: Sequence[Overlap]) -> Iterator[Flags]:
    """What is done together with open entries of which no two overlap, until each had its turn."""
    row = {code: place for place, code in enumerate(partition.codes.tolist())}
    rivals = [(row[pair.claim_code], row[pair.other_code]) for pair in pairs]
    waiting = ~is_done
    while True:
        chosen = waiting.copy()
        for first, second in rivals:
            chosen[second] &= not chosen[first]
        yield is_done | chosen
        waiting &= ~chosen
        if not waiting.any():
            return
