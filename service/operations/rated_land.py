"""The ratings of enterprises on their land."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

import numpy as np

from geodata.errors import UsageError
from geodata.store.engine import Engine
from geodata.store.queries.outlines import read_outlines_of
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.indicators.rating_report import Rated
from service.compliance.law import LawBook
from service.maps.parcel_map import FEATURE_LIMIT
from service.maps.rated_land import RatedParcel, lowest_first
from service.operations.rating import rating_report


def rated_land(
    engine: Engine,
    law: LawBook,
    as_of: date,
    scheme_id: str | None = None,
    known_at: datetime | None = None,
    *,
    parks: Collection[str] = (),
    scope: Scope | None = None,
) -> list[RatedParcel]:
    """The parcels that enterprises stand on, with how these are rated.

    Parameters
    ----------
    parks
        Of who stands in these; by default of everybody.

    The others are those of `rating_report`. Outlines are those known by now.

    Raises
    ------
    UsageError
        When they are more than a map can draw as features.
    """
    report = rating_report(engine, law, as_of, scheme_id, known_at, scope=scope)
    found: defaultdict[str, list[Rated]] = defaultdict(list)
    for each in report.rated:
        if not parks or each.who.park in parks:
            for code in each.who.parcel_codes:
                found[code].append(each)
    if len(found) > FEATURE_LIMIT:
        raise UsageError(
            "Enterprises stand on {count} parcels; the map shows ratings of at most {limit}.",
            "Choose a park.",
            count=len(found),
            limit=FEATURE_LIMIT,
        )
    codes = np.array(sorted(found), dtype=np.object_)
    with unit_of_work(engine, scope) as connection:
        shapes = read_outlines_of(connection, codes)
    return [
        RatedParcel(code, sorted(found[code], key=lowest_first), shape)
        for code, shape in zip(codes.tolist(), shapes, strict=True)
    ]
