"""The site of a WSGI server starts without its database, and says what is wrong with it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from geodata.errors import DatabaseStateError, SettingError
from geodata.store import migrate
from geodata.store.engine import Engine, make_engine
from geodata.store.site_account import SITE_ROLE, site_engine
from service import wsgi

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def as_site(url: str) -> str:
    return make_url(url).set(username=SITE_ROLE).render_as_string(hide_password=False)


@pytest.fixture
def client_of(monkeypatch):
    engines = []

    def kept_engine(url: str) -> Engine:
        engines.append(site_engine(url))
        return engines[-1]

    def start(url: str) -> FlaskClient:
        monkeypatch.setenv("PARCELWATCH_SITE_DATABASE_URL", url)
        client = wsgi.application().test_client()
        client.set_cookie("parcelwatch_session", "of an earlier day")
        return client

    monkeypatch.setattr(wsgi, "site_engine", kept_engine)
    yield start
    for engine in engines:
        engine.dispose()


@pytest.mark.usefixtures("template")  # the server has the role
def test_an_empty_database_is_reported_and_noticed_once_it_is_prepared(client_of, empty_database):
    client = client_of(as_site(empty_database))
    health = client.get("/healthz")
    assert (health.status_code, health.json["status"]) == (503, "unavailable")
    assert "parcelwatch db init" in health.json["reason"]
    page = client.get("/")
    assert page.status_code == 503
    assert "parcelwatch db init" in page.get_data(as_text=True)

    engine = make_engine(empty_database)
    migrate.upgrade(engine)
    engine.dispose()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/").status_code == 401


def test_a_database_that_is_down_is_reported(client_of, law):
    client = client_of(NOWHERE)
    health = client.get("/healthz")
    assert (health.status_code, health.json["status"]) == (503, "unavailable")
    for language in ("zh", "en"):
        page = client.get("/", query_string={"lang": language})
        assert page.status_code == 503
        assert f"<b>{law.title(language)}</b>" in page.get_data(as_text=True)


def test_the_site_does_not_start_with_the_owner_s_account(client_of, database_url):
    with pytest.raises(DatabaseStateError, match="Name the account parcelwatch_site"):
        client_of(database_url)


def test_the_site_does_not_start_without_an_account(monkeypatch):
    monkeypatch.delenv("PARCELWATCH_SITE_DATABASE_URL", raising=False)
    with pytest.raises(SettingError, match="PARCELWATCH_SITE_DATABASE_URL"):
        wsgi.application()
