"""The pages about audits that are kept: the list, the difference of two, and its files."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import openpyxl
import pytest

from geodata.errors import NothingFoundError
from geodata.model.columns import from_rows
from geodata.model.entities import AuditRun
from geodata.model.movements import Movement
from geodata.model.roles import Actor
from service.app import create_app
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.reports.comparison import (
    ComparisonContent,
    Judged,
    Standpoint,
    comparison_content,
)
from tests.conftest import NOON
from tests.maps.samples import HOSTILE

from .conftest import MemoryReadings
from .test_pages import links_of, text_of

BEFORE, AFTER = date(2022, 5, 1), date(2023, 5, 1)
DIFFERENCE = "/runs/diff?from=1&to=2"


def rows() -> list[dict[str, object]]:
    """Sixty contracts that become suspected idle, ten that start late, ten that move nothing."""
    late = {"start_agreed_on": date(2022, 3, 31), "premium_yuan": 12_000_000, "start_permille": 1}
    started = {**late, "start_on": date(2022, 6, 30)}
    kinds = [late] * 60 + [started] * 10 + [{**late, "start_on": date(2022, 3, 1)}] * 10
    return [
        {**kind, "contract_no": f"C-{number}", "project_name": HOSTILE, "area_m2": 20_000}
        for number, kind in enumerate(kinds)
    ]


def run_of(number: int, as_of: date) -> AuditRun:
    return AuditRun(
        as_of=as_of,
        known_at=NOON,
        book="310116",
        book_digest="sha256:0123456789",
        rule_digest="sha256:r",
        code_version="1",
        facts_digest="sha256:f",
        scope="",
        started_at=NOON + timedelta(hours=number),
        actor=HOSTILE,
        contract_count=80,
        run_id=number,
    )


@dataclass
class RunReadings(MemoryReadings):
    """Two runs of the same contracts."""

    law: LawBook | None = None
    kept: int = 2

    def runs(self, actor: Actor, limit: int) -> list[AuditRun]:
        if self.trouble:
            raise self.trouble
        return [run_of(2, AFTER), run_of(1, BEFORE)][: min(self.kept, limit)]

    def difference(self, actor: Actor, before: int, after: int, language: str) -> ComparisonContent:
        for number in (before, after):
            if number not in (1, 2):
                raise NothingFoundError("There is no audit run {run_id}.", "Choose.", run_id=number)
        columns = from_rows(rows())
        sides = [
            Judged(
                Standpoint(day, self.law.code, self.law.digest, len(columns), number),
                np.arange(len(columns)),
                columns,
                evaluate(columns, self.law, day),
            )
            for number, day in (
                (before, (BEFORE, AFTER)[before - 1]),
                (after, (BEFORE, AFTER)[after - 1]),
            )
        ]
        return comparison_content(*sides, language)


@pytest.fixture
def client(site, readings, law):
    own = RunReadings(readings.view, law=law)
    return create_app(replace(site, readings=own)).test_client()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/runs", DIFFERENCE])
def test_the_pages_open_in_both_languages(client, path, language):
    joint = "&" if "?" in path else "?"
    response = client.get(f"{path}{joint}lang={language}")
    body = response.get_data(as_text=True)
    assert response.status_code == 200
    assert ("「" in body) is (language == "zh")
    assert "<img src=x" not in body
    leaving = [link for link in links_of(response) if not link.startswith(("/", "data:"))]
    assert not leaving


def test_the_list_offers_the_two_newest_to_be_compared(client):
    body = client.get("/runs?as_of=2024-02-29").get_data(as_text=True)
    assert re.findall(r'name="(from|to)" value="(\d)"[^>]* checked', body) == [
        ("to", "2"), ("from", "1"),
    ]  # fmt: skip
    assert "2026-06-30 14:00" in body
    assert 'name="as_of" value="2024-02-29"' in body


def test_every_count_is_the_length_of_its_list(client):
    response = client.get(DIFFERENCE)
    body = response.get_data(as_text=True)
    assert "70 contracts in all" in text_of(response)
    found = re.findall(r'<a class="badge Movement-(\w+)" href="([^"]+)"[^>]*>\w+ (\d+)</a>', body)
    assert {(code, count) for code, _, count in found} == {("worse", "60"), ("resolved", "10")}
    for code, link, count in found:
        listed = client.get(html.unescape(link))
        assert f"{count} contracts in all" in text_of(listed)
        shown = re.findall(r'<td><span class="badge Movement-(\w+)', listed.get_data(as_text=True))
        assert set(shown) == {code}


def test_the_list_is_paged_with_the_totals_of_all(client):
    first, last = client.get(DIFFERENCE), client.get(f"{DIFFERENCE}&page=99")
    assert "page 1 of 2" in text_of(first)
    assert "page 2 of 2" in text_of(last)
    for response in (first, last):
        assert "2,100.00" in text_of(response)  # 70 contracts of 30 mu


def test_a_difference_can_be_turned_round(client):
    body = client.get("/runs/diff?from=2&to=1").get_data(as_text=True)
    assert "Movement-better" in body
    assert "Movement-new" in body


def test_the_files_hold_the_whole_difference(client):
    page = client.get(f"{DIFFERENCE}&movement=worse")
    links = [link for link in links_of(page) if link.startswith("/runs/diff.")]
    assert len(links) == 2
    workbook, table = (client.get(link) for link in links)
    listed = list(csv.DictReader(io.StringIO(table.get_data(as_text=True)[1:])))
    assert len(listed) == 70
    assert {row["movement"] for row in listed} == {"worse", "resolved"}
    assert openpyxl.load_workbook(io.BytesIO(workbook.data)).worksheets[1].max_row == 71
    assert "runs-1-2.xlsx" in workbook.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/runs/diff", 400, "needs two runs"),
        ("/runs/diff?from=1&to=x", 400, "needs two runs"),
        ("/runs/diff.csv?from=1", 400, "needs two runs"),
        ("/runs/diff?from=1&to=7", 404, "run 7"),
        (f"{DIFFERENCE}&movement=sideways", 400, "sideways"),
    ],
)
def test_what_cannot_be_shown_is_named(client, path, status, told):
    response = client.get(path)
    assert response.status_code == status
    assert told in text_of(response)


def test_a_database_without_runs_says_how_to_get_one(site, readings, law):
    own = RunReadings(readings.view, law=law, kept=0)
    response = create_app(replace(site, readings=own)).test_client().get("/runs")
    assert "parcelwatch audit" in text_of(response)


def test_movements_have_colours(client):
    styles = client.get("/assets/codelists.css").get_data(as_text=True)
    assert all(f".Movement-{movement.value}" in styles for movement in Movement)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "as they were made"), ("zh", "与判定时一致")]
)
def test_a_run_shows_what_was_asked_and_what_came_of_it(district_client, demo, language, told):
    run = demo.audited.run
    page = district_client.get(f"/runs/{run.run_id}?lang={language}")
    shown = text_of(page)
    assert page.status_code == 200
    assert told in shown
    assert run.facts_digest in shown
    assert f"/contracts?as_of={run.as_of}" in page.text
    assert f'href="/runs/{run.run_id}' in district_client.get("/runs").text


def test_a_run_that_is_not_there_is_a_404(district_client):
    assert district_client.get("/runs/999999").status_code == 404
