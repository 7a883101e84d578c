"""What must hold for every contract, whatever its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import numpy as np
import pytest

from geodata.model.codelists import FindingCode
from geodata.model.columns import UNDELIVERED, Cell, from_rows
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.reports.documents import contract_documents

from .checking import Document, Row, by_rules, codes
from .peer_facts import KINDS
from .strategies import AS_OF, random_rows

SUSPECT: Final = {"suspect_idle_1y", "suspect_idle_2y"}
LATER: Final = (1, 30, 366)
_FACTS: Final = (
    *(f"{kind}_on" for kind in KINDS),
    "permit_on",
    "development_on",
    "suspended_on",
    "resumed_on",
    "idle_determined_on",
    "ground_known_on",
    "closed_on",
)


def past(day: date | None, until: date) -> date | None:
    return day if day is not None and day <= until else None


def known_on(row: Mapping[str, Any], day: date) -> dict[str, Cell]:
    """The row as somebody wrote it down on a day, without anything that came later."""
    made = {key: cell for key, cell in row.items() if key not in _FACTS or cell <= day}
    if isinstance(made.get("delivered_on"), date) and made["delivered_on"] > day:
        made["delivered_on"] = UNDELIVERED
    if "instalments" in made:
        made["instalments"] = [
            (due, amount, past(paid, day), past(demanded, day))
            for due, amount, paid, demanded in made["instalments"]
        ]
    if "government_periods" in made:
        made["government_periods"] = [
            (begin, past(end, day), cause, status)
            for begin, end, cause, status in made["government_periods"]
            if begin <= day
        ]
    for key in (f"{kind}_extensions" for kind in KINDS):
        if key in made:
            made[key] = [entry for entry in made[key] if not entry[1] or entry[1] <= day]
    return made


def without(row: Mapping[str, Any], dropped: str) -> dict[str, Cell]:
    return {key: cell for key, cell in row.items() if key != dropped}


def in_force(rows: Sequence[Mapping[str, Any]], as_of: date) -> list[Mapping[str, Any]]:
    return [row for row in rows if row.get("signed_on", as_of) <= as_of]


def day_of_judgement(row: Mapping[str, Any], as_of: date) -> date:
    closed_on: date | None = past(row.get("closed_on"), as_of)
    return closed_on or as_of


@pytest.fixture(scope="module", params=AS_OF[::3], ids=str)
def as_of(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def rows(as_of: date) -> list[dict[str, Cell]]:
    return random_rows(7_000 + AS_OF.index(as_of), as_of, 150)


def test_a_row_in_bulk_is_judged_as_it_is_alone(rows: list[Row], as_of: date, law: LawBook) -> None:
    together = by_rules(rows, as_of, law)
    for place in range(0, len(rows), 10):
        (alone,) = by_rules([rows[place]], as_of, law)
        assert together[place] == {**alone, "row": place + 1}


def test_the_order_of_the_rows_never_matters(rows: list[Row], as_of: date, law: LawBook) -> None:
    columns = from_rows(rows)
    order = list(range(len(rows)))
    Random(as_of.toordinal()).shuffle(order)
    straight = list(contract_documents(columns, evaluate(columns, law, as_of), law))
    mixed = columns.take(order)
    shuffled = list(contract_documents(mixed, evaluate(mixed, law, as_of), law))
    assert shuffled == [straight[place] for place in order]


def test_facts_after_the_day_of_judgement_do_not_exist_yet(
    rows: list[Row], as_of: date, law: LawBook
) -> None:
    in_time = [known_on(row, day_of_judgement(row, as_of)) for row in rows]
    assert in_time != rows
    assert by_rules(in_time, as_of, law) == by_rules(rows, as_of, law)


def test_a_closed_contract_stays_as_it_stood_on_that_day(
    rows: list[Row], as_of: date, law: LawBook
) -> None:
    closed = [{**row, "closed_on": as_of} for row in in_force(rows, as_of)]
    frozen = by_rules(closed, as_of, law)
    assert {document["verdict"] for document in frozen} == {"closed"}
    for days in LATER[::2]:
        assert by_rules(closed, as_of + timedelta(days), law) == frozen


def test_closing_changes_no_date_no_days_and_no_damages(
    rows: list[Row], as_of: date, law: LawBook
) -> None:
    running = [without(row, "closed_on") for row in in_force(rows, as_of)]
    closed = [{**row, "closed_on": as_of} for row in running]

    def frozen(document: Document) -> list[Document]:
        hidden = ("state", "rescission_option")
        return [
            {key: value for key, value in milestone.items() if key not in hidden}
            for milestone in document["milestones"].values()
        ]

    before, after = by_rules(running, as_of, law), by_rules(closed, as_of, law)
    assert [frozen(document) for document in before] == [frozen(document) for document in after]


def test_time_alone_never_ends_a_breach_or_a_suspicion(
    rows: list[Row], as_of: date, law: LawBook
) -> None:
    settled = [known_on(without(row, "closed_on"), as_of) for row in rows]
    previous = by_rules(settled, as_of, law)
    for days in LATER:
        following = by_rules(settled, as_of + timedelta(days), law)
        for earlier, later in zip(previous, following, strict=True):
            assert_no_way_back(earlier, later)
        previous = following


def assert_no_way_back(earlier: Document, later: Document) -> None:
    """Nothing happened between two days; what was found on the first holds on the second."""
    before, after = codes(earlier), codes(later)
    kept = {"idle_confirmed", "suspect_idle_suspended", "rescission_lapsed", "track_conflict"}
    kept |= {"in_supervision_scope", "payment_overdue", "delivery_late_by_grantor", "data_gap"}
    assert before & kept <= after
    if before & SUSPECT:
        assert after & SUSPECT
    if "suspect_idle_2y" in before:
        assert "suspect_idle_2y" in after
    if earlier["verdict"] == "not_in_force":
        return
    assert later["verdict"] != "not_in_force"
    for kind in KINDS:
        one, two = earlier["milestones"][kind], later["milestones"][kind]
        assert (one["days"] or 0) <= (two["days"] or 0)
        assert one["rescission_option"] <= two["rescission_option"]
        if one["state"] == "overdue":
            assert two["state"] == "overdue"


def test_a_period_not_verified_changes_nothing(
    rows: list[dict[str, Any]], as_of: date, law: LawBook
) -> None:
    verified = [
        {**row, "government_periods": [p for p in row.get("government_periods", ()) if p[3] == 0]}
        for row in rows
    ]
    assert by_rules(verified, as_of, law) == by_rules(rows, as_of, law)


def test_a_period_cut_in_two_is_the_same_period(
    rows: list[dict[str, Any]], as_of: date, law: LawBook
) -> None:
    def halves(period: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        begin, end, cause, status = period
        middle = begin + timedelta(20)
        if end is None or middle > end or cause == 6:  # the begin of force majeure matters
            return [period, period]
        overlap = timedelta(middle.day % 3)
        return [(begin, middle, cause, status), (middle - overlap, end, cause, status)]

    cut = [
        {**row, "government_periods": [h for p in row["government_periods"] for h in halves(p)]}
        if "government_periods" in row
        else row
        for row in rows
    ]
    assert by_rules(cut, as_of, law) == by_rules(rows, as_of, law)


def test_findings_come_in_the_order_of_the_codelist(
    rows: list[Row], as_of: date, law: LawBook
) -> None:
    columns = from_rows(rows)
    for document in contract_documents(columns, evaluate(columns, law, as_of), law, "en"):
        order = [FindingCode.of(finding["code"]).position for finding in document["findings"]]
        assert order == sorted(order)
        for finding in document["findings"]:
            assert finding["basis"]
            assert finding["reason"]
            assert finding["next_step"]
            assert "None" not in finding["reason"]


def test_groups_and_counts_follow_the_findings(rows: list[Row], as_of: date, law: LawBook) -> None:
    judged = evaluate(from_rows(rows), law, as_of)
    counts = judged.verdict_counts()
    assert sum(counts.values()) == len(rows)
    assert all(counts.values())
    found: dict[str, int] = {}
    for document in by_rules(rows, as_of, law):
        found[document["verdict"]] = found.get(document["verdict"], 0) + 1
    assert {str(verdict.value): count for verdict, count in counts.items()} == found


def test_an_empty_ledger_and_an_empty_contract(law: LawBook) -> None:
    assert by_rules([], date(2024, 1, 1), law) == []
    assert len(evaluate(from_rows([]), law, date(2024, 1, 1))) == 0
    (document,) = by_rules([{"contract_no": "1"}], date(2024, 1, 1), law)
    assert document["verdict"] == "undetermined"
    assert codes(document) == {"date_undetermined", "supplied_unused"}


def test_rows_may_be_numbered_as_the_file_does(law: LawBook) -> None:
    columns = from_rows([{"contract_no": "1"}, {"contract_no": "2"}], row_no=[3, 9])
    judged = evaluate(columns, law, date(2024, 1, 1))
    assert [document["row"] for document in contract_documents(columns, judged, law)] == [3, 9]
    assert np.array_equal(columns.take([1]).row_no, [9])
