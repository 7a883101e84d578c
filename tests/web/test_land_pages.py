"""Lists, registers, ratings, parks and projects, over the real database."""

from __future__ import annotations

import csv
import io
import json
import re
from uuid import uuid4

import openpyxl
import pytest

from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import LandList, Roll
from geodata.model.roles import Role
from geodata.store.queries.identities import contract_of_key
from geodata.store.session import unit_of_work
from tests.conftest import NOON

from .forms import PAGE, send, text_of

pytestmark = pytest.mark.writes

DAY = f"as_of={NOON.date().isoformat()}"
GROUNDS = {"source": "金规〔2026〕1号", "reason": "现场核实"}
FORGED = "<script>alert(1)</script>"


@pytest.fixture
def auditor(client_as):
    return client_as(Role.AUDITOR)


@pytest.fixture
def line(auditor):
    """Land of the district that is inefficient in development, and that nobody is held for yet."""
    listed = auditor.get(f"/lists/inefficient_development.json?{DAY}").get_json()
    return next(each for each in listed["lists"][0]["lines"] if each["uscc"] and not each["holds"])


@pytest.fixture
def key(line) -> ContractKey:
    return ContractKey(line["contract_no"], line["phase"] or "", line["parcel_code"])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["/lists", "/registers", "/ratings", "/parks", "/projects", "/projects/new"]
)
def test_every_page_opens_in_both_languages(auditor, path, language):
    page = auditor.get(f"{path}?{DAY}&lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page.text


@pytest.mark.parametrize("land_list", LandList)
def test_the_page_the_files_and_the_count_have_the_same_rows(auditor, land_list):
    path = f"/lists/{land_list.value}"
    document = auditor.get(f"{path}.json?{DAY}").get_json()["lists"][0]
    page = auditor.get(f"{path}?{DAY}").text
    book = openpyxl.load_workbook(io.BytesIO(auditor.get(f"{path}.xlsx?{DAY}").data))
    lines = auditor.get(f"{path}.csv?{DAY}").get_data(as_text=True).removeprefix("\ufeff")
    count = document["counts"]["listed"]
    assert len(document["lines"]) == count
    assert len(list(csv.DictReader(io.StringIO(lines)))) == count
    assert book.worksheets[0].max_row == count + 1
    assert f"{count:,} in all" in page
    shown = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1].count("<tr>")
    assert shown == max(1, min(count, 100))


def test_a_list_names_its_bodies_and_their_place(auditor):
    page = text_of(auditor.get(f"/lists/inefficient_development?{DAY}&lang=zh"))
    assert "区经委、区规划资源局、区投资促进办、各镇（园区）" in page
    assert "附件第13项" in page


def test_a_park_manager_sees_the_own_park_in_page_and_file(client_as, demo, auditor):
    path = f"/lists/supplied_unused.json?{DAY}"
    parks = {line["park"] for line in auditor.get(path).get_json()["lists"][0]["lines"]}
    park = min(parks)
    own = client_as(Role.PARK_MANAGER, park).get(path).get_json()["lists"][0]["lines"]
    assert len(parks) > 1
    assert {line["park"] for line in own} == {park}


def test_who_is_entered_in_a_list_is_held_wherever_the_contract_is_shown(auditor, demo, line, key):
    def shown(path: str) -> str:
        return auditor.get(f"{path}{'&' if '?' in path else '?'}{DAY}&lang=en", headers=PAGE).text

    found = f"/contracts?q={key.contract_no}"
    page = f"/contracts/{key.slug}"
    assert "held: inefficient in development" not in shown(page) + shown(found)
    listed = shown("/lists/inefficient_development")
    assert f"uscc={line['uscc']}" in listed
    entered = send(auditor, "/registers", uscc=line["uscc"], name="", from_on="2026-01-01",
                   roll=Roll.INEFFICIENT_DEVELOPMENT.value, **GROUNDS)  # fmt: skip
    assert entered.status_code == 303
    for where in (page, found):
        assert "held: inefficient in development" in shown(where)
    assert "judicial auction" in shown(page)
    exported = auditor.get(f"/contracts.csv?q={key.contract_no}&{DAY}&column=held&lang=en")
    assert "inefficient in development 2026-01-01" in exported.get_data(as_text=True)
    document = auditor.get(f"/contracts/{key.slug}.json?{DAY}").get_json()
    assert {hold["control"] for hold in document["holds"]} == {
        *("registration", "share_change", "auction")
    }
    with unit_of_work(demo.engine) as connection:
        number = contract_of_key(connection, key)
    card = auditor.get(f"/map/cards/{number}?{DAY}&lang=en").get_json()
    assert "held: inefficient in development" in card["lines"]


def test_an_entry_is_ended_with_a_reason_and_stays(auditor):
    name = f"某公司{uuid4().hex[:8]}"
    send(auditor, "/registers", name=name, uscc="", roll="negative", **GROUNDS)
    page = auditor.get("/registers").text
    row = page.partition(name)[2]
    path = re.search(r'action="(/registers/[0-9a-f-]+/end)"', row)[1]
    assert send(auditor, path, "/registers", reason="").status_code == 400
    ended = send(auditor, path, "/registers", reason="整改完成")
    assert ended.status_code == 303
    again = auditor.get("/registers").text.partition(name)[2].partition("</tr>")[0]
    assert "整改完成" in again
    asked = text_of(auditor.get(f"/registers?name={name}&as_of=2030-01-01"))
    assert "no register" in asked


def test_what_was_refused_keeps_what_was_typed_and_is_no_script(auditor):
    refused = send(auditor, "/registers", name=FORGED, uscc="", roll="", **GROUNDS)
    assert refused.status_code == 400
    assert FORGED not in refused.text
    assert "&lt;script&gt;" in refused.text


def test_a_statement_about_land_stands_on_the_contract(auditor, key):
    path = f"/contracts/{key.slug}/statements"
    assert send(auditor, path, statement="vacant", **GROUNDS).status_code == 400
    made = send(auditor, path, statement="vacant", holds="yes", since_on="2024-01-01", **GROUNDS)
    assert made.status_code == 303
    assert "buildings stand empty" in auditor.get(f"/contracts/{key.slug}?lang=en").text


def test_clean_land_is_recorded_with_one_form_and_stands_on_the_contract(auditor, key):
    path = f"/contracts/{key.slug}/statements"
    assert send(auditor, path, clear_title="", **GROUNDS).status_code == 400
    made = send(auditor, path, clear_title="yes", works_ready="no", **GROUNDS)
    assert made.status_code == 303
    page = " ".join(text_of(auditor.get(f"{path}?lang=en")).split())
    assert "title clear at delivery met" in page
    assert "basic conditions for works at delivery not met" in page
    assert "no dispute at delivery not on record" in page
    assert "land not clean at delivery" in auditor.get(f"/contracts/{key.slug}?lang=en").text


def test_only_who_keeps_lists_is_offered_to(client_as, key):
    reviewer = client_as(Role.REVIEWER)
    assert 'id="enter"' not in reviewer.get("/registers").text
    assert (
        "<form method"
        not in reviewer.get(f"/contracts/{key.slug}/statements").text.partition("</header>")[2]
    )


def test_a_project_is_recorded_and_says_what_the_paper_leaves_open(auditor):
    name = f"项目{uuid4().hex[:8]}"
    said = {"kind": "new_land", "project_name": name, "land_m2": "20000", "source": "可研报告"}
    assert send(auditor, "/projects/new", **said | {"land_m2": "x"}).status_code == 400
    made = send(auditor, "/projects/new", **said)
    assert made.status_code == 303
    page = text_of(auditor.get(f"{made.location}?lang=zh"))
    assert "已核文件未载明此类项目的数值" in page
    assert "五（五）" in page
    assert name in auditor.get("/projects").text


def test_the_ratings_say_why_nobody_is_rated(auditor):
    page = text_of(auditor.get(f"/ratings?{DAY}&lang=en"))
    assert "are not known, so nobody is rated by it" in page
    assert "priority development" in page
    document = json.loads(auditor.get(f"/ratings.json?{DAY}").data)
    assert document["unstated"]["zh"]
    assert not any(each["score"] for each in document["rated"])


@pytest.mark.parametrize(
    "path",
    ["/lists/nothing", "/lists/overdue_start.pdf", "/ratings?scheme=nothing", "/ratings.pdf"],
)
def test_what_there_is_not_is_said(auditor, path):
    assert auditor.get(path, headers=PAGE).status_code == 404
