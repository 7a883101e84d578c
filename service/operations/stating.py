"""What an office states of the land of a contract: yes or no, with its grounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from geodata.errors import UsageError
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import SiteStatement
from geodata.model.roles import Actor, Permission
from geodata.model.supervised import StatedSite
from geodata.store.engine import Engine
from geodata.store.log import append
from geodata.store.queries import supervised as rows
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.operations.dossier import stored_contract
from service.operations.entry_forms import ground
from service.operations.rolls import has_come, require_keeper


@dataclass(frozen=True, slots=True)
class Statements:
    """Where statements are kept."""

    engine: Engine
    clock: Clock

    def of_contract(
        self, actor: Actor, key: ContractKey, known_at: datetime | None = None
    ) -> list[StatedSite]:
        """What was ever stated of the land of a contract, the newest first.

        Raises
        ------
        NothingFoundError
            When the actor sees no such contract.
        """
        actor.require(Permission.VIEW)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            stored = stored_contract(connection, key, known_at)
            return rows.statements_of(connection, int(stored.contract_id[0]), known_at)

    def state(
        self,
        actor: Actor,
        key: ContractKey,
        answers: Mapping[SiteStatement, bool],
        *,
        since_on: date | None,
        source: str,
        reason: str,
    ) -> list[StatedSite]:
        """Keep what is stated on the same grounds; each stands until another is made.

        Raises
        ------
        NotAllowedError, NothingFoundError
            When the actor keeps no lists, or there is no such contract.
        UsageError
            When nothing is stated, grounds are missing, or the day lies ahead.
        """
        require_keeper(actor)
        if not answers:
            raise UsageError("Neither yes nor no is stated.", "Choose one of them.")
        if since_on:
            has_come(since_on, today(self.clock))
        source, reason = ground(source), ground(reason)
        with unit_of_work(self.engine, Scope.of(actor)) as connection:
            contract_id = int(stored_contract(connection, key).contract_id[0])
            stated = [
                StatedSite(
                    contract_id=contract_id,
                    statement=statement,
                    holds=holds,
                    since_on=since_on if holds else None,
                    source=source,
                    reason=reason,
                    entered_by=actor.name,
                    entered_at=self.clock(),
                )
                for statement, holds in answers.items()
            ]
            for one in stated:
                rows.add_statement(connection, one)
            about = (EventKind.STATED, EventSubject.SITE, str(contract_id))
            for one in stated:
                append(connection, Event(one.entered_at, actor.name, *about, payload=asdict(one)))
        return stated
