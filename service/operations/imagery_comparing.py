"""Scenes of two days held against each other, and against what is reported of contracts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pyarrow as pa

from geodata.errors import NothingFoundError, UsageError
from geodata.geometry.crs import STORAGE_EPSG
from geodata.imagery.comparing import Comparison, compare
from geodata.model.columns import Whole
from geodata.model.contract_key import ContractKey
from geodata.model.imagery_lists import ChangeClass, ImageryNote
from geodata.model.rows import row_cells
from geodata.model.scenes import RegisteredScene
from geodata.store.queries import scenes as rows
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.session import unit_of_work
from service.compliance.casework.imagery_notes import note_of, reported
from service.operations.imagery import Imagery, cells_of, opened_scene


@dataclass(frozen=True, slots=True)
class NotedContract:
    """A contract of which two scenes show something else than is reported."""

    key: ContractKey
    title: str
    note: ImageryNote
    changed_share: float


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of holding two scenes against each other.

    Attributes
    ----------
    earlier, later
        The scenes.
    season_days, shift_pixels
        How far apart in the year, and how far beside each other; nan where that is not known.
    counts
        Parcels of each class.
    noted
        Contracts a patrol should look at.
    """

    earlier: RegisteredScene
    later: RegisteredScene
    season_days: int
    shift_pixels: float
    counts: Mapping[ChangeClass, int]
    noted: tuple[NotedContract, ...]


def compare_scenes(imagery: Imagery, from_on: date, to_on: date) -> Compared:
    """Hold the scenes of two days against each other on every outline known by now.

    Raises
    ------
    NothingFoundError
        When a day has no scene.
    UsageError
        When the days are not in order, a day has several scenes, or they have too little in common.
    InputFileError
        When the file of a scene can no longer be read.
    """
    if from_on >= to_on:
        raise UsageError(
            "{first} is not before {last}.",
            "Name the earlier day first.",
            first=from_on,
            last=to_on,
        )
    with unit_of_work(imagery.engine) as connection:
        earlier, later = (_only(rows.list_scenes(connection, day), day) for day in (from_on, to_on))
        fact_id, shapes = rows.current_outlines(connection)
        stored = read_contracts(connection, as_of=to_on)
        contracts = rows.outlines_of_contracts(connection)
    parcels = gpd.GeoDataFrame(geometry=shapes, crs=STORAGE_EPSG)
    found = compare(opened_scene(earlier), opened_scene(later), parcels)
    numbers = earlier.scene_id, later.scene_id
    with unit_of_work(imagery.engine) as connection:
        rows.write_changes(connection, *numbers, fact_id, _columns(found))
    return Compared(
        earlier=earlier,
        later=later,
        season_days=found.season_days,
        shift_pixels=found.shift_pixels,
        counts=Counter(found.classes),
        noted=tuple(_noted(found, fact_id, contracts, stored, (from_on, to_on))),
    )


def _columns(found: Comparison) -> dict[str, pa.Array]:
    """What is kept of a comparison."""
    count = len(found.pixel_count)
    doubts = (",".join(found.doubts_of(row)) for row in range(count))
    return {
        "told": pa.array([one.value for one in found.classes], pa.string()),
        "doubts": pa.array([f"{{{words}}}" for words in doubts], pa.string()),
        "season_days": pa.repeat(found.season_days, count),
        "shift_pixels": cells_of(np.full(count, found.shift_pixels), count),
        "pixel_count": pa.array(found.pixel_count),
        "covered_share": pa.array(found.covered_share),
        "clear_share": pa.array(found.clear_share),
        "changed_share": cells_of(found.changed_share, count),
    }


def _noted(
    found: Comparison,
    fact_id: Whole,
    contracts: Mapping[int, Sequence[int]],
    stored: StoredContracts,
    days: tuple[date, date],
) -> Iterator[NotedContract]:
    """The contracts of which the scenes show something else than is reported."""
    row_of = {contract: row for row, contract in enumerate(stored.contract_id.tolist())}
    columns = stored.columns
    for told, share, fact in zip(found.classes, found.changed_share, fact_id.tolist(), strict=True):
        for row in (row_of[one] for one in contracts.get(fact, ()) if one in row_of):
            if note := note_of(told, *days, reported(row_cells(columns, row))):
                title = str(columns.texts["project_name"][row] or "")
                yield NotedContract(ContractKey.of_row(columns, row), title, note, float(share))


def _only(found: Sequence[RegisteredScene], day: date) -> RegisteredScene:
    if not found:
        raise NothingFoundError(
            "No scene was taken on {day}.", "See 'parcelwatch imagery list'.", day=day
        )
    if len(found) > 1:
        raise UsageError(
            "{count} scenes were taken on {day}.",
            "Join them to one file first, for instance by gdalbuildvrt.",
            count=len(found),
            day=day,
        )
    return found[0]
