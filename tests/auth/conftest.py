"""A database with one account, for tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from geodata.model.roles import Role
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from service.operations.accounts import Accounts, add_account

from .house import KEEPER, PASSWORD, house


@pytest.fixture(scope="module")
def kept(server: Cluster, template: str) -> Iterator[Accounts]:
    """The auditor ``wang.li``; shared by the tests of a module."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    engine = make_engine(server.url_for(name))
    accounts, _ = house(engine)
    add_account(accounts, KEEPER, "wang.li", Role.AUDITOR, password=PASSWORD)
    yield accounts
    engine.dispose()
