"""Cards and spans kept: which of them are out of date, and what is written anew."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.geometry.crs import TILE_EPSG
from geodata.model.codelists import MilestoneKind, UnusedBucket, Verdict
from geodata.model.columns import Days, LedgerColumns, Whole
from geodata.model.judgements import NEVER
from geodata.model.spelling import search_text
from geodata.model.standings import StandingSpans
from geodata.store import convert
from geodata.store.bulk import copy_out, in_order, in_passing
from geodata.store.queries import versions
from geodata.store.queries.contract_rows import with_other_periods
from geodata.store.queries.identities import identity_at
from geodata.store.queries.imports import JUDGED_KINDS, last_import_at
from geodata.store.tables import (
    CARD_SPAN,
    CARD_STATE,
    CONTRACT,
    CONTRACT_CARD,
    CONTRACT_FACT,
    FORMER_KEY,
    PARCEL_FACT,
    ledger,
)
from geodata.store.tables.cards import CARD_TEXTS, group_column

_SEARCHED: Final = (
    *("contract_no", "supervision_no", "uscc", "parcel_code"),
    *("project_name", "grantee"),
)


@dataclass(frozen=True, slots=True)
class CardState:
    """What the cards and their spans were made from.

    Attributes
    ----------
    revision
        One more with every change.
    known_at
        Instant whose knowledge they show; None when nothing had been imported.
    rule_digest
        Digest of the law book and the rules.
    until_on
        Last day looked ahead to.
    """

    revision: int
    known_at: datetime | None
    rule_digest: str
    until_on: date


def hold_cards(connection: sa.Connection) -> None:
    """Wait for whoever else brings the cards up to date, until the transaction ends."""
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext("parcelwatch.contract_card"))
    connection.execute(sa.select(lock))


def read_card_state(connection: sa.Connection) -> CardState | None:
    """What the cards were made from; None before there are any."""
    columns = (CARD_STATE.c[name] for name in CardState.__slots__)
    row = connection.execute(sa.select(*columns)).mappings().one_or_none()
    return CardState(**row) if row else None


def last_known_at(connection: sa.Connection) -> datetime | None:
    """Instant of the last import that can change a card; None before the first."""
    return last_import_at(connection, *JUDGED_KINDS)


def keep_card_state(connection: sa.Connection, state: CardState) -> None:
    """Say what the cards were made from."""
    entry = insert(CARD_STATE).values(asdict(state))
    changed = {name: entry.excluded[name] for name in CardState.__slots__}
    connection.execute(entry.on_conflict_do_update(index_elements=["is_only"], set_=changed))


def all_contracts(connection: sa.Connection, known_at: datetime | None) -> Whole:
    """The contracts known at an instant, ascending."""
    fact = CONTRACT_FACT.c.contract_id
    return _numbers(connection, sa.select(fact).where(versions.seen(CONTRACT_FACT, known_at)))


def changed_contracts(
    connection: sa.Connection, since: datetime, known_at: datetime | None
) -> Whole:
    """The contracts whose facts, key or outline changed after an instant, ascending."""

    def meanwhile(instant: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.and_(instant > since, instant <= known_at)

    fact, key, outline = CONTRACT_FACT.c, FORMER_KEY.c, PARCEL_FACT.c
    moved = sa.or_(meanwhile(outline.known_from), meanwhile(outline.known_to))
    parcels = sa.select(outline.parcel_id).where(moved)
    changed = sa.union(
        sa.select(fact.contract_id).where(meanwhile(fact.known_from)),
        sa.select(key.contract_id).where(meanwhile(key.replaced_at)),
        sa.select(CONTRACT.c.contract_id).where(CONTRACT.c.parcel_id.in_(parcels)),
        with_other_periods(since, known_at),
    ).subquery("changed")
    return _numbers(connection, sa.select(changed.c.contract_id))


def drop_unknown(connection: sa.Connection, known_at: datetime | None) -> int:
    """Drop the cards of contracts that are known no longer; return how many."""
    fact, card = CONTRACT_FACT.c, CONTRACT_CARD.c
    known = sa.exists().where(
        fact.contract_id == card.contract_id, versions.seen(CONTRACT_FACT, known_at)
    )
    dropped = sa.delete(CONTRACT_CARD).where(~known).returning(card.contract_id)
    gone = list(connection.scalars(dropped))
    own = CARD_SPAN.c.contract_id == sa.any_(versions.array(gone, sa.BigInteger))
    connection.execute(sa.delete(CARD_SPAN).where(own))
    return len(gone)


def cards_to_look_ahead(connection: sa.Connection, until_on: date) -> tuple[Whole, Days]:
    """The contracts that can change on a day not looked at yet, and where their last span begins.

    Parameters
    ----------
    until_on
        Last day to be looked ahead to.
    """
    forever: sa.ColumnElement[Any] = sa.literal_column("'infinity'")
    last = sa.and_(
        CARD_SPAN.c.contract_id == CONTRACT_CARD.c.contract_id, CARD_SPAN.c.until_on == forever
    )
    query = (
        sa.select(CONTRACT_CARD.c.contract_id, CARD_SPAN.c.from_on)
        .join_from(CONTRACT_CARD, CARD_SPAN, last)
        .where(CONTRACT_CARD.c.next_change_on <= until_on)
    )
    table = in_order(copy_out(connection, query), "contract_id")
    return convert.numbers(table, "contract_id"), convert.days(table, "from_on")


def write_cards(
    connection: sa.Connection,
    known_at: datetime | None,
    contract_id: Whole,
    columns: LedgerColumns,
    next_change_on: Days,
) -> None:
    """Write what lists show of contracts.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    known_at
        Instant whose knowledge the facts are.
    contract_id, columns
        The contracts and their facts, texts included.
    next_change_on
        Of each, the first day on which it can change that is not within its spans.
    """
    texts = {key: columns.texts[key] for key in (*ledger.IDENTITY, *CARD_TEXTS)}
    search = map(search_text, zip(*(texts[key] for key in _SEARCHED), strict=True))
    area = columns.exact["area_m2"]
    area_m2 = np.divide(area.num, area.den, where=area.known, out=np.zeros(len(columns)))
    cells: convert.Cells = {
        "contract_id": pa.array(contract_id),
        **{key: convert.text_cells(text) for key, text in texts.items()},
        **{key: convert.text_cells(texts[key]).fill_null("") for key in ledger.IDENTITY},
        "area_m2": pa.array(area_m2, mask=~area.known),
        "next_change_on": convert.day_cells(next_change_on, NEVER),
        "search": pa.array(list(search), pa.string()),
    }
    with in_passing(connection, CONTRACT_CARD, cells) as found:
        connection.execute(_upsert(found, known_at))


def write_look_ahead(connection: sa.Connection, contract_id: Whole, next_change_on: Days) -> None:
    """Write up to when contracts are looked at."""
    cells: convert.Cells = {
        "contract_id": pa.array(contract_id),
        "next_change_on": convert.day_cells(next_change_on, NEVER),
    }
    with in_passing(connection, CONTRACT_CARD, cells) as found:
        same = CONTRACT_CARD.c.contract_id == found.c.contract_id
        moved = {"next_change_on": found.c.next_change_on}
        connection.execute(sa.update(CONTRACT_CARD).where(same).values(moved))


def write_spans(connection: sa.Connection, contract_id: Whole, spans: StandingSpans) -> None:
    """Write how contracts stand from the first day of their spans on; earlier ones stay.

    Parameters
    ----------
    connection
        Within a transaction of the caller.
    contract_id, spans
        The contracts the rows of the spans stand for.
    """
    cells: convert.Cells = {
        "contract_id": pa.array(contract_id[spans.row]),
        "from_on": convert.day_cells(spans.from_on),
        "until_on": _ends(spans.until_on),
        "verdict": convert.code_cells(spans.verdict, Verdict),
        **{group_column(group): pa.array(flags) for group, flags in spans.groups.items()},
        "bucket": convert.code_cells(spans.bucket, UnusedBucket),
        "milestone": convert.code_cells(spans.milestone, MilestoneKind),
        "due_on": convert.day_cells(spans.due_on),
        "since_on": convert.day_cells(spans.since_on),
        "worst_days": pa.array(spans.worst_days),
        "is_running": pa.array(spans.is_running),
    }
    with in_passing(connection, CARD_SPAN, cells) as found:
        connection.execute(_outdated(found))
        connection.execute(sa.insert(CARD_SPAN).from_select(list(cells), sa.select(found)))


def read_spans(connection: sa.Connection, contract_id: int) -> list[sa.RowMapping]:
    """The spans of one contract in order of their days."""
    own = CARD_SPAN.c.contract_id == contract_id
    query = sa.select(CARD_SPAN).where(own).order_by(CARD_SPAN.c.from_on)
    return list(connection.execute(query).mappings())


def _ends(until_on: Days) -> pa.Array:
    return convert.day_cells(until_on, NEVER).cast(pa.string()).fill_null("infinity")


def _numbers(connection: sa.Connection, query: sa.Select[Any]) -> Whole:
    return np.sort(convert.numbers(copy_out(connection, query), "contract_id"))


def _upsert(found: sa.Table, known_at: datetime | None) -> sa.Executable:
    contract = identity_at(known_at)
    outline = sa.and_(
        PARCEL_FACT.c.parcel_id == contract.c.parcel_id, versions.seen(PARCEL_FACT, known_at)
    )
    query = (
        sa.select(found, sa.func.st_transform(PARCEL_FACT.c.geom, TILE_EPSG).label("outline"))
        .join_from(found, contract, contract.c.contract_id == found.c.contract_id)
        .outerjoin(PARCEL_FACT, outline)
    )
    names = [*(column.name for column in found.c), "outline"]
    entry = insert(CONTRACT_CARD).from_select(names, query)
    said, new = ([source[name] for name in names] for source in (CONTRACT_CARD.c, entry.excluded))
    return entry.on_conflict_do_update(
        index_elements=["contract_id"],
        set_={name: entry.excluded[name] for name in names},
        where=sa.tuple_(*said).is_distinct_from(sa.tuple_(*new)),
    )


def _outdated(found: sa.Table) -> sa.Executable:
    first = (
        sa.select(found.c.contract_id, sa.func.min(found.c.from_on).label("from_on"))
        .group_by(found.c.contract_id)
        .subquery()
    )
    span = CARD_SPAN.c
    return sa.delete(CARD_SPAN).where(
        span.contract_id == first.c.contract_id, span.from_on >= first.c.from_on
    )
