"""The scripts, styles and pictures of the pages: what there is, and how a page refers to it.

Nothing else is ever served or inlined, and nothing is fetched from another machine. Leaflet comes
from the npm package pinned in ``package-lock.json``; the rest is part of this package.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

from markupsafe import Markup

from geodata.errors import MissingProgramError, NothingFoundError
from service.maps.basemaps import NONE, Basemaps
from service.maps.styles import codelist_css

_CSS_URL: Final = re.compile(r"url\((images/[a-z0-9.-]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file a page may refer to.

    Attributes
    ----------
    name
        Its public name, below ``/assets/``.
    media_type
        Its content type.
    read
        Gives its bytes, from the directory of npm packages where it comes from there.
    """

    name: str
    media_type: str
    read: Callable[[Path], bytes]


def _from_npm(name: str, path: str, media_type: str) -> Asset:
    def read(assets_dir: Path) -> bytes:
        try:
            return (assets_dir / path).read_bytes()
        except OSError as error:
            raise MissingProgramError(
                "The browser asset {path} cannot be read: {reason}.",
                "Run `npm ci --ignore-scripts` in the directory of package.json, and point the "
                "setting maps.assets_dir at the node_modules directory it makes.",
                path=assets_dir / path,
                reason=error.strerror,
            ) from error

    return Asset(name, media_type, read)


def _own(name: str, media_type: str) -> Asset:
    return Asset(name, media_type, lambda _: (files("service") / "static" / name).read_bytes())


MAP_SCRIPTS: Final = (
    *("timeline", "land_layer", "gauss_krueger", "map_cards", "map_filters", "map_names"),
    *(
        "map_search",
        "map_measure",
        "map_swipe",
        "map_scenes",
        "map_ratings",
        "map_print",
        "time_slider",
        "gcj02_layer",
    ),
    "parcel_map",
)
"""Scripts of the parcel map in the order in which they are read."""
TILE_SCRIPTS: Final = ("vector_tile", "tile_land")
"""What brings it the land the site answers for."""
PACKED_SCRIPTS: Final = ("packed_land",)
"""What brings it the land that travels within the page."""

_JS: Final = "text/javascript; charset=utf-8"
_CSS: Final = "text/css; charset=utf-8"
_PNG: Final = "image/png"

CATALOGUE: Final[dict[str, Asset]] = {
    asset.name: asset
    for asset in (
        _from_npm("htmx/htmx.js", "htmx.org/dist/htmx.min.js", _JS),
        _from_npm("echarts/echarts.js", "echarts/dist/echarts.min.js", _JS),
        _from_npm("leaflet/leaflet.js", "leaflet/dist/leaflet.js", _JS),
        _from_npm("leaflet/leaflet.css", "leaflet/dist/leaflet.css", _CSS),
        _from_npm("leaflet/images/layers.png", "leaflet/dist/images/layers.png", _PNG),
        _from_npm("leaflet/images/layers-2x.png", "leaflet/dist/images/layers-2x.png", _PNG),
        _from_npm("leaflet/images/marker-icon.png", "leaflet/dist/images/marker-icon.png", _PNG),
        _own("site.css", _CSS),
        _own("site.js", _JS),
        _own("list.js", _JS),
        _own("imports.js", _JS),
        _own("patrol.js", _JS),
        _own("charts.js", _JS),
        _own("charts.css", _CSS),
        _own("what_if.js", _JS),
        _own("imports.css", _CSS),
        _own("parcel_map.css", _CSS),
        *(_own(f"{script}.js", _JS) for script in MAP_SCRIPTS),
        *(_own(f"{script}.js", _JS) for script in (*TILE_SCRIPTS, *PACKED_SCRIPTS)),
        _own("movement_map.js", _JS),
        _own("quality_map.css", _CSS),
        _own("quality_map.js", _JS),
        Asset("codelists.css", _CSS, lambda _: codelist_css().encode()),
    )
}


def asset_named(name: str) -> Asset:
    """The asset of a public name.

    Raises
    ------
    NothingFoundError
        When it is not in the catalogue.
    """
    if name not in CATALOGUE:
        raise NothingFoundError(
            "There is no asset {name}.", "Reload the page that refers to it.", name=name
        )
    return CATALOGUE[name]


def digest(content: bytes) -> str:
    """Short digest of a file's content: its version in addresses, and its ETag."""
    return sha256(content).hexdigest()[:16]


class AssetSource(Protocol):
    """How a page gets its scripts and styles."""

    @property
    def nonce(self) -> str:
        """Value that lets the page's inline script run; empty where no header asks for one."""
        ...

    @property
    def policy(self) -> str:
        """Content policy the page states itself; empty where a header does."""
        ...

    def script(self, name: str) -> Markup:
        """Element that runs a script."""
        ...

    def style(self, name: str) -> Markup:
        """Element that applies a style sheet."""
        ...


@dataclass(frozen=True, slots=True)
class ServedAssets:
    """Assets fetched from the same site.

    Attributes
    ----------
    address
        Gives the address of a name.
    """

    address: Callable[[str], str]
    nonce: str = ""
    policy: str = ""

    def script(self, name: str) -> Markup:
        """Element that runs a script."""
        return Markup('<script src="{}" nonce="{}"></script>').format(
            self.address(name), self.nonce
        )

    def style(self, name: str) -> Markup:
        """Element that applies a style sheet."""
        return Markup('<link rel="stylesheet" href="{}">').format(self.address(name))


@dataclass(frozen=True, slots=True)
class InlinedAssets:
    """Assets written into the page, so that it is one file that needs nothing else.

    Attributes
    ----------
    assets_dir
        Directory of npm packages (``node_modules``).
    basemaps
        What the page may ask of the network; nothing else.
    """

    assets_dir: Path
    basemaps: Basemaps = NONE
    nonce: str = ""

    @property
    def policy(self) -> str:
        """Content policy the page states itself."""
        pictures = " ".join(("data:", *self.basemaps.hosts))
        return (
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
            f"img-src {pictures}"
        )

    def script(self, name: str) -> Markup:
        """Element that holds a script."""
        text = self._text(name)
        assert "</script" not in text, name
        return Markup("<script>{}</script>").format(Markup(text))  # noqa: S704 - our own file

    def style(self, name: str) -> Markup:
        """Element that holds a style sheet and its pictures."""
        folder = name.rpartition("/")[0]
        text = _CSS_URL.sub(lambda found: self._data_url(f"{folder}/{found[1]}"), self._text(name))
        assert "</style" not in text, name
        return Markup("<style>{}</style>").format(Markup(text))  # noqa: S704 - our own file

    def _text(self, name: str) -> str:
        return asset_named(name).read(self.assets_dir).decode()

    def _data_url(self, name: str) -> str:
        asset = asset_named(name)
        encoded = base64.b64encode(asset.read(self.assets_dir)).decode()
        return f"url(data:{asset.media_type};base64,{encoded})"
