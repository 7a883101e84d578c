"""Import a ledger and the district's land into the database: everything or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.geometry.crs import STORAGE_EPSG
from geodata.importers.issues import Issue
from geodata.importers.ledger import LedgerFile, read_ledger
from geodata.importers.readers import sha256_of
from geodata.importers.reading import Progress
from geodata.store.engine import Engine
from geodata.store.queries.claims import import_claims
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch, ImportCounts, ImportIssue
from geodata.store.queries.parcels import replace_features, replace_parks
from geodata.store.session import unit_of_work
from service.clock import Clock
from service.operations.land import District, read_district, shapes_of


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    ledger, claims
        What became of the rows of the ledger and of the inefficient-land register; None where
        none was given.
    file
        The ledger as read, with its rejected rows, issues and unknown headers.
    """

    ledger: ImportCounts | None
    claims: ImportCounts | None
    file: LedgerFile | None


def import_files(
    engine: Engine,
    *,
    ledger: Path | None,
    district: Path | None,
    actor: str,
    clock: Clock,
    profile: str | None = None,
    layer: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read the files, then write what is new in one transaction.

    Parameters
    ----------
    ledger
        Contracts; their outlines come from the file itself or by parcel code from `district`.
    district
        GeoPackage with parcels, parks, roads, water, outline and inefficient land.
    """
    land = read_district(district) if district else District()
    file = read_ledger(ledger, profile=profile, layer=layer, progress=progress) if ledger else None
    now = clock()
    ledger_counts = claim_counts = None
    with unit_of_work(engine) as connection:
        if file:
            batch = ImportBatch(
                file_name=file.path.name,
                sha256=file.sha256,
                imported_at=now,
                actor=actor,
                profile=file.profile,
                rejected=len({issue.row for issue in file.rejected}),
                issues=tuple(_logged((*file.rejected, *file.issues))),
            )
            shapes = shapes_of(file, land)
            ledger_counts = import_ledger(connection, batch, file.columns, shapes, file.extras)
        if district:
            if "parks" in land.layers:
                replace_parks(connection, land.layers["parks"])
            replace_features(connection, features_of(land.layers))
        if district and land.claims:
            batch = ImportBatch(district.name, sha256_of(district), now, actor)
            outlines = np.asarray(land.claim_shapes.to_numpy(), dtype=np.object_)
            claim_counts = import_claims(connection, batch, land.claims, outlines)
    return ImportReport(ledger_counts, claim_counts, file)


def _logged(issues: Iterable[Issue]) -> Iterable[ImportIssue]:
    for issue in issues:
        yield ImportIssue(
            issue.row, issue.column or issue.header, issue.value, issue.severity, issue.text()
        )


def features_of(layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Roads, water and outline in one frame; ``kind`` is the layer and what the layer says."""
    frames = [
        frame.assign(
            kind=[f"{layer}/{kind}" for kind in frame.get("kind", [""] * len(frame))],
            name=frame.get("name"),
            width_m=frame.get("width_m"),
        )
        for layer, frame in layers.items()
        if layer != "parks"
    ]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=STORAGE_EPSG)


def layers_from(features: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """The layers again, as `features_of` joined them."""
    kinds = features["kind"].str
    return {
        layer: features.assign(kind=kinds.removeprefix(f"{layer}/"))[kinds.startswith(f"{layer}/")]
        for layer in ("outline", "roads", "water")
    }
