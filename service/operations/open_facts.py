"""Contracts and parcels for programs: stretch by stretch, each with its facts and its judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Final

import numpy as np

from geodata.errors import NothingFoundError
from geodata.model.codelists import Group, Verdict
from geodata.model.content import Row
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission
from geodata.model.rows import row_cells
from geodata.store.engine import Connection, Engine
from geodata.store.queries.contract_pages import (
    ParcelRow,
    Wanted,
    contract_stretch,
    parcel_stretch,
)
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import ContractResult, contract_results
from service.operations.dossier import stored_contract

Parts = Callable[[ContractResult], Iterable[int]]
"""Gives the places of milestones or findings in the judgement of a contract."""

_BLOCK: Final = 2_000
"""Contracts that are judged at once at most, while few of many are looked for."""


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """Where the facts are, and the law that judges them."""

    engine: Engine
    law: LawBook


@dataclass(frozen=True, slots=True)
class OpenContract:
    """A contract as a program is told of it.

    Attributes
    ----------
    contract_id
        Number it goes on from.
    cells
        What is known of it, by key of the ledger.
    result
        How it stands on the day asked about.
    """

    contract_id: int
    cells: Row
    result: ContractResult


@dataclass(frozen=True, slots=True)
class Standing:
    """How contracts wanted stand; what is empty does not filter."""

    verdicts: frozenset[Verdict] = frozenset()
    groups: frozenset[Group] = frozenset()

    def passes(self, result: ContractResult) -> bool:
        """Whether a judgement is wanted."""
        is_verdict = not self.verdicts or result.verdict in self.verdicts
        return is_verdict and (not self.groups or bool(self.groups & result.groups))


@dataclass(frozen=True, slots=True)
class ContractQuestion:
    """Which contracts are asked for, as of which day.

    Attributes
    ----------
    after
        Number of the contract to go on from.
    """

    as_of: date
    wanted: Wanted
    standing: Standing = field(default_factory=Standing)
    after: int | None = None


def open_contracts(
    facts: OpenFacts, actor: Actor, asked: ContractQuestion, limit: int
) -> list[OpenContract]:
    """The next contracts an actor sees that are asked for, at most `limit`.

    Raises
    ------
    NotAllowedError
        When the actor sees no contracts.
    NothingFoundError, UsageError
        As `contract_stretch`.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(facts.engine, Scope.of(actor)) as connection:
        return list(islice(_walk(connection, facts.law, asked, limit), limit))


def open_parts(
    facts: OpenFacts,
    actor: Actor,
    asked: ContractQuestion,
    parts: Parts,
    first: int,
    limit: int,
) -> list[tuple[OpenContract, int]]:
    """The next parts of contracts, each as its contract and its place in it, at most `limit`.

    Parameters
    ----------
    asked
        The contracts; `after` is the one before that in which the parts go on.
    parts
        Gives the places of the parts wanted.
    first
        Place in the first contract at which they go on.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(facts.engine, Scope.of(actor)) as connection:
        walked = _walk(connection, facts.law, asked, limit)
        return list(islice(_parts(walked, asked.after, parts, first), limit))


def open_contract(
    facts: OpenFacts, actor: Actor, key: ContractKey, as_of: date, known_at: datetime | None
) -> OpenContract:
    """One contract, also under a key it had before.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such one.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(facts.engine, Scope.of(actor)) as connection:
        (found,) = _judged(stored_contract(connection, key, known_at), facts.law, as_of)
    return found


def open_parcels(
    facts: OpenFacts, actor: Actor, known_at: datetime | None, after: int | None, limit: int
) -> list[ParcelRow]:
    """The next parcels an actor sees, at most `limit`."""
    actor.require(Permission.VIEW)
    with unit_of_work(facts.engine, Scope.of(actor)) as connection:
        return parcel_stretch(connection, known_at, after, limit)


def open_parcel(
    facts: OpenFacts, actor: Actor, parcel_code: str, known_at: datetime | None
) -> ParcelRow:
    """One parcel.

    Raises
    ------
    NothingFoundError
        When the actor sees none of that code.
    """
    actor.require(Permission.VIEW)
    with unit_of_work(facts.engine, Scope.of(actor)) as connection:
        found = parcel_stretch(connection, known_at, None, 1, parcel_code)
    if not found:
        raise NothingFoundError(
            "There is no parcel {code}.", "Look in the list of parcels.", code=parcel_code
        )
    return found[0]


def _walk(
    connection: Connection, law: LawBook, asked: ContractQuestion, count: int
) -> Iterator[OpenContract]:
    """All contracts asked for, judged in blocks that grow while few of many are found."""
    block, after = count, asked.after
    while numbers := contract_stretch(connection, asked.wanted, after, block):
        wanted = np.array(numbers, dtype=np.int64)
        stored = read_contracts(
            connection, known_at=asked.wanted.known_at, contract_ids=np.sort(wanted)
        )
        found = {one.contract_id: one for one in _judged(stored, law, asked.as_of)}
        yield from (
            found[number] for number in numbers if asked.standing.passes(found[number].result)
        )
        if len(numbers) < block:
            return
        after, block = numbers[-1], min(2 * block, _BLOCK)


def _parts(
    contracts: Iterable[OpenContract], after: int | None, parts: Parts, first: int
) -> Iterator[tuple[OpenContract, int]]:
    for contract in contracts:
        is_first = after is not None and contract.contract_id == after + 1
        for place in parts(contract.result):
            if not is_first or place >= first:
                yield contract, place


def _judged(stored: StoredContracts, law: LawBook, as_of: date) -> Iterator[OpenContract]:
    results = contract_results(stored.columns, evaluate(stored.columns, law, as_of))
    for row, (number, result) in enumerate(zip(stored.contract_id.tolist(), results, strict=True)):
        yield OpenContract(number, row_cells(stored.columns, row), result)
