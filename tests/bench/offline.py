"""The map of a whole city as one file, in a browser: size, first sight, moving, memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import CDPSession

from service.compliance.law import LawBook
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.parcel_map import parcel_map
from service.operations.mapping import map_of_database
from tests.browser.map_page import MapPage
from tests.browser.visiting import Window, chromium

from .browse import named_contracts
from .contracts import AS_OF, many_contracts
from .figures import Figure
from .server import Server, opened
from .site import PROJECT, import_city

_PARCELS: Final = 48_501
_MOST_MB: Final = 20
_FIRST_S: Final = 5
_PAN_MS: Final = 200
_HEAP_MB: Final = 300

_FIRST: Final = """
    async () => {
        await ParcelMap.layers.parcels.settled();
        return performance.now();
    }
"""
_PAN: Final = """
    async (steps) => {
        const spent = [];
        for (const step of steps) {
            const begin = performance.now();
            ParcelMap.map.panBy(step, { animate: false });
            await ParcelMap.layers.parcels.settled();
            spent.push(performance.now() - begin);
        }
        return spent;
    }
"""
_STEPS: Final = ([300, 0], [0, 300], [-300, 0], [0, -300]) * 2


def offline_figures(server: Server, law: LawBook, count: int = _PARCELS) -> Iterator[Figure]:
    """What the file weighs, and what a browser does with it that has no network."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "map.html"
        with opened(server.database()) as engine:
            import_city(engine, named_contracts(many_contracts(count)))
            view = map_of_database(engine, law, AS_OF, "zh", through_time=True)
        page = parcel_map(view, InlinedAssets(PROJECT / "node_modules"), translator("zh"))
        path.write_text(page, encoding="utf-8")
        parcel = view.parcels[count // 2].key.contract_no
        seen = {"size": path.stat().st_size / 1e6, **_used(path, parcel)}
    bars = {
        "size": ("the file", "MB", _MOST_MB),
        "first_s": ("first parcels are painted", "s", _FIRST_S),
        "pan_ms": ("moving the map by 300 pixels", "ms", _PAN_MS),
        "heap": ("memory of its scripts, searched and moved through time", "MB", _HEAP_MB),
    }
    for name, (subject, unit, most) in bars.items():
        yield Figure(
            f"offline map of {count:,} parcels: {subject}",
            f"{seen[name]:.3g} {unit}",
            "",
            "",
            f"at most {most} {unit}",
            seen[name] <= most,
        )


def _used(path: Path, contract_no: str) -> Mapping[str, float]:
    """Seconds, milliseconds and megabytes of somebody who uses everything the map has."""
    with chromium() as browser:
        window = Window(browser, "file://")
        memory = window.context.new_cdp_session(window.page)
        memory.send("Performance.enable")
        window.page.goto(path.as_uri())
        shown = MapPage(window.page)
        first_s = window.page.evaluate(_FIRST) / 1000
        heap = [_heap_mb(memory)]
        pan_ms = median(window.page.evaluate(_PAN, list(_STEPS)))
        for day in ("2020-02-29", "2027-03-31"):
            shown.slide(day)
            shown.drawn()
            heap.append(_heap_mb(memory))
        shown.one("#search").fill(contract_no)
        shown.one("#search").press("Enter")
        shown.card().wait_for()
        heap.append(_heap_mb(memory))
        window.close()
    return {"first_s": first_s, "pan_ms": pan_ms, "heap": max(heap)}


def _heap_mb(memory: CDPSession) -> float:
    metrics: list[dict[str, Any]] = memory.send("Performance.getMetrics")["metrics"]
    (used,) = (each["value"] for each in metrics if each["name"] == "JSHeapUsedSize")
    return float(used) / 1e6
