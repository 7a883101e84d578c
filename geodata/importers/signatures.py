"""A vector file is opened as what its ending says, and by no other driver.

GDAL chooses by content. Some of its drivers follow what the content says to other files, or to
the network: a file handed in must not be able to do either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyogrio

from geodata.errors import InputFileError

_GEOJSON: Final = "GeoJSON"
_DRIVERS: Final = {
    ".gpkg": ("GPKG", b"SQLite format 3\0"),
    ".shp": ("ESRI Shapefile", (9994).to_bytes(4, "big")),
    ".geojson": (_GEOJSON, b""),
    ".json": (_GEOJSON, b""),
}
"""Driver of an ending, and how its files begin (GeoJSON is forced by name instead)."""

# A proxy of no known protocol: a request fails before a connection is made. GeoJSON may name its
# reference system by a link, which GDAL would follow. Hosts in the variable NO_PROXY are exempt.
_OFFLINE: Final = {"GDAL_HTTP_PROXY": "none://none", "GDAL_HTTPS_PROXY": "none://none"}


def gdal_source(path: Path) -> str:
    """Name under which GDAL opens a file, once its first bytes fit its ending.

    Raises
    ------
    InputFileError
        When they do not.
    """
    driver, signature = _DRIVERS[path.suffix.lower()]
    with path.open("rb") as file:
        if file.read(len(signature)) != signature:
            raise _of_another_kind(path, driver)
    pyogrio.set_gdal_config_options(_OFFLINE)
    place = str(path.absolute())
    return f"{driver}:{place}" if driver == _GEOJSON else place


def require_driver(path: Path, driver: str) -> None:
    """Refuse a file that another driver than that of its ending has opened.

    Raises
    ------
    InputFileError
        When it has.
    """
    expected, _ = _DRIVERS[path.suffix.lower()]
    if driver != expected:
        raise _of_another_kind(path, expected)


def _of_another_kind(path: Path, driver: str) -> InputFileError:
    return InputFileError(
        "The file {path} is not what its ending says: it is no {format}.",
        "Check that it is complete and that its ending tells its format.",
        path=path,
        format=driver,
    )
