"""The map page in the browser: what its canvases show, and where to click."""

from __future__ import annotations

from typing import Any

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import Browser

_DRAWN = """
    const layer = ParcelMap.layers.parcels, found = new Map();
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
"""
_PLACE = """
    const [wanted] = arguments, layer = ParcelMap.layers.parcels, map = ParcelMap.map;
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
            const isSeen = x > far && y > far && x < inside.x - 2 * far && y < inside.y - 2 * far;
            if (isSeen && layer.at(at)?.id === id) return [x - inside.x / 2, y - inside.y / 2];
        }
    }
    return null;
"""
_COLOUR = """
    const [x, y] = arguments, inside = ParcelMap.map.getSize();
    const at = ParcelMap.map.containerPointToLatLng([x + inside.x / 2, y + inside.y / 2]);
    const zoom = ParcelMap.map.getZoom(), point = ParcelMap.map.project(at, zoom);
    for (const tile of ParcelMap.layers.parcels.tiles()) {
        const [left, top] = [point.x - tile.coords.x * 256, point.y - tile.coords.y * 256];
        if (tile.coords.z !== zoom || left < 0 || top < 0 || left >= 256 || top >= 256) continue;
        const sharp = tile.width / 256;
        return [...tile.getContext("2d").getImageData(left * sharp, top * sharp, 1, 1).data];
    }
    return null;
"""


class MapPage:
    """A map page that has been opened."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.driver = browser.driver
        self.driver.get(address)
        self.until(lambda: self.find("html[data-ready=map]"))

    def until(self, condition: Any) -> Any:
        wait = WebDriverWait(self.driver, 30, poll_frequency=0.05)
        return wait.until(lambda _: condition())

    def find(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        [found] = self.find(selector)
        return found

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def finish(self, script: str, *values: Any) -> Any:
        """Wait until what a script promises is fulfilled."""
        call = f"(async function () {{ {script} }}).apply(null, arguments)"
        done = "arguments[arguments.length - 1]"
        return self.driver.execute_async_script(f"{call}.then({done})", *values)

    def drawn(self) -> list[dict[str, Any]]:
        """Properties, number and classes of the parcels that are drawn."""
        self.finish("await ParcelMap.layers.parcels.settled()")
        return self.run(_DRAWN)

    def zoom(self, zoom: int) -> None:
        self.finish(
            f"ParcelMap.map.setZoom({zoom}, {{ animate: false }});"
            "await new Promise(requestAnimationFrame);"
            "await ParcelMap.layers.parcels.settled(); await ParcelMap.layers.ground.settled();"
        )

    def place(self, **wanted: Any) -> tuple[float, float]:
        """Offset from the middle of the map of a parcel with some properties."""
        found = self.until(lambda: self.run(_PLACE, wanted))
        return found[0], found[1]

    def colour(self, **wanted: Any) -> list[int]:
        """What is painted in the middle of a parcel: red, green, blue and opacity."""
        return self.run(_COLOUR, *self.place(**wanted))

    def colour_count(self, **wanted: Any) -> int:
        """How many colours a short line in a parcel has: more than one where it is hatched."""
        x, y = self.place(**wanted)
        return len({tuple(self.run(_COLOUR, x + step, y)) for step in range(9)})

    def click(self, **wanted: Any) -> None:
        """Click on a parcel with some properties."""
        x, y = self.place(**wanted)
        actions = ActionChains(self.driver)
        actions.move_to_element_with_offset(self.one(".folium-map"), x, y).click().perform()

    def card(self) -> str:
        """Text of the pop-up, once it has been loaded."""
        self.until(lambda: self.find(".leaflet-popup .card h2"))
        return self.until(lambda: self.one(".leaflet-popup .card").text)

    def shown(self) -> str:
        return self.one("#shown").text

    def tick(self, kind: str, value: str) -> None:
        self.run("arguments[0].click()", self.one(f'input[data-filter={kind}][value="{value}"]'))

    def only(self, kind: str, value: str) -> None:
        self.run("arguments[0].click()", self.one(f'button[data-only={kind}][value="{value}"]'))

    def all(self, kind: str) -> None:
        self.run("arguments[0].click()", self.one(f"button[data-all={kind}]"))

    def slide(self, day: str) -> None:
        """Move the time slider to the month of a day."""
        self.until(lambda: self.find("#time:not([hidden]) input"))
        self.run(
            "const [slider, day] = arguments;"
            "const month = () => slider.getAttribute('aria-valuetext').slice(0, 7);"
            "for (slider.value = 0; month() !== day.slice(0, 7);) {"
            "  slider.value = Number(slider.value) + 1;"
            "  slider.dispatchEvent(new Event('input'));"
            "}",
            self.one("#time input"),
            day,
        )
        self.until(lambda: self.run("return ParcelMap.layers.parcels.options.day") == day)
        self.finish("await ParcelMap.layers.parcels.settled()")
