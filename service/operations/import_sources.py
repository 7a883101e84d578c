"""The files of an import: read, and ready to be compared with what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np

from geodata.geometry.crs import to_storage
from geodata.importers.content import ContentFile, read_content
from geodata.importers.content_rows import ContentRows
from geodata.importers.detective import Ground
from geodata.importers.ledger import as_ledger
from geodata.importers.readers import sha256_of
from geodata.importers.reading import Progress
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind, ParkKind
from geodata.model.uploads import SupplierMapping
from geodata.settings import Tolerances
from geodata.store.engine import Connection, Engine
from geodata.store.queries.parcels import PARK_COLUMNS, read_features, read_parks
from geodata.store.queries.suppliers import read_mappings
from geodata.store.session import unit_of_work
from service.operations.backdrop_plans import REPLACE, LayerFile, plan_layers
from service.operations.content_plans import plan_content, stated
from service.operations.land import District, ground_of, read_district, shapes_of
from service.operations.land_plans import plan_claims, plan_parks
from service.operations.ledger_plans import plan_ledger
from service.operations.table_plans import TablePlan

Watch: TypeAlias = Callable[[Path], Progress | None]
"""Gives what is told how far the reading of a file has come."""

Told: TypeAlias = Sequence[SupplierMapping]
"""What people have said of the columns of suppliers."""

Compare: TypeAlias = Callable[[Connection], TablePlan[Any, Any]]
"""Compares a table that was read with what is known on a connection."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and how it is to be read; what is None is found.

    Attributes
    ----------
    path
        The file.
    kind
        What its rows are about.
    profile, layer
        Supplier profile, and sheet or layer.
    crs, encoding
        Reference system of its shapes, and encoding of its text.
    apart
        Rows of a ledger that are about contracts of their own, whatever they have in common with
        known ones except the key.
    title
        What the file is called; empty = the name of its path.
    """

    path: Path
    kind: ContentKind | None = None
    profile: str | None = None
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    apart: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table as read.

    Attributes
    ----------
    kind, sha256
        What its rows are about, None for the layers of a map; and the digest of its file.
    compare
        Compares it with what is known on a connection.
    told
        What people have said of its columns, where it was read so.
    """

    kind: ContentKind | None
    sha256: str
    compare: Compare
    told: Told = ()


def read_sources(
    engine: Engine,
    sources: Sequence[Source],
    district: Source | None,
    tolerances: Tolerances,
    watch: Watch | None,
) -> tuple[ReadTable, ...]:
    """Read files; the parameters and errors are those of `plan_import`."""
    land = District()
    if district:
        land = read_district(district.path, district.crs, with_registers=False)
    ground, told = known_to_readers(engine, land)
    if district and ContentKind.PARCELS in land.registers:
        register = _register(district, ContentKind.PARCELS)
        land = replace(land, parcels=_read(register, ground, told, tolerances, watch))
        ground = replace(ground, parcels=ground_of(land).parcels)
    files = [_read(source, ground, told, tolerances, watch) for source in sources]
    tables = [
        replace(
            _table(file, source, land, tolerances),
            told=tuple(each for each in told if each.name == file.profile),
        )
        for file, source in zip(files, sources, strict=True)
    ]
    if district:
        if land.parcels and not any(map(_is_outlined_ledger, files)):
            # Before the ledger, so that the outlines are those of the register.
            tables.insert(0, _table(land.parcels, district, land, tolerances))
        tables += _district_tables(district, land, ground, told, tolerances, watch)
    return tuple(tables)


def _register(district: Source, kind: ContentKind) -> Source:
    """A register of a district, as a file."""
    return replace(district, kind=kind, layer=kind.value)


def _is_outlined_ledger(file: ContentFile) -> bool:
    return file.kind is ContentKind.LEDGER and file.geometry is not None


def _read(
    source: Source, ground: Ground, told: Told, tolerances: Tolerances, watch: Watch | None
) -> ContentFile:
    file = read_content(
        source.path,
        source.kind,
        profile=source.profile,
        layer=source.layer,
        crs=source.crs,
        encoding=source.encoding,
        ground=ground,
        tolerances=tolerances,
        shapes_needed=True,
        progress=watch and watch(source.path),
        told=told,
    )
    return replace(file, path=Path(source.title)) if source.title else file


def _table(file: ContentFile, source: Source, land: District, tolerances: Tolerances) -> ReadTable:
    if file.kind is ContentKind.LEDGER:
        ledger = as_ledger(file)
        compare: Compare = partial(
            plan_ledger,
            file=ledger,
            shapes=shapes_of(ledger, land),
            tolerances=tolerances,
            apart=source.apart,
        )
    elif file.kind is ContentKind.CLAIMS:
        compare = partial(plan_claims, file=file)
    elif file.kind is ContentKind.PARKS:
        rows = ContentRows.of_file(file)
        compare = partial(
            plan_parks,
            file=file,
            found=rows,
            stated_keys=stated(file),
            sent_back=file.sent_back,
        )
    else:
        compare = partial(plan_content, file=file, tolerances=tolerances)
    return ReadTable(file.kind, file.sha256, compare)


def _district_tables(
    district: Source,
    land: District,
    ground: Ground,
    told: Told,
    tolerances: Tolerances,
    watch: Watch | None,
) -> Iterator[ReadTable]:
    """The tables of a district that are not about contracts."""
    path, digest = Path(district.title or district.path), sha256_of(district.path)
    if ContentKind.CLAIMS in land.registers:
        register = _register(district, ContentKind.CLAIMS)
        file = _read(register, ground, told, tolerances, watch)
        yield _table(file, register, land, tolerances)
    if "parks" in land.layers:
        parks = LayerFile(path, digest, len(land.layers["parks"]), "parks")
        rows = _park_rows(land.layers["parks"])
        compare = partial(
            plan_parks, file=parks, found=rows, stated_keys=frozenset(PARK_COLUMNS), usual=REPLACE
        )
        yield ReadTable(ContentKind.PARKS, digest, compare)
    layers = {name: frame for name, frame in land.layers.items() if name != "parks"}
    if layers:
        count = sum(map(len, layers.values()))
        file_of_layers = LayerFile(path, digest, count, ", ".join(layers))
        yield ReadTable(None, digest, partial(plan_layers, file=file_of_layers, layers=layers))


def _park_rows(parks: gpd.GeoDataFrame) -> ContentRows:
    """Parks of a district, which names their columns more freely than a table of parks."""
    typed = [
        {**cells, "kind": ParkKind.of(cells["kind"]).position}
        for cells in to_storage(parks)[[*PARK_COLUMNS]].to_dict("records")
    ]
    shapes = np.asarray(to_storage(parks).geometry.to_numpy(), dtype=np.object_)
    numbers = np.arange(1, len(typed) + 1, dtype=np.int32)
    return ContentRows(catalogue_of(ContentKind.PARKS), typed, numbers, {}, shapes)


def known_to_readers(engine: Engine, land: District | None = None) -> tuple[Ground, Told]:
    """What the files, and else the database, say of the place of shapes; and of suppliers."""
    own = ground_of(land or District())
    with unit_of_work(engine) as connection:
        known = District(layers=read_features(connection) | {"parks": read_parks(connection)})
        told = tuple(read_mappings(connection))
    there = ground_of(known)
    return Ground(own.outline or there.outline, own.parcels, _first(own.parks, there.parks)), told


def _first(one: gpd.GeoSeries | None, other: gpd.GeoSeries | None) -> gpd.GeoSeries | None:
    return other if one is None else one
