from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from geodata.errors import DatabaseUnavailableError, InputFileError
from geodata.model.codelists import Verdict
from geodata.model.columns import from_rows
from service.app import create_app
from service.compliance.rules.explain import explanations
from tests.maps.samples import HOSTILE, LAW, district

FIRST = district().parcels[0].key.slug
PAGES = ("/", "/map", "/contracts", f"/contracts/{FIRST}")
FLASK_KEEPS = ("endpoint", "_scheme", "_external", "_anchor", "_method", "self", "values", "slug")
"""Names that mean something to the functions that make addresses."""


def text_of(response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def links_of(response) -> list[str]:
    found = re.findall(r'href="([^"#]+)', response.get_data(as_text=True))
    return [html.unescape(link) for link in found]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages(client, path, language):
    response = client.get(path, query_string={"lang": language})
    assert response.status_code == 200
    assert ("「" in response.get_data(as_text=True)) is (language == "zh")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_day_it_shows(client, path):
    body = client.get(path, query_string={"as_of": "2024-02-29"}).get_data(as_text=True)
    assert 'class="bar past"' in body
    assert "as of 2024-02-29" in body
    assert "Back to today" in body
    assert 'class="bar"' in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_the_day_and_the_language_are_carried_by_every_link_to_a_page(client, path):
    response = client.get(path, query_string={"as_of": "2024-02-29", "lang": "zh"})
    kept = [link for link in links_of(response) if link.startswith("/") and "/assets/" not in link]
    leaving = [link for link in kept if "as_of=2024-02-29" not in link or "lang=zh" not in link]
    assert len(kept) > 5
    assert [set(re.findall(r"(?:as_of|lang)=[^&]+", link)) for link in leaving] == [
        {"lang=zh"},
        {"as_of=2024-02-29", "lang=en"},
    ], "only the way back to today and the other language differ"


@pytest.mark.parametrize(
    "day", ["2024-02-30", "tomorrow", "0001-01-01", "1900-01-01", "2200-01-01", "20240229x"]
)
def test_a_bad_day_is_refused_by_name(client, day):
    response = client.get("/contracts", query_string={"as_of": day})
    assert response.status_code == 400
    assert day in text_of(response)
    assert "Write it as 2024-02-29" in text_of(response)


@pytest.mark.parametrize("day", ["1900-01-02", "2199-12-31", "2024/2/29", "2024年2月29日"])
def test_a_day_is_read_as_on_the_command_line(client, day):
    assert client.get("/contracts", query_string={"as_of": day}).status_code == 200


@pytest.mark.parametrize("name", FLASK_KEEPS)
@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/assets/none", "/contracts?verdict=late"])
def test_no_name_in_the_address_has_power_over_the_links(client, path, name):
    plain = client.get(path)
    joint = "&" if "?" in path else "?"
    response = client.get(f"{path}{joint}{name}=evil&{name}=b c")
    assert response.status_code == plain.status_code
    assert response.status_code < 500
    other_language = next(link for link in links_of(response) if "lang=zh" in link)
    assert other_language.startswith("/")
    assert f"{name}=evil&{name}=b+c" in other_language
    leaving = [link for link in links_of(response) if not link.startswith(("/", "data:"))]
    assert not leaving


def test_every_number_of_the_first_page_is_the_length_of_its_list(client):
    body = client.get("/").get_data(as_text=True)
    doors = re.findall(r'<a href="(/contracts[^"~]*)">([\d,]+)</a>', body)
    cards = re.findall(r'href="(/contracts\?group=\w+)">.*?class="big">([\d,]+)<', body, re.DOTALL)
    bars = re.findall(r'href="(/contracts\?verdict=\w+)">.*?<b>([\d,]+)</b>', body, re.DOTALL)
    assert len(cards) == 3
    assert len(bars) == len(Verdict)
    assert len(doors) > 10
    for link, count in [*doors, *cards, *bars]:
        listed = text_of(client.get(html.unescape(link)))
        assert f"{count} contracts in all" in listed, link


def test_the_list_filters_sorts_and_pages(client):
    response = client.get("/contracts?verdict=overdue_start&park=东园&q=项目&order=stake")
    body = response.get_data(as_text=True)
    assert len(re.findall(r'class="chip"', body)) == 3
    assert 'aria-sort="descending"' in body
    rows = re.findall(r'<td><span class="badge ([^"]+)"', body)
    assert set(rows) == {"Verdict-overdue_start"}
    assert "page 1 of 3" in text_of(client.get("/contracts"))
    assert 'rel="prev"' in client.get("/contracts?page=3").get_data(as_text=True)


def test_a_chip_removes_its_own_filter_only(client):
    response = client.get("/contracts?group=idle&group=any&park=东园&page=2")
    chips = re.findall(r'class="chip" href="([^"]+)"', response.get_data(as_text=True))
    assert [html.unescape(chip) for chip in chips] == [
        "/contracts?group=any&park=%E4%B8%9C%E5%9B%AD",
        "/contracts?group=idle&park=%E4%B8%9C%E5%9B%AD",
        "/contracts?group=idle&group=any",
    ]


@pytest.mark.parametrize("query", ["verdict=late", "group=none", "bucket=x"])
def test_an_unknown_filter_value_is_refused_by_name(client, query):
    response = client.get(f"/contracts?{query}")
    name, value = query.split("=")
    assert response.status_code == 400
    assert f"The filter {name} has no value {value}." in text_of(response)


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=99", "order=x", "q=%00", "lang=fr"])
def test_an_odd_parameter_does_no_harm(client, query):
    assert client.get(f"/contracts?{query}").status_code == 200


def test_an_empty_list_says_what_would_fill_it(client):
    assert "Remove one above" in text_of(client.get("/contracts?q=nothing"))


def test_a_contract_shows_verdict_reason_timeline_and_facts(client, readings):
    suspect = next(p for p in readings.view.parcels if p.verdict is Verdict.SUSPECT_IDLE_1Y)
    response = client.get(f"/contracts/{suspect.key.slug}")
    shown = text_of(response)
    for words in (
        "suspected idle, one year",
        "Not developed one full year",
        "2,400,000.00 yuan",
        "Model grant contract GF-2008-2601 Art. 33",
        "to be confirmed",
        "2024-09-30",
        "signed on",
        "2021-01-02",
    ):
        assert words in shown
    body = response.get_data(as_text=True)
    assert 'id="timeline-data"' in body
    assert "/map#parcel=" in body
    assert body.index("FindingCode-suspect_idle_1y") < body.index("FindingCode-overdue_start")


def test_a_finding_is_followed_back_to_facts_and_articles(client, readings):
    cells = {
        "contract_no": "1",
        "delivered_on": date(2021, 9, 30),
        "start_agreed_on": date(2022, 3, 31),
        "start_on": date(2023, 5, 20),
        "premium_yuan": Fraction(12_000_000),
        "start_permille": Fraction(1),
    }
    (readings.reasons,) = explanations(from_rows([cells]), LAW, date(2023, 4, 1))
    slug = next(parcel.key.slug for parcel in district().parcels if parcel.result.findings)
    response = client.get(f"/contracts/{slug}")
    assert '<details class="chain">' in response.get_data(as_text=True)
    shown = " ".join(text_of(response).split())
    for words in (
        "12000000.00 × 1‰ × 366 = 4392000.00",
        "Model grant contract GF-2008-2601 Art. 33",
        "known, not re-read",
        "start of construction on 2023-05-20 after the day: does not exist yet",
        "not given closed on",
    ):
        assert words in shown


@pytest.mark.parametrize("path", ["/contracts/none~~here", "/contracts/short", "/nowhere"])
def test_what_is_not_there_is_said_and_led_away_from(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "no " in text_of(response)
    assert "/" in links_of(response)


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_stays_text_on_every_page(client, path):
    body = client.get(path).get_data(as_text=True)
    assert "<img src=x" not in body
    assert body.count("<script") == body.count("</script>")


def test_hostile_text_in_the_address_stays_text(client):
    for query in ({"q": HOSTILE}, {"park": HOSTILE}, {"as_of": HOSTILE}, {"verdict": HOSTILE}):
        assert "<img" not in client.get("/contracts", query_string=query).get_data(as_text=True)


def test_a_database_that_is_down_is_a_503_with_the_way_out(client, readings):
    readings.trouble = DatabaseUnavailableError("The database is down.", "Start it.")
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 503
        assert "The database is down." in text_of(response)
        assert "Start it." in text_of(response)
    health = client.get("/healthz")
    assert (health.status_code, health.json["status"]) == (503, "unavailable")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_the_district_in_the_language_asked_for(client, readings, path):
    named = {"zh": "演示区", "en": "Demo District"}
    readings.district = named.__getitem__
    for language, name in named.items():
        shown = client.get(path, query_string={"lang": language}).get_data(as_text=True)
        assert f"<b>{name}</b>" in shown


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_an_error_page_names_the_district_of_the_law_book(client, readings, path):
    readings.trouble = DatabaseUnavailableError("The database is down.", "Start it.")
    for language, name in (("zh", "法定区"), ("en", "Law District")):
        shown = client.get(path, query_string={"lang": language}).get_data(as_text=True)
        assert f"<b>{name}</b>" in shown


@pytest.mark.parametrize("trouble", [ValueError("secret"), InputFileError("Broken.")])
def test_a_fault_of_the_site_is_a_500_that_tells_no_secret(client, readings, trouble):
    readings.trouble = trouble
    response = client.get("/")
    assert response.status_code == 500
    assert "secret" not in text_of(response)


def test_missing_browser_assets_are_named(site, tmp_path):
    response = create_app(replace(site, assets_dir=tmp_path)).test_client().get("/map")
    assert response.status_code == 503
    assert "npm ci" in text_of(response)
