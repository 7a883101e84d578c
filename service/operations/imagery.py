"""Scenes of imagery: registered, and measured on every parcel."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
from affine import Affine
from pyproj import CRS

from geodata.errors import NothingFoundError, UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.imagery import scene as files
from geodata.imagery.grid import Grid
from geodata.imagery.scene import Scene
from geodata.imagery.zonal import measure
from geodata.model.imagery_lists import Band, SpectralIndex
from geodata.model.scenes import RegisteredScene
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine
from geodata.store.queries import scenes as rows
from geodata.store.session import unit_of_work
from service.clock import Clock

_UNLIMITED: Final = 1 << 50


@dataclass(frozen=True, slots=True)
class Imagery:
    """Where scenes are registered, and where those that had to be converted are kept."""

    engine: Engine
    kept: BlobStore
    clock: Clock


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of measuring a scene: how many parcels, and how many lie outside it."""

    scene: RegisteredScene
    parcel_count: int
    outside_count: int


def add_scene(
    imagery: Imagery,
    actor: str,
    path: Path,
    taken_on: date,
    bands: tuple[Band, ...],
    *,
    scale: float = 1.0,
    cloud_mask: Path | None = None,
) -> RegisteredScene:
    """Register a scene; one that is not cloud-optimised is converted, its values as they are.

    Raises
    ------
    InputFileError, UsageError
        When the file is no such scene, or is registered already.
    OutputFileError
        When a converted one cannot be kept.
    """
    scene = files.open_scene(
        path.absolute(),
        taken_on,
        bands,
        scale=scale,
        cloud_mask=cloud_mask and cloud_mask.absolute(),
    )
    with unit_of_work(imagery.engine) as connection:
        if known := rows.find_scene(connection, scene.sha256):
            raise UsageError(
                "The scene {name} is registered already, as taken on {day}.",
                "Nothing was changed.",
                name=known.name,
                day=known.taken_on,
            )
    read_from = path.absolute() if files.is_cloud_optimised(path) else _converted(imagery, path)
    registered = RegisteredScene(
        scene_id=0,
        name=path.name,
        path=str(read_from),
        sha256=scene.sha256,
        taken_on=taken_on,
        bands=bands,
        scale=scale,
        nodata=scene.nodata,
        cloud_path=str(scene.cloud_mask) if scene.cloud_mask else None,
        crs=scene.grid.crs.to_wkt(),
        transform=tuple(scene.grid.transform)[:6],
        height=scene.grid.height,
        width=scene.grid.width,
        resolution_m=scene.resolution_m,
        added_by=actor,
        added_at=imagery.clock(),
    )
    with unit_of_work(imagery.engine) as connection:
        rows.add_scene(connection, registered, scene.grid.footprint)
        added = rows.find_scene(connection, scene.sha256)
    assert added is not None, "written in this transaction"
    return added


def registered_scenes(imagery: Imagery) -> list[RegisteredScene]:
    """Every scene, in order of its day."""
    with unit_of_work(imagery.engine) as connection:
        return rows.list_scenes(connection)


def measure_scenes(imagery: Imagery, scene_id: int | None = None) -> Iterator[Measured]:
    """Measure every outline known by now on one scene, or on all of them.

    Raises
    ------
    NothingFoundError
        When there is no such scene, or none at all.
    InputFileError
        When the file of a scene can no longer be read.
    """
    with unit_of_work(imagery.engine) as connection:
        chosen = rows.list_scenes(connection)
        fact_id, shapes = rows.current_outlines(connection)
    if scene_id is not None:
        chosen = [scene for scene in chosen if scene.scene_id == scene_id]
    if not chosen:
        raise NothingFoundError(
            "There is no such scene.", "See 'parcelwatch imagery list', or register one."
        )
    parcels = gpd.GeoDataFrame(geometry=shapes, crs=STORAGE_EPSG)
    for scene in chosen:
        found = measure(opened_scene(scene), parcels)
        is_there = ~found.is_outside
        columns = {
            **{name: getattr(found, name) for name in ("pixel_count", "covered_share")},
            **{name: getattr(found, name) for name in ("cloud_share", "clear_share")},
            **{
                index.value: cells_of(found.means.get(index), len(parcels))
                for index in SpectralIndex
            },
            "built_low": found.built_low,
            "built_share": cells_of(found.built_share, len(parcels)),
            "built_high": np.maximum(found.built_high, found.built_low),
        }
        kept = pa.table(columns).filter(pa.array(is_there))
        with unit_of_work(imagery.engine) as connection:
            cells = {name: kept[name].combine_chunks() for name in kept.column_names}
            rows.write_measures(connection, scene.scene_id, fact_id[is_there], cells)
        yield Measured(scene, int(is_there.sum()), int((~is_there).sum()))


def opened_scene(registered: RegisteredScene) -> Scene:
    """A registered scene, to be read."""
    grid = Grid(
        CRS.from_wkt(registered.crs),
        Affine(*registered.transform),
        registered.height,
        registered.width,
    )
    cloud = registered.cloud_path
    return Scene(
        path=Path(registered.path),
        taken_on=registered.taken_on,
        bands=registered.bands,
        grid=grid,
        sha256=registered.sha256,
        scale=registered.scale,
        nodata=registered.nodata,
        cloud_mask=Path(cloud) if cloud else None,
    )


def cells_of(values: np.ndarray[tuple[int], np.dtype[np.float64]] | None, count: int) -> pa.Array:
    """Numbers as cells; what is nan, or was not measured, is null."""
    if values is None:
        return pa.nulls(count, pa.float64())
    return pa.array(values, mask=np.isnan(values))


def _converted(imagery: Imagery, path: Path) -> Path:
    """A cloud-optimised copy, kept under its digest."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / path.name
        files.convert(path, copy)
        with copy.open("rb") as stream:
            return imagery.kept.path(imagery.kept.keep(stream, _UNLIMITED).sha256)
