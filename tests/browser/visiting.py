"""A headless Chromium cut off from everything but one site, and somebody who visits that site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from geodata.model.roles import Role
from service.operations.demonstration import DEMO_AS_OF
from tests.programs import CHROMIUM, program

from .served import Served

SIZES: Final[dict[str, dict[str, Any]]] = {
    "1366": {"viewport": {"width": 1366, "height": 768}},
    "390": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
"""Windows of a laptop and of a phone."""

_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program(*CHROMIUM), args=list(_ARGUMENTS)
        )
        yield launched
        launched.close()


class Window:
    """A browser profile of its own, with one page, that shows one place.

    Attributes
    ----------
    page
        What is open in it.
    foreign
        Addresses asked for that are elsewhere; the browser finds no other host.
    complaints
        Errors and warnings of the console.
    """

    def __init__(self, browser: Browser, place: str, **options: Any) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        shown = {**SIZES["1366"], "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        self.context = browser.new_context(**{**shown, **options})
        own = (f"{place}/", "data:", "blob:", "about:")
        self.context.on("request", lambda asked: self._notice(asked.url, own))
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))

    def close(self) -> None:
        """Close it; nothing foreign was asked for, and the console had said nothing."""
        self.context.close()
        assert self.foreign == [], self.foreign
        assert self.complaints == [], self.complaints

    def _notice(self, address: str, own: tuple[str, ...]) -> None:
        if not address.startswith(own):
            self.foreign.append(address)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


class Visitor(Window):
    """Somebody at the site, in a window of their own."""

    def __init__(self, browser: Browser, served: Served, **options: Any) -> None:
        super().__init__(browser, served.address, base_url=served.address, **options)
        self.served = served

    def open(self, path: str, **query: str) -> Page:
        """Open a page as of the day of the demonstration."""
        asked = {"as_of": str(DEMO_AS_OF), **query}
        joint = "&" if "?" in path else "?"
        words = "&".join(f"{name}={value}" for name, value in asked.items())
        place, _, fragment = path.partition("#")
        self.page.goto(f"{place}{joint}{words}{'#' if fragment else ''}{fragment}")
        if place == "/map":
            self.page.locator("html[data-ready=map]").wait_for()
        return self.page

    def sign_in(self, role: Role) -> Page:
        """Sign in by the form, as the account of a role."""
        self.page.goto("/login")
        self.page.locator("#name").fill(self.served.account(role))
        self.page.locator("#password").fill(self.served.secrets[role])
        self.page.locator("form button.primary").click()
        self.page.locator(".who").wait_for()
        return self.page
