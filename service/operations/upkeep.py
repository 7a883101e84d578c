"""What an administrator looks after: the accounts, and the work done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.model.roles import Actor, Permission
from geodata.model.tasks import TaskState
from geodata.store.engine import Engine
from geodata.store.queries.accounts import list_accounts
from geodata.store.queries.tasks import list_tasks
from geodata.store.session import unit_of_work

_NEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Accounts and tasks, counted.

    Attributes
    ----------
    locked_count, first_password_count
        Accounts that are locked, and open ones whose first password was not replaced yet.
    task_counts
        The newest tasks by state, those that occur.
    """

    account_count: int = 0
    locked_count: int = 0
    first_password_count: int = 0
    task_counts: Mapping[TaskState, int] | None = None


def upkeep(engine: Engine, actor: Actor) -> Upkeep:
    """The state of accounts and tasks."""
    actor.require(Permission.ADMINISTER)
    with unit_of_work(engine) as connection:
        accounts = list_accounts(connection)
        states = [task.state for task in list_tasks(connection, None, _NEWEST)]
    return Upkeep(
        account_count=len(accounts),
        locked_count=sum(account.locked_at is not None for account in accounts),
        first_password_count=sum(
            account.must_change and account.locked_at is None for account in accounts
        ),
        task_counts={state: states.count(state) for state in TaskState if state in states},
    )
