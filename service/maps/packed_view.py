"""A view packed for a page: its land, how every contract stands through time, and the cards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from geodata.model.codelists import MilestoneKind, Verdict
from geodata.model.columns import day_number
from geodata.model.standings import FIRST_ON
from service.i18n import Translate
from service.maps.features import Json, ParcelUrl, parcel_properties
from service.maps.packing import Column, Shapes, deflated, packed, shape_columns
from service.maps.view import Backdrop, JudgedParcel, MapView, is_outline

CARDS_PER_CHUNK: Final = 256
"""Cards that are inflated together when one of them is opened."""
_GROUND: Final = {"outline": "outline", "water": "water", "parks": "park", "roads": "road"}
"""Layers around the parcels from the lowest, and their names in the page."""
_LINE: Final = 2
_AREA: Final = 3

State = tuple[str, int, str | None]
"""Verdict, groups with a bit for each, and the first milestone not met."""
Value = TypeVar("Value")


def packed_land(view: MapView) -> str:
    """Everything the layers of the map show, as text of a page."""
    parcels = view.parcels
    outlines = (parcel.geometry for parcel in parcels)
    ground, ground_texts, classes = _ground(view.backdrop)
    standings, states = _standings(view)
    parks, park = _listed([parcel.park for parcel in parcels])
    land_uses, land_use = _listed([parcel.land_use for parcel in parcels])
    columns = [
        *shape_columns("parcel", _array([one if is_outline(one) else None for one in outlines])),
        Column("park", "u4", park),
        Column("land_use", "u4", land_use),
        Column("area_m2", "f4", np.array([float(parcel.area_m2 or 0) for parcel in parcels])),
        *standings,
        *ground,
    ]
    texts = {
        "key": [parcel.key.slug for parcel in parcels],
        "title": [parcel.title for parcel in parcels],
        "detail": [parcel.key.contract_no for parcel in parcels],
        "search": [parcel.searched for parcel in parcels],
        "ground": ground_texts,
    }
    lists = {"parks": parks, "land_uses": land_uses, "states": states, "ground_classes": classes}
    return packed(columns, texts, lists)


def packed_cards(
    view: MapView, translate: Translate, parcel_url: ParcelUrl | None
) -> Iterator[str]:
    """What is told of each contract, some at a time, as texts of a page."""
    for first in range(0, len(view.parcels), CARDS_PER_CHUNK):
        chunk = view.parcels[first : first + CARDS_PER_CHUNK]
        cards = [
            parcel_properties(parcel, view.as_of, view.language, translate, parcel_url)
            for parcel in chunk
        ]
        yield deflated(json.dumps(cards, ensure_ascii=False, separators=(",", ":")).encode())


def state_of(parcel: JudgedParcel) -> State:
    """How a contract stands on the day of its view."""
    groups = sum(1 << group.position for group in parcel.groups)
    return parcel.verdict.value, groups, parcel.milestone.value if parcel.milestone else None


def _standings(view: MapView) -> tuple[list[Column], list[State]]:
    """From when on each contract stands how, and the different ways to stand."""
    spans = view.spans
    if spans is None:
        states, state = _listed([state_of(parcel) for parcel in view.parcels])
        ends = np.arange(1, len(view.parcels) + 1)
        from_on = np.full(len(view.parcels), day_number(FIRST_ON))
    else:
        groups = (flags.astype(np.int64) << group.position for group, flags in spans.groups.items())
        told = np.stack([spans.verdict, sum(groups), spans.milestone], axis=1)
        different, state = np.unique(told, axis=0, return_inverse=True)
        states = [_state(*row) for row in different.tolist()]
        ends = np.cumsum(np.bincount(spans.row, minlength=len(view.parcels)))
        from_on = spans.from_on
    columns = [
        Column("span_ends", "u4", ends),
        Column("span_from", "i4", from_on),
        Column("span_state", "u4", state.ravel()),
    ]
    return columns, states


def _state(verdict: int, groups: int, milestone: int) -> State:
    kind = MilestoneKind.at(milestone).value if milestone >= 0 else None
    return Verdict.at(verdict).value, groups, kind


def _ground(backdrop: Backdrop) -> tuple[list[Column], list[str], list[Json]]:
    """Shapes around the parcels, their names, and the classes they are drawn by."""
    frames = {word: getattr(backdrop, layer) for layer, word in _GROUND.items()}
    shapes = np.concatenate([frame.geometry.to_numpy() for frame in frames.values()])
    told = [
        (layer, str(kind or ""), str(name or ""))
        for layer, frame in frames.items()
        for kind, name in zip(
            frame["kind"] if "kind" in frame else [""] * len(frame), frame["name"], strict=True
        )
    ]
    classes, of_class = _listed([(layer, kind) for layer, kind, _ in told])
    is_area = shapely.get_dimensions(shapes) > 1
    columns = [
        *shape_columns("ground", shapes),
        Column("ground_kind", "u1", np.where(is_area, _AREA, _LINE)),
        Column("ground_class", "u1", of_class),
    ]
    names = [name if layer != "park" else "" for layer, _, name in told]
    return columns, names, [{"layer": layer, "kind": kind} for layer, kind in classes]


def _listed(values: Sequence[Value]) -> tuple[list[Value], npt.NDArray[np.intp]]:
    """The different values, and of each row which one it has."""
    place = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return list(place), np.array([place[value] for value in values], dtype=np.intp)


def _array(shapes: Sequence[object]) -> Shapes:
    found = np.empty(len(shapes), dtype=np.object_)
    found[:] = shapes
    return found
