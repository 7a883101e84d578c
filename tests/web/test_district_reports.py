"""The leaders' brief and the evaluations: the figures of the tally, on the pages promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader

from geodata.errors import UsageError
from geodata.model.indicator_lists import EvaluationKind
from geodata.model.roles import Actor, Role
from service.maps.figures import grouped
from service.operations.demonstration import DEMO_AS_OF
from service.operations.tallying import tally_report
from service.reports.evaluation import Term

LEADER = Actor.of_role("tests", Role.LEADER)


@pytest.fixture
def leader(client_as):
    return client_as(Role.LEADER)


def asked(client, name, language="zh"):
    answer = client.get(f"/targets/{name}?as_of={DEMO_AS_OF}&lang={language}")
    assert answer.status_code == 200, answer.text
    return answer.data


def text_of_pdf(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def text_of_docx(content):
    tables = docx.Document(BytesIO(content)).tables
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_brief_has_two_pages(leader, language):
    content = asked(leader, "brief.pdf", language)
    assert len(PdfReader(BytesIO(content)).pages) == 2


@pytest.mark.parametrize("name", ["brief", "evaluation/final"])
@pytest.mark.parametrize(("form", "read"), [("pdf", text_of_pdf), ("docx", text_of_docx)])
def test_the_figures_are_those_of_the_tally(leader, demo, law, name, form, read):
    told = read(asked(leader, f"{name}.{form}"))
    for standing in tally_report(demo.engine, law, DEMO_AS_OF).standings:
        assert grouped(standing.done_mu, 2) in told
        assert grouped(standing.gap_mu, 2) in told


def test_the_same_question_gives_the_same_bytes(leader):
    assert asked(leader, "brief.docx") == asked(leader, "brief.docx")
    assert asked(leader, "brief.pdf") == asked(leader, "brief.pdf")


def test_an_evaluation_names_the_targets_it_cannot_tell_of(leader, law):
    told = text_of_docx(asked(leader, "evaluation/yearly.docx"))
    (target,) = (each for each in law.targets if each.target_id == "industrial_investment_2025")
    assert target.zh in told


@pytest.mark.parametrize("name", ["brief.odt", "evaluation/monthly.pdf", "evaluation/final.txt"])
def test_what_is_not_to_be_had_is_refused(leader, name):
    assert leader.get(f"/targets/{name}").status_code == 404


def test_a_year_or_the_term_so_far_is_looked_back_on(demo, law):
    tally = tally_report(demo.engine, law, DEMO_AS_OF)
    year = Term.of(EvaluationKind.YEARLY, law.targets, date(2024, 12, 31))
    whole = Term.of(EvaluationKind.FINAL, law.targets, DEMO_AS_OF)
    assert (year.first_year, year.last_year) == (2024, 2024)
    assert {each.year for each in year.of_tally(tally).movements} == {2024}
    assert whole.of_tally(tally).movements == tally.movements
    done = {each.claim.done_on.year for each in year.of_tally(tally).entries}
    assert done == {2024}


def test_a_term_that_no_target_states_is_not_guessed(law):
    targets = tuple(replace(target, starts_year=None) for target in law.targets)
    with pytest.raises(UsageError, match="in which year its term begins"):
        Term.of(EvaluationKind.MID_TERM, targets, DEMO_AS_OF)
