"""Where collections of features are read: the column of each attribute, and the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.feature_collections import Published
from geodata.store.queries import versions
from geodata.store.queries.cells import of_day
from geodata.store.queries.cql2 import GEOMETRY
from geodata.store.tables import (
    CARD_SPAN,
    CASE,
    CLAIM,
    CLAIM_FACT,
    CONTRACT,
    CONTRACT_CARD,
    FINDING,
    PARCEL,
    PARCEL_FACT,
    PARK,
)
from geodata.store.tables.ledger import exact_columns

Column = sa.ColumnElement[Any]

_PART: Final = "."


@dataclass(frozen=True, slots=True)
class Revision:
    """What all collections depend on.

    Attributes
    ----------
    version
        Another one with every change.
    run_id, run_on
        The last audit of all land and its day, whose findings are told; None = there was none.
    """

    version: str
    run_id: int | None
    run_on: date | None


@dataclass(frozen=True, slots=True)
class Credit:
    """What an entry of the inefficient-land register is credited with on a day.

    Attributes
    ----------
    share
        Of its land, 0 to 1.
    piece
        WKB of this land in EPSG:4490 where it is a part of the entry's; None for all or none of it.
    """

    claim_code: str
    share: float
    piece: bytes | None


@dataclass(frozen=True, slots=True)
class Moment:
    """What features are told as of: the day contracts are judged on, and what is known by now.

    Attributes
    ----------
    credits
        Of the entries that count on the day; only the tally partition is made from them.
    """

    as_of: date
    revision: Revision
    credits: Sequence[Credit] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a collection is read.

    Attributes
    ----------
    key, parse
        The columns that number a feature, and what reads each from the number.
    columns
        Where each attribute stands, and the shape.
    """

    key: tuple[Column, ...]
    parse: tuple[Callable[[str], Any], ...]
    columns: Mapping[str, Column]
    rows: sa.Select[Any]

    def key_of(self, number: str) -> tuple[Any, ...] | None:
        """The key of a feature's number; None for what is no number of any."""
        parts = number.split(_PART) if len(self.parse) > 1 else [number]
        try:
            return tuple(read(part) for read, part in zip(self.parse, parts, strict=True))
        except ValueError:
            return None

    @property
    def number(self) -> Column:
        """The number of a feature, as a value of JSON."""
        if len(self.key) == 1:
            return sa.func.to_json(self.key[0])
        texts = (sa.cast(part, sa.Text) for part in self.key)
        return sa.func.to_json(sa.func.concat_ws(_PART, *texts))


def source_of(collection: Published, moment: Moment) -> Source:
    """Where a collection is read."""
    return _SOURCES[collection](moment)


def _day(column: Column) -> Column:
    """A day, without those that stand for always."""
    return sa.case((sa.func.isfinite(column), column))


def _contracts(moment: Moment) -> Source:
    card, span = CONTRACT_CARD.c, CARD_SPAN.c
    grown = sa.case((span.is_running, sa.literal(moment.as_of) - span.from_on), else_=0)
    columns = {
        **dict(card),
        **dict(span),
        "days": span.worst_days + grown,
        "true_from": _day(span.from_on),
        "true_to": _day(span.until_on),
        GEOMETRY: PARCEL_FACT.c.geom,
    }
    rows = (
        of_day(moment.as_of)
        .join(CONTRACT, CONTRACT.c.contract_id == card.contract_id)
        .outerjoin(PARCEL_FACT, _outline_of(CONTRACT.c.parcel_id))
    )
    return Source((card.contract_id,), (_whole,), columns, rows)


def _parcels(_moment: Moment) -> Source:
    fact = PARCEL_FACT.c
    columns = {
        **dict(PARCEL.c),
        "true_from": _day(fact.true_from),
        "true_to": _day(fact.true_to),
        GEOMETRY: fact.geom,
    }
    known = fact.known_to == sa.literal_column("'infinity'")
    rows = sa.select(fact.fact_id).join(PARCEL, PARCEL.c.parcel_id == fact.parcel_id).where(known)
    return Source((fact.fact_id,), (_whole,), columns, rows)


def _parks(_moment: Moment) -> Source:
    park = PARK.c
    columns = {**dict(park), GEOMETRY: park.geom}
    return Source((park.park_code,), (_text,), columns, sa.select().select_from(PARK))


def _findings(moment: Moment) -> Source:
    found, card = FINDING.c, CONTRACT_CARD.c
    columns = {
        **dict(card),
        **dict(found),
        "as_of": sa.literal(moment.revision.run_on, sa.Date),
        GEOMETRY: PARCEL_FACT.c.geom,
    }
    rows = _about_contracts(sa.select(found.code).select_from(FINDING), found.contract_id)
    key = (found.contract_id, found.ordinal)
    return Source(
        key, (_whole, _whole), columns, rows.where(found.run_id == moment.revision.run_id)
    )


def _claims(_moment: Moment) -> Source:
    fact = CLAIM_FACT.c
    exact = {
        key: sa.cast(num, sa.Float) / sa.cast(den, sa.Float)
        for key in ("area_m2", "cost_yuan")
        for num, den in [(fact[name] for name in exact_columns(key))]
    }
    columns = {**dict(fact), "claim_code": CLAIM.c.claim_code, **exact, GEOMETRY: fact.geom}
    rows = (
        sa.select(fact.claim_id)
        .join(CLAIM, CLAIM.c.claim_id == fact.claim_id)
        .where(versions.seen(CLAIM_FACT, None))
    )
    return Source((fact.claim_id,), (_whole,), columns, rows)


def _tally_partition(moment: Moment) -> Source:
    """The entries that count, each with the land it is credited with instead of its outline."""
    claims = _claims(moment)
    credit = sa.func.unnest(
        sa.literal([one.claim_code for one in moment.credits], ARRAY(sa.Text)),
        sa.literal([one.share for one in moment.credits], ARRAY(sa.Float)),
        sa.literal([one.piece for one in moment.credits], ARRAY(sa.LargeBinary)),
    )
    credited = credit.table_valued(
        *(sa.column("claim_code", sa.Text), sa.column("share", sa.Float), sa.column("piece"))
    ).render_derived("credited")
    share = credited.c.share
    piece = sa.func.st_geomfromwkb(credited.c.piece, STORAGE_EPSG)
    columns = {
        **claims.columns,
        "credited_share": share,
        "credited_m2": claims.columns["area_m2"] * share,
        GEOMETRY: sa.case((share == 1, claims.columns[GEOMETRY]), else_=piece),
    }
    rows = claims.rows.join(credited, credited.c.claim_code == CLAIM.c.claim_code)
    return Source(claims.key, claims.parse, columns, rows)


def _cases(_moment: Moment) -> Source:
    case = CASE.c
    columns = {
        **dict(CONTRACT_CARD.c),
        **dict(case),
        "case_id": sa.cast(case.case_id, sa.Text),
        GEOMETRY: PARCEL_FACT.c.geom,
    }
    rows = _about_contracts(sa.select(case.case_id).select_from(CASE), case.contract_id)
    return Source((case.case_id,), (UUID,), columns, rows)


def _about_contracts(rows: sa.Select[Any], contract_id: Column) -> sa.Select[Any]:
    """Rows with the card of their contract, and the outline of its parcel where one is known."""
    return (
        rows.join(CONTRACT, CONTRACT.c.contract_id == contract_id)
        .join(CONTRACT_CARD, CONTRACT_CARD.c.contract_id == contract_id)
        .outerjoin(PARCEL_FACT, _outline_of(CONTRACT.c.parcel_id))
    )


def _outline_of(parcel_id: Column) -> sa.ColumnElement[bool]:
    return sa.and_(PARCEL_FACT.c.parcel_id == parcel_id, versions.seen(PARCEL_FACT, None))


def _text(written: str) -> str:
    if "\0" in written:
        raise ValueError(written)
    return written


def _whole(written: str) -> int:
    number = int(written)
    if not 0 <= number < 2**31 or not written.isascii():
        raise ValueError(written)
    return number


_SOURCES: Final[Mapping[Published, Callable[[Moment], Source]]] = {
    Published.CONTRACTS: _contracts,
    Published.PARCELS: _parcels,
    Published.PARKS: _parks,
    Published.FINDINGS: _findings,
    Published.CLAIMS: _claims,
    Published.TALLY_PARTITION: _tally_partition,
    Published.CASES: _cases,
}
