"""What scenes show of a contract's land: figures, chips, and raster tiles of a scene."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from shapely.geometry.base import BaseGeometry

from geodata.errors import NothingFoundError
from geodata.imagery.chips import chip
from geodata.imagery.picture import Stretch, stretch_of
from geodata.imagery.scene import Scene
from geodata.imagery.tiles import raster_tile
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission
from geodata.model.rows import row_cells
from geodata.model.scenes import ParcelChange, ParcelMeasure
from geodata.store.engine import Connection, Engine
from geodata.store.queries import scenes as rows
from geodata.store.queries.parcels import read_outlines
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from geodata.tiles.matrix import TileAddress
from service.operations.dossier import stored_contract
from service.operations.imagery import opened_scene
from service.operations.noted_changes import NotedChange, noted_changes


@dataclass(frozen=True, slots=True)
class ParcelImagery:
    """What scenes show of the land of a contract.

    Attributes
    ----------
    key, title
        The contract and its project.
    measures
        What each scene shows, in order of their days.
    changes
        What pairs of scenes tell, the newest first, with what a patrol should look at.
    """

    key: ContractKey
    title: str
    measures: tuple[ParcelMeasure, ...]
    changes: tuple[NotedChange, ...]


def imagery_of(
    engine: Engine, actor: Actor, key: ContractKey, known_at: datetime | None = None
) -> ParcelImagery:
    """What scenes show of the land of a contract, as measured and compared last.

    Parameters
    ----------
    known_at
        Instant whose knowledge is wanted; None for what is known by now.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no contracts, or no such one.
    """
    with unit_of_work(engine, _scope(actor)) as connection:
        stored = stored_contract(connection, key, known_at)
        contract_id = int(stored.contract_id[0])
        measures = rows.measures_of(connection, contract_id, known_at)
        changes = noted_changes(connection, contract_id, row_cells(stored.columns, 0), known_at)
    own = ContractKey.of_row(stored.columns, 0)
    return ParcelImagery(
        key=own,
        title=str(stored.columns.texts["project_name"][0] or own.contract_no),
        measures=tuple(measures),
        changes=changes,
    )


def chip_of(engine: Engine, actor: Actor, key: ContractKey, scene_id: int) -> bytes:
    """A picture of the land of a contract on a scene, as PNG.

    Raises
    ------
    NotAllowedError, NothingFoundError
        As `imagery_of`; also when there is no such scene, or no outline of the land is known.
    InputFileError
        When the scene can no longer be read.
    """
    with unit_of_work(engine, _scope(actor)) as connection:
        (outline,) = read_outlines(connection, stored_contract(connection, key).contract_id)
        scene = _scene(connection, scene_id)
    if outline is None:
        raise NothingFoundError(
            "No outline is known of the contract {contract_no}.",
            "Import the outline of its parcel.",
            contract_no=key.contract_no,
        )
    return chip(scene, outline, _stretch(scene))


def pair_chips(
    connection: Connection, pair: ParcelChange, outline: BaseGeometry
) -> tuple[tuple[date, bytes], ...]:
    """The land of an outline on both scenes of a pair, each with its day, as PNG.

    Raises
    ------
    InputFileError
        When a scene can no longer be read.
    """
    scenes = [_scene(connection, number) for number in (pair.from_scene_id, pair.to_scene_id)]
    return tuple((scene.taken_on, chip(scene, outline, _stretch(scene))) for scene in scenes)


def tile_of(engine: Engine, actor: Actor, scene_id: int, tile: TileAddress) -> bytes | None:
    """One raster tile of a scene as PNG; None where it does not lie there.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor sees no land, or there is no such scene.
    InputFileError
        When the scene can no longer be read.
    """
    with unit_of_work(engine, _scope(actor)) as connection:
        scene = _scene(connection, scene_id)
    return raster_tile(scene, tile, _stretch(scene))


def _scene(connection: Connection, scene_id: int) -> Scene:
    found = rows.read_scene(connection, scene_id)
    if found is None:
        raise NothingFoundError(
            "There is no such scene.", "See 'parcelwatch imagery list', or register one."
        )
    return opened_scene(found)


def _scope(actor: Actor) -> Scope:
    actor.require(Permission.VIEW)
    return Scope.of(actor)


@lru_cache(maxsize=64)
def _stretch(scene: Scene) -> Stretch:
    """A scene never changes, and looking how bright it is takes longer than a tile."""
    return stretch_of(scene)
