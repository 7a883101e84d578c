"""A district with cases, as tests of casework share it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.operations.cases import Cases
from tests.operations.casework import WHOLE
from tests.operations.test_entries import OTHER, take, ticking


@pytest.fixture
def owner(own_engine: sa.Engine) -> sa.Engine:
    """A district of two contracts in two parks, both late with their start."""
    take(own_engine, -1, WHOLE, OTHER)
    return own_engine


@pytest.fixture
def cases(owner: sa.Engine, law: LawBook) -> Iterator[Cases]:
    """The district as the site reaches it."""
    engine = site_engine(owner.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    yield Cases(engine, law, ticking())
    engine.dispose()
