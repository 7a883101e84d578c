"""The site served once per test process, a browser, and visitors of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from geodata.model.roles import Role
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from service.operations.demonstration import DemoFiles, demo_files

from .map_page import MapPage
from .served import Served, fill, served
from .visiting import Visitor, Window, chromium

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The district of the demonstration as files."""
    return demo_files(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def site(server: Cluster, template: str, files: DemoFiles) -> Iterator[Served]:
    """The demonstration, on a database that no other test touches."""
    server.create_database("served", template=template)
    engine = make_engine(server.url_for("served"))
    fill(engine, files)
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
def windows(browser: Browser) -> Iterator[list[Window]]:
    """Windows to be closed after the test, each of which must have been quiet."""
    opened: list[Window] = []
    yield opened
    for window in opened:
        window.close()


@pytest.fixture(scope="session")
def sessions() -> dict[Role, StorageState]:
    """What a browser keeps of somebody who has signed in before."""
    return {}


@pytest.fixture
def visit(
    browser: Browser,
    site: Served,
    windows: list[Window],
    sessions: dict[Role, StorageState],
) -> Visit:
    """``visit(role, **options)``: somebody who has signed in."""

    def begin(role: Role | None = Role.AUDITOR, **options: object) -> Visitor:
        kept = sessions.get(role) if role else None
        visitor = Visitor(browser, site, storage_state=kept, **options)
        windows.append(visitor)
        if role and not kept:
            visitor.sign_in(role)
            sessions[role] = visitor.context.storage_state()
        return visitor

    return begin


@pytest.fixture
def open_map(visit: Visit) -> Callable[..., MapPage]:
    """``open_map(query, role)``: the map of the site, in English."""

    def opened(query: str = "", role: Role = Role.AUDITOR) -> MapPage:
        return MapPage(visit(role).open(f"/map{query}", lang="en"))

    return opened
