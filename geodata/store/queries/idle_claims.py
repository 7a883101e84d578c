"""Entries of the inefficient-land register and the contracts on the same land."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from geoalchemy2 import Geography

from geodata.geometry.crs import STORAGE_EPSG, TILE_EPSG
from geodata.model.codelists import Group, Verdict
from geodata.model.contract_key import ContractKey
from geodata.model.entities import IdleClaim
from geodata.store.queries import versions
from geodata.store.tables import CARD_SPAN, CLAIM, CLAIM_FACT, CONTRACT_CARD
from geodata.store.tables.cards import group_column

_SMALLEST_M2: Final = 1.0  # less is drawing noise between neighbours


def idle_claims(connection: sa.Connection, as_of: date) -> list[IdleClaim]:
    """Entries not reversed by a day that share land with a contract idle on it (R5.2).

    Parameters
    ----------
    connection
        A connection; found is what its scope sees, as the cards of the contracts tell.
    as_of
        A day the cards tell of.
    """
    card, span, fact = CONTRACT_CARD.c, CARD_SPAN.c, CLAIM_FACT.c
    found = (
        _on_one_land(span.verdict)
        .join(CARD_SPAN, span.contract_id == card.contract_id)
        .where(
            sa.or_(fact.reversed_on.is_(None), fact.reversed_on > as_of),
            span[group_column(Group.IDLE)],
            span.from_on <= as_of,
            span.until_on > as_of,
        )
        .subquery()
    )
    query = (
        sa.select(found)
        .where(found.c.area_m2 >= _SMALLEST_M2)
        .order_by(found.c.claim_code, found.c.contract_no, found.c.phase, found.c.parcel_code)
    )
    return [
        IdleClaim(
            claim_code=row.claim_code,
            contract=ContractKey(row.contract_no, row.phase, row.parcel_code),
            verdict=Verdict.of(row.verdict),
            area_m2=row.area_m2,
        )
        for row in connection.execute(query)
    ]


def contracts_of_claims(connection: sa.Connection) -> dict[str, ContractKey]:
    """The contract that shares most land with each entry, by its code; of entries that have any.

    What the scope of the connection sees, as the cards of the contracts tell.
    """
    found = _on_one_land().subquery().c
    query = (
        sa.select(found.claim_code, found.contract_no, found.phase, found.parcel_code)
        .where(found.area_m2 >= _SMALLEST_M2)
        .order_by(found.area_m2, found.contract_no.desc(), found.phase.desc())
    )
    # The one that comes last stays.
    return {code: ContractKey(*key) for code, *key in connection.execute(query)}


def _on_one_land(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Entries known by now beside the contracts they share land with, and how much."""
    card, fact = CONTRACT_CARD.c, CLAIM_FACT.c
    outline = sa.func.ST_Transform(fact.geom, TILE_EPSG)
    shared = sa.func.ST_Transform(sa.func.ST_Intersection(card.outline, outline), STORAGE_EPSG)
    area_m2 = sa.func.ST_Area(sa.cast(shared, Geography(srid=STORAGE_EPSG))).label("area_m2")
    return (
        sa.select(
            *(CLAIM.c.claim_code, card.contract_no, card.phase, card.parcel_code),
            *(*columns, area_m2),
        )
        .join_from(CLAIM, CLAIM_FACT, CLAIM.c.claim_id == fact.claim_id)
        .join(CONTRACT_CARD, sa.func.ST_Intersects(card.outline, outline))
        .where(versions.seen(CLAIM_FACT, None))
    )
