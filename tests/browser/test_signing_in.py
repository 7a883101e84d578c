"""Who comes in, and what each role is shown and may open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geodata.model.roles import Role
from service.clock import system_clock
from service.config import load_config
from service.operations.accounts import Accounts, add_account
from service.operations.demonstration import DEMO_AS_OF
from tests.auth.house import KEEPER, PASSWORD
from tests.conftest import PROJECT

from .main_pages import CONTRACT

pytestmark = pytest.mark.browser

PAGES = ("/map", "/contracts", "/reminders", "/runs", "/rules", "/accounts")
OPEN = {
    Role.ADMINISTRATOR: set(PAGES),
    Role.AUDITOR: set(PAGES) - {"/accounts"},
    Role.REVIEWER: set(PAGES) - {"/accounts"},
    Role.LEGAL: set(PAGES) - {"/accounts"},
    Role.PARK_MANAGER: set(PAGES) - {"/accounts", "/runs"},
    Role.LEADER: {"/rules"},
}


@pytest.mark.parametrize("role", OPEN)
def test_a_role_is_shown_what_is_its_own_and_nothing_else(visit, role):
    visitor = visit(role)
    page = visitor.open("/")
    expect(page.locator(".who summary")).to_contain_text(visitor.served.account(role))
    offered = {path for path in PAGES if page.locator(f'header a[href^="{path}"]').count()}
    assert offered == OPEN[role]
    for path in PAGES:
        answer = visitor.context.request.get(f"{path}?as_of={DEMO_AS_OF}")
        assert (answer.status == 200) is (path in OPEN[role]), path
        assert answer.status in (200, 403)


def test_a_leader_sees_totals_and_no_contract(visit):
    visitor = visit(Role.LEADER)
    page = visitor.open("/", lang="en")
    expect(page.locator(".group-card .big")).to_have_count(3)
    expect(page.locator(".target")).to_have_count(2)
    assert page.locator('a[href*="/contracts"]').count() == 0
    assert visitor.context.request.get(CONTRACT).status == 403


def test_a_park_manager_sees_the_own_park_and_what_to_report(visit):
    visitor = visit(Role.PARK_MANAGER)
    page = visitor.open("/", lang="en")
    expect(page.locator("h1")).to_have_text("金山第二工业区")
    days = page.locator("section", has_text="My parcels by next date").locator("td.nowrap")
    listed = [day for day in days.all_inner_texts() if day[:2] == "20"]
    assert listed == sorted(listed) != []
    assert page.locator("section", has_text="To be reported").locator("tbody a").count() > 3
    parks = visitor.open("/contracts?column=contract&column=park").locator("tbody td:nth-child(2)")
    assert set(parks.all_inner_texts()) == {"金山第二工业区"}
    assert visitor.context.request.get(CONTRACT).status == 404


def test_an_administrator_keeps_accounts_and_tasks(visit):
    page = visit(Role.ADMINISTRATOR).open("/", lang="en")
    page.locator("section", has_text="Keeping the site").get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("Accounts")
    expect(page.locator("tbody tr")).to_have_count(len(Role))


def test_a_wrong_password_opens_nothing_and_too_many_have_to_wait(visit, site):
    settings = load_config(PROJECT / "config.toml", {}).accounts
    accounts = Accounts(site.engine, settings, system_clock)
    add_account(accounts, KEEPER, "shut.out", Role.AUDITOR, password=PASSWORD)
    visitor = visit(None)
    page = visitor.open("/login", lang="en")
    said = []
    while len(said) < settings.free_attempts + 10 and "Wait" not in "".join(said):
        page.locator("#name").fill("shut.out")
        page.locator("#password").fill("not the password")
        with page.expect_navigation():
            page.locator("form button.primary").click()
        said.append(page.locator("[role=alert]").inner_text())
    assert "no such account with this password" in said[0]
    assert "Wait" in said[-1], "the time to wait doubles: one attempt comes too early"
    assert len(said) > settings.free_attempts
    expect(page.locator("#name")).to_have_value("shut.out")
    assert visitor.context.request.get("/contracts").status == 401
    visitor.complaints.clear()  # the browser tells of every 401


def test_who_signs_out_is_out(visit):
    visitor = visit(None)
    page = visitor.sign_in(Role.LEGAL)
    page.locator(".who summary").click()
    page.locator(".who form button").click()
    expect(page.locator("#password")).to_be_visible()
    assert visitor.context.request.get("/").status == 401
