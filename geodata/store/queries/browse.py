"""Lists of contracts as they stand on a day: what passes the filters, counted and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelists import Group, Verdict
from geodata.model.columns import Whole
from geodata.model.contract_key import IDENTITY, ContractKey
from geodata.model.selection import DUE_WITHIN, Order, Selection
from geodata.store.bulk import copy_out
from geodata.store.queries import versions
from geodata.store.queries.search import Condition, Search, by_index
from geodata.store.tables import CARD_SPAN, CONTRACT_CARD
from geodata.store.tables.cards import group_column

_CARD: Final = CONTRACT_CARD.c
_SPAN: Final = CARD_SPAN.c
_GROUPS: Final = tuple(_SPAN[group_column(group)] for group in Group)
_AT_STAKE: Final = sa.or_(_SPAN.in_overdue, _SPAN.in_idle)
_CODED: Final = (_SPAN.verdict, _SPAN.bucket, _SPAN.milestone)
_NAMED: Final = (_CARD.park, _CARD.town, _CARD.land_use)

NO_CONTRACT: Final = 0
"""Stands where a line counts contracts with nothing at stake."""

_SORT_IN_MEMORY: Final = "SET LOCAL work_mem = '64MB'"
_RANKED: Final = 500
"""Hits of a search that are ranked at most."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A contract that a search found, with how it stands on a day."""

    key: ContractKey
    title: str
    grantee: str
    park: str
    verdict: Verdict
    place: tuple[float, float] | None


def read_lines(connection: sa.Connection, as_of: date, found: Search | None = None) -> pa.Table:
    """The contracts of a day, counted by everything a list can be filtered by.

    A contract with money at stake has a line of its own, with its ``contract_id``; the others are
    counted together. ``due_within`` is the least of `DUE_WITHIN` that applies.

    Parameters
    ----------
    connection
        A connection.
    as_of
        The day, within those looked at.
    found
        Count only what a search found.
    """
    connection.exec_driver_sql(_SORT_IN_MEMORY)
    classes = [(_SPAN.due_on <= as_of + timedelta(days=days), days) for days in DUE_WITHIN]
    own = sa.case((_AT_STAKE, _CARD.contract_id), else_=NO_CONTRACT)
    parts = (
        *_CODED,
        *_NAMED,
        *_GROUPS,
        sa.case(*classes).label("due_within"),
        sa.type_coerce(own, sa.BigInteger).label("contract_id"),
    )
    count = sa.func.count()
    query = _of_day(
        as_of,
        *parts,
        count.label("count"),
        sa.func.coalesce(sa.func.sum(_CARD.area_m2), 0, type_=sa.Float).label("area_m2"),
        (count - sa.func.count(_CARD.area_m2)).label("unknown_area_count"),
    )
    return copy_out(connection, _found(query, found).group_by(*parts))


def ordered_contracts(
    connection: sa.Connection,
    as_of: date,
    selection: Selection,
    order: Order,
    found: Search | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
    without: Whole | None = None,
) -> Whole:
    """The contracts that pass the filters, in order.

    Parameters
    ----------
    connection, as_of, found
        As in `read_lines`.
    selection, order
        Filters but the text, which is looked for by `found`; any order but `Order.STAKE`.
    limit, offset
        How many, after how many.
    without
        Contracts to be left out.
    """
    query = _found(_of_day(as_of, _CARD.contract_id), found).where(*_passing(selection, as_of))
    if without is not None:
        left_out = versions.array(without.tolist(), sa.BigInteger)
        query = query.where(_CARD.contract_id != sa.all_(left_out))
    query = query.order_by(*_sorting(order, as_of, found)).limit(limit).offset(offset)
    return _numbers(connection, query)


def next_due(connection: sa.Connection, as_of: date, limit: int) -> Whole:
    """The contracts with the milestones due next."""
    query = _of_day(as_of, _CARD.contract_id).where(_SPAN.due_on.is_not(None))
    query = query.order_by(_SPAN.due_on, *_key()).limit(limit)
    return _numbers(connection, query)


def lately_flagged(connection: sa.Connection, as_of: date, days: int, limit: int) -> Whole:
    """Contracts of a group whose verdict rests on what began within some days, newest first."""
    began = _SPAN.since_on > as_of - timedelta(days=days)
    query = _of_day(as_of, _CARD.contract_id).where(sa.or_(*_GROUPS), began)
    query = query.order_by(_SPAN.since_on.desc(), *_key()).limit(limit)
    return _numbers(connection, query)


def near_contracts(connection: sa.Connection, as_of: date, days: int) -> Whole:
    """Contracts that stand differently since some days, or with a milestone due within as many."""
    reach = timedelta(days=days)
    lately = sa.select(_SPAN.contract_id).where(_SPAN.from_on.between(as_of - reach, as_of))
    soon = _of_day(as_of, _CARD.contract_id).where(_SPAN.due_on <= as_of + reach)
    since = _of_day(as_of, _CARD.contract_id).where(_SPAN.since_on >= as_of - reach)
    near = sa.union(lately, soon, since).subquery()
    return _numbers(connection, sa.select(near.c.contract_id).order_by(near.c.contract_id))


def read_hits(connection: sa.Connection, as_of: date, found: Search, limit: int) -> list[Hit]:
    """The contracts that fit a search best.

    Of very many that are found, those met first are ranked.
    """
    met = sa.select(_CARD.contract_id).where(found.condition).limit(_RANKED).correlate(None)
    place = sa.func.ST_Transform(_CARD.place, STORAGE_EPSG)
    shown = (*_key(), _CARD.project_name, _CARD.grantee, _CARD.park, _SPAN.verdict)
    query = (
        _of_day(as_of, *shown, sa.func.ST_X(place), sa.func.ST_Y(place))
        .where(_CARD.contract_id.in_(met))
        .order_by(*found.rank, *_key())
        .limit(limit)
    )
    with by_index(connection):
        return [_hit(*row) for row in connection.execute(query)]


def _hit(
    contract_no: str,
    phase: str,
    parcel_code: str,
    project_name: str | None,
    grantee: str | None,
    park: str | None,
    verdict: str,
    *place: float | None,
) -> Hit:
    east, north = place
    return Hit(
        key=ContractKey(contract_no, phase, parcel_code),
        title=project_name or grantee or contract_no,
        grantee=grantee or "",
        park=park or "",
        verdict=Verdict.of(verdict),
        place=None if east is None or north is None else (east, north),
    )


def _of_day(as_of: date, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Cards with the span of a day."""
    span = sa.and_(
        _SPAN.contract_id == _CARD.contract_id, _SPAN.from_on <= as_of, _SPAN.until_on > as_of
    )
    return sa.select(*columns).join_from(CONTRACT_CARD, CARD_SPAN, span)


def _found(query: sa.Select[Any], found: Search | None) -> sa.Select[Any]:
    return query if found is None else query.where(found.condition)


def _passing(selection: Selection, as_of: date) -> Iterator[Condition]:
    coded = (
        (_SPAN.verdict, selection.verdicts),
        (_SPAN.bucket, selection.buckets),
        (_SPAN.milestone, selection.milestones),
    )
    named = (
        (_CARD.park, selection.parks),
        (_CARD.town, selection.towns),
        (_CARD.land_use, selection.land_uses),
    )
    for column, chosen in coded:
        if chosen:
            yield _is_one_of(column, chosen)
    for column, names in named:
        if names:
            is_named = _is_one_of(column, names)
            yield sa.or_(is_named, column.is_(None)) if "" in names else is_named
    if selection.groups:
        yield sa.or_(*(_SPAN[group_column(group)] for group in selection.groups))
    if selection.any_group:
        yield sa.or_(*_GROUPS)
    if selection.due_within:
        yield _SPAN.due_on <= as_of + timedelta(days=max(selection.due_within))


def _sorting(order: Order, as_of: date, found: Search | None) -> Iterator[sa.ColumnElement[Any]]:
    ranks = {verdict.value: verdict.severity for verdict in Verdict}
    severity = sa.case(ranks, value=_SPAN.verdict)
    grown = sa.case((_SPAN.is_running, sa.literal(as_of) - _SPAN.from_on), else_=0)
    days = (_SPAN.worst_days + grown).desc()
    match order:
        case Order.MATCH if found:
            yield from found.rank
        case Order.SEVERITY | Order.MATCH:
            yield from (severity, days)
        case Order.DAYS:
            yield from (days, severity)
        case Order.STAKE:
            yield severity
        case Order.AREA:
            yield sa.func.coalesce(_CARD.area_m2, 0).desc()
        case Order.DUE:
            yield _SPAN.due_on.nulls_last()
        case Order.CONTRACT:
            pass
    yield from _key()


def _key() -> Iterator[sa.ColumnElement[Any]]:
    """The key of a contract, which sorts by the numbers of its signs."""
    return (sa.collate(_CARD[name], "C") for name in IDENTITY)


def _is_one_of(column: sa.Column[Any], words: Iterable[str]) -> Condition:
    return column == sa.any_(versions.array(sorted(map(str, words)), sa.Text))


def _numbers(connection: sa.Connection, query: sa.Select[Any]) -> Whole:
    return np.array(list(connection.scalars(query)), dtype=np.int64)
