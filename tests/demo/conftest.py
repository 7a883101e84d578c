from __future__ import annotations

from datetime import date

import pytest

from geodata.demo.district import District, build_district

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="session")
def district() -> District:
    return build_district(AS_OF)


@pytest.fixture(scope="session")
def on_grid(district):
    """The layers in metres."""
    return {
        layer: getattr(district, layer).to_crs("EPSG:4549")
        for layer in ("outline", "parks", "roads", "water", "parcels", "claims")
    }
