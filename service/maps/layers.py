"""The Folium map: its layers, from the ground up, and the order in which they are drawn.

Folium renders the text of a script as a Jinja template a second time, so that ``{{ }}`` in a name
would be executed. Therefore the layers are made empty here and their features travel beside them
as inert JSON (`service.maps.page_data`).
"""

from __future__ import annotations

from itertools import chain
from typing import Final

import folium
from branca.element import MacroElement
from folium.template import Template
from folium.utilities import JsCode

from service.maps.assets import TIANDITU, TIANDITU_SERVERS

BACKDROP: Final = ("outline", "water", "park", "road")
LAYERS: Final = (*BACKDROP, "parcel", "claim")
"""Layers from the lowest to the highest."""
BASEMAPS: Final = {"vector": ("vec", "cva"), "imagery": ("img", "cia")}
"""Each basemap with its labels (R6.9)."""
_TILE: Final = (
    "/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
_TIANDITU_DEEPEST: Final = 18
_NEAREST: Final = 19
_FARTHEST: Final = 9
_SHANGHAI: Final = (31.0, 121.3)


class _DistrictMap(folium.Map):
    """A map with a fixed name, so that the same view gives the same bytes."""

    def get_name(self) -> str:
        return "district_map"


class _Layer(folium.GeoJson):
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
        self, district: folium.Map, layers: list[_Layer], basemaps: dict[str, list[_Basemap]]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca leaves it unannotated
        self.district = district
        self.layers = layers
        self.basemaps = basemaps

    def get_name(self) -> str:
        return "start"


def folium_map(tianditu_key: str | None) -> folium.Map:
    """The map without its features and without the page around it.

    No script or style of Folium's own list is asked for: the page brings what it needs
    (`service.maps.parcel_map`).
    """
    district = _DistrictMap(
        location=_SHANGHAI,
        tiles=None,
        zoom_control="topright",
        min_zoom=_FARTHEST,
        max_zoom=_NEAREST,
        zoom_snap=0.5,
    )
    renderer = JsCode("L.svg({padding: 0.5})")
    district.options["renderer"] = renderer  # type: ignore[assignment]  # written as it stands
    district.default_js = []
    district.default_css = []
    layers = [_Layer(name) for name in LAYERS]
    basemaps = _basemaps(tianditu_key) if tianditu_key else {}
    for element in (*chain.from_iterable(basemaps.values()), *layers):
        element.add_to(district)
    _Start(district, layers, basemaps).add_to(district)
    return district


def _basemaps(key: str) -> dict[str, list[_Basemap]]:
    return {name: [_Basemap(layer, key) for layer in pair] for name, pair in BASEMAPS.items()}
