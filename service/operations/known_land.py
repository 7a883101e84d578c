"""The outlines a table brings against those of other parcels known."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from geodata.geometry.quality.issue import QualityIssue
from geodata.geometry.quality.known_land import NamedLand, overlaps_with_known
from geodata.model.columns import Texts
from geodata.settings import Tolerances
from geodata.store.engine import Connection
from geodata.store.queries.outlines import OutlineDifferences
from geodata.store.queries.parcels import outlines_near


def overlaps(
    connection: Connection,
    outlines: OutlineDifferences,
    parcels: Texts,
    row_no: npt.NDArray[np.int32],
    replaced: Collection[str],
    tolerances: Tolerances,
) -> tuple[QualityIssue, ...]:
    """Overlaps of outlines that are new with those of parcels that are not in the table.

    Parameters
    ----------
    connection
        A connection.
    outlines
        What the table adds to the outlines known.
    parcels, row_no
        The parcel of each row, and the number of the row.
    replaced
        Parcels whose outlines known are not compared: those of the table, and those it ends.
    tolerances
        From when on land that two share is an overlap.
    """
    codes, shapes = outlines_near(connection, outlines.shapes)
    others = np.flatnonzero(~np.isin(codes.astype(str), list(map(str, replaced))))
    if not len(others):
        return ()
    first = dict(zip(parcels[::-1].tolist(), row_no[::-1].tolist(), strict=True))
    return overlaps_with_known(
        NamedLand(outlines.parcels, outlines.shapes),
        [first[code] for code in outlines.parcels],
        NamedLand(codes[others].tolist(), shapes[others]),
        tolerances,
    )
