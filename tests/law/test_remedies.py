"""What would remove a finding does remove it, and the last day for it is the last one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from geodata.demo.district import build_district
from geodata.model.codelists import (
    FindingCode,
    FoundationKind,
    MilestoneKind,
    UnusedBucket,
    Verdict,
)
from geodata.model.columns import UNDELIVERED, Cell, from_rows
from geodata.model.judgements import Judgements
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.remedies import PROPOSERS, Remedy, remedies, remedies_of
from service.reports.remedies import remedy_document, told
from tests.conftest import PROJECT

from .checking import STEADY, Row, read_row
from .strategies import AS_OF, cases, random_rows
from .test_properties import known_on

DAY: Final = timedelta(1)
GRAVER: Final = {
    FindingCode.IDLE_GOV: FindingCode.SUSPECT_IDLE_1Y,
    FindingCode.SUSPECT_IDLE_1Y: FindingCode.SUSPECT_IDLE_2Y,
}
HARMLESS: Final = {Verdict.NOT_IN_FORCE, Verdict.CLOSED, Verdict.DUE_SOON, Verdict.COMPLIANT}
IDLE_START: Final = {
    "contract_no": "1",
    "signed_on": "2021-06-30",
    "start_agreed_on": "2022-03-31",
    "premium_yuan": "12000000",
    "delivered_on": "2021-09-30",
}
CLAIMED: Final = IDLE_START | {
    "government_periods": "2022-09-01/2022-09-05 G2 claimed; 2022-11-01/2022-11-30 G4 claimed"
}


def changed(row: Mapping[str, Any], remedy: Remedy) -> dict[str, Cell]:
    return {**row, **{change.key: change.cell for change in remedy.changes}}


def judged(row: Row, as_of: date, law: LawBook) -> Judgements:
    return evaluate(from_rows([row]), law, as_of)


def codes_of(judgements: Judgements, row: int = 0) -> set[FindingCode]:
    own = judgements.findings.code[judgements.findings.row == row]
    return {FindingCode.at(int(code)) for code in own}


def asked(rows: Sequence[Row], as_of: date, law: LawBook) -> dict[int, tuple[Remedy, ...]]:
    return remedies_of(from_rows(rows), law, as_of, range(len(rows)))


def of_row(cells: Mapping[str, str], as_of: str, law: LawBook) -> list[dict[str, Any]]:
    found = remedies(from_rows([read_row(cells)]), law, date.fromisoformat(as_of), 0)
    return [remedy_document(remedy, "en") for remedy in found]


def assert_all_are_removed(rows: Sequence[Row], as_of: date, law: LawBook) -> None:
    """Every adverse finding has a remedy, and each one tried anew removes it."""
    found = asked(rows, as_of, law)
    before = evaluate(from_rows(rows), law, as_of)
    for row in range(len(rows)):
        adverse = codes_of(before, row) & PROPOSERS.keys()
        assert {remedy.code for remedy in found[row]} == adverse, rows[row]
        assert adverse or Verdict.at(int(before.verdict[row])) in HARMLESS
    pairs = [(row, remedy) for row, mine in found.items() for remedy in mine]
    after = evaluate(from_rows([changed(rows[row], remedy) for row, remedy in pairs]), law, as_of)
    for place, (row, remedy) in enumerate(pairs):
        assert remedy.code not in codes_of(after, place), (rows[row], remedy)
        assert remedy.verdict_after is Verdict.at(int(after.verdict[place]))
        assert remedy.in_time == (remedy.last_on is None or remedy.last_on >= as_of)


# --- Every finding, every case -----------------------------------------------------------------


@pytest.mark.parametrize("as_of", AS_OF[::2], ids=str)
def test_what_is_suggested_removes_the_finding_of_random_contracts(
    as_of: date, law: LawBook
) -> None:
    assert_all_are_removed(random_rows(40 + AS_OF.index(as_of), as_of, 100), as_of, law)


def test_what_is_suggested_removes_the_finding_of_one_contract(law: LawBook) -> None:
    @given(case=cases())
    @settings(STEADY, max_examples=30, suppress_health_check=list(HealthCheck))
    def removed(case: tuple[date, Row]) -> None:
        as_of, row = case
        assert_all_are_removed([row], as_of, law)

    removed()


@pytest.fixture(scope="module")
def district_rows() -> list[dict[str, Cell]]:
    return [read_row(row) for row in build_district(date(2026, 6, 30)).ledger]


def test_what_is_suggested_removes_every_finding_of_the_district(
    district_rows: list[Row], law: LawBook
) -> None:
    assert_all_are_removed(district_rows, date(2026, 6, 30), law)


def test_many_rows_are_told_as_each_is_alone(district_rows: list[Row], law: LawBook) -> None:
    columns, as_of = from_rows(district_rows), date(2026, 6, 30)
    together = remedies_of(columns, law, as_of, range(len(columns)))
    some = [row for row, found in together.items() if found][::40]
    assert some
    for row in some:
        assert remedies(columns, law, as_of, row) == together[row]


def test_the_nearest_comes_first_and_each_kind_once(law: LawBook) -> None:
    for mine in asked(random_rows(7, AS_OF[3], 150), AS_OF[3], law).values():
        kinds = [(remedy.code, remedy.kind) for remedy in mine]
        assert len(set(kinds)) == len(kinds)
        order = [(remedy.code.position, not remedy.in_time) for remedy in mine]
        assert order == sorted(order)


# --- The last day is the last one --------------------------------------------------------------

Found = list[tuple[Row, Remedy]]


@pytest.fixture(scope="module", params=AS_OF[1:9:3], ids=str)
def as_of(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def settled(as_of: date, law: LawBook) -> Found:
    """Contracts as written down on a day, with what would remove their findings."""
    rows = [known_on(row, as_of) for row in random_rows(90, as_of, 200)]
    rows = [{key: cell for key, cell in row.items() if key != "closed_on"} for row in rows]
    found = asked(rows, as_of, law)
    return [(rows[place], remedy) for place, mine in found.items() for remedy in mine]


def test_an_extension_works_until_its_last_day(settled: Found, as_of: date, law: LawBook) -> None:
    tried: dict[tuple[date, bool], list[tuple[Row, FindingCode]]] = {}
    for row, remedy in settled:
        if remedy.kind is RemedyKind.EXTEND:
            assert remedy.last_on
            for act_on, is_gone in ((remedy.last_on, True), (remedy.last_on + DAY, False)):
                case = (approved(row, remedy, act_on), remedy.code)
                tried.setdefault((max(act_on, as_of), is_gone), []).append(case)
    assert sum(map(len, tried.values())) > 20
    for (day, is_gone), some in tried.items():
        judgements = evaluate(from_rows([row for row, _ in some]), law, day)
        for place, (row, code) in enumerate(some):
            assert (code not in codes_of(judgements, place)) == is_gone, (row, code, day)


def approved(row: Row, remedy: Remedy, day: date) -> Row:
    (change,) = remedy.changes
    assert isinstance(change.cell, list)
    return {**row, change.key: [*change.cell[:-1], (None, day, day)]}


def test_idle_land_turns_graver_after_the_last_day(settled: Found, law: LawBook) -> None:
    tried = 0
    for row, remedy in settled:
        if remedy.kind is RemedyKind.DO_NOW and remedy.last_on and remedy.code in GRAVER:
            assert remedy.in_time
            graver = GRAVER[remedy.code]
            assert graver not in codes_of(judged(row, remedy.last_on, law)), (row, remedy)
            assert graver in codes_of(judged(row, remedy.last_on + DAY, law)), (row, remedy)
            tried += 1
    assert tried > 1


def test_unused_land_changes_its_bucket_after_the_last_day(
    settled: Found, as_of: date, law: LawBook
) -> None:
    tried = set()
    for row, remedy in settled:
        if remedy.code is FindingCode.SUPPLIED_UNUSED and remedy.last_on:
            days = (as_of, remedy.last_on, remedy.last_on + DAY)
            now, last, later = (bucket(judged(row, day, law)) for day in days)
            assert now is last is not later, (row, remedy)
            tried.add((now, later))
    assert tried == {
        (UnusedBucket.NOT_DUE, UnusedBucket.OVERDUE_UNDER_1Y),
        (UnusedBucket.OVERDUE_UNDER_1Y, UnusedBucket.OVERDUE_1Y_OR_MORE),
    }


def bucket(judgements: Judgements) -> UnusedBucket:
    findings = judgements.findings
    (position,) = findings.bucket[findings.with_code(FindingCode.SUPPLIED_UNUSED)]
    return UnusedBucket.at(int(position))


def test_rescission_opens_after_the_last_day_of_payment(settled: Found, law: LawBook) -> None:
    tried = 0
    for row, remedy in settled:
        if remedy.kind is RemedyKind.PAY and remedy.last_on:
            assert 1 not in judged(row, remedy.last_on, law).findings.rescission
            assert 1 in judged(row, remedy.last_on + DAY, law).findings.rescission
            tried += 1
    assert tried


# --- Examples worked out by hand ---------------------------------------------------------------


def test_an_overdue_start(law: LawBook) -> None:
    found = of_row(IDLE_START, "2022-07-01", law)
    mine = [document for document in found if document["finding"] == "overdue_start"]
    assert [(one["kind"], one["changes"], one["last_on"], one["in_time"]) for one in mine] == [
        ("do_now", {"start_on": "2022-07-01"}, None, True),
        ("extend", {"start_extensions": "/2022-07-01/2022-07-01"}, "2023-03-31", True),
        (
            "government_period",
            {"government_periods": "2022-04-01/2022-07-01 G6 verified"},
            None,
            True,
        ),
        ("prove_earlier", {"start_on": "2022-03-31"}, "2022-03-31", False),
        (
            "extended_in_time",
            {"start_extensions": "/2022-03-31/2022-07-01"},
            "2022-03-31",
            False,
        ),
    ]
    assert {one["milestone"] for one in mine} == {"start"}


def test_a_year_of_idleness(law: LawBook) -> None:
    found = of_row(IDLE_START, "2023-04-11", law)
    mine = {one["kind"]: one for one in found if one["finding"] == "suspect_idle_1y"}
    assert mine["do_now"]["changes"] == {"development_on": "2023-04-11"}
    assert mine["do_now"]["last_on"] == "2024-03-31"  # two full years: free recovery
    assert mine["government_period"]["changes"] == {
        "government_periods": "2023-03-31/2023-04-10 G6 verified"  # 11 days
    }
    assert mine["extended_in_time"]["changes"] == {"start_extensions": "/2022-03-31/2022-04-11"}
    assert mine["extend"]["changes"] == {"start_extensions": "/2023-03-31/2023-03-31"}
    assert not mine["extend"]["in_time"]
    assert mine["prove_earlier"]["changes"] == {"development_on": "2023-03-31"}
    assert mine["government_period"]["verdict_after"] == "idle_gov"


def test_a_claimed_period_is_offered_for_verification(law: LawBook) -> None:
    found = of_row(CLAIMED, "2023-04-11", law)
    (verified,) = [
        one
        for one in found
        if (one["kind"], one["finding"]) == ("verify_period", "suspect_idle_1y")
    ]
    assert verified["changes"]["government_periods"] == (
        "2022-09-01/2022-09-05 G2 claimed; 2022-11-01/2022-11-30 G4 verified"
    )


def test_a_pause_that_goes_on_sets_no_last_day(law: LawBook) -> None:
    for until, last_on in (("", None), ("2023-04-10", "2023-05-11")):
        row = IDLE_START | {"government_periods": f"2023-03-01/{until} G2 verified"}
        (done,) = [
            one
            for one in of_row(row, "2023-04-11", law)
            if (one["finding"], one["kind"]) == ("idle_gov", "do_now")
        ]
        assert done["last_on"] == last_on  # 31 March and 41 days more


def test_a_foundation_on_record_is_carried_on(law: LawBook) -> None:
    row = read_row(IDLE_START) | {
        "foundation_kind": FoundationKind.OTHER.position,
        "foundation_share": Fraction(1, 4),
    }
    found = remedies(from_rows([row]), law, date(2023, 4, 11), 0)
    cells = {change.key: change.cell for one in found for change in one.changes}
    assert cells["foundation_share"] == Fraction(1, 3)
    assert cells["permit_on"] == date(2023, 4, 11)


def test_land_not_delivered_has_to_be_delivered_first(law: LawBook) -> None:
    (remedy,) = remedies(
        from_rows([read_row(IDLE_START) | {"delivered_on": UNDELIVERED}]), law, date(2023, 4, 11), 0
    )
    assert {change.key for change in remedy.changes} == {"development_on", "delivered_on"}


def test_a_later_milestone_presupposes_the_earlier_ones(law: LawBook) -> None:
    found = of_row(IDLE_START | {"completion_agreed_on": "2022-12-31"}, "2023-01-31", law)
    (done,) = [
        one for one in found if (one["finding"], one["kind"]) == ("overdue_completion", "do_now")
    ]
    assert done["changes"] == {"start_on": "2023-01-31", "completion_on": "2023-01-31"}
    assert "prove_earlier" not in {
        one["kind"] for one in found if one["finding"] == "overdue_completion"
    }


def test_what_is_built_is_told_to_the_hundredth(law: LawBook) -> None:
    row = {
        "contract_no": "1",
        "signed_on": "2019-01-01",
        "start_on": "2020-01-01",
        "start_agreed_on": "2020-01-01",
        "completion_on": "2021-01-01",
        "area_m2": "10000",
        "developed_m2": "7000",
        "far_min": "1.5",
        "far_actual": "1.2",
    }
    found = of_row(row, "2022-01-01", law)
    assert [one["changes"] for one in found] == [
        {"far_actual": "1.5"},
        {"developed_m2": "8000.01", "far_actual": "1.5"},  # 20 % left would still be too much
    ]
    found = of_row(row | {"area_m2": "50000", "developed_m2": "46000"}, "2022-01-01", law)
    assert found[1]["changes"]["developed_m2"] == "46666.67"  # less than 5 mu (3333.33… m²) left


def test_stopped_works(law: LawBook) -> None:
    row = {
        "contract_no": "1",
        "signed_on": "2019-01-01",
        "start_on": "2020-01-01",
        "start_agreed_on": "2020-01-01",
        "developable_m2": "10000",
        "developed_m2": "3333.33",
        "investment_total_yuan": "1000",
        "invested_yuan": "300",
        "suspended_on": "2021-03-01",
    }
    found = of_row(row, "2022-04-01", law)
    assert [(one["kind"], one["changes"]) for one in found[:2]] == [
        ("resume", {"resumed_on": "2022-04-01"}),
        ("reach", {"developed_m2": "3333.34"}),
    ]
    unknown = {key: text for key, text in row.items() if key != "invested_yuan"}
    gap = of_row(unknown | {"developed_m2": "3333.34"}, "2022-04-01", law)
    assert {one["kind"]: one["changes"] for one in gap} == {
        "fill_gap": {"invested_yuan": "250"},
        "resume": {"resumed_on": "2022-04-01"},
    }


def test_payment_of_all_that_is_due(law: LawBook) -> None:
    row = {
        "contract_no": "1",
        "signed_on": "2022-01-01",
        "start_agreed_on": "2024-01-01",
        "development_on": "2023-01-01",
        "instalments": "2023-01-31 100 2023-01-20 -; 2023-02-28 100 - 2023-03-20;"
        " 2023-03-31 100 - -; 2023-06-30 100 - -",
    }
    (paid,) = of_row(row, "2023-04-20", law)
    assert paid["changes"]["instalments"] == (
        "2023-01-31 100 2023-01-20 -; 2023-02-28 100 2023-04-20 2023-03-20;"
        " 2023-03-31 100 2023-04-20 -; 2023-06-30 100 - -"
    )
    assert paid["last_on"] == "2023-04-29"  # 60 days after 28 February
    assert of_row(row, "2023-04-30", law)[0]["last_on"] is None  # rescission is open


def test_no_remedy_where_nothing_is_found(law: LawBook) -> None:
    closed = read_row(IDLE_START | {"closed_on": "2022-12-31"})
    future = read_row(IDLE_START | {"signed_on": "2030-01-01"})
    assert asked([closed, future], date(2023, 4, 11), law) == {0: (), 1: ()}
    assert asked([], date(2023, 4, 11), law) == {}


# --- In words ----------------------------------------------------------------------------------


def test_every_kind_is_told_in_both_languages(law: LawBook) -> None:
    ledgers = [(as_of, random_rows(5, as_of, 120)) for as_of in AS_OF[::5]]
    ledgers.append((date(2023, 4, 11), [read_row(CLAIMED)]))
    seen = set()
    for as_of, rows in ledgers:
        for remedy in (one for mine in asked(rows, as_of, law).values() for one in mine):
            seen.add(remedy.kind)
            english, chinese = told(remedy, "en"), told(remedy, "zh")
            assert english.replace("m²", "").isascii()
            assert english.endswith(".")
            assert chinese.endswith("。")
            assert "None" not in english + chinese
            assert "{" not in english + chinese
    assert seen == set(RemedyKind)


def test_the_sentences_say_what_has_to_change(law: LawBook) -> None:
    columns = from_rows([read_row(IDLE_START)])
    found = remedies(columns, law, date(2023, 3, 1), 0)
    start = [remedy for remedy in found if remedy.milestone is MilestoneKind.START]
    assert told(start[0], "en") == (
        "This finding would be gone with start of construction on 2023-03-01."
    )
    assert told(start[1], "en") == (
        "An extension to 2023-03-01 or later would remove this finding;"
        " it can be approved until 2023-03-31."
    )
    assert told(start[1], "zh") == (
        "若批准延期至 2023-03-01 或以后，则该项不成立；最迟可于 2023-03-31 批准。"
    )


@pytest.mark.parametrize(("language", "page"), [("en", "verdicts.md"), ("zh", "zh/verdicts.md")])
def test_the_example_of_the_documentation_is_what_is_told(
    language: str, page: str, law: LawBook
) -> None:
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    example = r"^\| ([\d-]+) \| `(overdue_\w+|suspect_\w+)` \| `(\w+)` \| (\S+) \| (.+) \|$"
    lines = re.findall(example, text, re.MULTILINE)
    assert len(lines) == 4
    columns = from_rows([read_row(IDLE_START)])
    for day, code, kind, last_on, sentence in lines:
        found = remedies(columns, law, date.fromisoformat(day), 0)
        (remedy,) = [one for one in found if (one.code, one.kind) == (code, kind)]
        assert (last_on, sentence) == (str(remedy.last_on or "–"), told(remedy, language))
