"""The site of a WSGI server starts without its database, and says what is wrong with it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from geodata.store import migrate
from geodata.store.engine import Engine, make_engine
from service import wsgi

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def client_of(monkeypatch):
    engines = []

    def kept_engine(url: str) -> Engine:
        engines.append(make_engine(url))
        return engines[-1]

    def start(url: str) -> FlaskClient:
        monkeypatch.setenv("DATABASE_URL", url)
        return wsgi.application().test_client()

    monkeypatch.setattr(wsgi, "make_engine", kept_engine)
    yield start
    for engine in engines:
        engine.dispose()


def test_an_empty_database_is_reported_and_noticed_once_it_is_prepared(client_of, empty_database):
    client = client_of(empty_database)
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
    assert client.get("/").status_code == 200


def test_a_database_that_is_down_is_reported(client_of, law):
    client = client_of(NOWHERE)
    health = client.get("/healthz")
    assert (health.status_code, health.json["status"]) == (503, "unavailable")
    for language in ("zh", "en"):
        page = client.get("/", query_string={"lang": language})
        assert page.status_code == 503
        assert f"<b>{law.title(language)}</b>" in page.get_data(as_text=True)
