"""The interface over the demonstration district."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from geodata.model.case_lists import CasePath
from geodata.model.codelists import FindingCode
from geodata.model.roles import Actor, Role
from service.operations.accounts import add_account
from service.operations.tokens import make_token
from tests.conftest import Demo
from tests.web.conftest import client_as, config, district_app, district_client, serving

__all__ = ["client_as", "config", "district_app", "district_client"]

CASE = sa.text("""
    INSERT INTO parcelwatch.case (case_id, contract_id, ground, path, state, version, opened_by,
        opened_at, opened_on, reason, facts_digest)
    SELECT gen_random_uuid(), min(contract_id), :ground, :path, 'opened', 0, 'tests',
        now(), '2026-06-01', 'tests', sha256('tests')
    FROM parcelwatch.contract_card WHERE park IS NOT NULL GROUP BY park
""")


@pytest.fixture(scope="session")
def cases(demo: Demo) -> Iterator[None]:
    """A case of each park."""
    known = {"ground": FindingCode.SUSPECT_IDLE_2Y.value, "path": CasePath.IDLE_LAND.value}
    with demo.engine.begin() as connection:
        connection.execute(CASE, known)
    yield
    with demo.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM parcelwatch.case WHERE opened_by = 'tests'")


@pytest.fixture(scope="session")
def token(district_app: Flask) -> str:
    """What a program shows that sees all land."""
    accounts = district_app.extensions["parcelwatch"].access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)
    name = f"client-{uuid4().hex[:12]}"
    add_account(accounts, keeper, name, Role.API_CLIENT, (), external_name=name)
    return make_token(accounts, keeper, name, "tests", Role.API_CLIENT.permissions, 1)


@pytest.fixture(scope="session")
def served(district_app: Flask) -> Iterator[str]:
    """Address of the interface on a loopback port."""
    with serving(district_app) as address:
        yield f"{address}/ogc"
