"""GDAL opens a vector file as what it was recognised to be, and by no other driver."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyogrio

from geodata.errors import InputFileError, MissingProgramError
from geodata.importers.signatures import Format

_OPTIONS: Final = {
    # A proxy of no known protocol: a request fails before a connection is made. GeoJSON may name
    # its reference system by a link, which GDAL would follow. Hosts in NO_PROXY are exempt.
    "GDAL_HTTP_PROXY": "none://none",
    "GDAL_HTTPS_PROXY": "none://none",
    # Blocks of a drawing may hold one another many times over: inserts stay points.
    "DXF_INLINE_BLOCKS": "FALSE",
    # Every byte as one character, so that texts can be decoded afterwards.
    "DXF_ENCODING": "ISO-8859-1",
}


@contextmanager
def gdal_source(path: Path, kind: Format) -> Iterator[str]:
    """Name under which GDAL opens a file.

    A file whose name ends like another format is linked to one that does not while it is open.

    Raises
    ------
    MissingProgramError
        When the installed GDAL lacks the driver.
    """
    if kind.driver not in pyogrio.list_drivers(read=True):
        raise MissingProgramError(
            "{path} is of the format {format}, which the installed GDAL cannot read: it has no"
            " driver {driver}.",
            "Install pyogrio from the Python package index, whose GDAL has it, or save the file in"
            " another format.",
            path=path,
            format=kind.title,
            driver=kind.driver,
        )
    pyogrio.set_gdal_config_options(_OPTIONS)
    place = path.absolute()
    if kind is Format.GEOJSON:
        yield f"{kind.driver}:{place}"
    elif path.is_dir() or path.suffix.lower() in kind.endings:
        yield str(place)
    else:
        with tempfile.TemporaryDirectory(prefix="parcelwatch-") as directory:
            named = Path(directory, path.stem).with_suffix(kind.endings[0])
            _link(place, named)
            yield str(named)


def _link(path: Path, named: Path) -> None:
    try:
        named.hardlink_to(path)
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, named)


def require_driver(path: Path, kind: Format, driver: str) -> None:
    """Refuse a file that another driver than that of its kind has opened.

    Raises
    ------
    InputFileError
        When it has.
    """
    if driver != kind.driver:
        raise InputFileError(
            "The file {path} begins like {format} and is something else.",
            "Check that it is complete.",
            path=path,
            format=kind.title,
        )
