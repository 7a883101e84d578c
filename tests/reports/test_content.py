"""Totals are exact, and documents are made only when somebody reads them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model.codelists import Group, WarningCode
from geodata.model.columns import Exact, from_rows
from geodata.model.units import mu
from service.cli.tables import write_tables
from service.compliance.law import LawBook
from service.compliance.rules import exact
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import contract_results
from service.maps.selection import gravest_rows
from service.operations.check import content_of
from service.reports.content import CheckContent, summarise
from service.wording import Wording, fact_text

AS_OF = date(2024, 6, 30)
numbers = st.none() | st.fractions(0, 10**9, max_denominator=10**6)


def row(number: int, **facts: object) -> dict[str, object]:
    late = date(2024, 1, 1 + number % 28)
    return {"contract_no": f"{number:04d}", "start_agreed_on": late, **facts}


def content(rows: list[dict[str, object]], law: LawBook, language: str = "en") -> CheckContent:
    columns = from_rows(rows)
    return content_of(columns, evaluate(columns, law, AS_OF), law, AS_OF, language)


@settings(deadline=None)
@given(st.lists(numbers, max_size=30))
def test_a_sum_of_fractions_is_exact(values):
    total = exact.total(Exact.of(values))
    assert total == sum((value for value in values if value is not None), Fraction(0))


def test_a_sum_may_exceed_what_a_machine_word_holds():
    values = [Fraction(2**62, 3)] * 40 + [None]
    assert exact.total(Exact.of(values)) == 40 * values[0]


def test_totals_of_a_group_are_those_of_its_rows(law):
    areas = [None if n % 5 == 4 else Fraction(1000 * n, 3) for n in range(40)]
    columns = from_rows([row(n, area_m2=area) for n, area in enumerate(areas)])
    judged = evaluate(columns, law, AS_OF)
    for group, total in summarise(columns, judged).groups.items():
        members = [r for r in contract_results(columns, judged) if group in r.groups]
        inside = [areas[each.row - 1] for each in members]
        assert total.count == len(members)
        assert total.unknown_area_count == inside.count(None)
        assert total.area_mu == mu(sum(filter(None, inside), Fraction(0)))
    assert summarise(columns, judged).groups[Group.OVERDUE].count == len(columns)


def test_tables_of_a_whole_country_need_no_document(law, monkeypatch, tmp_path):
    made = content([row(n) for n in range(60)], law)

    def refuse(*_: object) -> None:
        pytest.fail("a document was made")

    monkeypatch.setattr("service.operations.check.contract_documents", refuse)
    monkeypatch.setattr("service.reports.content.oddities", refuse)
    with (tmp_path / "tables").open("w+", encoding="utf-8") as stream:
        write_tables(made, stream)
        stream.seek(0)
        assert "The gravest 20 contracts" in stream.read()


def test_documents_can_be_read_again(law):
    made = content([row(n) for n in range(3)], law)
    assert [*made.contracts] == [*made.contracts]
    assert [document["row"] for document in made.contracts] == [1, 2, 3]


@pytest.mark.parametrize("limit", [1, 7, 20, 500])
def test_the_gravest_rows_head_the_list(law, limit):
    rows = [row(n * 37 % 100) for n in range(100)]
    rows += [{"contract_no": f"met {n}", "signed_on": date(2030, 1, 1)} for n in range(5)]
    columns = from_rows(rows)
    judged = evaluate(columns, law, AS_OF)
    listed = sorted(
        (r.verdict.severity, -r.worst_days, r.key, r.row - 1)
        for r in contract_results(columns, judged)
        if r.lead
    )
    chosen = gravest_rows(columns, judged, limit)
    assert chosen == [place for *_, place in listed][:limit]
    assert len(chosen) == min(limit, 100)


@pytest.mark.parametrize(("language", "told"), [("zh", "2000/3"), ("en", "2000/3")])
def test_an_area_in_mu_is_told_though_it_has_no_end_in_digits(law, language, told):
    odd = row(1, developed_m2=Fraction(2000, 3), developable_m2=Fraction(500))
    made = content([odd], law, language)
    (oddity,) = [o for _, o in made.oddities() if o.code is WarningCode.DEVELOPED_OVER_AREA]
    assert oddity.values == (Fraction(2000, 3), Fraction(500))
    assert told in Wording(law, language).warning(oddity)
    assert fact_text("developable_m2", Fraction(500)) == "500"


def test_a_warning_names_what_is_unknown(law):
    made = content([row(1)], law, "zh")
    (oddity,) = [o for _, o in made.oddities() if o.code is WarningCode.STALE_FACTS]
    assert oddity.values == (None,)
    assert made.wording.warning(oddity).endswith("未知")


def test_an_empty_ledger_adds_up_to_nothing(law):
    summary = content([], law).summary
    assert (summary.contract_count, summary.verdicts, summary.in_any_group) == (0, {}, 0)
    assert np.all([total.area_mu == 0 for total in summary.groups.values()])
