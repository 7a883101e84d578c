"""The page with the parcel map: served by the site, or one file that needs no network at all."""

from __future__ import annotations

from typing import Final

from branca.element import Figure
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from geodata.errors import UsageError
from service.i18n import Translate
from service.maps.assets import AssetSource
from service.maps.features import ParcelUrl
from service.maps.figures import Figures
from service.maps.layers import BASEMAPS, folium_map
from service.maps.page_data import drawer, page_data
from service.maps.styles import hatch_defs, tone_class
from service.maps.view import MapView

FEATURE_LIMIT: Final = 5_000
"""Shapes beyond which a page is too heavy to open; more needs tiles."""


def parcel_map(
    view: MapView,
    assets: AssetSource,
    translate: Translate,
    *,
    parcel_url: ParcelUrl | None = None,
    tianditu_key: str | None = None,
    top_bar: Markup | None = None,
    feature_limit: int = FEATURE_LIMIT,
) -> str:
    """HTML of the map page.

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
    tianditu_key
        Key of the national basemap; without it no request leaves the machine.
    top_bar
        The site's own head; without it the page carries a plain title.
    feature_limit
        Largest number of parcels and entries one page may hold.

    Raises
    ------
    UsageError
        When the view holds more than `feature_limit` shapes.
    MissingProgramError
        When Leaflet is not installed.
    """
    _refuse_too_many(view, feature_limit)
    figure = folium_map(tianditu_key).get_root()
    assert isinstance(figure, Figure)
    figure.render()
    data = page_data(view, translate, parcel_url)
    template = templates().get_template("parcel_map.html")
    return template.render(
        _=translate,
        view=view,
        assets=assets,
        top_bar=top_bar,
        # Folium's head is left out: it forbids zooming and names style sheets of other hosts.
        map_html=Markup(figure.html.render()),  # noqa: S704 - an empty element
        map_script=Markup(figure.script.render()),  # noqa: S704 - layers without features
        page_data=htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":")),
        drawer=drawer(view),
        hatches=hatch_defs(),
        basemaps=tuple(BASEMAPS) if tianditu_key else (),
        figures=Figures(translate),
        tone_class=tone_class,
    )


def _refuse_too_many(view: MapView, limit: int) -> None:
    count = len(view.parcels) + len(view.claims)
    if count > limit:
        raise UsageError(
            "The map would show {count} shapes; one page holds at most {limit}.",
            "Choose some parks: --park NAME on the command line, ?park=NAME on the site.",
            count=count,
            limit=limit,
        )


def templates() -> Environment:
    """The pages of the maps."""
    return Environment(
        loader=PackageLoader("service"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
