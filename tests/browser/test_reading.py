"""What somebody does all day: search, filter, open, take away, print; also by keyboard alone."""

from __future__ import annotations

import csv
import io
import re
import subprocess

import pytest
from playwright.sync_api import expect

from geodata.model.roles import Role
from service.operations.demonstration import DEMO_AS_OF
from tests.programs import program

from .main_pages import CONTRACT
from .visiting import SIZES

pytestmark = pytest.mark.browser


def focused(page, attribute: str) -> str:
    return page.evaluate(f"document.activeElement.getAttribute('{attribute}')") or ""


def test_a_contract_is_searched_for_and_opened(visit):
    page = visit().open("/contracts", lang="en")
    page.locator("#search").press_sequentially("演示-2023-089")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").click()
    expect(page.locator("h1")).to_contain_text("精密减速器技术升级项目")
    expect(page.locator(".parcel-head .badge").first).to_have_text("suspected idle, one year")
    expect(page.locator("#as-of")).to_have_value(str(DEMO_AS_OF))
    expect(page.locator("svg.timeline")).to_be_visible()
    page.locator(".chain summary").first.click()
    assert page.locator(".chain ol > li").first.is_visible()


def test_the_list_follows_what_is_typed_and_ticked_without_a_reload(visit):
    page = visit().open("/contracts", lang="en")
    page.evaluate("window.stays = true")
    page.locator("#search").press_sequentially("演示-2023-089")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**q=**")
    page.locator("#search").fill("")
    expect(page.locator("tbody tr")).to_have_count(50)
    menu = page.locator("details[data-menu=verdict]")
    menu.locator("summary").click()
    menu.locator("input[value=overdue_start]").check()
    expect(page.locator(".chip")).to_have_count(1)
    expect(menu).to_have_attribute("open", "")
    assert set(page.locator("tbody td:first-child").all_text_contents()) == {"start overdue"}
    assert page.evaluate("window.stays")
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)


def test_another_day_is_one_field_away(visit):
    page = visit().open("/contracts?group=idle", lang="en")
    page.locator("#as-of").fill("2024-02-29")
    page.wait_for_url("**as_of=2024-02-29**")
    assert "group=idle" in page.url
    expect(page.locator(".bar.past")).to_be_visible()


def test_a_menu_of_the_list_fits_a_phone(visit):
    page = visit(**SIZES["390"]).open("/contracts")
    for menu in page.locator("#list details").all():
        menu.evaluate("(menu) => { menu.open = true; }")
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(wide) <= 0, menu.inner_text()


def test_a_file_holds_the_rows_and_columns_that_are_shown(visit):
    page = visit().open("/contracts?order=days", lang="en")
    page.locator("details[data-menu=group] summary").click()
    page.locator("input[name=group][value=idle]").check()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator("details[data-menu=group] summary").click()
    page.locator("details[data-menu=column] summary").click()
    page.locator("input[name=column][value=town]").check()
    expect(page.locator("thead")).to_contain_text("Town")
    total = int(re.match(r"\d+", page.locator("tfoot td").first.inner_text())[0])
    heads = [head.replace("▾", "").strip() for head in page.locator("thead th").all_inner_texts()]
    page.locator("details[data-menu=column] summary").click()
    page.locator("details[data-menu=export] summary").click()
    with page.expect_download() as saving:
        page.locator("details[data-menu=export] a", has_text="CSV").click()
    with saving.value.path().open(encoding="utf-8-sig", newline="") as stream:
        first, *rows = csv.reader(io.StringIO(stream.read()))
    assert len(rows) == total == 46
    assert [head.lower() for head in first] == [head.lower() for head in heads]


def test_a_count_of_the_overview_is_the_length_of_its_list(visit):
    page = visit().open("/", lang="en")
    for place in range(3):
        card = page.locator(".group-card").nth(place)
        count = card.locator(".big").inner_text()
        card.click()
        expect(page.locator("tfoot td").first).to_contain_text(f"{count} contracts in all")
        page.go_back()


def test_another_language_is_one_click_away_and_stays(visit):
    page = visit().open("/contracts?group=idle")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator(".languages a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Contracts")
    assert "group=idle" in page.url
    page.locator("nav a", has_text="Rules").click()
    expect(page.locator("h1")).to_have_text("Rules")


def test_two_runs_are_compared(visit):
    page = visit().open("/runs", lang="en")
    page.locator("button", has_text="Compare").click()
    expect(page.locator("h1")).to_contain_text("Run 1 → Run 2")
    chip = page.locator(".chips .badge").first
    count = int(re.search(r"\d+$", chip.inner_text())[0])
    chip.click()
    expect(page.locator("tfoot td").first).to_have_text(f"{count} contracts in all")
    expect(page.locator("tbody tr")).to_have_count(min(count, 50))
    with page.expect_download() as saving:
        page.locator(".panel-head a", has_text="CSV").click()
    assert saving.value.suggested_filename == "runs-1-2.csv"


def test_the_keyboard_is_enough(visit):
    page = visit().open("/contracts", lang="en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    first = focused(page, "href")
    assert first.startswith("/contracts/")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("ArrowDown")
    assert focused(page, "href") not in ("", first)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contracts/**")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.locator("html[data-ready=map]").wait_for()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_a_contract_is_printed(visit, tmp_path):
    page = visit().open(CONTRACT)
    path = tmp_path / "contract.pdf"
    page.pdf(path=path, format="A4")
    told = subprocess.run(
        [program("pdftotext"), "-layout", path, "-"], capture_output=True, check=True
    ).stdout.decode()
    assert "精密减速器技术升级项目" in told
    assert f"截至 {DEMO_AS_OF}" in told
    assert "核查员" not in told, "the bar is not printed"


def test_a_phone_is_enough(visit):
    page = visit(Role.PARK_MANAGER, **SIZES["390"]).open("/", lang="en")
    page.locator("section", has_text="To be reported").locator("tbody a").first.tap()
    expect(page.locator(".parcel-head h1")).to_be_visible()
    page.locator("nav a", has_text="Map").tap()
    page.locator("html[data-ready=map]").wait_for()
    page.locator("#drawer-toggle").tap()
    expect(page.locator("#search")).to_be_in_viewport()
