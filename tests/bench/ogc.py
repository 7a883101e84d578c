"""What open features cost: against the bare statement, and pygeoapi on the same features."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import psycopg
import sqlalchemy as sa

from geodata.model.columns import LedgerColumns
from geodata.model.feature_collections import Published
from geodata.store.engine import Engine
from geodata.store.queries.collection_sources import Moment
from geodata.store.queries.collections import Asked, read_page, read_revision
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from service.compliance.law import LawBook

from .contracts import AS_OF
from .figures import Figure, in_turn
from .server import Server, opened
from .site import Served, fill_map, served

_LIMIT: Final = 1_000
_REPEATS: Final = 15
_PATH: Final = f"/ogc/collections/contracts/items?limit={_LIMIT}&datetime={AS_OF}"
_PYGEOAPI: Final = (
    "pygeoapi>=0.20,<0.22",
    "psycopg2-binary",
    "GeoAlchemy2",
    "SQLAlchemy<2.1",
    "waitress",
)
_SCOPE: Final = "SELECT set_config('parcelwatch.scope', 'all', true)"
_PEER_TABLE: Final = """
    CREATE TABLE public.features AS
    SELECT card.contract_id, card.contract_no, card.phase, card.parcel_code, supervision_no,
        project_name, grantee, uscc, town, card.park, land_use, area_m2, verdict, in_overdue,
        in_idle, in_supplied_unused, bucket, milestone, due_on::text, since_on::text, worst_days,
        from_on::text, until_on::text, st_setsrid(outline.geom, 4326) AS geom
    FROM parcelwatch.contract_card AS card JOIN parcelwatch.card_span USING (contract_id)
    JOIN parcelwatch.contract AS owner USING (contract_id)
    LEFT JOIN parcelwatch.parcel_fact AS outline ON outline.parcel_id = owner.parcel_id
        AND outline.known_to = 'infinity' AND outline.true_to = 'infinity'
    WHERE from_on <= '{day}' AND until_on > '{day}';
    ALTER TABLE public.features ADD PRIMARY KEY (contract_id);
    CREATE INDEX ON public.features USING gist (geom);
    ANALYZE public.features;
"""


def ogc_figures(server: Server, contracts: LedgerColumns, law: LawBook) -> Iterator[Figure]:
    """The figures of a page of features."""
    with opened(server.database()) as engine:
        fill_map(engine, contracts, law, len(contracts))
        with served(engine) as site:
            ask = _asking(site.address + _PATH, site)
            yield _bare_figure(engine, ask)
            yield _pygeoapi_figure(engine, ask)


def _asking(address: str, site: Served | None = None) -> Callable[[], object]:
    """What asks for a page; one was asked for and is whole."""
    headers = {"Cookie": site.cookie} if site else {}

    def ask() -> bytes:
        with urlopen(Request(address, headers=headers)) as answer:
            content: bytes = answer.read()
        return content

    assert len(json.loads(ask())["features"]) == _LIMIT
    return ask


def _bare_figure(engine: Engine, ask: Callable[[], object]) -> Figure:
    ours, bare = in_turn(ask, _bare(engine), _REPEATS)
    return Figure(
        f"a page of {_LIMIT:,} contracts as GeoJSON",
        f"{1000 * ours:.1f} ms over HTTP",
        f"{1000 * bare:.1f} ms for the bare statement",
        f"{bare / ours:.2f} ×",
        "at least 0.7 ×",
        bare >= 0.7 * ours,
    )


def _bare(engine: Engine) -> Callable[[], object]:
    """The statement of a page by the driver alone, in a transaction of its own."""
    sent: list[tuple[str, Any]] = []

    def note(*event: Any) -> None:
        sent.append((event[2], event[3]))

    with unit_of_work(engine, EVERYTHING) as connection:
        moment = Moment(AS_OF, read_revision(connection))
        sa.event.listen(engine, "before_cursor_execute", note)
        read_page(connection, Published.CONTRACTS, moment, Asked(limit=_LIMIT))
        sa.event.remove(engine, "before_cursor_execute", note)
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        connect = partial(psycopg.connect, driver.info.dsn)
    statement, values = sent[-1]
    held = connect()

    def run() -> None:
        with held.transaction():
            held.execute(_SCOPE)
            held.execute(statement, values).fetchall()

    return run


def _pygeoapi_figure(engine: Engine, ask: Callable[[], object]) -> Figure:
    subject, bar = "the same against pygeoapi on the same features", "at least 5 ×"
    with engine.begin() as connection:
        connection.exec_driver_sql(_PEER_TABLE.format(day=AS_OF))
    try:
        with _pygeoapi(engine) as address:
            asked_of_peer = _asking(f"{address}/collections/features/items?limit={_LIMIT}&f=json")
            ours, peer = in_turn(ask, asked_of_peer, _REPEATS)
    except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
        return Figure(subject, "", f"pygeoapi: {error}", "", bar, holds=False)
    return Figure(
        subject,
        f"{1000 * ours:.1f} ms",
        f"{1000 * peer:.1f} ms by pygeoapi",
        f"{peer / ours:.1f} ×",
        bar,
        peer >= 5 * ours,
    )


@contextmanager
def _pygeoapi(engine: Engine) -> Iterator[str]:
    """pygeoapi in an environment of its own: its address."""
    home = Path(tempfile.mkdtemp(prefix="pwt-"))
    process = None
    try:
        venv.create(home / "venv", with_pip=True)
        programs = home / "venv" / "bin"
        install = (programs / "python", "-m", "pip", "install", "-q", *_PYGEOAPI)
        subprocess.run(install, check=True)
        with closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config, described = home / "config.json", home / "openapi.yml"
        config.write_text(json.dumps(_settings(engine, address)), encoding="utf-8")
        environment = {
            **os.environ,
            "PYGEOAPI_CONFIG": str(config),
            "PYGEOAPI_OPENAPI": str(described),
        }
        generate = (programs / "pygeoapi", "openapi", "generate", config, "-of", described)
        subprocess.run(generate, check=True, env=environment, capture_output=True)
        serve = (programs / "waitress-serve", "--listen", address.removeprefix("http://"))
        process = subprocess.Popen([*serve, "pygeoapi.flask_app:APP"], env=environment)
        _wait(address, process)
        yield address
    finally:
        if process:
            process.terminate()
            process.wait()
        shutil.rmtree(home)


def _settings(engine: Engine, address: str) -> dict[str, Any]:
    url = engine.url
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": str(url.query["host"]),
            "port": str(url.query.get("port", 5432)),
            "dbname": url.database,
            "user": url.username,
            "password": url.password or "",
            "search_path": ["public"],
        },
        "id_field": "contract_id",
        "table": "features",
        "geom_field": "geom",
        "storage_crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    }
    words = {"title": "bench", "description": "bench", "keywords": ["bench"]}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "limits": {"default_items": _LIMIT, "max_items": _LIMIT},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**words, "terms_of_service": "", "url": address},
            "license": {"name": "bench", "url": address},
            "provider": {"name": "bench", "url": address},
            "contact": {"name": "bench", "email": "bench@example.org", "url": address},
        },
        "resources": {
            "features": {
                "type": "collection",
                **words,
                "links": [],
                "extents": {"spatial": {"bbox": [120, 30, 122, 32]}},
                "providers": [provider],
            }
        },
    }


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 60
    while monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{address}/conformance?f=json"):
                return
        except URLError:
            sleep(0.2)
    message = "it did not start"
    raise RuntimeError(message)
