"""Scenes as they are registered, and what they say of the outline of a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geodata.model.imagery_lists import Band, ChangeClass, Doubt


@dataclass(frozen=True, slots=True)
class RegisteredScene:
    """A scene as it is registered.

    Attributes
    ----------
    scene_id
        Its number.
    name
        Name of the file it came as.
    path, cloud_path
        Where the picture and its cloud mask are read; None where no mask was given.
    sha256
        Digest of the file it came as.
    taken_on
        Day it was taken.
    bands
        What each band shows, in order.
    scale, nodata
        What values are multiplied by, and the one that stands for none.
    crs
        Its reference system as well-known text.
    transform
        From column and row to coordinates: the six numbers of an affine transformation.
    height, width
        Rows and columns.
    resolution_m
        Side of a pixel on the ground.
    added_by, added_at
        Who registered it, and when.
    """

    scene_id: int
    name: str
    path: str
    sha256: str
    taken_on: date
    bands: tuple[Band, ...]
    scale: float
    nodata: float | None
    cloud_path: str | None
    crs: str
    transform: tuple[float, ...]
    height: int
    width: int
    resolution_m: float
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ParcelMeasure:
    """What a scene shows of a parcel, as of `geodata.imagery.zonal.Measures`; None = not known."""

    scene_id: int
    taken_on: date
    pixel_count: float
    covered_share: float
    cloud_share: float
    clear_share: float
    ndvi: float | None
    ndbi: float | None
    bsi: float | None
    ndwi: float | None
    built_low: float
    built_share: float | None
    built_high: float


@dataclass(frozen=True, slots=True)
class ParcelChange:
    """What two scenes say of a parcel, as of `geodata.imagery.comparing.Comparison`."""

    from_scene_id: int
    to_scene_id: int
    from_on: date
    to_on: date
    told: ChangeClass
    doubts: tuple[Doubt, ...]
    season_days: int
    shift_pixels: float | None
    pixel_count: float
    covered_share: float
    clear_share: float
    changed_share: float | None
