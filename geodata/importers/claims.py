"""The register of inefficient land: entries that were vacated or upgraded, with their outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geodata.errors import InputFileError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.detective import NOWHERE, Ground
from geodata.importers.headings import find_heading, headings_of
from geodata.importers.matching import match_headers
from geodata.importers.readers import read_table
from geodata.importers.reading import Cells, read_columns
from geodata.importers.shapes import stored_polygons
from geodata.importers.tables import RawTable
from geodata.model.codelists import ClaimKind, ClaimStatus, IssueSeverity
from geodata.model.columns import Cell
from geodata.model.content.claims import CLAIMS
from geodata.model.entities import Claim
from geodata.model.land_lists import Means

_REQUIRED: Final = tuple(attribute.key for attribute in CLAIMS.required)
_DONE: Final = ClaimStatus.DONE.position


def read_claims(
    path: str | Path,
    layer: str | None = None,
    *,
    crs: str | None = None,
    ground: Ground = NOWHERE,
) -> tuple[list[Claim], gpd.GeoSeries]:
    """Entries of the register and their outlines in EPSG:4490, in file order.

    Parameters
    ----------
    path
        Any table `geodata.importers.readers` knows; without shapes every outline is missing.
    layer
        Sheet or layer of the register; by default the one with most known headers.
    crs, ground
        The reference system, and what is known of the place, as in
        `geodata.importers.shapes.stored`.

    Raises
    ------
    InputFileError
        When the file or one of its entries cannot be read: a register counts as a whole or not
        at all.
    CoordinateError
        When the outlines carry no reference system and more or less than one fits, or one that
        their coordinates contradict.
    """
    path = Path(path)
    headings = headings_of(CLAIMS.attributes)
    table = read_table(path, lambda header: find_heading(header, headings) is not None, layer)
    matched, _ = match_headers(table, headings)
    cells, issues = read_columns(table, matched, {})
    _require_columns(path, table, cells)
    for issue in issues:
        if issue.severity is IssueSeverity.REJECTED:
            raise _refused(path, issue.row, issue.header, issue.value, issue.text())
    blank: list[Cell] = [None] * len(table)
    claims = [
        _claim(path, row, {a.key: cells.get(a.key, blank)[position] for a in CLAIMS.attributes})
        for position, row in enumerate(table.row_no)
    ]
    _require_unique(path, table, claims)
    if table.geometry is None:
        return claims, gpd.GeoSeries([None] * len(table), crs=STORAGE_EPSG)
    shapes = stored_polygons(table.geometry, crs=crs, ground=ground, declared=table.declared)
    return claims, shapes.geometry


def _require_columns(path: Path, table: RawTable, cells: Cells) -> None:
    missing = [a for a in CLAIMS.required if a.key not in cells]
    if missing:
        raise InputFileError(
            "The register {path} has no column {missing}. Its headers are: {headers}.",
            "Add the column; the register needs {required}.",
            path=path,
            missing=", ".join(f"{a.key} ({a.zh})" for a in missing),
            headers=", ".join(table.headers),
            required=", ".join(_REQUIRED),
        )


def _claim(path: Path, row: int, entry: Mapping[str, Any]) -> Claim:
    needed = (*_REQUIRED, "done_on") if entry["status"] == _DONE else _REQUIRED
    for key in needed:
        if entry[key] is None:
            raise _refused(path, row, key, "", "The cell is blank; this entry needs it.")
    texts = {key: entry[key] or "" for key in ("town", "park", "evidence")}
    return Claim(
        claim_code=entry["claim_code"],
        kind=ClaimKind.at(entry["kind"]),
        status=ClaimStatus.at(entry["status"]),
        done_on=entry["done_on"],
        reversed_on=entry["reversed_on"],
        area_m2=entry["area_m2"],
        **texts,
        planned_on=entry["planned_on"],
        cost_yuan=entry["cost_yuan"],
        means=None if entry["means"] is None else Means.at(entry["means"]),
    )


def _require_unique(path: Path, table: RawTable, claims: Sequence[Claim]) -> None:
    seen: dict[str, int] = {}
    for row, claim in zip(table.row_no, claims, strict=True):
        if claim.claim_code in seen:
            reason = f"Row {seen[claim.claim_code]} has the same code."
            raise _refused(path, row, "claim_code", claim.claim_code, reason)
        seen[claim.claim_code] = row


def _refused(path: Path, row: int | None, column: str, value: str, reason: str) -> InputFileError:
    return InputFileError(
        "Row {row} of the register {path}, column {column} (“{value}”): {reason}",
        "Correct the row; a register counts as a whole or not at all.",
        path=path,
        row=row,
        column=column,
        value=value,
        reason=reason,
    )
