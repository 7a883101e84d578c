"""Two scenes held against each other, parcel by parcel: changed, unchanged, or cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np

from geodata.imagery.change import ChangeModel, fit_change
from geodata.imagery.cover import area_in_pixels, on_grid
from geodata.imagery.grid import Flags, Pixels, Values, joined
from geodata.imagery.reading import SceneReader, reading
from geodata.imagery.registration import shift_between
from geodata.imagery.scene import Scene
from geodata.imagery.zonal import add_up, gather, ratio
from geodata.model.imagery_lists import ChangeClass, Doubt

_SAMPLE_SIDE: Final = 128
_SAMPLE_WINDOWS: Final = 40
_YEAR_DAYS: Final = 365.25
_WHOLE: Final = 0.999


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on two scenes tell something: conventions of the product, nothing legal.

    Attributes
    ----------
    chance
        A pixel counts as changed where the land that did not change would differ as much no more
        often than this.
    changed_from, unchanged_to
        Share of changed pixels from which a parcel has changed, and up to which it has not.
    least_clear_share
        How much of a parcel has to be seen on both dates.
    least_pixels
        How many pixels have to be.
    most_season_days
        How far the days of the year may lie apart.
    most_shift_pixels
        How far the scenes may lie beside each other.
    """

    chance: float = 1e-4
    changed_from: float = 0.30
    unchanged_to: float = 0.15
    least_clear_share: float = 0.7
    least_pixels: float = 9.0
    most_season_days: int = 90
    most_shift_pixels: float = 0.5


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What two scenes say of each parcel, with the numbers that led to it.

    Attributes
    ----------
    season_days
        How far the days of the year lie apart.
    shift_pixels
        How far the scenes lie beside each other; nan where that could not be found.
    pixel_count
        Pixels of the parcel that are seen on both.
    covered_share, clear_share
        How much of the parcel lies within both scenes, and is seen on both.
    changed_share
        How much of what is seen has changed; nan where nothing is seen.
    doubts
        Why the scenes cannot tell: of each doubt, whether a parcel has it.
    """

    season_days: int
    shift_pixels: float
    pixel_count: Values
    covered_share: Values
    clear_share: Values
    changed_share: Values
    doubts: Mapping[Doubt, Flags]
    _limits: Limits

    @property
    def classes(self) -> list[ChangeClass]:
        """What they say of each parcel."""
        has_doubt = np.logical_or.reduce(list(self.doubts.values()))
        changed = self.changed_share >= self._limits.changed_from
        told = np.where(changed, ChangeClass.CHANGED.position, ChangeClass.UNCHANGED.position)
        told[has_doubt] = ChangeClass.CANNOT_TELL.position
        return [ChangeClass.at(place) for place in told.tolist()]

    def doubts_of(self, row: int) -> tuple[Doubt, ...]:
        """Why they cannot tell of a parcel; empty where they can."""
        return tuple(doubt for doubt, rows in self.doubts.items() if rows[row])


def compare(
    before: Scene, after: Scene, parcels: gpd.GeoDataFrame, limits: Limits = USUAL
) -> Comparison:
    """Hold two scenes against each other; the later one is laid on the pixels of the earlier one.

    Raises
    ------
    UsageError
        When they share no band, or hardly any cloudless land.
    CoordinateError
        When the frame carries no reference system.
    InputFileError
        When a scene can no longer be read.
    """
    shapes = on_grid(parcels, before.grid)
    sums = np.zeros((3, len(shapes)))
    with ExitStack() as stack:
        readers = [stack.enter_context(reading(scene, before.grid)) for scene in (before, after)]
        model = fit_change(*_sample(readers))
        for gathered in gather(shapes, readers):
            add_up(sums, gathered, _lines(gathered.share, gathered.pixels, model, limits.chance))
        shift = shift_between(*readers)
    area = area_in_pixels(shapes, before.grid)
    there, seen, changed = sums
    covered, clear = (np.nan_to_num(ratio(part, area)) for part in (there, seen))
    share, season = ratio(changed, seen), season_days(before.taken_on, after.taken_on)
    doubts = {
        Doubt.OUTSIDE: covered < _WHOLE,
        Doubt.CLOUD: (covered >= _WHOLE) & (clear < limits.least_clear_share),
        Doubt.FEW_PIXELS: seen < limits.least_pixels,
        Doubt.SEASON: np.full(len(area), season > limits.most_season_days),
        Doubt.REGISTRATION: np.full(len(area), not shift <= limits.most_shift_pixels),
        Doubt.BETWEEN: (share > limits.unchanged_to) & (share < limits.changed_from),
    }
    return Comparison(season, shift, seen, covered, clear, share, doubts, limits)


def season_days(one: date, other: date) -> int:
    """How far two days lie apart within the year."""
    apart = abs((other - one).days) % _YEAR_DAYS
    return round(min(apart, _YEAR_DAYS - apart))


def _lines(share: Values, pixels: tuple[Pixels, ...], model: ChangeModel, chance: float) -> Values:
    """What is added up: shares of pixels that are there on both, seen on both, and changed."""
    before, after = pixels
    is_there = before.is_valid & after.is_valid
    is_seen = before.is_clear & after.is_clear
    has_changed = model.difference(before, after) > model.limit(chance)
    return np.where([is_there, is_seen, is_seen & has_changed], share, 0)


def _sample(readers: list[SceneReader]) -> tuple[Pixels, Pixels]:
    """Pixels of both scenes from windows spread evenly over the grid."""
    windows = list(readers[0].grid.windows(_SAMPLE_SIDE))
    step = max(len(windows) / _SAMPLE_WINDOWS, 1)
    chosen = [windows[int(place)] for place in np.arange(0, len(windows), step)]
    before, after = (
        joined(
            [patch.pixels(*np.indices(patch.is_valid.shape).reshape(2, -1)) for patch in patches]
        )
        for patches in ([reader.patch(window) for window in chosen] for reader in readers)
    )
    return before, after
