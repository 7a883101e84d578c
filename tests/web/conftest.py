"""The site over readings held in memory, on a loopback port, and a browser without a network."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from werkzeug.serving import make_server

from geodata.errors import LandError, NothingFoundError
from geodata.model.contract_key import ContractKey
from geodata.settings import DatabaseSettings
from service.app import create_app, database_app
from service.compliance.rules.explanation import ExplainedFinding, Explanation
from service.compliance.rules.remedies import Remedy
from service.compliance.rules.spans import Span
from service.config import Config, load_config
from service.maps.overview import Overview, overview
from service.maps.selection import ContractPage, Order, Selection, select
from service.maps.view import JudgedParcel, MapView
from service.operations.dossier import Dossier
from service.web.readings import Site
from tests.conftest import NOON, PROJECT, Demo
from tests.maps.samples import AS_OF, district

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class MemoryReadings:
    """Readings of one district, the same on every day; an error to raise can be set."""

    view: MapView
    trouble: Exception | None = None
    found: tuple[Remedy, ...] = ()
    reasons: Explanation | None = None
    life: tuple[Span, ...] = ()

    def map_view(self, as_of: date, language: str) -> MapView:
        if self.trouble:
            raise self.trouble
        return replace(self.view, as_of=as_of, language=language)

    def overview(self, as_of: date, language: str) -> Overview:
        view = self.map_view(as_of, language)
        return overview(view.parcels, as_of, view.tally)

    def contracts(
        self, as_of: date, language: str, selection: Selection, order: Order, page: int
    ) -> ContractPage:
        return select(self.map_view(as_of, language).parcels, selection, order, page, 20)

    def dossier(self, key: ContractKey, as_of: date, language: str) -> Dossier:
        for parcel in self.map_view(as_of, language).parcels:
            if parcel.key == key:
                facts = (("signed_on", "2021-01-02"), ("note", parcel.title))
                shown = replace(parcel, facts=facts)
                return Dossier(shown, self._explanation(shown), self.found, self.life)
        raise NothingFoundError("There is no contract {key}.", "Look in the list.", key=key.slug)

    def _explanation(self, parcel: JudgedParcel) -> Explanation:
        findings = parcel.result.findings
        if self.reasons:
            return replace(self.reasons, findings=self.reasons.findings[:1] * len(findings))
        told = (ExplainedFinding(found.code, found.milestone, (), ()) for found in findings)
        return Explanation({}, tuple(told))

    def check_health(self) -> None:
        if isinstance(self.trouble, LandError):
            raise self.trouble


@pytest.fixture
def readings() -> MemoryReadings:
    return MemoryReadings(district())


@pytest.fixture
def site(readings: MemoryReadings) -> Site:
    """A site whose today is the day of the samples; Chinese is marked with 「」."""

    def translator(language: str) -> Callable[[str], str]:
        return (lambda text: f"「{text}」") if language == "zh" else (lambda text: text)

    def law_title(language: str) -> str:
        return {"zh": "法定区", "en": "Law District"}[language]

    return Site(readings, lambda: AS_OF, translator, PROJECT / "node_modules", law_title, "en")


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return create_app(site).test_client()


@pytest.fixture(scope="session")
def config(demo: Demo) -> Config:
    """The settings of a site over the demonstration district."""
    shipped = load_config(PROJECT / "config.toml", {"PARCELWATCH_LANG": "en"})
    url = demo.engine.url.render_as_string(hide_password=False)
    return replace(shipped, database=DatabaseSettings(url, PROJECT))


@pytest.fixture(scope="session")
def district_client(config: Config, demo: Demo) -> FlaskClient:
    """A client of the real site over the demonstration district."""
    return database_app(config, demo.engine, lambda: NOON).test_client()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of an application served on a free loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Browser:
    """A headless Chromium that can reach nothing but the loopback address.

    Attributes
    ----------
    driver
        The Selenium driver.
    """

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def requests(self) -> list[str]:
        """Addresses asked for since this was last called."""
        messages = (json.loads(entry["message"]) for entry in self.driver.get_log("performance"))
        return [
            message["message"]["params"]["request"]["url"]
            for message in messages
            if message["message"]["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Errors and warnings of the console since this was last called."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    chromedriver = shutil.which("chromedriver")
    if not program or not chromedriver:
        missing = "Chromium and chromedriver are needed: apt-get install chromium chromium-driver"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--window-size=1366,768",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(chromedriver))
    driver.set_script_timeout(20)
    yield Browser(driver)
    driver.quit()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The browser on an empty page, its logs read."""
    chromium.driver.get("about:blank")
    chromium.requests()
    chromium.complaints()
    return chromium
