"""Lists, ratings and parks from the facts of a database; what the bureau decides and states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.errors import NotAllowedError, NothingFoundError, UsageError
from geodata.model.case_lists import CaseFlag
from geodata.model.chain import EventKind
from geodata.model.columns import from_rows
from geodata.model.content_lists import ContentKind, OccupancyRole, SupervisionField
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import (
    NET_LAND,
    ConditionState,
    Control,
    LandList,
    ListCondition,
    ListState,
    ProjectKind,
    Roll,
    SiteStatement,
)
from geodata.model.rating_lists import RatingClass, RatingState
from geodata.model.roles import Actor, Role
from geodata.model.supervised import last_words
from geodata.store import migrate
from geodata.store.cluster import Cluster
from geodata.store.engine import make_engine
from geodata.store.log import read_events
from geodata.store.queries.content import import_content
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.scope import EVERYTHING, Scope
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.indicators.list_report import ListReport
from service.compliance.indicators.registers import Subject
from service.compliance.law import LawBook, load_book
from service.operations.cards import refresh_cards
from service.operations.dossier import dossier
from service.operations.enterprises import read_enterprises
from service.operations.entry_check import (
    Projects,
    project_file,
    projects_shown,
    read_project_form,
    record_project,
)
from service.operations.land_lists import list_reports
from service.operations.linkage import linkage_years
from service.operations.parks import park_report
from service.operations.rating import rating_report
from service.operations.rolls import Rolls
from service.operations.stating import Statements
from tests.conftest import NOON

TODAY = NOON.date()
EAST, WEST = frozenset({"东园"}), frozenset({"西园"})
BEST, WORST, BLANK = "91310116MA1J00006H", "91310116MA1J00014C", "91310116MA1J00022W"
SHARED: Mapping[str, Any] = {
    "signed_on": date(2018, 1, 10),
    "delivered_on": date(2018, 3, 1),
    "start_agreed_on": date(2018, 9, 1),
    "start_on": date(2018, 8, 1),
    "development_on": date(2018, 8, 1),
    "completion_agreed_on": date(2020, 9, 1),
    "completion_on": date(2020, 8, 1),
    "production_agreed_on": date(2021, 3, 1),
    "production_on": date(2021, 2, 1),
    "area_m2": Fraction(20_000),
    "developed_m2": Fraction(19_000),
    "far_min": Fraction(3, 2),
    "far_actual": Fraction(3, 2),
    "investment_agreed_yuan": Fraction(80_000_000),
    "investment_actual_yuan": Fraction(80_000_000),
    "output_agreed": Fraction(500),
    "output_actual": Fraction(600),
}
CONTRACTS: tuple[Mapping[str, Any], ...] = (
    {**SHARED, "contract_no": "C1", "parcel_code": "P1", "park": "东园", "uscc": BEST,
     "grantee": "甲公司"},
    {**SHARED, "contract_no": "C2", "parcel_code": "P2", "park": "西园", "uscc": WORST,
     "grantee": "乙公司", "far_actual": Fraction(1), "output_actual": Fraction(100)},
    {"contract_no": "C3", "parcel_code": "P3", "park": "西园", "grantee": "丙公司",
     "signed_on": date(2023, 1, 1), "start_agreed_on": date(2023, 9, 1),
     "area_m2": Fraction(2_000)},
)  # fmt: skip
YEARS = [
    {"uscc": uscc, "year": 2025, "enterprise": name, "output_yuan": Fraction(output),
     "tax_yuan": Fraction(tax)}
    for uscc, name, output, tax in (
        (BEST, "甲公司", 300_000_000, 15_000_000),
        (WORST, "乙公司", 30_000_000, 100_000),
    )
]  # fmt: skip


def actor(role: Role, parks: frozenset[str] | None = None) -> Actor:
    return Actor(role.value, role, parks, role.permissions)


AUDITOR, REVIEWER = actor(Role.AUDITOR), actor(Role.REVIEWER)


def batch(hours: int) -> ImportBatch:
    return ImportBatch("file.xlsx", "0" * 64, NOON + timedelta(hours=hours), "files")


def take(engine: sa.Engine, hours: int, kind: ContentKind, rows: list[dict[str, Any]]) -> None:
    with unit_of_work(engine) as connection:
        import_content(connection, batch(hours), kind, rows)


@pytest.fixture(scope="module")
def model() -> LawBook:
    """The fictitious district, which has a scheme, thresholds and a standard."""
    return load_book("999901")


def filled(engine: sa.Engine, law: LawBook) -> sa.Engine:
    with unit_of_work(engine) as connection:
        import_ledger(connection, batch(-9), from_rows(list(CONTRACTS)))
    take(engine, -8, ContentKind.ENTERPRISE_YEARS, YEARS)
    refresh_cards(engine, law, TODAY)
    return engine


def as_site(engine: sa.Engine) -> sa.Engine:
    return site_engine(engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False))


@pytest.fixture(scope="module")
def district(server: Cluster, template: str, model: LawBook) -> Iterator[sa.Engine]:
    """A district whose land nobody changes: the owner's engine."""
    name = f"t{uuid4().hex}"
    server.create_database(name, template=template)
    engine = make_engine(server.url_for(name))
    yield filled(engine, model)
    engine.dispose()


@pytest.fixture(scope="module")
def site(district: sa.Engine) -> Iterator[sa.Engine]:
    """The same as the site reaches it."""
    engine = as_site(district)
    yield engine
    engine.dispose()


@pytest.fixture
def own(own_engine: sa.Engine, model: LawBook) -> sa.Engine:
    """A district of the test's own."""
    return filled(own_engine, model)


@pytest.fixture
def own_site(own: sa.Engine) -> Iterator[sa.Engine]:
    engine = as_site(own)
    yield engine
    engine.dispose()


@pytest.fixture
def rolls(own_site: sa.Engine, model: LawBook) -> Rolls:
    return Rolls(own_site, model, lambda: NOON)


def report(
    engine: sa.Engine,
    law: LawBook,
    land_list: LandList,
    scope: Scope = EVERYTHING,
    state: ListState = ListState.LISTED,
) -> ListReport:
    (found,) = list_reports(engine, law, TODAY, (land_list,), state=state, scope=scope)
    return found


def contracts(found: ListReport) -> set[str]:
    return {line.key.contract_no for line in found.lines if line.key}


def enter(rolls: Rolls, roll: Roll = Roll.INEFFICIENT_OPERATION, uscc: str = WORST) -> None:
    rolls.enter(AUDITOR, roll, Subject("", uscc), date(2026, 1, 1), "金规〔2026〕1号", "末类")


# --- Lists -------------------------------------------------------------------------------------


def test_each_list_has_the_land_its_conditions_hold_of(site, model):
    assert contracts(report(site, model, LandList.INEFFICIENT_DEVELOPMENT)) == {"C2"}
    assert contracts(report(site, model, LandList.OVERDUE_START)) <= {"C3"}
    assert contracts(report(site, model, LandList.SUPPLIED_UNUSED)) == {"C3"}
    (line,) = report(site, model, LandList.INEFFICIENT_OPERATION).lines
    assert (line.key, line.name, line.uscc) == (None, "乙公司", WORST)
    assert line.conditions[ListCondition.LOW_TAX] is ConditionState.HOLDS


@pytest.mark.parametrize("land_list", LandList)
def test_the_counts_are_those_of_the_rows(site, model, land_list):
    listed = report(site, model, land_list)
    for state in (ListState.LISTED, ListState.OPEN):
        assert len(report(site, model, land_list, state=state).lines) == listed.counts[state]


def test_a_book_without_thresholds_lists_nobody_by_them(site, law):
    found = report(site, law, LandList.INEFFICIENT_OPERATION, state=ListState.OPEN)
    assert {line.uscc for line in found.lines} == {BEST, WORST}
    for line in found.lines:
        assert line.conditions[ListCondition.LOW_TAX] is ConditionState.NOT_CONFIGURED
        assert line.conditions[ListCondition.LOW_CLASS] is ConditionState.NOT_CONFIGURED
    assert [body.value for body in found.duty.bodies] == [
        *("economy", "planning", "investment", "towns")
    ]


def test_a_park_sees_its_own_land_and_no_figures_of_enterprises(site, model):
    own = report(site, model, LandList.INEFFICIENT_DEVELOPMENT, Scope(EAST), ListState.LISTED)
    assert not own.lines
    own = report(site, model, LandList.INEFFICIENT_DEVELOPMENT, Scope(WEST))
    assert contracts(own) == {"C2"}
    operating = report(site, model, LandList.INEFFICIENT_OPERATION, Scope(WEST), ListState.OPEN)
    (line,) = operating.lines
    assert line.conditions[ListCondition.LOW_TAX] is ConditionState.UNKNOWN


def test_an_open_record_of_another_office_marks_a_line_until_resolved(own, own_site, model):
    record = {"uscc": WORST, "parcel_code": "P2", "field": SupervisionField.TAX.position,
              "record_no": "1", "recorded_on": date(2026, 1, 1), "resolved_on": None}  # fmt: skip
    take(own, -7, ContentKind.SUPERVISION, [record])
    (line,) = report(own_site, model, LandList.INEFFICIENT_DEVELOPMENT).lines
    assert line.flags == (SupervisionField.TAX,)
    take(own, -6, ContentKind.SUPERVISION, [record | {"resolved_on": date(2026, 2, 1)}])
    (line,) = report(own_site, model, LandList.INEFFICIENT_DEVELOPMENT).lines
    assert line.flags == ()


# --- What offices state ------------------------------------------------------------------------


def state(site, key: str, statement: SiteStatement, holds: bool, hour: int = 0, **told: Any):
    statements = Statements(site, lambda: NOON + timedelta(hours=hour))
    grounds = {"since_on": None, "source": "现场核查", "reason": "核实"}
    return statements.state(
        told.pop("by", AUDITOR),
        ContractKey(key, "", f"P{key[1:]}"),
        {statement: holds},
        **grounds | told,
    )


def test_the_last_word_about_land_counts_and_the_first_stays(own_site, model):
    state(own_site, "C1", SiteStatement.CONTRARY_USE, holds=True)
    listed = report(own_site, model, LandList.INEFFICIENT_DEVELOPMENT)
    assert contracts(listed) == {"C1", "C2"}
    state(own_site, "C1", SiteStatement.CONTRARY_USE, holds=False, hour=1)
    assert contracts(report(own_site, model, LandList.INEFFICIENT_DEVELOPMENT)) == {"C2"}
    said = Statements(own_site, lambda: NOON).of_contract(AUDITOR, ContractKey("C1", "", "P1"))
    assert [each.holds for each in said] == [False, True]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"by": REVIEWER}, NotAllowedError),
        ({"by": actor(Role.AUDITOR, WEST)}, UsageError),
        ({"source": " "}, UsageError),
        ({"since_on": TODAY + timedelta(days=1)}, UsageError),
    ],
)
def test_who_keeps_no_lists_or_gives_no_grounds_states_nothing(site, told, expected):
    with pytest.raises(expected):
        state(site, "C1", SiteStatement.VACANT, holds=True, **told)


def test_what_was_checked_at_delivery_is_recorded_together(own_site, model):
    key, checked = ContractKey("C1", "", "P1"), dict.fromkeys(NET_LAND, True)
    checked[SiteStatement.COMPENSATED] = False
    statements = Statements(own_site, lambda: NOON)
    grounds = {"since_on": date(2023, 2, 10), "source": "交地确认书", "reason": "交地核查"}
    statements.state(AUDITOR, key, checked, **grounds)
    said = last_words(statements.of_contract(AUDITOR, key))
    assert {matter: one.holds for matter, one in said.items()} == checked
    assert said[SiteStatement.COMPENSATED].since_on is None
    with unit_of_work(own_site, EVERYTHING) as connection:
        found = dossier(connection, model, key, TODAY, "zh")
        logged = [each.event.kind for each in read_events(connection, 9)]
    assert CaseFlag.NOT_NET_LAND in {raised.flag for raised in found.flags}
    assert logged == [EventKind.STATED] * len(NET_LAND)
    with pytest.raises(UsageError, match="yes nor no"):
        statements.state(AUDITOR, key, {}, **grounds)


def test_statements_an_older_version_does_not_know_go_with_this_one(own, own_site):
    for statement in (SiteStatement.VACANT, SiteStatement.HOARDING):
        state(own_site, "C1", statement, holds=True)
    migrate.downgrade(own, "0030")
    migrate.upgrade(own)
    said = Statements(own_site, lambda: NOON).of_contract(AUDITOR, ContractKey("C1", "", "P1"))
    assert [each.statement for each in said] == [SiteStatement.VACANT]


def test_nothing_is_stated_of_land_that_is_not_known(site):
    with pytest.raises(NothingFoundError):
        state(site, "C9", SiteStatement.VACANT, holds=True)


# --- Rolls and holds ---------------------------------------------------------------------------


def test_who_is_listed_is_held_on_every_contract_from_that_day_to_the_last(own_site, model, rolls):
    enter(rolls)

    def held(day: date, parks: frozenset[str] | None = None) -> list[Control]:
        with unit_of_work(own_site, Scope(parks)) as connection:
            found = dossier(connection, model, ContractKey("C2", "", "P2"), day, "zh")
        return [hold.control for hold in found.parcel.holds]

    assert held(TODAY) == list(Control)
    assert held(TODAY, WEST) == list(Control)
    assert held(date(2025, 12, 31)) == []
    (entry,) = rolls.entries(AUDITOR)[Roll.INEFFICIENT_OPERATION]
    rolls.end(AUDITOR, entry.entry_id, date(2026, 5, 1), "整改完成")
    assert held(TODAY) == []
    assert held(date(2026, 5, 1)) == list(Control)
    with pytest.raises(UsageError, match="ended before"):
        rolls.end(AUDITOR, entry.entry_id, date(2026, 5, 1), "整改完成")


def test_every_decision_stands_in_the_event_log(own_site, rolls, model):
    enter(rolls)
    (entry,) = rolls.entries(AUDITOR)[Roll.INEFFICIENT_OPERATION]
    rolls.end(AUDITOR, entry.entry_id, TODAY, "整改完成")
    state(own_site, "C1", SiteStatement.VACANT, holds=True)
    form = read_project_form(PROJECT)
    record_project(Projects(own_site, model, lambda: NOON), AUDITOR, form, TODAY)
    with unit_of_work(own_site, EVERYTHING) as connection:
        kinds = [event.event.kind for event in read_events(connection, 10)]
    kind = EventKind
    assert set(kinds) == {kind.LISTED, kind.UNLISTED, kind.STATED, kind.PROJECT_RECORDED}


def test_nobody_stands_twice_in_a_list(rolls):
    enter(rolls)
    with pytest.raises(UsageError, match="already"):
        enter(rolls)
    enter(rolls, Roll.INEFFICIENT_DEVELOPMENT)


def test_what_was_known_before_an_end_is_still_told(own_site, rolls, model):
    enter(rolls)
    (entry,) = rolls.entries(AUDITOR)[Roll.INEFFICIENT_OPERATION]
    later = Rolls(own_site, model, lambda: NOON + timedelta(hours=2))
    later.end(AUDITOR, entry.entry_id, TODAY, "整改完成")
    (before,) = rolls.entries(AUDITOR, NOON + timedelta(hours=1))[Roll.INEFFICIENT_OPERATION]
    assert before == entry
    assert rolls.entries(AUDITOR, NOON - timedelta(hours=1))[Roll.INEFFICIENT_OPERATION] == []


def test_a_park_sees_who_is_watched_on_its_land_and_every_register_of_policy(rolls):
    enter(rolls)
    rolls.enter(AUDITOR, Roll.NEGATIVE, Subject("丁公司"), TODAY, "清单", "高耗能")
    west, east = (rolls.entries(actor(Role.PARK_MANAGER, parks)) for parks in (WEST, EAST))
    assert len(west[Roll.INEFFICIENT_OPERATION]) == 1
    assert east[Roll.INEFFICIENT_OPERATION] == []
    assert len(west[Roll.NEGATIVE]) == len(east[Roll.NEGATIVE]) == 1


@pytest.mark.parametrize("by", [REVIEWER, actor(Role.PARK_MANAGER, WEST)])
def test_who_keeps_no_lists_enters_nobody(rolls, by):
    with pytest.raises(NotAllowedError):
        rolls.enter(by, Roll.NEGATIVE, Subject("丁公司"), TODAY, "清单", "高耗能")


def test_a_name_that_is_alike_is_told_and_holds_nobody(rolls):
    rolls.enter(AUDITOR, Roll.INEFFICIENT_OPERATION, Subject("乙公司（金山）"), TODAY, "x", "y")
    (match,) = rolls.found(AUDITOR, Subject("乙公司(金山)"), TODAY)
    assert not match.is_certain


# --- Ratings and parks -------------------------------------------------------------------------


def test_enterprises_are_rated_by_the_figures_of_the_last_year_on_their_land(site, model):
    found = rating_report(site, model, TODAY, scope=EVERYTHING)
    assert (found.year, found.rated_count, found.obstacle) == (2025, 2, None)
    first, last = found.rated
    assert (first.who.name, first.who.park, first.is_supervised) == ("甲公司", "东园", None)
    assert first.result.rated_class is RatingClass.A
    # 15,000,000 yuan of tax on 30 mu is 50 wan a mu: 150 of 60 points, held to the cap of 90;
    # 300,000,000 yuan of output is 1,000 wan a mu: 100 of 40 points, held to the cap of 60.
    assert first.result.score == 150
    assert last.result.score == Fraction(1) + 10


def test_where_the_scheme_is_unknown_nobody_is_rated_and_it_says_why(site, law):
    found = rating_report(site, law, TODAY, scope=EVERYTHING)
    assert "not known" in str(found.obstacle)
    assert [each.result for each in found.rated] == [None, None]
    assert {each.is_supervised for each in found.rated} == {True}
    assert found.version.classes[0] is RatingClass.PRIORITY


def test_a_gap_leaves_an_enterprise_without_a_score(own, own_site, model):
    take(own, -5, ContentKind.ENTERPRISE_YEARS,
         [{"uscc": WORST, "year": 2025, "output_yuan": Fraction(1), "tax_yuan": None}])  # fmt: skip
    states = {
        each.who.uscc: each.result.state
        for each in rating_report(own_site, model, TODAY, scope=EVERYTHING).rated
    }
    assert states == {BEST: RatingState.RATED, WORST: RatingState.INCOMPLETE}


def stay(uscc: str, **said: Any) -> dict[str, Any]:
    role = OccupancyRole.TENANT.position
    return {"uscc": uscc, "parcel_code": "P1", "role": role, "begins_on": date(2022, 1, 1), **said}


@pytest.mark.parametrize(
    ("stays", "land_m2"),
    [
        ([stay(BLANK)], Fraction(20_000)),
        ([stay(BLANK, share=Fraction(1, 4))], Fraction(5_000)),
        ([stay(BLANK, occupied_m2=Fraction(300))], Fraction(300)),
        ([stay(BLANK), stay(WORST)], None),
        ([stay(BLANK, ends_on=date(2025, 12, 30))], None),
    ],
)
def test_land_is_what_is_stated_or_a_share_or_all_of_a_parcel_alone(district, stays, land_m2):
    with district.connect() as connection:  # nothing of it is kept
        import_content(connection, batch(-4), ContentKind.OCCUPANCIES, stays)
        found = read_enterprises(connection, from_rows(list(CONTRACTS)), TODAY)
    names = [who.uscc for who in found.members]
    known = found.figures.number("land_m2")
    assert (known.fraction(names.index(BLANK)) if BLANK in names else None) == land_m2


def test_parks_tell_who_reached_the_target_and_who_makes_most(site, model):
    found = park_report(site, model, TODAY, scope=EVERYTHING)
    reached = {each.park: each.project_share for each in found.attainments}
    assert reached == {"东园": 1, "西园": 0}
    assert {each.park: each.names for each in found.champions} == {
        "东园": ("甲公司",), "西园": ("乙公司",)
    }  # fmt: skip
    assert [each.who.park for each in found.evaluation.rated] == ["东园", "西园"]


def test_without_a_share_there_is_no_balance(site, law):
    *_, last, total = linkage_years(site, law, TODAY, scope=EVERYTHING)
    assert last.year == TODAY.year
    assert total.balance.used_mu == 3  # C3 was signed within the five years shown
    assert total.balance.balance_mu is None


# --- Projects ----------------------------------------------------------------------------------

PROJECT = {
    "kind": "new_land", "project_name": "示例项目", "park": "西园", "land_m2": "20000",
    "investment_yuan": "150000000", "tax_yuan": "5000000", "source": "可行性研究报告",
}  # fmt: skip


@pytest.fixture
def projects(site: sa.Engine, model: LawBook) -> Projects:
    return Projects(site, model, lambda: NOON)


def test_a_project_is_kept_with_what_came_out(projects):
    made = record_project(projects, AUDITOR, read_project_form(PROJECT), TODAY)
    kept = project_file(projects, AUDITOR, made.project_id)
    assert kept.kind is ProjectKind.NEW_LAND
    assert kept.state is ConditionState.FAILS
    # 150,000,000 yuan on 30 mu: 500 wan a mu, which is enough; 5,000,000 of tax: 16.67, of 20.
    assert [(each.at_least, each.actual, each.state) for each in kept.checks] == [
        ("500", "500", ConditionState.HOLDS),
        ("20", "50/3", ConditionState.FAILS),
    ]
    assert (kept.book, kept.said["land_m2"]) == ("999901", "20000")


def test_a_figure_left_blank_is_unknown(projects):
    said = read_project_form(PROJECT | {"tax_yuan": ""})
    made = record_project(projects, AUDITOR, said, TODAY)
    assert made.state is ConditionState.UNKNOWN


def test_a_kind_without_figures_is_held_against_none_and_the_place_is_told(site, law):
    made = record_project(
        Projects(site, law, lambda: NOON), AUDITOR, read_project_form(PROJECT), TODAY
    )
    assert (made.state, list(made.checks)) == (ConditionState.NOT_CONFIGURED, [])
    assert made.basis["zh"]


def test_a_park_records_and_sees_its_own_projects(projects):
    manager, other = (actor(Role.PARK_MANAGER, parks) for parks in (WEST, EAST))
    form = read_project_form(PROJECT)
    made = record_project(projects, manager, form, TODAY)
    with pytest.raises(NotAllowedError, match="东园"):
        record_project(projects, other, form, TODAY)
    ids = [each.project_id for each in projects_shown(projects, manager)]
    assert made.project_id in ids
    assert projects_shown(projects, other) == []
    with pytest.raises(NothingFoundError):
        project_file(projects, other, made.project_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "other"}, "kind"),
        ({"project_name": ""}, "project_name"),
        ({"land_m2": "many"}, "land_m2"),
        ({"source": ""}, "source"),
    ],
)
def test_what_is_wrong_with_a_form_stands_at_its_field(projects, change, field):
    form = read_project_form(PROJECT | change)
    assert set(form.problems) == {field}
    with pytest.raises(UsageError):
        record_project(projects, AUDITOR, form, TODAY)
