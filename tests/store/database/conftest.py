"""An engine for the tests that make tables of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from geodata.store.engine import make_engine


@pytest.fixture
def empty_engine(empty_database: str) -> Iterator[Engine]:
    """An engine on a database with nothing in it."""
    engine = make_engine(empty_database)
    yield engine
    engine.dispose()
