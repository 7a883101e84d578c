"""The description holds: programs made from it ask whatever it allows, and what it does not."""

from __future__ import annotations

from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from geodata.model.attributes import ATTRIBUTES
from service.api.blueprint import ROUTES

CONDITIONS = ("area_m2 > 20000", "town = '亭林镇'", "signed_on < DATE('2021-01-01')")
DAYS = st.dates(date(1949, 10, 1), date(2099, 12, 31))
BOUNDED = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
REFUSED_FOR_WHAT_IT_MEANS = ("2xx", "400", "403", "404", "409", "412", "422")
"""A change can be well-formed and yet say what cannot be: of a step, of a day, of a document."""


def test_every_route_and_every_column_is_described(description):
    told = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert told == {(route.method, route.path) for route in ROUTES}
    schema = description["paths"]["/contracts/{contract}"]["get"]["responses"]["200"]
    facts = schema["content"]["application/json"]["schema"]["properties"]["facts"]["properties"]
    assert list(facts) == [attribute.key for attribute in ATTRIBUTES]


def test_the_description_is_told_in_both_languages(district_app):
    client = district_app.test_client()
    zh, en = (
        client.get("/api/v1/openapi.json", query_string={"lang": one}).json for one in ("zh", "en")
    )
    assert zh["info"]["title"] != en["info"]["title"]
    assert zh["paths"].keys() == en["paths"].keys()


# --- Whatever it allows ------------------------------------------------------------------------


def described(app, **checks):
    """The description as a program that tests it reads it."""
    schemathesis.openapi.format("cql2-text", st.sampled_from(CONDITIONS))
    schemathesis.openapi.format("date", DAYS.map(date.isoformat))
    schemathesis.openapi.format("date-time", DAYS.map("{}T12:00:00+08:00".format))
    generation = GenerationConfig(deterministic=True, max_examples=4)
    project = ProjectConfig(generation=generation, checks=ChecksConfig(**checks))
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)


def ask_anything(app, program, route, mode, **checks):
    """Ask a route whatever the description allows or, in the other mode, what it does not."""
    operation = described(app, **checks)[route.path][route.method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED
    def ask(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"})

    ask()


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", [r for r in ROUTES if r.is_read], ids=lambda r: r.name)
def test_reads_keep_what_is_described(district_app, auditor, route, mode):
    ask_anything(district_app, auditor, route, mode)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", [r for r in ROUTES if not r.is_read], ids=lambda r: r.name)
def test_changes_keep_what_is_described(district_app, auditor, route, mode):
    meant = PositiveDataAcceptanceConfig(expected_statuses=REFUSED_FOR_WHAT_IT_MEANS)
    ask_anything(district_app, auditor, route, mode, positive_data_acceptance=meant)
