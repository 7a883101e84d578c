"""Cards brought up to date: what lists and maps show of each contract, a year ahead too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from geodata.model.columns import Days, Whole
from geodata.model.standings import FIRST_ON
from geodata.store.engine import Connection, Engine
from geodata.store.queries.cards import (
    CardState,
    all_contracts,
    cards_to_look_ahead,
    changed_contracts,
    drop_unknown,
    hold_cards,
    keep_card_state,
    last_known_at,
    read_card_state,
    write_cards,
    write_look_ahead,
    write_spans,
)
from geodata.store.queries.contracts import read_contracts
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.spans import standing_spans
from service.compliance.rules.version import rule_set_digest

LOOK_AHEAD: Final = timedelta(days=366)
"""So far ahead it is known how contracts will stand if nothing happens."""

_BLOCK: Final = 1 << 17
"""Contracts whose facts are in memory at once."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What bringing the cards up to date touched.

    Attributes
    ----------
    renewed_count, dropped_count
        Cards written anew, and cards of contracts that are known no longer.
    ahead_count
        Cards of which only days were added.
    """

    state: CardState
    renewed_count: int = 0
    dropped_count: int = 0
    ahead_count: int = 0


def refresh_cards(engine: Engine, law: LawBook, as_of: date) -> RefreshResult:
    """Bring cards and spans up to date, and look a year ahead of a day.

    Only contracts whose facts, key or outline changed since the last time are judged anew, all of
    them under other rules; of the others only the days that were not looked at yet.
    """
    digest, until_on = rule_set_digest(law.digest), as_of + LOOK_AHEAD
    with unit_of_work(engine) as connection:
        before = read_card_state(connection)
        if before and _is_current(connection, before, digest, until_on):
            return RefreshResult(before)
        hold_cards(connection)
        before = read_card_state(connection)
        known_at = last_known_at(connection)
        until_on = max(until_on, before.until_on) if before else until_on
        stale = _stale(connection, before, known_at, digest)
        for block in _blocks(stale):
            _renew(connection, law, known_at, block, until_on)
        dropped = drop_unknown(connection, known_at) if _is_other(before, known_at) else 0
        ahead, from_on = cards_to_look_ahead(connection, until_on)
        for place in _blocks(np.arange(len(ahead))):
            _look_ahead(connection, law, known_at, ahead[place], from_on[place], until_on)
        revision = before.revision + 1 if before else 1
        state = CardState(revision, known_at, digest, until_on)
        keep_card_state(connection, state)
    return RefreshResult(state, len(stale), dropped, len(ahead))


def _is_current(connection: Connection, state: CardState, rule_digest: str, until_on: date) -> bool:
    made_from = (state.known_at, state.rule_digest)
    return state.until_on >= until_on and made_from == (last_known_at(connection), rule_digest)


def _is_other(before: CardState | None, known_at: datetime | None) -> bool:
    return before is not None and before.known_at != known_at


def _stale(
    connection: Connection, before: CardState | None, known_at: datetime | None, rule_digest: str
) -> Whole:
    if before is None or before.known_at is None or before.rule_digest != rule_digest:
        return all_contracts(connection, known_at)
    if before.known_at == known_at:
        return np.empty(0, dtype=np.int64)
    return changed_contracts(connection, before.known_at, known_at)


def _blocks(values: Whole) -> Iterator[Whole]:
    return (values[first : first + _BLOCK] for first in range(0, len(values), _BLOCK))


def _renew(
    connection: Connection,
    law: LawBook,
    known_at: datetime | None,
    contract_id: Whole,
    until_on: date,
) -> None:
    stored = read_contracts(connection, known_at=known_at, contract_ids=contract_id)
    spans = standing_spans(stored.columns, law, FIRST_ON, until_on)
    write_cards(connection, known_at, stored.contract_id, stored.columns, spans.next_change_on)
    write_spans(connection, stored.contract_id, spans)


def _look_ahead(
    connection: Connection,
    law: LawBook,
    known_at: datetime | None,
    contract_id: Whole,
    from_on: Days,
    until_on: date,
) -> None:
    """Tell the last span of each contract anew, and what follows it."""
    stored = read_contracts(
        connection, known_at=known_at, contract_ids=contract_id, with_texts=False
    )
    place = np.searchsorted(contract_id, stored.contract_id)
    spans = standing_spans(stored.columns, law, from_on[place], until_on)
    write_look_ahead(connection, stored.contract_id, spans.next_change_on)
    write_spans(connection, stored.contract_id, spans)
