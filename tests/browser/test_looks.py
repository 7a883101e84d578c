"""Every main page, in both languages, on a laptop and a phone: whole, readable and accessible."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from service.settings import LANGUAGES
from tests.conftest import PROJECT

from .looks import look_at, untranslated
from .main_pages import MAIN_PAGES, MainPage
from .served import quoted_texts
from .visiting import SIZES

pytestmark = pytest.mark.browser

AXE_SIZES = {"zh": "1366", "en": "390"}
GRAVE = {"serious", "critical"}
NOT_FOUND = "the server responded with a status of 404"


@pytest.fixture(scope="session")
def data(site) -> list[str]:
    return quoted_texts(site.engine)


@pytest.fixture(scope="session")
def axe() -> str:
    path = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8")


def grave_faults(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds that keeps somebody from using the page, and where."""
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in GRAVE
    ]


@pytest.mark.parametrize("page", MAIN_PAGES, ids=str)
def test_a_page_is_whole_translated_and_accessible(visit, data, axe, page: MainPage):
    visitor = visit(page.role)
    for language in LANGUAGES:
        shown = visitor.open(page.path, lang=language)
        for size, window in SIZES.items():
            shown.set_viewport_size(window["viewport"])
            look = look_at(shown)
            assert look["wide"] <= 0, (language, size, "wider than the window")
            assert not look["cut"], (language, size, "cut off")
            assert not untranslated(look["texts"], language, data), (language, size)
            if AXE_SIZES[language] == size:
                shown.evaluate(axe)
                assert not grave_faults(shown), (language, size)
        shown.set_viewport_size(SIZES["1366"]["viewport"])
    if page.name == "nothing-found":
        visitor.complaints[:] = [said for said in visitor.complaints if NOT_FOUND not in said]


def test_a_look_finds_what_is_wrong(visit):
    page = visit(None).open("/login", lang="en")
    page.evaluate(
        "document.querySelector('h1').textContent = '登录'.repeat(200);"
        "document.querySelector('h1').id = 'broken'"
    )
    page.evaluate(
        "Object.assign(document.getElementById('broken').style,"
        " { overflow: 'hidden', whiteSpace: 'nowrap' })"
    )
    look = look_at(page)
    assert any("登录" in box for box in look["cut"])
    assert untranslated(look["texts"], "en", ()) != []
    assert untranslated(look["texts"], "en", ["登录"]) == []
    assert untranslated(["Sign in to the page"], "zh", ()) == ["Sign in to the page"]
    page.evaluate("document.querySelector('h1').style.cssText = 'width: 3000px'")
    assert look_at(page)["wide"] > 0
