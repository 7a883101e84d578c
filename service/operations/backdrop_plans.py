"""The layers around the parcels against the database: what they would change on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.geometry.crs import STORAGE_EPSG, to_storage
from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.repair import OriginalShape, Repair
from geodata.importers.content_rows import ContentRows
from geodata.importers.issues import Issue
from geodata.model.attributes import Attribute, Kind
from geodata.model.changes import Decision, ImportCounts
from geodata.model.columns import Flags, Whole
from geodata.model.content import NaturalKey, Row
from geodata.store.engine import Connection
from geodata.store.queries.backdrop import (
    BACKDROP_KIND,
    FeatureDraft,
    draft_features,
    write_features,
)
from geodata.store.queries.imports import ImportBatch, last_change_at
from geodata.store.queries.parcels import FEATURE_COLUMNS
from geodata.store.queries.versions import Differences
from service.operations.land import Shapes
from service.operations.table_plans import TablePlan, compare

REPLACE: Final = Decision(retires=True)
"""Features have no names that hold: those that are not in a layer that came are gone."""


@dataclass(frozen=True, slots=True)
class LayerFile:
    """Layers of a GeoPackage as read; what cannot be read in them refuses the file."""

    path: Path
    sha256: str
    row_count: int
    layer: str = ""
    profile: str = ""
    rejected: tuple[Issue, ...] = ()
    issues: tuple[Issue, ...] = ()
    unknown_headers: tuple[str, ...] = ()
    quality: tuple[QualityIssue, ...] = ()
    repairs: tuple[Repair, ...] = ()
    originals: tuple[OriginalShape, ...] = ()


@dataclass(frozen=True, slots=True)
class _FeatureColumns:
    """What a layer says of its features."""

    by_key: Mapping[str, Attribute]

    def key_of(self, row: Row) -> NaturalKey:
        """The layer and the name of a feature."""
        return NaturalKey((str(row["layer"]), str(row["name"] or "")))


_COLUMNS: Final = _FeatureColumns(
    {
        attribute.key: attribute
        for attribute in (
            Attribute("layer", "图层", "layer"),
            Attribute("kind", "类别", "kind"),
            Attribute("name", "名称", "name"),
            Attribute("width_m", "宽度（米）", "width (m)", Kind.EXACT),
        )
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class LayersDraft:
    """Features against those known, ready to be written.

    Attributes
    ----------
    facts, moved
        Features that are new; none is other than known, since none has a name that holds.
    features, gone
        The same as the store takes it; numbers of features that are left out.
    """

    facts: Differences
    moved: Flags
    features: FeatureDraft
    gone: list[int]


LayersPlan: TypeAlias = TablePlan[ContentRows, LayersDraft]


@dataclass(frozen=True, slots=True, eq=False)
class KeptLayers:
    """Features of the map, which have no history."""

    layers: tuple[str, ...]
    kind: None = None

    def draft(
        self,
        connection: Connection,
        rows: ContentRows,
        place: Whole | None = None,  # noqa: ARG002 - features are found by what they say
        gone: Flags | None = None,
    ) -> LayersDraft:
        """Compare features with those known in the layers."""
        features = draft_features(connection, _frame(rows), self.layers)
        none = np.zeros_like(features.is_new)
        facts = Differences(features.is_new, none, outdated=np.empty(0, dtype=np.int64))
        numbers = features.missing["feature_id"].to_numpy()
        ended = [] if gone is None else numbers[gone].tolist()
        return LayersDraft(facts, none, features, ended)

    def known(self, _connection: Connection, rows: ContentRows, _compared: Flags) -> ContentRows:
        """Nothing is compared."""
        return rows

    def outlines(self, _connection: Connection, rows: ContentRows, _moved: Flags) -> Shapes:
        """Nothing is moved."""
        return np.full(len(rows), None)

    def write(self, connection: Connection, batch: ImportBatch, draft: LayersDraft) -> ImportCounts:
        """Write what a draft adds."""
        added, rows = int(draft.features.is_new.sum()), len(draft.features.is_new)
        counts = ImportCounts(
            rows_in=rows + batch.declined,
            added=added,
            changed=0,
            unchanged=rows - added,
            declined=batch.declined,
            rejected=0,
            retired=len(draft.gone),
        )
        fresh = draft.features.features[draft.features.is_new]
        write_features(connection, batch, counts, fresh, draft.gone)
        return counts


def plan_layers(
    connection: Connection, file: LayerFile, layers: Mapping[str, gpd.GeoDataFrame]
) -> LayersPlan:
    """Compare layers of the map with those known, which they replace; nothing is written.

    Parameters
    ----------
    connection
        A connection.
    file, layers
        The file as read: ``outline``, ``roads`` and ``water``, or some of them.
    """
    found = _rows(layers)
    known_at = last_change_at(connection, BACKDROP_KIND)
    kept = KeptLayers(tuple(layers))
    missing = draft_features(connection, _frame(found), kept.layers).missing
    names = zip(missing["layer"], missing["name"], strict=True)
    vanished = tuple(NaturalKey((layer, name or "")) for layer, name in names)
    diff, draft = compare(connection, kept, found, frozenset(_COLUMNS.by_key), vanished)
    return TablePlan(file, diff, (), known_at, kept, draft, usual=REPLACE)


def _rows(layers: Mapping[str, gpd.GeoDataFrame]) -> ContentRows:
    stored = {layer: to_storage(frame) for layer, frame in layers.items()}
    typed: list[Row] = [
        {"layer": layer, **{key: _cell(cell) for key, cell in cells.items()}}
        for layer, frame in stored.items()
        for cells in frame[list(FEATURE_COLUMNS)].to_dict("records")
    ]
    shapes = [shape for frame in stored.values() for shape in frame.geometry]
    outlines = np.empty(len(shapes), dtype=np.object_)
    outlines[:] = shapes
    return ContentRows(_COLUMNS, typed, np.arange(1, len(typed) + 1, dtype=np.int32), {}, outlines)


def _cell(cell: str | float | None) -> str | Fraction | None:
    if isinstance(cell, str):
        return cell or None
    return None if pd.isna(cell) else Fraction(cell)


def _frame(rows: ContentRows) -> gpd.GeoDataFrame:
    """Features as the store takes them."""
    cells = {
        key: [float(cell) if isinstance(cell := row[key], Fraction) else cell for row in rows.typed]
        for key in _COLUMNS.by_key
    }
    shapes = np.empty(0, dtype=np.object_) if rows.shapes is None else rows.shapes
    return gpd.GeoDataFrame(pd.DataFrame(cells, dtype=object), geometry=shapes, crs=STORAGE_EPSG)
