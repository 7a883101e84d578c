"""Lists and totals of a day, read from the cards: only the rows that are shown are judged."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from geodata.model.codelists import Group, Verdict
from geodata.model.columns import Whole
from geodata.model.selection import Order, Selection
from geodata.store.engine import Connection
from geodata.store.queries.browse import (
    NO_CONTRACT,
    lately_flagged,
    next_due,
    ordered_contracts,
    read_lines,
)
from geodata.store.queries.cards import CardState, read_card_state
from geodata.store.queries.changes import group_changes
from geodata.store.queries.contracts import read_contracts
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.search import Search, Way, search
from geodata.store.scope import Scope
from service.compliance.calendar.arithmetic import month_before
from service.compliance.indicators.tally import Tally
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.version import rule_set_digest
from service.maps.overview import (
    LISTED_COUNT,
    RECENT_DAYS,
    Change,
    Overview,
    deadlines_of,
    lately_begun,
)
from service.maps.selection import PAGE_SIZE, ContractPage, PageWindow
from service.maps.view import JudgedParcel
from service.operations.keeping import Kept
from service.operations.rolls import watched
from service.operations.sheet import DaySheet
from service.operations.stakes import Stakes
from service.operations.views import judged_parcels
from service.wording import Wording

_BLOCK: Final = 20_000
"""Contracts whose facts are in memory at once."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets asked for last: of whole days, of searches, and what moved within a month."""

    days: Kept[DaySheet]
    searches: Kept[DaySheet]
    changes: Kept[dict[Group, Change]]

    @classmethod
    def none(cls) -> Sheets:
        """Nothing is kept yet."""
        return cls(Kept(4), Kept(16), Kept(16))


def usable_cards(connection: Connection, law: LawBook, as_of: date) -> CardState | None:
    """What the cards were made from; None where they do not tell of the day, or by other rules."""
    state = read_card_state(connection)
    return state if state and tells_of(state, law, as_of) else None


def tells_of(state: CardState, law: LawBook, as_of: date) -> bool:
    """Whether cards tell of a day, by the rules in force."""
    return as_of <= state.until_on and state.rule_digest == rule_set_digest(law.digest)


@dataclass(frozen=True, slots=True, eq=False)
class CardReading:
    """The cards as they stand on a day, within a transaction that sees what its actor may see."""

    connection: Connection
    state: CardState
    scope: Scope
    law: LawBook
    as_of: date
    language: str
    sheets: Sheets

    def page(self, selection: Selection, order: Order, page: int) -> ContractPage:
        """One page of the contracts that pass the filters."""
        found = search(self.connection, selection.text)
        sheet = self._sheet(found, selection.text)
        totals = sheet.totals(sheet.passing(selection))
        window = PageWindow.of(totals.count, page)
        shown = self._ordered(sheet, found, selection, order, window.first, PAGE_SIZE)
        return ContractPage(
            self.rows(shown),
            totals,
            sheet.facets(selection),
            window.number,
            window.count,
            is_exact=found is None or found.way is Way.AS_IT_STANDS,
        )

    def ordered(self, selection: Selection, order: Order) -> Whole:
        """All contracts that pass the filters, in order."""
        found = search(self.connection, selection.text)
        sheet = self._sheet(found, selection.text)
        return self._ordered(sheet, found, selection, order, 0, None)

    def overview(self, tally: Tally) -> Overview:
        """Totals of the day."""
        sheet = self._sheet(None, "")
        every = np.ones(len(sheet.count), dtype=np.bool_)
        due = next_due(self.connection, self.as_of, LISTED_COUNT)
        begun = lately_flagged(self.connection, self.as_of, RECENT_DAYS, LISTED_COUNT)
        listed = self.rows(np.union1d(due, begun))
        return Overview(
            all=sheet.totals(every),
            groups={group: sheet.totals(sheet.groups[group], group) for group in Group},
            any_group=sheet.totals(sheet.in_any_group),
            facets=sheet.facets(Selection()),
            parks=sheet.park_lines(),
            deadlines=deadlines_of(listed),
            recent=lately_begun(listed, self.as_of),
            tally=tally,
            changes=self.sheets.changes.answer(self._key, self._changes),
        )

    def rows(self, contracts: Whole, *, with_outlines: bool = False) -> tuple[JudgedParcel, ...]:
        """The contracts judged, in the order given."""
        known_at = self.state.known_at
        stored = read_contracts(self.connection, known_at=known_at, contract_ids=contracts)
        shapes = None
        if with_outlines:
            shapes = read_outlines(self.connection, stored.contract_id, known_at)
        wording = Wording(self.law, self.language)
        held = watched(self.connection, self.law, self.as_of)
        judged = judged_parcels(stored.columns, wording, self.as_of, shapes, held)
        found = dict(zip(stored.contract_id.tolist(), judged, strict=True))
        return tuple(found[contract] for contract in contracts.tolist() if contract in found)

    @property
    def _key(self) -> tuple[Hashable, ...]:
        return self.state.revision, self.scope, self.as_of

    def _changes(self) -> dict[Group, Change]:
        since_on = month_before(self.as_of)
        counts = group_changes(self.connection, since_on, self.as_of)
        return {group: Change(since_on, *moved) for group, moved in counts.items()}

    def _sheet(self, found: Search | None, text: str) -> DaySheet:
        whole = self.sheets.days.answer(self._key, self._whole_sheet)
        if found is None:
            return whole

        def of_search() -> DaySheet:
            return DaySheet.of(read_lines(self.connection, self.as_of, found), whole.stakes)

        return self.sheets.searches.answer((*self._key, text, found.way), of_search)

    def _whole_sheet(self) -> DaySheet:
        lines = read_lines(self.connection, self.as_of)
        contracts = lines["contract_id"].to_numpy()
        at_stake = np.sort(contracts[contracts != NO_CONTRACT])
        return DaySheet.of(lines, Stakes.joined(self._stakes(at_stake)))

    def _stakes(self, contracts: Whole) -> Iterator[Stakes]:
        for first in range(0, len(contracts), _BLOCK):
            stored = read_contracts(
                self.connection,
                known_at=self.state.known_at,
                contract_ids=contracts[first : first + _BLOCK],
                with_texts=False,
            )
            yield Stakes.of(stored.contract_id, evaluate(stored.columns, self.law, self.as_of))

    def _ordered(
        self,
        sheet: DaySheet,
        found: Search | None,
        selection: Selection,
        order: Order,
        first: int,
        limit: int | None,
    ) -> Whole:
        if order is Order.STAKE:
            return self._by_stake(sheet, found, selection, first, limit)
        if order is Order.SEVERITY and limit is not None:
            counts = sheet.verdict_counts(sheet.passing(selection))
            verdicts, first = _verdicts_of(counts, first, limit)
            if not verdicts:
                return np.empty(0, dtype=np.int64)
            selection = replace(selection, verdicts=verdicts)
        return ordered_contracts(
            self.connection, self.as_of, selection, order, found, limit=limit, offset=first
        )

    def _by_stake(
        self,
        sheet: DaySheet,
        found: Search | None,
        selection: Selection,
        first: int,
        limit: int | None,
    ) -> Whole:
        """Those with the most at stake, then those with nothing that is known."""
        ranked = sheet.stakes.of_contracts(sheet.own(sheet.passing(selection))).ranked()
        head = ranked[first:] if limit is None else ranked[first : first + limit]
        left = None if limit is None else limit - len(head)
        if left == 0:
            return head
        others = ordered_contracts(
            self.connection,
            self.as_of,
            selection,
            Order.STAKE,
            found,
            limit=left,
            offset=max(0, first - len(ranked)),
            without=ranked,
        )
        return np.concatenate([head, others])


def _verdicts_of(
    counts: dict[Verdict, int], first: int, limit: int
) -> tuple[frozenset[Verdict], int]:
    """The verdicts of a stretch of a list by severity, and the rows of these before it."""
    chosen, before, place = set(), 0, 0
    for verdict, count in counts.items():
        if place + count <= first:
            before += count
        elif place < first + limit:
            chosen.add(verdict)
        place += count
    return frozenset(chosen), first - before
