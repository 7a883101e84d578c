"""How far one scene lies beside another, by phase correlation."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.imagery.grid import Patch, Values, Window
from geodata.imagery.reading import SceneReader

_SIDE: Final = 256
_LEAST_SIDE: Final = 48
_ACROSS: Final = 3  # windows a side
_LEAST_CLEAR: Final = 0.8
_TINY: Final = 1e-12


def shift_between(before: SceneReader, after: SceneReader) -> float:
    """How far two scenes on one grid lie beside each other, in pixels.

    The median over windows spread over the scene; nan where too little is seen on both.
    """
    found = [
        _shift(*patches)
        for window in _spread(before.grid.height, before.grid.width)
        if _is_seen(*(patches := (before.patch(window), after.patch(window))))
    ]
    if not found:
        return float("nan")
    down, right = np.median(found, axis=0)
    return float(np.hypot(down, right))


def _spread(height: int, width: int) -> list[Window]:
    side = min(_SIDE, max(min(height, width) // _ACROSS, _LEAST_SIDE))
    if side > min(height, width):
        return []
    rows = np.unique(np.linspace(0, height - side, _ACROSS).astype(int)).tolist()
    cols = np.unique(np.linspace(0, width - side, _ACROSS).astype(int)).tolist()
    return [Window(row, col, side, side) for row in rows for col in cols]


def _is_seen(before: Patch, after: Patch) -> bool:
    return bool((before.is_clear & after.is_clear).mean() >= _LEAST_CLEAR)


def _shift(before: Patch, after: Patch) -> tuple[float, float]:
    """Rows and columns by which the second lies beside the first."""
    seen = before.is_clear & after.is_clear
    one, other = (np.fft.rfft2(_edges(patch, seen)) for patch in (before, after))
    cross = one * other.conj()
    peak = np.fft.irfft2(cross / np.maximum(np.abs(cross), _TINY), s=seen.shape)
    row, col = (int(place) for place in np.unravel_index(np.argmax(peak), peak.shape))
    return _between(peak[:, col], row), _between(peak[row], col)


def _edges(patch: Patch, seen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Values:
    """How strongly all bands together change from pixel to pixel, faded out towards the border.

    Edges of fields and roads stay where they are when what grows on the land does not.
    """
    total = np.zeros(seen.shape)
    for layer in patch.values.astype(np.float64):
        level = np.where(seen, layer, np.median(layer[seen]))
        down, right = np.gradient(level)
        total += np.hypot(down, right) / max(float(level.std()), _TINY)
    height, width = total.shape
    faded: Values = (total - total.mean()) * np.outer(np.hanning(height), np.hanning(width))
    return faded


def _between(line: Values, place: int) -> float:
    """Where a peak lies between samples, as a distance from 0 in either direction."""
    size = len(line)
    left, middle, right = (float(line[(place + step) % size]) for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    offset = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return (place if place <= size // 2 else place - size) + offset
