"""The page with the parcel map: of the site, whose land comes as tiles, or one file with its land.

Both are the same page: only where a script finds the land differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from geodata.errors import UsageError
from service.i18n import Translate
from service.maps.assets import MAP_SCRIPTS, PACKED_SCRIPTS, TILE_SCRIPTS, AssetSource
from service.maps.basemaps import NONE, Basemaps
from service.maps.features import ParcelUrl
from service.maps.figures import Figures
from service.maps.frame import MapFrame, frame_of
from service.maps.layers import land_map, rendered
from service.maps.packed_view import CARDS_PER_CHUNK, packed_cards, packed_land
from service.maps.page_data import claim_legend, drawer, page_data
from service.maps.rated_land import RatingLegend
from service.maps.styles import hatch_defs, tone_class
from service.maps.view import MapView

FEATURE_LIMIT: Final = 5_000
"""Shapes beyond which a page that draws each as an element is too heavy to open."""
MOST_PACKED: Final = 150_000
"""Parcels that a page can hold."""


@dataclass(frozen=True, slots=True)
class Overlays:
    """What can lie over the parcels.

    Attributes
    ----------
    ratings
        What the colours of rated land mean; None where no ratings are offered.
    shows_claims
        Whether the page opens with the register of inefficient land.
    """

    ratings: RatingLegend | None = None
    shows_claims: bool = False


NO_OVERLAYS: Final = Overlays()


@dataclass(frozen=True, slots=True)
class PackedLand:
    """Land that travels within the page.

    Attributes
    ----------
    land
        Everything the layers show.
    cards
        What is told of each contract, in chunks.
    """

    land: str
    cards: Sequence[str]


def parcel_map(
    view: MapView,
    assets: AssetSource,
    translate: Translate,
    *,
    parcel_url: ParcelUrl | None = None,
    today: date | None = None,
    top_bar: Markup | None = None,
    basemaps: Basemaps = NONE,
) -> str:
    """HTML of the map as one page that holds its land.

    Parameters
    ----------
    view
        What to show.
    assets
        Where scripts and styles come from; `InlinedAssets` makes one self-contained file.
    translate
        English wording to that of the page.
    parcel_url
        Address of a contract's own page, if there is one.
    today
        The day in Asia/Shanghai; None = that of the view.
    top_bar
        The site's own head; without it the page carries a plain title.
    basemaps
        What is offered below the map; without any no request leaves the machine.

    Raises
    ------
    UsageError
        When the view holds more parcels than a page can.
    MissingProgramError
        When Leaflet is not installed.
    """
    if len(view.parcels) > MOST_PACKED:
        raise UsageError(
            "The map would hold {count} parcels; one page holds at most {limit}.",
            "Choose some parks with --park NAME, or open the map of the site.",
            count=len(view.parcels),
            limit=MOST_PACKED,
        )
    return _page(
        frame_of(view),
        assets,
        translate,
        today=today or view.as_of,
        top_bar=top_bar,
        basemaps=basemaps,
        packed=PackedLand(packed_land(view), list(packed_cards(view, translate, parcel_url))),
    )


def tiled_map(
    frame: MapFrame,
    assets: AssetSource,
    translate: Translate,
    *,
    addresses: Mapping[str, str],
    today: date,
    top_bar: Markup,
    basemaps: Basemaps = NONE,
    over: Overlays = NO_OVERLAYS,
) -> str:
    """HTML of the map of the site, whose land is asked for at some addresses.

    Parameters
    ----------
    frame
        What to show beside the land.
    addresses
        Of ``parcels``, ``ground``, ``card``, ``counts``, ``changes``, ``search``, ``place``,
        ``scene`` and ``ratings``, with fields in braces.
    today
        The day in Asia/Shanghai.
    top_bar
        The site's own head.
    over
        What can lie over the parcels.
    """
    return _page(
        frame,
        assets,
        translate,
        today=today,
        basemaps=basemaps,
        addresses=addresses,
        top_bar=top_bar,
        over=over,
    )


def _page(
    frame: MapFrame,
    assets: AssetSource,
    translate: Translate,
    *,
    today: date,
    basemaps: Basemaps,
    addresses: Mapping[str, str] | None = None,
    packed: PackedLand | None = None,
    top_bar: Markup | None = None,
    over: Overlays = NO_OVERLAYS,
) -> str:
    scenes = addresses["scene"] if addresses and frame.scenes else ""
    map_html, map_script = rendered(land_map(basemaps, scenes, is_rated=over.ratings is not None))
    data = page_data(frame, translate, today, addresses) | {"cards_per_chunk": CARDS_PER_CHUNK}
    return (
        templates()
        .get_template("parcel_map.html")
        .render(
            _=translate,
            frame=frame,
            assets=assets,
            top_bar=top_bar,
            map_html=map_html,
            map_script=map_script,
            page_data=htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":")),
            packed=packed,
            drawer=drawer(frame.counts),
            claim_legend=claim_legend(frame, translate),
            over=over,
            park_titles={name.park: name.text for name in frame.park_names},
            hatches=hatch_defs(),
            basemaps=_offered(basemaps, translate),
            scripts=(*(PACKED_SCRIPTS if packed else TILE_SCRIPTS), *MAP_SCRIPTS),
            figures=Figures(translate),
            tone_class=tone_class,
        )
    )


def _offered(basemaps: Basemaps, translate: Translate) -> list[tuple[str, str]]:
    """Name and words of each basemap to choose from; none where there is none."""
    _ = translate
    tianditu = [("vector", _("streets")), ("imagery", _("imagery"))]
    offered = [
        *(tianditu if basemaps.tianditu_key else ()),
        *([("gcj02", _("commercial map"))] if basemaps.gcj02_url else ()),
    ]
    return [("none", _("none")), *offered] if offered else []


def templates() -> Environment:
    """The pages of the maps."""
    return Environment(
        loader=PackageLoader("service"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
