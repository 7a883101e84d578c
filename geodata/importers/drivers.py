"""GDAL opens a vector file as what it was recognised to be, and by no other driver."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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
# Some programs add views that give columns of a table other names.
_RENAMING: Final = re.compile(
    r"create view [^();]+ as select ((?! from )[^();])+ from [\"\w]+\s*;?", re.IGNORECASE
)


@contextmanager
def gdal_source(path: Path, kind: Format) -> Iterator[str]:
    """Name under which GDAL opens a file.

    A file whose name ends like another format is linked to one that does not while it is open, as
    is a Shapefile of which the library cannot read the reference system.

    Raises
    ------
    MissingProgramError
        When the installed GDAL lacks the driver.
    InputFileError
        When a GeoPackage computes what it shows.
    """
    if kind is Format.GEOPACKAGE:
        _require_no_queries(path)
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
    system = _chinese_system(path) if kind is Format.SHAPEFILE else None
    if kind is Format.GEOJSON:
        yield f"{kind.driver}:{place}"
    elif system is None and (path.is_dir() or path.suffix.lower() in kind.endings):
        yield str(place)
    else:
        with tempfile.TemporaryDirectory(prefix="parcelwatch-") as directory:
            named = Path(directory, path.stem).with_suffix(kind.endings[0])
            _link(place, named)
            if system is not None:
                _link_parts(place, named)
                named.with_suffix(".prj").write_text(system, "utf-8")
            yield str(named)


def _require_no_queries(path: Path) -> None:
    """Refuse views that compute, which a small file can make to run for years."""
    place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    views: list[tuple[str, str]] = []
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(place, uri=True)) as database:
        views = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
        ).fetchall()
    for name, query in views:
        if not _RENAMING.fullmatch(" ".join(query.split())):
            raise InputFileError(
                "The file {path} holds a query ({name}) in place of a table.",
                "Save what it shows as a layer of its own, without the view.",
                path=path,
                name=name,
            )


def _chinese_system(path: Path) -> str | None:
    """Reference system of a Shapefile that is written in a Chinese code page, as text.

    None where it is in UTF-8, which the library reads by itself, or where there is none.
    """
    system = path.with_suffix(".prj")
    raw = system.read_bytes() if system.exists() else b""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    return None


def _link_parts(path: Path, named: Path) -> None:
    """The parts of a Shapefile beside another one of its name, all but its reference system."""
    for part in path.parent.iterdir():
        ending = part.suffix.lower()
        if part.stem == path.stem and ending not in (".shp", ".prj"):
            _link(part, named.with_suffix(ending))


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
