"""The district as files: a ledger as a bureau would hand it in, and the map layers beside it."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pyogrio.errors import DataSourceError

from geodata.demo.district import District
from geodata.errors import OutputFileError
from geodata.model.attributes import ATTRIBUTES

LEDGER_FILE: Final = "ledger.csv"
LAYERS_FILE: Final = "district.gpkg"
LAYERS: Final = ("outline", "parks", "roads", "water", "parcels", "claims")


def write_district(district: District, directory: Path) -> None:
    """Write ``ledger.csv`` (Chinese headers, UTF-8 with BOM) and ``district.gpkg``.

    Both are written beside their place first, so that a full disk leaves the old ones as they were.

    Raises
    ------
    OutputFileError
        When the directory cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as unfinished:
            draft = Path(unfinished)
            _write_ledger(district.ledger, draft / LEDGER_FILE)
            for layer in LAYERS:
                frame = getattr(district, layer)
                frame.to_file(draft / LAYERS_FILE, layer=layer, driver="GPKG", engine="pyogrio")
            for name in (LEDGER_FILE, LAYERS_FILE):
                (draft / name).replace(directory / name)
    except (OSError, DataSourceError) as error:
        raise OutputFileError(
            "The demonstration district cannot be written to {directory}: {reason}.",
            "Free some space or name another directory.",
            directory=directory,
            reason=error,
        ) from error


def _write_ledger(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    keys = [attribute.key for attribute in ATTRIBUTES]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(attribute.zh for attribute in ATTRIBUTES)
        writer.writerows([row.get(key, "") for key in keys] for row in rows)
