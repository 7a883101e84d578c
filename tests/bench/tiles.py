"""What tiles cost: the site against pgbench with the same transaction, and against tipg."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import numpy as np
from sqlalchemy.dialects import postgresql

from geodata.model.columns import LedgerColumns
from geodata.store.engine import Engine
from geodata.store.postgres_binaries import find_installation
from geodata.store.queries import tiles
from geodata.store.site_account import SITE_ROLE
from geodata.tiles.catalogue import LARGEST_BYTES, Layer, details
from geodata.tiles.matrix import HALF_WORLD_M, TileAddress
from service.compliance.law import LawBook

from .contracts import AS_OF
from .figures import Figure
from .load import busy, get
from .server import Server, opened
from .site import THREADS, WORKERS, Served, fill_map, served

_ZOOM: Final = 14
_CONNECTIONS: Final = WORKERS * THREADS
_SECONDS: Final = float(os.environ.get("BENCH_TILE_SECONDS", "10"))
_SAMPLE: Final = 12
_TIPG: Final = ("tipg>=1.3,<2", "uvicorn")
_SCOPE: Final = "SELECT set_config('parcelwatch.scope', 'all', true);"


def tile_figures(
    server: Server, contracts: LedgerColumns, law: LawBook, count: int
) -> Iterator[Figure]:
    """The figures of vector tiles of `count` cards, made of a city's contracts."""
    with opened(server.database()) as engine:
        fill_map(engine, contracts, law, count)
        addresses = _tiles_with_parcels(engine, _ZOOM)
        with served(engine) as site:
            yield from _site_figures(engine, site, addresses)
            yield _largest(engine, site)
            memory = max(site.worker_mib())
            yield Figure(
                "memory of a worker of the site",
                f"{memory:.0f} MiB",
                f"after tiles of {count:,} contracts",
                "",
                "under 300 MiB",
                memory < 300,
            )


def _site_figures(
    engine: Engine, site: Served, addresses: Sequence[TileAddress]
) -> Iterator[Figure]:
    def ask(number: int, *headers: str) -> bytes:
        tile = addresses[number % len(addresses)]
        path = f"/tiles/parcels/{tile.zoom}/{tile.column}/{tile.row}.mvt?as_of={AS_OF}"
        return get(path, f"Cookie: {site.cookie}", *headers)

    measure = partial(busy, site.port, connections=_CONNECTIONS, seconds=_SECONDS)
    measure(ask, seconds=2)
    uncached = measure(ask)
    bare = _pgbench(engine, addresses)
    yield Figure(
        f"tiles of zoom {_ZOOM}, not kept by the browser",
        f"{uncached.rate:.0f} a second {uncached.statuses}",
        f"{bare:.0f} a second by pgbench, same transaction, {_CONNECTIONS} connections",
        f"{uncached.rate / bare:.2f} ×",
        "at least 0.7 ×",
        uncached.rate >= 0.7 * bare,
    )
    tag = _tag(site, addresses[0])
    again = measure(lambda number: ask(number, f"If-None-Match: {tag}"))
    yield Figure(
        "tiles kept by the browser, asked for again",
        f"{again.rate:.0f} a second {again.statuses}",
        f"{uncached.rate:.0f} a second made anew",
        f"{again.rate / uncached.rate:.1f} ×",
        "at least 3 ×",
        again.rate >= 3 * uncached.rate and set(again.statuses) == {304},
    )
    yield _tipg_figure(engine, addresses, uncached.rate)


def _tag(site: Served, tile: TileAddress) -> str:
    path = f"/tiles/parcels/{tile.zoom}/{tile.column}/{tile.row}.mvt?as_of={AS_OF}"
    with urlopen(Request(site.address + path, headers={"Cookie": site.cookie})) as answer:
        return str(answer.headers["ETag"])


def _largest(engine: Engine, site: Served) -> Figure:
    sizes = {}
    chance = np.random.default_rng(1)
    for zoom in range(19):
        addresses = _tiles_with_parcels(engine, zoom)
        some = chance.permutation(len(addresses))[:_SAMPLE]
        for tile in (addresses[place] for place in some):
            path = f"/tiles/parcels/{tile.zoom}/{tile.column}/{tile.row}.mvt?as_of={AS_OF}"
            with urlopen(Request(site.address + path, headers={"Cookie": site.cookie})) as answer:
                sizes[tile] = len(answer.read())
    tile = max(sizes, key=sizes.__getitem__)
    return Figure(
        "largest tile of all zooms, not compressed",
        f"{sizes[tile] / 1000:.0f} kB",
        f"at zoom {tile.zoom}; {len(sizes)} tiles asked for",
        "",
        f"at most {LARGEST_BYTES // 1000} kB",
        sizes[tile] <= LARGEST_BYTES,
    )


def _tiles_with_parcels(engine: Engine, zoom: int) -> list[TileAddress]:
    side = 2 * HALF_WORLD_M / 2**zoom
    query = f"""
        SELECT DISTINCT floor((st_x(place) + {HALF_WORLD_M}) / {side})::int,
            floor(({HALF_WORLD_M} - st_y(place)) / {side})::int
        FROM parcelwatch.contract_card ORDER BY 1, 2
    """
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(query).all()
    return [TileAddress(zoom, column, row) for column, row in rows]


def _pgbench(engine: Engine, addresses: Sequence[TileAddress]) -> float:
    """Transactions a second of the same statements, prepared, by the site's own account."""
    side = addresses[0].width_m
    columns, rows = ([getattr(tile, axis) for tile in addresses] for axis in ("column", "row"))
    # Tiles at the rim are left out, of which some have no parcel.
    script = f"""
        \\set x random({min(columns) + 1}, {max(columns) - 1})
        \\set y random({min(rows) + 1}, {max(rows) - 1})
        \\set west :x * {side} - {HALF_WORLD_M}
        \\set north {HALF_WORLD_M} - :y * {side}
        \\set east :west + {side}
        \\set south :north - {side}
        BEGIN;
        {_SCOPE}
        {_tile_sql(side)};
        COMMIT;
    """
    url = engine.url
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(line.strip() for line in script.splitlines()))
        file.flush()
        told = subprocess.run(
            [
                *(find_installation().program("pgbench"), "-n", "-M", "prepared"),
                *("-c", str(_CONNECTIONS), "-j", str(WORKERS), "-T", str(int(_SECONDS))),
                *("-h", str(url.query["host"]), "-p", str(url.query.get("port", 5432))),
                *("-U", SITE_ROLE, "-f", file.name, str(url.database)),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    assert found, told
    return float(found[1])


def _tile_sql(side: float) -> str:
    """The statement of the site on one line, with pgbench's variables for the edges of the tile."""
    detail = details(Layer.PARCELS, _ZOOM)[0]
    statement = tiles._statement(Layer.PARCELS, detail)
    compiled = statement.compile(dialect=postgresql.dialect(paramstyle="named"))
    given = {"width_m": side, "most": detail.most, "as_of": f"'{AS_OF}'"}
    sql = " ".join(str(compiled).split())
    for name, value in compiled.params.items():
        if name not in ("west", "south", "east", "north"):
            literal = given.get(name, f"'{value}'" if isinstance(value, str) else value)
            sql = re.sub(rf"(?<!:):{name}\b", str(literal), sql)
    return re.sub(r"(?<!:):(west|south|east|north)\b", r":\1::float", sql)


def _tipg_figure(engine: Engine, addresses: Sequence[TileAddress], ours: float) -> Figure:
    subject, bar = "tiles against tipg on the same table", "at least 2.5 ×"
    try:
        with _tipg(engine) as (port, path):

            def ask(number: int) -> bytes:
                tile = addresses[number % len(addresses)]
                return get(path.format(z=tile.zoom, x=tile.column, y=tile.row))

            busy(port, ask, _CONNECTIONS, 2)
            peer = busy(port, ask, _CONNECTIONS, _SECONDS)
    except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
        return Figure(subject, f"{ours:.0f} a second", f"tipg: {error}", "", bar, holds=False)
    assert set(peer.statuses) <= {200, 204}, peer.statuses
    return Figure(
        subject,
        f"{ours:.0f} a second",
        f"{peer.rate:.0f} a second by tipg",
        f"{ours / peer.rate:.1f} ×",
        bar,
        ours >= 2.5 * peer.rate,
    )


@contextmanager
def _tipg(engine: Engine) -> Iterator[tuple[int, str]]:
    """tipg in an environment of its own: its port, and the path of a tile."""
    home = Path(tempfile.mkdtemp(prefix="pwt-"))
    process = None
    try:
        venv.create(home / "venv", with_pip=True)
        python = home / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", *_TIPG], check=True)
        with closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        url = engine.url
        host, database = str(url.query["host"]), url.database
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{url.username}@{quote(host, safe='')}/{database}",
            "TIPG_DB_SCHEMAS": '["parcelwatch"]',
            "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["parcelwatch", "public"]',
            "TIPG_DB_SPATIAL_EXTENT": "false",
            "TIPG_DB_DATETIME_EXTENT": "false",
        }
        arguments = ["tipg.main:app", "--port", str(port), "--log-level", "warning"]
        process = subprocess.Popen([python, "-m", "uvicorn", *arguments], env=environment)
        path = "/collections/parcelwatch.contract_card/tiles/WebMercatorQuad/{z}/{x}/{y}"
        _wait(port, process)
        yield port, f"{path}?geom-column=outline"
    finally:
        if process:
            process.terminate()
            process.wait()
        shutil.rmtree(home)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 60
    while monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz"):
                return
        except URLError:
            sleep(0.2)
    message = "it did not start"
    raise RuntimeError(message)
