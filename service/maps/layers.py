"""The Folium maps: their layers, from the ground up, and the order in which they are drawn.

Folium renders the text of a script as a Jinja template a second time, so that ``{{ }}`` in a name
would be executed. Therefore the layers are made empty here, and what they show reaches the page's
scripts another way: as inert JSON, packed (`service.maps.packing`), or as tiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

import folium
from branca.element import Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode
from markupsafe import Markup

from service.maps.basemaps import TIANDITU, TIANDITU_SERVERS, Basemaps

BACKDROP: Final = ("outline", "water", "park", "road")
FEATURE_LAYERS: Final = (*BACKDROP, "parcel", "claim")
"""Layers of features from the lowest to the highest, for maps of few of them."""
RATING: Final = "rating"
"""A layer of features that are asked for once they are to be seen."""
LAND_LAYERS: Final = {"ground": 300, "before": 390, "parcels": 400}
"""Layers of the map of all parcels, each with the height of its pane."""
SCENE_LAYERS: Final = {"scene_before": 310, "scene": 320}
"""Those of imagery, where there is any: over the ground, below the parcels."""
_TIANDITU_LAYERS: Final = {"vector": ("vec", "cva"), "imagery": ("img", "cia")}
"""Each of its basemaps with its labels."""
_TILE: Final = (
    "/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
_TIANDITU_DEEPEST: Final = 18
_NEAREST: Final = 19
_FARTHEST: Final = 5
_SCENES_FROM: Final = 10
"""Farther away a scene is a dot, and its tiles take long to draw."""
_SHANGHAI: Final = (31.0, 121.3)


class _DistrictMap(folium.Map):
    """A map with a fixed name, so that the same view gives the same bytes."""

    def get_name(self) -> str:
        return "district_map"


class _FeatureLayer(folium.GeoJson):
    """A layer whose classes the page's script decides from the properties of its features."""

    def __init__(self, name: str) -> None:
        self.layer = name
        super().__init__(
            {"type": "FeatureCollection", "features": []},
            control=False,
            style=JsCode(f"ParcelMap.styles.{name}"),
            interactive=name not in BACKDROP,
        )

    def get_name(self) -> str:
        return f"{self.layer}_layer"


class LandLayer(MacroElement):
    """A layer of any number of features, drawn tile by tile once the page's script shows it.

    The one place that says by what: ``land_layer.js``, a canvas layer of our own. Of the two that
    exist, leaflet.vectorgrid is no longer looked after, and asks for its tiles again whenever a
    filter changes; MapLibre GL draws without a graphics card in seconds (`docs/performance.md`).
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = new LandLayer(
            ParcelMap.land.layer("{{ this.source }}"),
            { pane: "{{ this.layer }}", ...ParcelMap.looks.{{ this.layer }} },
        );
        {% endmacro %}
        """
    )

    def __init__(self, name: str, source: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it unannotated
        self.layer = name
        self.source = source

    def get_name(self) -> str:
        """What the script calls it."""
        return f"{self.layer}_layer"


class _Pane(CustomPane):
    def get_name(self) -> str:
        return f"{self.name}_pane"


class _Basemap(folium.TileLayer):
    def __init__(self, layer: str, key: str) -> None:
        self.layer = layer
        super().__init__(
            TIANDITU + _TILE.format(layer=layer, key=key),
            attr="天地图",
            subdomains=TIANDITU_SERVERS,
            max_zoom=_NEAREST,
            max_native_zoom=_TIANDITU_DEEPEST,
            show=False,
            control=False,
        )

    def get_name(self) -> str:
        return f"basemap_{self.layer}"


class _ShiftedTiles(MacroElement):
    """Tiles in GCJ-02, put where they belong by ``gcj02_layer.js``."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = new Gcj02Layer({{ this.url|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it unannotated
        self.url = url

    def get_name(self) -> str:
        return "basemap_gcj02"


class _SceneTiles(folium.TileLayer):
    """Raster tiles of whichever scene the page's script has chosen."""

    def __init__(self, name: str, address: str) -> None:
        self.layer = name
        super().__init__(
            address,
            attr="-",
            min_zoom=_SCENES_FROM,
            max_zoom=_NEAREST,
            show=False,
            control=False,
            pane=name,
            scene=0,
        )
        del self.options["attribution"]  # Folium asks for one; the bureau's own need none

    def get_name(self) -> str:
        return f"{self.layer}_layer"


_Layers = Sequence[_FeatureLayer | LandLayer | _SceneTiles]
_Tiles = Sequence[_Basemap | _ShiftedTiles]


class _Start(MacroElement):
    """Hands the layers to the page's script; added last, when all of them exist."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        ParcelMap.start(
            {{ this.district.get_name() }},
            {
                {%- for layer in this.layers %}
                {{ layer.layer }}: {{ layer.get_name() }},
                {%- endfor %}
            },
            {
                {%- for name, tiles in this.basemaps.items() %}
                {{ name }}: L.layerGroup([
                    {%- for tile in tiles %}{{ tile.get_name() }}, {% endfor -%}
                ]),
                {%- endfor %}
            },
        );
        {% endmacro %}
        """
    )

    def __init__(
        self,
        district: folium.Map,
        layers: _Layers,
        basemaps: Mapping[str, _Tiles],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it unannotated
        self.district = district
        self.layers = layers
        self.basemaps = basemaps

    def get_name(self) -> str:
        return "start"


def feature_map() -> folium.Map:
    """The map of few features, without them and without the page around it.

    No script or style of Folium's own list is asked for: the page brings what it needs.
    """
    district = _district(renderer=JsCode("L.svg({padding: 0.5})"))
    return _with(district, [_FeatureLayer(name) for name in FEATURE_LAYERS], {})


def land_map(basemaps: Basemaps, scenes: str = "", *, is_rated: bool = False) -> folium.Map:
    """The map of all parcels, without them and without the page around it.

    Parameters
    ----------
    scenes
        Address of raster tiles, with ``{scene}``, ``{z}``, ``{x}`` and ``{y}``; empty = no imagery.
    is_rated
        Whether ratings can be asked for.
    """
    district = _district()
    imagery = SCENE_LAYERS if scenes else {}
    for name, height in {**LAND_LAYERS, **imagery}.items():
        _Pane(name, z_index=height).add_to(district)
    layers: list[_FeatureLayer | LandLayer | _SceneTiles] = [
        *(_SceneTiles(name, scenes) for name in imagery),
        LandLayer("ground", "ground"),
        LandLayer("before", "parcels"),
        LandLayer("parcels", "parcels"),
        *([_FeatureLayer(RATING)] if is_rated else ()),
        _FeatureLayer("claim"),
    ]
    return _with(district, layers, _tiles(basemaps))


def rendered(district: folium.Map) -> tuple[Markup, Markup]:
    """The element of a map and the script that fills it.

    Folium's head is left out: it forbids zooming and names style sheets of other hosts.
    """
    figure = district.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    # An empty element, and layers without features.
    return Markup(figure.html.render()), Markup(figure.script.render())  # noqa: S704


def _district(renderer: JsCode | None = None) -> folium.Map:
    district = _DistrictMap(
        location=_SHANGHAI,
        tiles=None,
        zoom_control="topright",
        min_zoom=_FARTHEST,
        max_zoom=_NEAREST,
        zoom_snap=1 if renderer is None else 0.5,
    )
    if renderer:
        district.options["renderer"] = renderer  # type: ignore[assignment]  # written as it stands
    district.default_js = []
    district.default_css = []
    return district


def _with(
    district: folium.Map,
    layers: _Layers,
    basemaps: Mapping[str, _Tiles],
) -> folium.Map:
    for element in (*chain.from_iterable(basemaps.values()), *layers):
        element.add_to(district)
    _Start(district, layers, basemaps).add_to(district)
    return district


def _tiles(basemaps: Basemaps) -> dict[str, _Tiles]:
    """The layers of each basemap, the lowest first."""
    found: dict[str, _Tiles] = {}
    if key := basemaps.tianditu_key:
        for name, pair in _TIANDITU_LAYERS.items():
            found[name] = [_Basemap(layer, key) for layer in pair]
    if basemaps.gcj02_url:
        found["gcj02"] = [_ShiftedTiles(basemaps.gcj02_url)]
    return found
