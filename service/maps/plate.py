"""The plate of a parcel: where it lies and what it looks like, to scale, for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from shapely import Geometry

from geodata.model.codelist import Tone
from service.i18n import translator
from service.maps.drawing import FAINT, INK, UNITS_PER_MM, Drawing, outline
from service.maps.figures import grouped
from service.maps.styles import hatch_paint

_HEIGHT: Final = 340
_LOCATOR: Final = (4.0, 4.0, 168.0, 332.0)
_DETAIL: Final = (180.0, 4.0, 456.0, 332.0)
_WIDTH: Final = _DETAIL[0] + _DETAIL[2] + 4
_STEPS: Final = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
_MOST: Final = 7
_BAR_SHARE: Final = 0.3
_MARK: Final = 7
_KILOMETRE: Final = 1000

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """What a plate shows; outlines in metres of one projected reference system.

    Attributes
    ----------
    parcel
        The outline of the parcel.
    name
        Written beside it.
    tone
        Colour and hatch of the parcel, by its verdict.
    neighbours
        Outlines around it.
    district
        Outline in which the locator shows it; empty where there is none.
    reference
        Name of the reference system, for the foot of the plate.
    """

    parcel: Geometry
    name: str
    tone: Tone
    neighbours: Sequence[Geometry] = ()
    district: Geometry | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """A window of paper onto the land.

    Attributes
    ----------
    box
        The window: left, top, width and height.
    centre
        The point of the land in its middle, in metres.
    denominator
        The scale is one to this.
    """

    name: str
    box: Box
    centre: tuple[float, float]
    denominator: float

    @property
    def units_per_m(self) -> float:
        return 1000 * UNITS_PER_MM / self.denominator

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the land on paper."""
        left, top, width, height = self.box
        return (
            left + width / 2 + (x - self.centre[0]) * self.units_per_m,
            top + height / 2 - (y - self.centre[1]) * self.units_per_m,
        )

    def path(self, land: Geometry) -> str:
        """The outline of land on paper, as the path of a shape."""
        rings = [
            ring
            for part in shapely.get_parts(land)
            if isinstance(part, shapely.Polygon)
            for ring in (part.exterior, *part.interiors)
        ]
        return "".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: shapely.LinearRing) -> str:
        return outline(self.place(x, y) for x, y in shapely.get_coordinates(ring)) + "Z"


def draw_plate(plate: Plate, language: str) -> bytes:
    """The plate as SVG, 160 mm wide: true to its scale where it is printed at that width."""
    _ = translator(language)
    drawing = Drawing(
        _WIDTH, _HEIGHT, _("Plate of parcel {name}").format(name=plate.name), (plate.tone,)
    )
    whole = (
        plate.district
        if plate.district is not None
        else shapely.union_all([plate.parcel, *plate.neighbours])
    )
    locator, detail = (
        _view("locator", whole, _LOCATOR),
        _view("detail", plate.parcel, _DETAIL, room=1.6),
    )
    for view in (locator, detail):
        _outlines(drawing, view, plate)
    _marker(drawing, locator, plate.parcel)
    for view, title in ((locator, _("Location")), (detail, _("Parcel"))):
        _furniture(drawing, view, title)
    drawing.text(_DETAIL[0] + 6, _DETAIL[1] + 29, plate.name, size=10)
    if plate.reference:
        left, top, width, height = _DETAIL
        drawing.text(left + width - 6, top + height - 6, plate.reference, size=8, anchor="end")
    return drawing.svg()


def _view(name: str, land: Geometry, box: Box, room: float = 1.15) -> _View:
    """The window in the largest round scale at which the land has room."""
    west, south, east, north = shapely.bounds(land)
    _left, _top, width, height = box
    needed = 1000 * UNITS_PER_MM * room * max((east - west) / width, (north - south) / height)
    return _View(name, box, ((west + east) / 2, (south + north) / 2), _round_up(needed))


def _round_up(needed: float) -> float:
    """The smallest round number that is no less."""
    rounds = (step * 10**power for power in range(_MOST) for step in _STEPS)
    return next((one for one in rounds if one >= needed), needed)


def _outlines(drawing: Drawing, view: _View, plate: Plate) -> None:
    drawing.window(view.name, *view.box)
    if plate.district is not None:
        drawing.path(
            view.path(plate.district), stroke=FAINT, weight=1.5, dash="6 3", clip=view.name
        )
    if plate.district is None or view.name == "detail":  # specks in the whole district
        for neighbour in plate.neighbours:
            drawing.path(view.path(neighbour), stroke=FAINT, weight=0.8, clip=view.name)
    drawing.path(
        view.path(plate.parcel), fill=hatch_paint(plate.tone), stroke=INK, weight=2, clip=view.name
    )


def _marker(drawing: Drawing, view: _View, parcel: Geometry) -> None:
    """A ring around a parcel that is hardly seen at the scale of the locator."""
    drawing.disc(*view.place(*_middle(parcel)), _MARK, weight=1.5)


def _middle(parcel: Geometry) -> tuple[float, float]:
    point = shapely.point_on_surface(parcel)
    return point.x, point.y


def _furniture(drawing: Drawing, view: _View, title: str) -> None:
    """Frame, title, scale, scale bar and north arrow of a window."""
    left, top, width, height = view.box
    drawing.box(*view.box, stroke=INK, weight=1)
    drawing.text(left + 6, top + 15, f"{title} 1:{grouped(view.denominator, 0)}", size=10)
    x, y = left + width - 14, top + 10
    drawing.path(f"M{x} {y}l5 18l-5 -4l-5 4z", fill=INK)
    drawing.text(x, y + 30, "N", size=10, anchor="middle")
    length_m = _round_down(width * _BAR_SHARE / view.units_per_m)
    units, foot = length_m * view.units_per_m, top + height - 10
    drawing.box(left + 8, foot - 4, units / 2, 4, fill=INK)
    drawing.box(left + 8 + units / 2, foot - 4, units / 2, 4, fill="#FFFFFF")
    said = f"{length_m:g} m" if length_m < _KILOMETRE else f"{length_m / _KILOMETRE:g} km"
    drawing.text(left + 12 + units, foot, said, size=9)


def _round_down(most: float) -> float:
    """The largest round number that is no more."""
    rounds = [step * 10**power for power in range(_MOST) for step in _STEPS]
    return max((one for one in rounds if one <= most), default=most)
