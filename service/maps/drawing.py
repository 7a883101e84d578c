"""Pictures for documents: SVG that needs no style sheet, no script and no other file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypedDict, Unpack

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from geodata.model.codelist import Tone
from service.maps.styles import hatch_patterns

UNITS_PER_MM: Final = 4
INK: Final = "#222222"
FAINT: Final = "#8A8A8A"
_EDGE: Final = Markup(
    'fill="#FFFFFF" stroke="#FFFFFF" stroke-width="2.5" stroke-linejoin="round" aria-hidden="true"'
)

_FONTS: Final = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, SimHei, sans-serif"


class Look(TypedDict, total=False):
    """How a shape is drawn; `clip` names the window it shows in."""

    fill: str
    stroke: str
    weight: float
    dash: str
    clip: str


@dataclass(frozen=True)
class Drawing:
    """A picture being drawn, in units of a quarter of a millimetre from its upper left corner.

    Attributes
    ----------
    title
        What the picture shows, for those who do not see it.
    tones
        Tones whose hatches it uses.
    """

    width: float
    height: float
    title: str
    tones: tuple[Tone, ...] = ()
    shapes: list[Markup] = field(default_factory=list)

    def path(self, d: str, **look: Unpack[Look]) -> None:
        """A shape by its path: without a fill, and drawn in ink, unless it is set otherwise."""
        clip = look.get("clip")
        clipped = Markup(' clip-path="url(#{})"').format(clip) if clip else Markup("")
        self.shapes.append(
            Markup(
                '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}" stroke-width="{}"'
                ' stroke-dasharray="{}" stroke-linejoin="round"{}/>'
            ).format(
                d,
                look.get("fill", "none"),
                look.get("stroke", INK),
                look.get("weight", 1),
                look.get("dash", "none"),
                clipped,
            )
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], **look: Unpack[Look]
    ) -> None:
        """A straight line."""
        self.path(outline([start, end]), **look)

    def box(self, x: float, y: float, width: float, height: float, **look: Unpack[Look]) -> None:
        """A rectangle."""
        self.path(f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z", **look)

    def disc(self, x: float, y: float, radius: float, **look: Unpack[Look]) -> None:
        """A circle."""
        half = f"a{radius} {radius} 0 1 0"
        path = f"M{x - radius:.2f} {y:.2f}{half} {2 * radius} 0{half} {-2 * radius} 0z"
        self.path(path, **look)

    def text(
        self, x: float, y: float, words: str, *, size: float = 11, anchor: str = "start"
    ) -> None:
        """Words, with a white edge that keeps them apart from what is below."""
        for look in (_EDGE, Markup('fill="{}"').format(INK)):  # few readers know paint-order
            self.shapes.append(
                Markup(
                    '<text x="{:.2f}" y="{:.2f}" font-size="{}" text-anchor="{}" {}>{}</text>'
                ).format(x, y, size, anchor, look, words)
            )

    def window(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """A window: shapes clipped by its name show only inside."""
        self.shapes.append(
            Markup(
                '<clipPath id="{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>'
            ).format(name, x, y, width, height)
        )

    def svg(self) -> bytes:
        """The picture as a file."""
        picture = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{wm}mm"'
            ' height="{hm}mm" font-family="{fonts}"><title>{title}</title><defs>{defs}</defs>'
            '<rect width="{w}" height="{h}" fill="#FFFFFF"/>{shapes}</svg>'
        ).format(
            w=self.width,
            h=self.height,
            wm=self.width / UNITS_PER_MM,
            hm=self.height / UNITS_PER_MM,
            fonts=_FONTS,
            title=self.title,
            defs=hatch_patterns(*self.tones),
            shapes=Markup("").join(self.shapes),
        )
        return picture.encode()


def outline(points: Iterable[tuple[float, float]]) -> str:
    """The path through some points."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def rings(shape: BaseGeometry) -> Iterator[str]:
    """The closed paths of an area."""
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            yield f"{outline(ring.coords[:-1])}Z"
