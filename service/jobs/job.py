"""What a job is, and what it is done with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geodata.model.roles import Actor
from geodata.model.tasks import TaskResult
from geodata.store.engine import Engine
from service.clock import Clock
from service.compliance.law import LawBook
from service.operations.telling import Tell
from service.settings import Config


@dataclass(frozen=True, slots=True)
class Work:
    """One task as its job sees it.

    Attributes
    ----------
    engine
        The owner's: the job sees and writes everything, on behalf of the actor.
    actor
        Who asked, with the rights of the account by now.
    arguments
        What was asked for.
    tell
        To be called between steps: the page shows it, and a worker that has to stop stops there.
    """

    engine: Engine
    law: LawBook
    clock: Clock
    config: Config
    actor: Actor
    arguments: Mapping[str, Any]
    tell: Tell


@dataclass(frozen=True, slots=True)
class Job:
    """How a kind of task is done.

    Attributes
    ----------
    perform
        Calls one operation. It may be begun again after a worker was killed in its midst, or just
        after it ended: what was done already must not be done twice.
    writes_facts
        Whether lists and maps have to be brought up to date afterwards.
    """

    perform: Callable[[Work], TaskResult]
    writes_facts: bool = False
