"""Which tile a place lies in, from the formula of the projection and nothing of ours."""

from __future__ import annotations

from math import asinh, pi, radians, tan


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row."""
    return (
        int((lon + 180) / 360 * 2**zoom),
        int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom),
    )
