"""The district as files: tables as a bureau would hand them in, and the map layers beside them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pyogrio.errors import DataSourceError

from geodata.demo.district import District
from geodata.errors import OutputFileError
from geodata.model.attributes import ATTRIBUTES, Attribute
from geodata.model.content import catalogue_of
from geodata.model.content_lists import ContentKind

LEDGER_FILE: Final = "ledger.csv"
LAYERS_FILE: Final = "district.gpkg"
TABLES: Final = {
    ContentKind.ENTERPRISE_YEARS: "enterprise_years.csv",
    ContentKind.OCCUPANCIES: "occupancies.csv",
    ContentKind.SUPERVISION: "supervision.csv",
}
LAYERS: Final = ("outline", "parks", "roads", "water", "parcels", "claims")


def write_district(district: District, directory: Path) -> None:
    """Write ``ledger.csv``, the tables of enterprises and ``district.gpkg``.

    Tables have Chinese headers, in UTF-8 with BOM. All is written beside its place first, so that a
    full disk leaves the old files as they were.

    Raises
    ------
    OutputFileError
        When the directory cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as unfinished:
            draft = Path(unfinished)
            _write_table(district.ledger, ATTRIBUTES, draft / LEDGER_FILE)
            for kind, rows in _tables(district).items():
                _write_table(rows, catalogue_of(kind).attributes, draft / TABLES[kind])
            for layer in LAYERS:
                frame = getattr(district, layer)
                frame.to_file(draft / LAYERS_FILE, layer=layer, driver="GPKG", engine="pyogrio")
            for name in (LEDGER_FILE, *TABLES.values(), LAYERS_FILE):
                (draft / name).replace(directory / name)
    except (OSError, DataSourceError) as error:
        raise OutputFileError(
            "The demonstration district cannot be written to {directory}: {reason}.",
            "Free some space or name another directory.",
            directory=directory,
            reason=error,
        ) from error


def _tables(district: District) -> dict[ContentKind, Sequence[Mapping[str, str]]]:
    told = district.enterprises
    return {
        ContentKind.ENTERPRISE_YEARS: told.years,
        ContentKind.OCCUPANCIES: told.occupancies,
        ContentKind.SUPERVISION: told.supervision,
    }


def _write_table(
    rows: Iterable[Mapping[str, str]], attributes: Sequence[Attribute], path: Path
) -> None:
    keys = [attribute.key for attribute in attributes]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(attribute.zh for attribute in attributes)
        writer.writerows([row.get(key, "") for key in keys] for row in rows)
