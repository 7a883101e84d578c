"""Cases move only as the table says: through the operation, and whatever SQL the owner writes."""

from __future__ import annotations

import threading
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from geodata.errors import InputFileError, NotAllowedError, NothingFoundError, UsageError
from geodata.model.case_lists import (
    CaseAction,
    CaseFlag,
    CaseOutcome,
    CasePath,
    CaseState,
    DisposalOption,
    DocumentKind,
)
from geodata.model.cases import Case, CaseStep, Proposal, Taken
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.land_lists import SiteStatement
from geodata.model.roles import Role
from geodata.model.transitions import TRANSITIONS, actions_from, transition_of
from geodata.store.log import read_events
from geodata.store.queries.cases import CaseFilter, add_step
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.tables import TRANSITION
from service.operations.cards import refresh_cards
from service.operations.case_files import case_file, grounds_of, list_cases
from service.operations.case_work import work
from service.operations.cases import Cases, act, comment, decide, open_case
from service.operations.entry_check import Projects, bars, read_project_form, record_project
from service.operations.stating import Statements
from tests.operations.casework import (
    AUDITOR,
    LEGAL,
    OPENED,
    REVIEWER,
    WHOLE,
    now,
    opened,
    papered,
    stated,
    take,
    walk,
)
from tests.operations.test_entries import FACTS, KEY, OTHER, TODAY, actor, ticking
from tests.operations.test_entries import take as import_facts

A = CaseAction
DAY = timedelta(days=1)
USCC = "91310116MA1J00006H"


def refused_by_owner(owner: sa.Engine, statement: str, **values: Any) -> str:
    """What the database says to the owner's own SQL."""
    with pytest.raises(sa.exc.DBAPIError) as told, owner.begin() as connection:
        connection.execute(sa.text(statement), values)
    return str(told.value.orig)


# --- The table --------------------------------------------------------------------------------


def test_the_database_has_the_transitions_of_the_product_and_no_others(owner):
    with owner.connect() as connection:
        rows = {tuple(map(str, row)) for row in connection.execute(sa.select(TRANSITION))}
    ours = {
        tuple(str(asdict(way)[column.name]) for column in TRANSITION.c)
        for way in (replace(way, documents=[str(d) for d in way.documents]) for way in TRANSITIONS)
    }
    assert rows == ours


def test_nobody_changes_the_table(owner):
    for statement in (
        "INSERT INTO parcelwatch.transition SELECT * FROM parcelwatch.transition",
        "UPDATE parcelwatch.transition SET is_of_two = false",
        "DELETE FROM parcelwatch.transition",
        "TRUNCATE parcelwatch.transition",
    ):
        assert "never changed" in refused_by_owner(owner, statement)


def test_acts_of_the_table_stand_in_the_procedure_sheet(law):
    for way in TRANSITIONS:
        for act_id in (way.act, way.after):
            assert not act_id or act_id in law.procedure
    assert any(way.unless in law.procedure for way in TRANSITIONS)


# --- Opening ----------------------------------------------------------------------------------


def test_a_case_is_opened_on_a_finding_that_holds(cases, owner):
    assert set(grounds_of(cases, AUDITOR, KEY, TODAY)) == {
        FindingCode.OVERDUE_START,
        FindingCode.SUSPECT_IDLE_1Y,
    }
    case = opened(cases)
    assert now(cases, case.case_id) == case
    assert set(grounds_of(cases, AUDITOR, KEY, TODAY)) == {FindingCode.OVERDUE_START}
    with owner.begin() as connection:
        (logged,) = [e for e in read_events(connection, 9) if e.event.kind == "case_opened"]
    assert logged.event.actor == AUDITOR.name
    assert logged.event.payload["ground"] == "suspect_idle_1y"


def test_a_case_without_its_finding_is_not_opened(cases):
    idle, one_year = CasePath.IDLE_LAND, FindingCode.SUSPECT_IDLE_1Y
    for ground, on, reason in (
        (one_year, date(2026, 3, 31), "no such finding"),
        (FindingCode.SUSPECT_IDLE_2Y, TODAY, "no such finding"),
        (FindingCode.OVERDUE_START, TODAY, "does not lead"),
        (one_year, TODAY + DAY, "has not come"),
    ):
        with pytest.raises(UsageError, match=reason):
            opened(cases, idle, ground, on)
    assert list_cases(cases, AUDITOR, CaseFilter()) == []


def test_one_case_is_open_per_contract_and_ground(cases, owner):
    first = opened(cases)
    with pytest.raises(UsageError, match="open already"):
        opened(cases)
    other = opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    assert {row.case for row in list_cases(cases, AUDITOR, CaseFilter())} == {first, other}
    message = refused_by_owner(
        owner,
        "INSERT INTO parcelwatch.case SELECT (c).* FROM (SELECT jsonb_populate_record(c,"
        " jsonb_build_object('case_id', gen_random_uuid())) AS c FROM parcelwatch.case AS c) AS d",
    )
    assert "uq_case_open" in message
    (way,) = [w for w in actions_from(first.path, first.state) if w.action is A.DROP]
    take(cases, first, way, stated(way))
    assert opened(cases, on=TODAY).version == 0


def test_who_works_on_no_cases_opens_none(cases):
    for person in (REVIEWER, actor(Role.PARK_MANAGER, "manager", "东园")):
        with pytest.raises(NotAllowedError):
            open_case(
                cases, person, KEY, FindingCode.SUSPECT_IDLE_1Y, CasePath.IDLE_LAND, TODAY, "核实"
            )


# --- Moving -----------------------------------------------------------------------------------

TO_FEE = (
    (A.NOTIFY_INVESTIGATION, date(2026, 4, 7)),
    (A.RECORD_EXPLANATION, date(2026, 4, 20)),
    (A.DETERMINE, date(2026, 4, 28)),
    (A.PUBLISH, date(2026, 4, 29)),
    (A.FILE, date(2026, 4, 29)),
    (A.OFFER_HEARING, date(2026, 5, 6)),
    (A.LET_HEARING_LAPSE, date(2026, 5, 18)),
    (A.APPROVE_FEE, date(2026, 5, 25)),
    (A.DECIDE_FEE, date(2026, 5, 28)),
)


def test_who_hoards_land_is_restricted_while_the_case_lasts(cases, owner):
    case = walk(cases, opened(cases), TO_FEE[:3])
    statements = Statements(cases.engine, cases.clock)
    grounds = {"since_on": TODAY, "source": "调查报告", "reason": "多宗囤地"}
    statements.state(AUDITOR, KEY, {SiteStatement.HOARDING: True}, **grounds)

    def raised(on: date) -> list[tuple[CaseFlag, date | None]]:
        found = case_file(cases, AUDITOR, case.case_id, on).flags
        return [(one.flag, one.on) for one in found]

    assert raised(TODAY) == [(CaseFlag.TRANSFER_RESTRICTED, TODAY)]
    assert raised(TODAY - DAY) == []
    statements.state(AUDITOR, KEY, {SiteStatement.HOARDING: False}, **grounds)
    assert raised(TODAY) == []


def test_who_hoards_land_is_given_no_new_land(cases, owner, law):
    import_facts(owner, 0, WHOLE | {"uscc": USCC}, OTHER)
    refresh_cards(owner, law, TODAY)
    walk(cases, opened(cases), TO_FEE[:3])
    projects = Projects(cases.engine, law, cases.clock)
    said = {"kind": "new_land", "project_name": "新厂", "source": "可行性研究报告"}
    made, other = (
        record_project(projects, AUDITOR, read_project_form(said | {"uscc": uscc}), TODAY)
        for uscc in (USCC, "")
    )
    assert bars(projects, AUDITOR, made, TODAY) == []
    Statements(cases.engine, cases.clock).state(
        AUDITOR,
        KEY,
        {SiteStatement.HOARDING: True},
        since_on=TODAY,
        source="调查报告",
        reason="多宗囤地",
    )
    assert [row.key for row in bars(projects, AUDITOR, made, TODAY)] == [KEY]
    assert bars(projects, AUDITOR, made, TODAY - DAY) == []
    assert bars(projects, AUDITOR, other, TODAY) == []


def test_a_case_of_the_idle_land_procedure_from_suspicion_to_the_fee(cases, owner):
    case = walk(cases, opened(cases), TO_FEE)
    assert (case.state, case.version) == (CaseState.FEE_DECIDED, len(TO_FEE))
    file = case_file(cases, AUDITOR, case.case_id, TODAY)
    last = {way.transition.action: way.last_on for way in file.ways}
    assert last[A.RECORD_PAYMENT] == date(2026, 6, 29)  # 27 June is a Saturday
    assert last[A.CONTEST] == date(2026, 11, 30)  # 28 November too
    assert not file.flags
    closed = walk(cases, case, [(A.RECORD_PAYMENT, date(2026, 6, 18)), (A.CLOSE, TODAY)])
    assert (closed.state, closed.outcome, closed.closed_on) == (
        CaseState.CLOSED,
        CaseOutcome.FEE_PAID,
        TODAY,
    )
    steps = case_file(cases, AUDITOR, case.case_id, TODAY).steps
    assert [step.second_person for step in steps if step.second_person] == [REVIEWER.name] * 4
    assert steps[8].taken.amount_yuan == Decimal("1200.50")
    with owner.begin() as connection:
        moved = [e for e in read_events(connection, 99) if e.event.kind == "case_moved"]
    assert len(moved) == len(steps)


def test_a_step_waits_for_the_period_before_it(cases):
    """Silence is no explanation until 30 days have passed, 5 working days no waiver (P2, P8)."""
    case = walk(cases, opened(cases), TO_FEE[:1])
    way = transition_of(case.path, case.state, A.DETERMINE)
    for on in (date(2026, 4, 7), date(2026, 5, 7)):
        with pytest.raises(UsageError, match="2026-05-07"):
            act(cases, LEGAL, case.case_id, case.version, stated(way, on))
    on_file = papered(cases, case, way, date(2026, 5, 8))
    assert isinstance(act(cases, LEGAL, case.case_id, case.version, on_file), Proposal)


def test_the_public_is_told_before_land_is_recovered_where_the_district_says_so(cases, law):
    case = walk(cases, opened(cases), TO_FEE[:7])
    direct = transition_of(case.path, case.state, A.APPROVE_RECOVERY)
    with pytest.raises(UsageError, match="not moved on"):
        act(cases, AUDITOR, case.case_id, case.version, stated(direct))
    assert A.APPROVE_RECOVERY not in {
        way.transition.action for way in case_file(cases, AUDITOR, case.case_id, TODAY).ways
    }
    announced = [(A.ANNOUNCE_RECOVERY, date(2026, 5, 20)), (A.APPROVE_RECOVERY, date(2026, 6, 1))]
    case = walk(cases, case, announced)
    decide_way = transition_of(case.path, case.state, A.DECIDE_RECOVERY)
    with pytest.raises(UsageError, match="2026-06-19"):
        act(cases, LEGAL, case.case_id, case.version, stated(decide_way, date(2026, 6, 19)))
    case = walk(cases, case, [(A.DECIDE_RECOVERY, date(2026, 6, 20))])
    assert case.state is CaseState.RECOVERY_DECIDED


def test_a_hearing_is_called_seven_working_days_ahead(cases):
    called = [(A.REQUEST_HEARING, date(2026, 5, 8)), (A.CALL_HEARING, date(2026, 5, 11))]
    case = walk(cases, walk(cases, opened(cases), TO_FEE[:6]), called)
    way = transition_of(case.path, case.state, A.HOLD_HEARING)
    with pytest.raises(UsageError, match="too late"):
        act(cases, AUDITOR, case.case_id, case.version, stated(way, date(2026, 5, 19)))
    assert walk(cases, case, [(A.HOLD_HEARING, date(2026, 5, 20))]).state is CaseState.HEARD


def test_late_payment_is_demanded_before_the_contract_is_rescinded(cases, owner):
    import_facts(
        owner, 1, {**FACTS, "instalments": [(date(2025, 1, 31), 10**7, None, None)]}, OTHER
    )
    case = opened(cases, CasePath.RESCISSION, FindingCode.PAYMENT_OVERDUE)
    way = transition_of(case.path, case.state, A.RESCIND)
    with pytest.raises(UsageError, match="demanded"):
        act(cases, LEGAL, case.case_id, case.version, stated(way))
    case = walk(cases, case, [(A.DEMAND, date(2026, 4, 10)), (A.RESCIND, TODAY)])
    assert case.state is CaseState.RESCINDED


def test_a_step_that_lacks_something_is_not_taken(cases):
    case = opened(cases)
    whole = stated(actions_from(case.path, case.state)[0])
    for change, reason in (
        ({"documents": {}}, "document"),
        ({"documents": {DocumentKind.INVESTIGATION_NOTICE: "1号"}}, "document"),
        ({"acted_on": OPENED - DAY}, "before the last step"),
        ({"acted_on": TODAY + DAY}, "has not come"),
        ({"action": A.CLOSE}, "not moved on"),
    ):
        with pytest.raises(UsageError, match=reason):
            act(cases, LEGAL, case.case_id, 0, replace(whole, **change))
    assert now(cases, case.case_id) == case


def test_who_may_not_issue_serves_nothing(cases):
    case = opened(cases)
    way = actions_from(case.path, case.state)[0]
    on_file = papered(cases, case, way)
    with pytest.raises(NotAllowedError):
        act(cases, AUDITOR, case.case_id, 0, on_file)


# --- Two people -------------------------------------------------------------------------------


def asked(cases: Cases) -> tuple[Case, Proposal]:
    case = opened(cases)
    way = transition_of(case.path, case.state, A.DROP)
    done = act(cases, AUDITOR, case.case_id, 0, stated(way))
    assert isinstance(done, Proposal)
    return case, done


def test_a_step_of_two_moves_nothing_until_the_second_agrees(cases):
    case, proposal = asked(cases)
    assert now(cases, case.case_id) == case
    both = replace(REVIEWER, name=AUDITOR.name)
    with pytest.raises(UsageError, match="same person"):
        decide(cases, both, proposal.proposal_id, agrees=True)
    with pytest.raises(NotAllowedError):
        decide(cases, LEGAL, proposal.proposal_id, agrees=True)
    (item,) = work(cases, REVIEWER)
    assert item.asked == proposal
    assert item.is_for(REVIEWER)
    assert not item.is_for(AUDITOR)
    step = decide(cases, REVIEWER, proposal.proposal_id, agrees=True)
    assert (step.actor, step.second_person) == (AUDITOR.name, REVIEWER.name)
    assert now(cases, case.case_id).outcome is CaseOutcome.UNFOUNDED
    with pytest.raises(UsageError, match="moved on"):
        decide(cases, REVIEWER, proposal.proposal_id, agrees=True)


def test_a_refusal_has_a_reason_and_leaves_the_case_where_it_was(cases):
    case, proposal = asked(cases)
    way = transition_of(case.path, case.state, A.DROP)
    with pytest.raises(UsageError, match="waits"):
        act(cases, AUDITOR, case.case_id, 0, stated(way))
    with pytest.raises(UsageError):
        decide(cases, REVIEWER, proposal.proposal_id, agrees=False)
    assert decide(cases, REVIEWER, proposal.proposal_id, agrees=False, decision="证据不足") is None
    assert now(cases, case.case_id) == case
    assert isinstance(act(cases, AUDITOR, case.case_id, 0, stated(way)), Proposal)


def test_of_two_at_once_one_wins_and_the_other_is_told(cases):
    """Two connections of their own, let go together."""
    case = opened(cases)
    way = actions_from(case.path, case.state)[0]
    gate, told = threading.Barrier(2), []
    on_file = papered(cases, case, way)

    def go(name: str) -> None:
        taken = replace(on_file, reason=name)
        gate.wait()
        try:
            act(cases, replace(LEGAL, name=name), case.case_id, 0, taken)
        except UsageError as error:
            told.append(str(error))

    threads = [threading.Thread(target=go, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (step,) = case_file(cases, LEGAL, case.case_id, TODAY).steps
    (message,) = told
    assert f"step 1 by {step.actor}" in message
    assert step.taken.reason == step.actor


# --- Whatever SQL somebody writes ---------------------------------------------------------------


def forced(case: Case, way_from: CaseState, action: CaseAction, to: CaseState) -> CaseStep:
    way = transition_of(case.path, way_from, action)
    taken = stated(way) if way else Taken(action, TODAY)
    return CaseStep(case.case_id, case.version + 1, way_from, to, taken, "x", ticking()(), None)


def written(engine: sa.Engine, step: CaseStep) -> None:
    with unit_of_work(engine, EVERYTHING) as connection:
        add_step(connection, step)


@pytest.fixture(params=["owner", "site"])
def writer(request, owner, cases) -> sa.Engine:
    return owner if request.param == "owner" else cases.engine


def test_a_transition_that_is_not_in_the_table_is_refused_by_the_database(cases, writer):
    case = opened(cases)
    allowed = {(way.action, way.to_state) for way in actions_from(case.path, case.state)}
    for action in CaseAction:
        for to in (CaseState.CLOSED, CaseState.FEE_PAID, CaseState.INVESTIGATING):
            if (action, to) not in allowed:
                with pytest.raises(InputFileError, match="goes from"):
                    written(writer, forced(case, case.state, action, to))
    assert now(cases, case.case_id) == case


def test_a_step_that_lacks_something_is_refused_by_the_database(cases, writer):
    case = opened(cases)
    step = forced(case, case.state, A.NOTIFY_INVESTIGATION, CaseState.INVESTIGATING)
    for change, reason in (
        ({"version": 2}, "moved on"),
        ({"from_state": CaseState.INVESTIGATING}, "moved on"),
        ({"second_person": "y"}, "second person"),
    ):
        with pytest.raises(InputFileError, match=reason):
            written(writer, replace(step, **change))
    for change, reason in (
        ({"documents": {DocumentKind.INVESTIGATION_NOTICE: "1号"}}, "documents"),
        ({"amount_yuan": Decimal(1)}, "amount"),
        ({"option": DisposalOption.SWAP}, "option"),
        ({"acted_on": OPENED - DAY}, "order of days"),
    ):
        with pytest.raises(InputFileError, match=reason):
            written(writer, replace(step, taken=replace(step.taken, **change)))


def test_a_step_of_two_needs_an_agreement_of_exactly_that(cases, writer):
    case, _ = asked(cases)
    step = forced(case, case.state, A.DROP, CaseState.CLOSED)
    with pytest.raises(InputFileError, match="second person"):
        written(writer, step)
    for second in ("y", REVIEWER.name):
        with pytest.raises(InputFileError, match="agreement"):
            written(writer, replace(step, actor=AUDITOR.name, second_person=second))


def test_nobody_moves_a_case_without_a_step(cases, owner):
    case = opened(cases)
    for change in (
        "state = 'closed', outcome = 'fee_paid', closed_on = '2026-06-30', version = 1",
        "version = version + 1",
        "reason = 'other'",
        "facts_digest = sha256('x')",
        "contract_id = contract_id + 1",
    ):
        message = refused_by_owner(owner, f"UPDATE parcelwatch.case SET {change}")
        assert "by its steps only" in message
    assert now(cases, case.case_id) == case


def test_nothing_of_a_case_is_deleted(cases, owner):
    walk(cases, opened(cases), TO_FEE[:3])
    for table in ("case", "case_step", "case_comment", "case_proposal"):
        for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
            told = refused_by_owner(owner, statement.format(f"parcelwatch.{table}"))
            assert "never changed or deleted" in told


def test_what_was_asked_for_is_not_changed_after_it(cases, owner):
    asked(cases)
    for change in ("reason = 'other'", "acted_on = '2026-06-29'", 'documents = \'{"a": "b"}\''):
        message = refused_by_owner(owner, f"UPDATE parcelwatch.case_proposal SET {change}")
        assert "as it stands" in message


def test_a_case_begins_at_its_beginning(cases, owner):
    opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    copied = (
        "INSERT INTO parcelwatch.case SELECT (c).* FROM (SELECT jsonb_populate_record(c,"
        " jsonb_build_object('case_id', gen_random_uuid(), 'ground', 'payment_overdue',"
        " 'state', 'demanded')) AS c FROM parcelwatch.case AS c) AS d"
    )
    assert "begins as opened" in refused_by_owner(owner, copied)


# --- Seeing -----------------------------------------------------------------------------------


def test_a_park_sees_its_own_cases_and_speaks_about_them(cases):
    case = opened(cases)
    own, other = (actor(Role.PARK_MANAGER, name, name) for name in ("东园", "西园"))
    assert [row.case for row in list_cases(cases, own, CaseFilter())] == [case]
    assert list_cases(cases, other, CaseFilter()) == []
    comment(cases, own, case.case_id, "企业已进场")
    (said,) = case_file(cases, own, case.case_id, TODAY).comments
    assert (said.account, said.text) == ("东园", "企业已进场")
    with pytest.raises(NothingFoundError):
        comment(cases, other, case.case_id, "无关")
    with pytest.raises(NothingFoundError):
        case_file(cases, other, case.case_id, TODAY)
    with pytest.raises(NotAllowedError):
        act(cases, own, case.case_id, 0, stated(actions_from(case.path, case.state)[0]))


def test_a_corrected_fact_flags_the_case(cases, owner):
    case = opened(cases)
    import_facts(owner, 1, {**FACTS, "note": "更正"}, OTHER)
    file = case_file(cases, AUDITOR, case.case_id, TODAY)
    assert CaseFlag.FACTS_CHANGED in {raised.flag for raised in file.flags}


def test_work_stands_by_its_last_day(cases):
    idle = walk(cases, opened(cases), TO_FEE[:1])
    damages = opened(cases, CasePath.DAMAGES, FindingCode.OVERDUE_START)
    items = work(cases, LEGAL)
    assert [item.row.case.case_id for item in items] == [idle.case_id, damages.case_id]
    assert items[0].last_on == date(2026, 5, 7)
    assert all(item.is_for(LEGAL) for item in items)
    assert not any(item.is_for(REVIEWER) for item in items)


def test_a_case_nobody_opened_is_named(cases):
    number = uuid4()
    with pytest.raises(NothingFoundError, match=str(number)):
        case_file(cases, AUDITOR, number, TODAY)


def test_an_unknown_contract_has_no_grounds(cases):
    with pytest.raises(NothingFoundError):
        grounds_of(cases, AUDITOR, ContractKey("unknown"), TODAY)


# --- Rescission -------------------------------------------------------------------------------

OWED = {
    **WHOLE,
    "premium_yuan": Fraction(20_000_000),
    "deposit_yuan": Fraction(4_000_000),
    "term_years": Fraction(20),
    "instalments": [(date(2026, 4, 20), Fraction(10_000_000), None, None)],
}


def late_payment(cases: Cases, owner: sa.Engine, *, paid_on: date | None = None) -> Case:
    """A case about a second instalment that was demanded and, by now, may be paid."""
    import_facts(owner, 1, OWED)
    case = opened(cases, CasePath.RESCISSION, FindingCode.PAYMENT_OVERDUE, date(2026, 5, 4))
    due_on, amount, *_ = OWED["instalments"][0]
    import_facts(owner, 2, {**OWED, "instalments": [(due_on, amount, paid_on, None)]})
    return walk(cases, case, [(A.DEMAND, date(2026, 5, 11))])


def test_late_payment_ends_a_contract_from_the_day_after_the_sixtieth(cases, owner):
    case = late_payment(cases, owner)
    sixtieth = date(2026, 6, 19)
    (way,) = [
        way
        for way in case_file(cases, AUDITOR, case.case_id, TODAY).ways
        if way.transition.action is A.RESCIND
    ]
    assert way.opens_on == sixtieth + DAY
    with pytest.raises(UsageError, match="period before it"):
        walk(cases, case, [(A.RESCIND, sixtieth)])
    rescinded = walk(cases, case, [(A.RESCIND, sixtieth + DAY)])
    assert rescinded.state is CaseState.RESCINDED
    file = case_file(cases, AUDITOR, case.case_id, TODAY)
    assert file.arrived_on == sixtieth + DAY
    assert file.settlement.rescission is None  # R4.4 is about the late start


def test_a_payment_that_was_made_ends_no_contract(cases, owner):
    case = late_payment(cases, owner, paid_on=date(2026, 6, 1))
    with pytest.raises(UsageError, match="not paid"):
        walk(cases, case, [(A.RESCIND, date(2026, 6, 22))])


def test_the_refund_goes_by_the_day_the_notice_arrived(cases, owner):
    import_facts(owner, 1, OWED)
    case = opened(cases, CasePath.RESCISSION, FindingCode.OVERDUE_START)
    arrived_on = date(2026, 5, 6)

    def refund(on: date) -> Decimal:
        found = case_file(cases, AUDITOR, case.case_id, on).settlement.rescission
        assert found is not None
        return found.refund_yuan

    assert refund(TODAY) < refund(arrived_on)
    told = refund(arrived_on)
    walk(cases, case, [(A.RESCIND, arrived_on)])
    assert refund(TODAY) == told
