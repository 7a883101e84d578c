"""Shapes whose numbers are those of no place: computing with them overflows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from geodata.importers.issues import Issue
from geodata.importers.tables import RawTable
from geodata.model.codelists import IssueSeverity

_FARTHEST: Final = 1e30  # in whatever unit; the square of an area is still a number


def without_absurd_shapes(table: RawTable) -> RawTable:
    """The table with such shapes missing, and an issue for each."""
    if table.geometry is None:
        return table
    shapes = np.asarray(table.geometry.to_numpy(), dtype=np.object_)
    bounds = np.abs(shapely.bounds(shapes))
    # Endless ones are a fault of their own (`ShapeFault.BAD_COORDINATE`).
    rows = np.flatnonzero(((bounds > _FARTHEST) & np.isfinite(bounds)).any(axis=1))
    if not len(rows):
        return table
    geometry = table.geometry.copy()
    geometry.iloc[rows] = None
    issues = (
        Issue(
            IssueSeverity.NOTED,
            "The coordinates of the shape are those of no place; it is left out.",
            row=table.row_no[row],
            line=table.line_no[row],
        )
        for row in rows.tolist()
    )
    return replace(table, geometry=geometry, issues=(*table.issues, *issues))
