"""The site served once per test process, a browser, and visitors of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from geodata.model.roles import Role
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine

from .served import Served, fill, served
from .visiting import Visitor, chromium

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def site(
    server: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The demonstration, on a database that no other test touches."""
    server.create_database("served", template=template)
    engine = make_engine(server.url_for("served"))
    fill(engine, tmp_path_factory.mktemp("served"))
    with served(engine) as found:
        yield found
    engine.dispose()


# Not for the session: while it runs, no other test of the process could have a loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def visit(browser: Browser, site: Served) -> Iterator[Visit]:
    """``visit(role, **options)``: somebody who has signed in; afterwards all was well.

    No address but the site's was asked for, and the console said nothing.
    """
    visitors: list[Visitor] = []

    def begin(role: Role | None = Role.AUDITOR, **options: object) -> Visitor:
        visitor = Visitor(browser, site, **options)
        visitors.append(visitor)
        if role:
            visitor.sign_in(role)
        return visitor

    yield begin
    for visitor in visitors:
        visitor.context.close()
        assert visitor.foreign == []
        assert visitor.complaints == []
