"""Accounts on a database of the test's own, and a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from geodata.model.roles import Actor, Role
from service.operations.accounts import Accounts
from service.settings import AccountSettings
from tests.conftest import NOON

KEEPER = Actor.of_role("keeper", Role.ADMINISTRATOR)
PASSWORD = "river blue seven"


@dataclass
class HandClock:
    """A clock moved by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **parts: float) -> None:
        """Let time pass: ``go_on(minutes=5)``."""
        self.now += timedelta(**parts)


def house(engine: sa.Engine) -> tuple[Accounts, HandClock]:
    """Accounts with the settings of the product, and the clock they live by."""
    clock = HandClock()
    return Accounts(engine, AccountSettings(), clock), clock
