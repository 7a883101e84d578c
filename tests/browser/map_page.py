"""A map page that is shown: what its canvases hold, and where to click."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from playwright.sync_api import Locator, Page

_DRAWN: Final = """
    async () => {
        const layer = ParcelMap.layers.parcels, found = new Map();
        await layer.settled();
        for (const tile of layer.tiles()) {
            if (tile.coords.z !== ParcelMap.map.getZoom()) continue;
            for (const feature of tile.features) {
                const classes = layer.options.classesOf(feature, layer);
                const { id, properties } = feature;
                const key = id ?? JSON.stringify([tile.coords, feature]);
                if (classes !== null) found.set(key, { ...properties, id, classes });
            }
        }
        return [...found.values()];
    }
"""
_ZOOM: Final = """
    async (zoom) => {
        const { map, layers } = ParcelMap;
        map.setZoom(zoom, { animate: false });
        await new Promise(requestAnimationFrame);
        await layers.parcels.settled();
        await layers.ground.settled();
    }
"""
_PLACE: Final = """
    (wanted) => {
        const layer = ParcelMap.layers.parcels, map = ParcelMap.map;
        const inside = map.getSize(), far = 40;
        for (const { features, coords } of layer.tiles()) {
            if (coords.z !== map.getZoom()) continue;
            for (const feature of features) {
                const { id, lines: [line], properties } = feature;
                const has = { ...properties, id };
                const fits = Object.keys(wanted).every((name) => has[name] === wanted[name]);
                if (!fits || layer.options.classesOf(feature, layer) === null) continue;
                const middle = [0, 1].map((axis) => {
                    const along = line.filter((_, at) => at % 2 === axis);
                    return (Math.min(...along) + Math.max(...along)) / 2;
                });
                const corner = [coords.x * 256 + middle[0], coords.y * 256 + middle[1]];
                const at = map.unproject(corner, coords.z);
                const { x, y } = map.latLngToContainerPoint(at);
                const isSeen = x > far && y > far
                    && x < inside.x - 2 * far && y < inside.y - 2 * far;
                if (isSeen && layer.at(at)?.id === id) return { x, y };
            }
        }
        return null;
    }
"""
_COLOUR: Final = """
    ([x, y]) => {
        const at = ParcelMap.map.containerPointToLatLng([x, y]);
        const zoom = ParcelMap.map.getZoom(), point = ParcelMap.map.project(at, zoom);
        for (const tile of ParcelMap.layers.parcels.tiles()) {
            const [left, top] = [point.x - tile.coords.x * 256, point.y - tile.coords.y * 256];
            const isInside = left >= 0 && top >= 0 && left < 256 && top < 256;
            if (tile.coords.z !== zoom || !isInside) continue;
            const sharp = tile.width / 256, copy = new OffscreenCanvas(tile.width, tile.height);
            const pen = copy.getContext("2d", { willReadFrequently: true });
            pen.drawImage(tile, 0, 0);
            return [...pen.getImageData(left * sharp, top * sharp, 1, 1).data];
        }
        return null;
    }
"""
_SLIDE: Final = """
    (day) => {
        const slider = document.querySelector("#time input");
        const month = () => slider.getAttribute("aria-valuetext").slice(0, 7);
        for (slider.value = 0; month() !== day.slice(0, 7);) {
            slider.value = Number(slider.value) + 1;
            slider.dispatchEvent(new Event("input"));
        }
    }
"""


class MapPage:
    """A map that is ready.

    Attributes
    ----------
    page
        The window it is in.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.locator("html[data-ready=map]").wait_for()

    def one(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def drawn(self) -> list[dict[str, Any]]:
        """Properties, number and classes of the parcels that are drawn."""
        found: list[dict[str, Any]] = self.page.evaluate(_DRAWN)
        return found

    def drawn_verdicts(self) -> Counter[str]:
        """How many contracts of each verdict are drawn."""
        found: Counter[str] = Counter()
        for cell in self.drawn():
            found[cell["verdict"]] += cell.get("count", 1)
        return found

    def zoom(self, zoom: int) -> None:
        self.page.evaluate(_ZOOM, zoom)

    def colour(self, **wanted: Any) -> list[int]:
        """What is painted in the middle of a parcel: red, green, blue and opacity."""
        place = self._place(**wanted)
        found: list[int] = self.page.evaluate(_COLOUR, [place["x"], place["y"]])
        return found

    def colour_count(self, **wanted: Any) -> int:
        """How many colours a short line in a parcel has: more than one where it is hatched."""
        place = self._place(**wanted)
        line = ([place["x"] + step, place["y"]] for step in range(9))
        return len({tuple(self.page.evaluate(_COLOUR, point)) for point in line})

    def click(self, **wanted: Any) -> None:
        """Click on a parcel with some properties."""
        self.one(".folium-map").click(position=self._place(**wanted))

    def card(self) -> Locator:
        """The pop-up, once it has been loaded."""
        self.one(".leaflet-popup .card h2").wait_for()
        return self.one(".leaflet-popup .card")

    def shown(self) -> str:
        """How many are shown, of how many."""
        return self.one("#shown").inner_text()

    def tick(self, kind: str, value: str) -> None:
        self.one(f'input[data-filter={kind}][value="{value}"]').dispatch_event("click")

    def only(self, kind: str, value: str) -> None:
        self.one(f'button[data-only={kind}][value="{value}"]').dispatch_event("click")

    def all(self, kind: str) -> None:
        self.one(f"button[data-all={kind}]").dispatch_event("click")

    def slide(self, day: str) -> None:
        """Move the time slider to the month of a day."""
        self.one("#time:not([hidden]) input").wait_for()
        self.page.evaluate(_SLIDE, day)
        self.page.wait_for_function(
            "(day) => ParcelMap.layers.parcels.options.day === day", arg=day
        )

    def group(self, group: str) -> Locator:
        """The entry of the legend for a group."""
        return self.one(f'.filter:has(input[data-filter=group][value="{group}"])')

    def _place(self, **wanted: Any) -> Any:
        """Where on the map a parcel with some properties is."""
        return self.page.wait_for_function(_PLACE, arg=wanted).json_value()
