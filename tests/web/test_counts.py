"""One rule decides what "overdue" is: each count, wherever it stands, is that of its rows."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from geodata.model.codelist import Codelist
from geodata.model.codelists import FindingCode, Group, UnusedBucket, Verdict
from service.cli.tables import write_tables
from service.i18n import translator
from service.maps.assets import InlinedAssets
from service.maps.parcel_map import parcel_map
from service.operations.auditing import audit
from service.operations.demonstration import DEMO_AS_OF
from service.operations.mapping import map_of_file
from service.reports.flat import write_csv
from service.reports.json_document import json_text
from service.reports.xlsx import write_workbook
from tests.conftest import NOON, PROJECT
from tests.maps.unpacking import unpack

DAYS = (DEMO_AS_OF, date(2024, 2, 29), date(2020, 6, 30))
ANY = "any"
BESIDE = ("not_due", "undelivered")

Counts = dict[str, int]


def groups_of(findings: Iterable[Mapping[str, Any]]) -> set[str]:
    """Groups as `docs/ledger.md` defines them, read from the findings of one document."""
    groups = set()
    for finding in findings:
        code = finding["code"]
        if code.startswith("overdue_"):
            groups.add("overdue")
        elif code == "idle_confirmed" or code.startswith("suspect_idle_"):
            groups.add("idle")
        elif code == "supplied_unused" and finding["bucket"] not in BESIDE:
            groups.add("supplied_unused")
    return groups


class Rows:
    """The contracts of a JSON document, counted one by one."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.contracts = document["contracts"]
        members = [groups_of(contract["findings"]) for contract in self.contracts]
        findings = [each for contract in self.contracts for each in contract["findings"]]
        self.verdicts: Counts = Counter(contract["verdict"] for contract in self.contracts)
        self.groups: Counts = {g.value: sum(g in each for each in members) for g in Group}
        self.any_group = sum(bool(each) for each in members)
        self.codes: Counts = Counter(finding["code"] for finding in findings)
        self.buckets: Counts = Counter(f["bucket"] for f in findings if "bucket" in f)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def audited(request, demo, law):
    clock = lambda: NOON  # noqa: E731 - a clock that stands
    return audit(demo.engine, law, request.param, "en", actor="test", clock=clock)


@pytest.fixture(scope="module")
def document(audited):
    return json.loads("".join(json_text(audited.content)))


@pytest.fixture(scope="module")
def rows(document):
    return Rows(document)


def codes(codelist: type[Codelist], counts: Mapping[str, int]) -> Counts:
    """Counts by English label as counts by code."""
    return {str(m): counts[m.label("en")] for m in codelist if m.label("en") in counts}


def number(written: str) -> int:
    return int(written.replace(",", ""))


def test_the_json_counts_its_contracts(document, rows):
    assert document["counts"] == rows.verdicts
    assert len(rows.contracts) > 1000
    assert len(rows.verdicts) > 5
    assert all(rows.groups.values())


def test_the_summary_counts_the_contracts(audited, rows):
    summary = audited.content.summary
    assert summary.contract_count == len(rows.contracts)
    assert {str(verdict): count for verdict, count in summary.verdicts.items()} == rows.verdicts
    assert {str(group): total.count for group, total in summary.groups.items()} == rows.groups
    assert summary.in_any_group == rows.any_group
    assert {str(b): n for b, n in summary.unused_beside.items()} == {
        bucket: rows.buckets.get(bucket, 0) for bucket in ("undelivered", "not_due")
    }


def test_the_table_of_the_audit_counts_the_contracts(audited, rows):
    printed = io.StringIO()
    write_tables(audited.content, printed)
    verdicts, groups = (table_counts(part) for part in printed.getvalue().split("Groups ("))
    assert codes(Verdict, verdicts) == rows.verdicts
    assert codes(Group, groups) == rows.groups
    assert groups["In at least one group"] == rows.any_group


def table_counts(text: str) -> Counts:
    """First two cells of each line of a printed table."""
    cells = (re.split(r"[│┃]", line) for line in text.splitlines())
    pairs = [(c[1].strip(" ■"), c[2].strip()) for c in cells if len(c) > 3]
    return {name: number(count) for name, count in pairs if re.fullmatch(r"[\d,]+", count)}


def test_the_csv_holds_the_contracts(audited, rows):
    written = io.StringIO()
    write_csv(audited.content, written)
    written.seek(1)  # behind the byte-order mark
    table = list(csv.DictReader(written))
    assert Counter(row["verdict"] for row in table) == rows.verdicts
    assert Counter(c for row in table for c in row["findings"].split(";") if c) == rows.codes


def test_the_sheets_of_the_workbook_agree(audited, rows, tmp_path):
    path = tmp_path / "audit.xlsx"
    write_workbook(audited.content, path)
    book = openpyxl.load_workbook(path, read_only=True)
    stated = [line[:2] for line in book["Summary"].iter_rows(values_only=True)]
    place = stated.index(("Verdict", "Contracts"))
    assert codes(Verdict, dict(stated[place + 1 :])) == rows.verdicts
    assert codes(Group, dict(stated[:place])) == rows.groups
    assert dict(stated[:place])["In at least one group"] == rows.any_group
    assert codes(Verdict, Counter(column(book["Contracts"], "Verdict"))) == rows.verdicts
    assert codes(FindingCode, Counter(column(book["Findings"], "Finding"))) == rows.codes


def column(sheet: Any, head: str) -> Iterator[str]:
    heads, *lines = sheet.iter_rows(values_only=True)
    return (line[heads.index(head)] for line in lines)


def test_the_run_in_the_database_holds_the_rows(audited, demo, rows):
    def counted(query: str) -> Any:
        with demo.engine.connect() as connection:
            return connection.execute(sa.text(query), {"run": audited.run.run_id}).all()

    of_run = "FROM {} WHERE run_id = :run"
    verdicts = counted(f"SELECT verdict, count(*) {of_run.format('judgement')} GROUP BY 1")
    assert dict(map(tuple, verdicts)) == rows.verdicts
    found = counted(f"SELECT code, count(*) {of_run.format('finding')} GROUP BY 1")
    assert dict(map(tuple, found)) == rows.codes
    sums = ", ".join(f"count(*) FILTER (WHERE in_{group}) AS {group}" for group in Group)
    (members,) = counted(f"SELECT {sums} {of_run.format('judgement')}")
    assert members._asdict() == rows.groups
    assert audited.run.contract_count == len(rows.contracts)


def test_the_first_page_counts_the_contracts(audited, district_client, rows):
    page = district_client.get(f"/?as_of={audited.run.as_of}").text
    pattern = r'href="/contracts(?:\?([^"]*))?">(?:([\d,]+)</a>|(.*?)</a>)'
    counts: Counts = {}
    for query, bare, inside in re.findall(pattern, page, re.DOTALL):
        figure = bare or re.search(r'(?:class="big">|<b>)([\d,]+)<', inside)[1]
        asked = re.sub(r"&?as_of=[^&]*", "", html.unescape(query)).strip("&")
        counts[asked] = number(figure)
    assert counts.pop("") == len(rows.contracts)
    assert counts.pop(f"group={ANY}") == rows.any_group
    for name, expected in (("verdict", rows.verdicts), ("group", rows.groups)):
        assert {code: counts[f"{name}={code}"] for code in expected} == expected
        assert {query for query in counts if re.fullmatch(f"{name}=\\w+", query)} == {
            f"{name}={code}" for code in expected
        }
    for bucket in BESIDE:
        assert counts[f"bucket={bucket}"] == rows.buckets.get(bucket, 0)


def test_a_list_is_as_long_as_it_says(audited, district_client, rows):
    expected = {("group", ANY): rows.any_group}
    for name, counts in (
        ("verdict", {verdict.value: rows.verdicts.get(verdict, 0) for verdict in Verdict}),
        ("group", rows.groups),
        ("bucket", {bucket.value: rows.buckets.get(bucket, 0) for bucket in UnusedBucket}),
    ):
        expected |= {(name, code): count for code, count in counts.items()}
    for (name, value), count in expected.items():
        address = f"/contracts?as_of={audited.run.as_of}&{name}={value}"
        assert listed(district_client, address) == (count, count), address


def listed(client: Any, address: str) -> tuple[int, int]:
    """The rows on all pages of a list, and the total it states."""
    page_no, shown = 1, 0
    while True:
        page = client.get(f"{address}&page={page_no}").text
        shown += len(re.findall(r'<tr>\s*<td><span class="badge ', page))
        if 'rel="next"' not in page:
            return shown, number(re.search(r"([\d,]+) contracts in all", page)[1])
        page_no += 1


def test_the_filters_of_the_list_count_the_contracts(audited, district_client, rows):
    page = district_client.get(f"/contracts?as_of={audited.run.as_of}").text
    for name, expected in (("verdict", rows.verdicts), ("group", rows.groups)):
        pattern = rf'name="{name}" value="(\w+)".*?class="count">([\d,]+)<'
        assert {c: number(n) for c, n in re.findall(pattern, page)} == expected


@pytest.fixture(params=["site", "file"])
def map_page(request, audited, demo, law):
    if request.param == "site":
        client = request.getfixturevalue("district_client")
        return client.get(f"/map?as_of={audited.run.as_of}").text
    view = map_of_file(demo.files.ledger, demo.files.district, law, audited.run.as_of, "en")
    return parcel_map(view, InlinedAssets(PROJECT / "node_modules"), translator("en"))


def test_the_legend_of_the_map_counts_the_parcels_drawn(map_page, rows):
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', map_page, re.DOTALL)[1])
    verdicts, groups = Counter(), Counter()
    for verdict, mask, _, _, _, is_placed, count, _ in data["counts"]:
        assert is_placed, "every contract of the district has an outline"
        verdicts[verdict] += count
        groups.update({group.value: count for group in Group if mask >> group.position & 1})
    assert verdicts == rows.verdicts
    assert {g.value: groups[g.value] for g in Group} == rows.groups
    shown = {code: count for code, count in legend(map_page, "verdict").items() if count}
    assert shown == {code: count for code, count in rows.verdicts.items() if count}
    in_none = {"": len(rows.contracts) - rows.any_group}
    assert legend(map_page, "group") == rows.groups | in_none


def test_each_contract_of_the_page_stands_as_its_row_says(audited, demo, law, rows):
    as_of = audited.run.as_of
    view = map_of_file(demo.files.ledger, demo.files.district, law, as_of, "en")
    land = unpack(parcel_map(view, InlinedAssets(PROJECT / "node_modules"), translator("en")))
    day = (as_of - date(1970, 1, 1)).days
    standings = [land.standing(row, day) for row in range(len(rows.contracts))]
    assert [verdict for verdict, _, _ in standings] == [c["verdict"] for c in rows.contracts]
    assert [
        {group.value for group in Group if mask >> group.position & 1} for _, mask, _ in standings
    ] == [groups_of(contract["findings"]) for contract in rows.contracts]


def legend(page: str, name: str) -> Counts:
    pattern = rf'data-filter="{name}" value="(\w*)".*?class="count">([\d,]+)<'
    return {code: number(count) for code, count in re.findall(pattern, page, re.DOTALL)}
