"""The site over readings held in memory, and over the demonstration district."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from geodata.errors import LandError, NothingFoundError
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Role
from geodata.model.selection import Order, Selection
from geodata.settings import DatabaseSettings
from geodata.store.queries.views import SavedView
from geodata.store.site_account import SITE_ROLE, site_engine
from service.app import create_app, database_app
from service.compliance.law import LawBook
from service.compliance.rules.explanation import ExplainedFinding, Explanation
from service.compliance.rules.remedies import Remedy
from service.compliance.rules.spans import Span
from service.config import load_config
from service.maps.frame import MapFrame, frame_of
from service.maps.overview import Overview, overview
from service.maps.selection import ContractPage, arranged, select
from service.maps.small_map import Ground
from service.maps.view import JudgedParcel, MapView
from service.operations.accounts import Accounts, add_account
from service.operations.dossier import Dossier
from service.operations.exporting import Listed
from service.operations.identities import Identity
from service.operations.signing_in import sign_in_external
from service.operations.tokens import make_token
from service.operations.upkeep import Upkeep
from service.settings import AccountSettings, Config
from service.web.access import Access
from service.web.readings import Site
from tests.conftest import NOON, PROJECT, Demo
from tests.maps.samples import AS_OF, district

NOWHERE = Ground(())


@dataclass
class MemoryReadings:
    """Readings of one district, the same on every day; an error to raise can be set."""

    view: MapView
    trouble: Exception | None = None
    found: tuple[Remedy, ...] = ()
    reasons: Explanation | None = None
    life: tuple[Span, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)
    drawn: Ground = NOWHERE
    law: LawBook | None = None

    def district(self, language: str) -> str:
        if self.trouble:
            raise self.trouble
        return self.view.district

    def overview(
        self, actor: Actor, as_of: date, language: str, known_at: datetime | None = None
    ) -> Overview:
        return overview(self._parcels(), as_of, self.view.tally)

    def contracts(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        page: int,
        known_at: datetime | None = None,
    ) -> ContractPage:
        return select(self._parcels(), selection, as_of, order, page, 20)

    def ground(self, actor: Actor) -> Ground:
        return self.drawn

    def listed(
        self,
        actor: Actor,
        as_of: date,
        language: str,
        selection: Selection,
        order: Order,
        known_at: datetime | None = None,
        *,
        with_outlines: bool = False,
    ) -> Listed:
        return Listed.of(arranged(self._parcels(), selection, as_of, order))

    def dossier(
        self,
        actor: Actor,
        key: ContractKey,
        as_of: date,
        language: str,
        known_at: datetime | None = None,
    ) -> Dossier:
        for parcel in self._parcels():
            if parcel.key == key:
                facts = (("signed_on", date(2021, 1, 2)), ("note", parcel.title))
                shown = replace(parcel, facts=facts)
                return Dossier(shown, self._explanation(shown), self.found, self.life)
        raise NothingFoundError("There is no contract {key}.", "Look in the list.", key=key.slug)

    def views(self, actor: Actor) -> list[SavedView]:
        kept = sorted(self.kept.items())
        return [SavedView(number, *view) for number, view in enumerate(kept, start=1)]

    def keep_view(self, actor: Actor, title: str, query: str) -> None:
        self.kept[title] = query

    def waiting_count(self, actor: Actor) -> int:
        return 0

    def upkeep(self, actor: Actor) -> Upkeep:
        return Upkeep(account_count=1)

    def forget_view(self, actor: Actor, view_id: int) -> None:
        self.kept = {
            view.title: view.query for view in self.views(actor) if view.view_id != view_id
        }

    def _parcels(self) -> tuple[JudgedParcel, ...]:
        if self.trouble:
            raise self.trouble
        return self.view.parcels

    def _explanation(self, parcel: JudgedParcel) -> Explanation:
        findings = parcel.result.findings
        if self.reasons:
            return replace(self.reasons, findings=self.reasons.findings[:1] * len(findings))
        told = (ExplainedFinding(found.code, found.milestone, (), ()) for found in findings)
        return Explanation({}, tuple(told))

    def check_health(self) -> None:
        if isinstance(self.trouble, LandError):
            raise self.trouble


@dataclass
class MemoryMap:
    """The map of one district, the same on every day."""

    readings: MemoryReadings

    def tells_of(self, as_of: date) -> bool:
        return True

    def frame(
        self, actor: Actor, as_of: date, language: str, parks: Sequence[str] = ()
    ) -> MapFrame:
        if self.readings.trouble:
            raise self.readings.trouble
        return frame_of(replace(self.readings.view, as_of=as_of, language=language))


@dataclass
class Known:
    """Identities of a site without a database: whoever asks is the same one."""

    identity: Identity | None

    def identify(self, session: str | None, api_token: str | None) -> Identity | None:
        return self.identity

    def forget(self, identity: Identity) -> None:
        pass


def known_as(role: Role | None, *parks: str) -> Access:
    """Access of a site on which everybody has a role; without one, nobody is signed in."""
    actor = role and Actor("tester", role, frozenset(parks) or None, role.permissions)
    identity = Identity(1, actor, session=b"tester") if actor else None
    return Access(Accounts(None, AccountSettings(), lambda: NOON), Known(identity))


@pytest.fixture
def readings(law: LawBook) -> MemoryReadings:
    return MemoryReadings(district(), law=law)


@pytest.fixture
def site(readings: MemoryReadings) -> Site:
    """A site whose today is the day of the samples; Chinese is marked with 「」."""

    def translator(language: str) -> Callable[[str], str]:
        return (lambda text: f"「{text}」") if language == "zh" else (lambda text: text)

    def law_title(language: str) -> str:
        return {"zh": "法定区", "en": "Law District"}[language]

    access = known_as(Role.ADMINISTRATOR)
    modules = PROJECT / "node_modules"
    shown = MemoryMap(readings)
    return Site(readings, lambda: AS_OF, translator, modules, law_title, access, shown, "en")


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
def district_app(config: Config, demo: Demo) -> Iterator[Flask]:
    """The real site over the demonstration district, by the account of the site."""
    url = demo.engine.url.set(username=SITE_ROLE)
    engine = site_engine(url.render_as_string(hide_password=False))
    yield database_app(config, engine, lambda: NOON)
    engine.dispose()


@pytest.fixture(scope="session")
def client_as(district_app: Flask) -> Callable[..., FlaskClient]:
    """Sign in to the real site: ``client_as(role, *parks)`` is a client of a new account."""
    accounts = district_app.extensions["parcelwatch"].access.accounts
    keeper = Actor.of_role("tests", Role.ADMINISTRATOR)

    def sign_in_as(role: Role, *parks: str) -> FlaskClient:
        name = f"{role.value}-{uuid4().hex[:12]}"
        add_account(accounts, keeper, name, role, parks, external_name=name)
        client = district_app.test_client()
        if role.signs_in:
            token = sign_in_external(accounts, name, "127.0.0.1")
            client.set_cookie("parcelwatch_session", token)
        else:
            token = make_token(accounts, keeper, name, "tests", role.permissions, 1)
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return sign_in_as


@pytest.fixture(scope="session")
def district_client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """A client of the real site over the demonstration district, signed in as administrator."""
    return client_as(Role.ADMINISTRATOR)


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
