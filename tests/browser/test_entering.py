"""A fact is entered, and the verdict follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geodata.model.codelists import Verdict
from geodata.model.roles import Role
from service.operations.demonstration import DEMO_AS_OF
from tests.maps.samples import HOSTILE

pytestmark = pytest.mark.browser

WORKED = 60_000
"""Milliseconds within which the worker has done a small task."""


def test_a_start_that_is_reported_is_overdue_no_longer(visit):
    visitor = visit(Role.PARK_MANAGER)
    page = visitor.open("/", lang="en")
    late = page.locator("section", has_text="To be reported").locator(
        "tr", has_text="Start overdue"
    )
    late.locator("a").first.click()
    contract = page.url
    expect(page.locator(".parcel-head .badge")).to_have_text(Verdict.OVERDUE_START.en)

    page.get_by_role("link", name="milestones done").click()
    page.locator("#start_on").fill(str(DEMO_AS_OF))
    page.locator("#source").fill("Notice 7")
    page.locator("#reason").fill(HOSTILE)
    page.locator("#reason").blur()
    expect(page.locator("#effect .verdicts")).to_contain_text("→")
    after = page.locator("#effect .verdicts .badge").nth(1).inner_text()
    page.locator("#effect button[value=enter]").click()
    page.wait_for_url("**/contracts/**#entries")

    visitor.open("/tasks", lang="en").locator("tbody a").first.click()
    expect(page.get_by_text("done", exact=True).first).to_be_visible(timeout=WORKED)
    page.goto(contract)
    expect(page.locator(".parcel-head .badge")).to_have_text(after, ignore_case=True)
    assert after.lower() != Verdict.OVERDUE_START.en
    expect(page.locator("main")).to_contain_text(HOSTILE)
    assert page.evaluate("window.stolen") is None, "what is entered is text, whatever it says"
