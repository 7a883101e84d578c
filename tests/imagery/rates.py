"""How often change is told rightly: on made-up land of known truth, on real land under cloud."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import rasterio
import shapely

from geodata.errors import UsageError
from geodata.imagery.comparing import compare
from geodata.imagery.scene import Scene, open_scene
from geodata.model.imagery_lists import Band, ChangeClass
from tests.imagery.landscape import SIDE, Landscape, parcels_of
from tests.imagery.scenes import scene_of

BEFORE, AFTER = date(2022, 5, 4), date(2024, 5, 20)
_BLOB: Final = 14  # pixels of a cloud's radius
_APART_DAYS: Final = 20
_PARCEL: Final = 10  # pixels a side

Flags = npt.NDArray[np.bool_]
Layers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """What was told of parcels whose truth is known: how many of each."""

    right_changes: int
    false_changes: int
    missed_changes: int
    right_unchanged: int
    not_told: int

    @property
    def precision(self) -> float:
        """How many of the changes told are changes."""
        return self.right_changes / max(self.right_changes + self.false_changes, 1)

    @property
    def recall(self) -> float:
        """How many of the changes of which anything was told were found."""
        return self.right_changes / max(self.right_changes + self.missed_changes, 1)

    @property
    def told_share(self) -> float:
        """How many parcels anything was told of."""
        told = self.right_changes + self.false_changes + self.missed_changes + self.right_unchanged
        return told / (told + self.not_told)


def made_up(
    directory: Path, seeds: range, *, cloud: float = 0, is_masked: bool = True, shift: float = 0
) -> Told:
    """Landscapes with clouds over a share of them, and the later scene moved by some pixels."""
    classes, truth = [], []
    for seed in seeds:
        land = Landscape.of_seed(seed)
        hidden = clouds(seed, cloud, SIDE)
        later = moved(land.after().astype(np.float64), shift)
        later[:, hidden] = np.random.default_rng(seed).normal(9000, 800, (6, int(hidden.sum())))
        mask = hidden if is_masked else None
        one = scene_of(directory / f"{seed}a.tif", land.before(), taken_on=BEFORE)
        values = later.clip(1, 20000).astype(np.uint16)
        other = scene_of(directory / f"{seed}b.tif", values, taken_on=AFTER, cloud=mask)
        classes += compare(one, other, parcels_of(land)).classes
        truth += land.is_changed.tolist()
    return _told(classes, truth)


def under_cloud(directory: Path, series: Path, *, is_masked: bool) -> tuple[Told, Told]:
    """Pairs of real dates at most 20 days apart: the clear ones, and those with cloud on one.

    Nothing is known to have been built between them, so that every change told is false; what was
    mown or ploughed meanwhile counts as one too.
    """
    scenes = list(_scenes(directory, series, is_masked=is_masked))
    clear: list[ChangeClass] = []
    cloudy: list[ChangeClass] = []
    for (one, least), (other, more) in combinations(scenes, 2):
        if 0 < (other.taken_on - one.taken_on).days <= _APART_DAYS and min(least, more) == 0:
            told = clear if least == more == 0 else cloudy
            parcels = _squares(one)
            try:
                told += compare(one, other, parcels).classes
            except UsageError:
                told += [ChangeClass.CANNOT_TELL] * len(parcels)
    return _told(clear, [False] * len(clear)), _told(cloudy, [False] * len(cloudy))


def _told(classes: list[ChangeClass], truth: list[bool]) -> Told:
    pairs = list(zip(classes, truth, strict=True))
    return Told(
        right_changes=pairs.count((ChangeClass.CHANGED, True)),
        false_changes=pairs.count((ChangeClass.CHANGED, False)),
        missed_changes=pairs.count((ChangeClass.UNCHANGED, True)),
        right_unchanged=pairs.count((ChangeClass.UNCHANGED, False)),
        not_told=classes.count(ChangeClass.CANNOT_TELL),
    )


def clouds(seed: int, share: float, side: int) -> Flags:
    """Round clouds until they hide a share of the land."""
    chance = np.random.default_rng(seed + 100)
    rows, cols = np.mgrid[:side, :side]
    hidden = np.zeros((side, side), dtype=np.bool_)
    while hidden.mean() < share:
        row, col = chance.uniform(0, side, 2)
        hidden |= np.hypot(rows - row, cols - col) < _BLOB
    return hidden


def moved(layers: Layers, shift: float) -> Layers:
    """Layers moved to the east by a part of a pixel or more."""
    whole, part = int(shift), shift - int(shift)
    here, next_to = np.roll(layers, whole, axis=2), np.roll(layers, whole + 1, axis=2)
    found: Layers = (1 - part) * here + part * next_to
    return found


def _scenes(directory: Path, series: Path, *, is_masked: bool) -> Iterator[tuple[Scene, float]]:
    """The dates of the series, each a scene, with its share of cloud."""
    with (series / "dates.csv").open(encoding="utf-8") as stream:
        dates = [
            (row["acquired_utc"], float(row["cloud_fraction"])) for row in csv.DictReader(stream)
        ]
    with (
        rasterio.open(series / "ndvi_68dates.tif") as values,
        rasterio.open(series / "cloud_mask_68dates.tif") as clouds,
    ):
        for band, (instant, share) in enumerate(dates, start=1):
            path, mask = directory / f"{band}.tif", directory / f"{band}.cloud.tif"
            for source, target in ((values, path), (clouds, mask)):
                profile = {**source.profile, "count": 1}
                with rasterio.open(target, "w", **profile) as dataset:
                    dataset.write(source.read(band), 1)
            taken_on = date.fromisoformat(instant[:10])
            scene = open_scene(path, taken_on, (Band.NIR,), cloud_mask=mask if is_masked else None)
            yield scene, share


def _squares(scene: Scene) -> gpd.GeoDataFrame:
    west, south, east, north = scene.grid.bounds
    side_x, side_y = (size * _PARCEL for size in scene.grid.pixel_size)
    lefts, tops = np.arange(west, east - side_x, side_x), np.arange(north, south + side_y, -side_y)
    left, top = (axis.ravel() for axis in np.meshgrid(lefts, tops))
    return gpd.GeoDataFrame(
        geometry=shapely.box(left, top - side_y, left + side_x, top), crs=scene.grid.crs
    )
