"""A comparison as files: CSV, JSON, a workbook, a map layer; keys are never translated."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Final

import geopandas as gpd
import pandas as pd

from geodata.errors import UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.model.codelists import Group
from geodata.model.contract_key import IDENTITY
from geodata.model.movements import Movement
from geodata.model.units import mu
from service.compliance.law.book import Version
from service.compliance.rules.comparison import Moved
from service.maps.figures import grouped
from service.maps.moved import MovedParcel
from service.reports.comparison import ComparisonContent, Standpoint
from service.reports.comparison_tables import (
    contract_table,
    group_table,
    known_yuan,
    law_table,
    movement_table,
    pair_table,
    standpoint_table,
)
from service.reports.content import NAMES
from service.reports.flat import LINE_END, inert
from service.reports.sheets import Sheets, new_workbook
from service.reports.tables import Table

_DRIVERS: Final = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON"}
_LONGITUDE_LATITUDE: Final = 4326  # RFC 7946 knows no other system

Document = dict[str, Any]


def flat_contracts(content: ComparisonContent) -> Iterator[Document]:
    """One flat document for each contract listed."""
    return (flat_contract(parcel) for parcel in content.parcels())


def flat_contract(parcel: MovedParcel) -> Document:
    """A contract before and after; unknown is None."""
    return {
        **{key: getattr(parcel.key, key) or None for key in IDENTITY},
        **{name: getattr(parcel, name) or None for name in NAMES},
        "area_mu": None if parcel.area_m2 is None else _plain(mu(parcel.area_m2)),
        "verdict_before": parcel.before and parcel.before.value,
        "verdict_after": parcel.after and parcel.after.value,
        "movement": parcel.movement.value,
        "at_stake_before_yuan": _optional(known_yuan(parcel.stake_before)),
        "at_stake_before_unknown": parcel.stake_before.missing_count,
        "at_stake_after_yuan": _optional(known_yuan(parcel.stake_after)),
        "at_stake_after_unknown": parcel.stake_after.missing_count,
        "moved_yuan": _optional(parcel.moved_yuan),
    }


FLAT_KEYS: Final = (
    *(*IDENTITY, *NAMES, "area_mu", "verdict_before", "verdict_after", "movement"),
    *("at_stake_before_yuan", "at_stake_before_unknown"),
    *("at_stake_after_yuan", "at_stake_after_unknown", "moved_yuan"),
)
"""Keys of `flat_contract`, in order."""


def write_csv(content: ComparisonContent, stream: IO[str]) -> None:
    """Write the contracts listed, with the byte-order mark that tells Excel the encoding."""
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator=LINE_END)
    writer.writerow(FLAT_KEYS)
    for document in flat_contracts(content):
        writer.writerow(map(inert, document.values()))


def write_json(content: ComparisonContent, stream: IO[str]) -> None:
    """Write totals, differences of the law and contracts as one document."""
    head = {
        "before": _standpoint(content.before),
        "after": _standpoint(content.after),
        "movements": {m.value: _moved(content.moving(m)) for m in Movement},
        "verdicts": [
            {"before": before and before.value, "after": after and after.value} | _moved(moved)
            for (before, after), moved in content.comparison.pairs(content.area).items()
        ],
        "groups": _groups(content),
        "law": _law(content),
        "contracts": list(flat_contracts(content)),
    }
    json.dump(head, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def write_workbook(content: ComparisonContent, path: Path | IO[bytes]) -> None:
    """Write totals, the contracts that move, and what the law books state differently."""
    summary = (standpoint_table, movement_table, pair_table, group_table)
    with new_workbook(path) as workbook:
        sheets = Sheets(workbook, content.language)
        tables = [table(content) for table in summary]
        sheets.write(sheets.sheet(tables[0].title, [26, 26, 26, *[18] * 6]), list(_stacked(tables)))
        for table in (contract_table(content), law_table(content)):
            if table.rows:
                widths = [max(14, 2 * len(head)) for head in table.heads]
                sheets.write(sheets.sheet(table.title, widths, table.heads), table.rows, 1)


def write_layer(parcels: Iterable[MovedParcel], path: Path, target: Path) -> None:
    """Write moved contracts with their outlines as GeoPackage or GeoJSON.

    Parameters
    ----------
    parcels
        Those without an outline are features without a geometry: none is lost.
    path, target
        Where to write; the name asked for, whose ending says which kind of file it is.
    """
    shown = list(parcels)
    columns = pd.DataFrame([flat_contract(parcel) for parcel in shown], columns=list(FLAT_KEYS))
    for figure in (key for key in FLAT_KEYS if key.endswith(("_mu", "_yuan"))):
        columns[figure] = pd.to_numeric(columns[figure])
    frame = gpd.GeoDataFrame(
        columns, geometry=[parcel.geometry for parcel in shown], crs=STORAGE_EPSG
    )
    driver = layer_driver(target)
    if driver == "GeoJSON":
        frame = frame.to_crs(_LONGITUDE_LATITUDE)
    frame.to_file(path, driver=driver, layer="movements", engine="pyogrio")


def layer_driver(path: Path) -> str:
    """Driver of a map layer by the ending of its name.

    Raises
    ------
    UsageError
        When the ending is not one of a map layer.
    """
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise UsageError(
            "A map layer cannot be written as {path}.",
            "End its name in .gpkg, .geojson or .html.",
            path=path,
        )
    return driver


def _stacked(tables: Sequence[Table]) -> Iterator[Sequence[Any]]:
    for table in tables:
        yield table.heads
        yield from table.rows
        yield []


def _standpoint(side: Standpoint) -> Document:
    return {
        "run": side.run_id,
        "as_of": side.as_of.isoformat(),
        "rule_set": {"book": side.book, "digest": side.digest},
        "contracts": side.contract_count,
    }


def _moved(moved: Moved) -> Document:
    return {
        "contracts": moved.count,
        "area_mu": _plain(mu(moved.area_m2)),
        "area_unknown": moved.unknown_area_count,
        "at_stake_before_yuan": f"{moved.before.yuan:.2f}",
        "at_stake_before_unknown": moved.before.missing_count,
        "at_stake_after_yuan": f"{moved.after.yuan:.2f}",
        "at_stake_after_unknown": moved.after.missing_count,
        "moved_yuan": f"{moved.moved_yuan:.2f}",
    }


def _groups(content: ComparisonContent) -> Document:
    comparison = content.comparison
    return {
        group.value: {
            "before": int(comparison.before.groups[group].sum()),
            "entered": _land(comparison.moved(comparison.entered(group), content.area)),
            "left": _land(comparison.moved(comparison.left(group), content.area)),
            "after": int(comparison.after.groups[group].sum()),
        }
        for group in Group
    }


def _land(moved: Moved) -> Mapping[str, Any]:
    figures = _moved(moved)
    return {key: figures[key] for key in ("contracts", "area_mu", "area_unknown")}


def _law(content: ComparisonContent) -> list[Document]:
    def version(stated: Version | None) -> Document | None:
        if stated is None:
            return None
        basis = [citation.text(content.language) for citation in stated.citations]
        confidence = stated.confidence.value
        return {"value": str(stated.value), "basis": basis, "confidence": confidence}

    return [
        {
            "number": difference.number.number_id,
            "unit": difference.number.unit,
            "from": difference.from_on.isoformat(),
            "before": version(difference.before),
            "after": version(difference.after),
        }
        for difference in content.law
    ]


def _plain(value: Fraction | Decimal) -> str:
    return grouped(value, 2).replace(",", "")


def _optional(yuan: Decimal | None) -> str | None:
    return None if yuan is None else f"{yuan:.2f}"
