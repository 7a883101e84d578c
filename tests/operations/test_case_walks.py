"""Random walks: whatever people do to cases, operation and database agree, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from geodata.errors import UsageError
from geodata.model.case_lists import CaseAction, CasePath, CaseState
from geodata.model.cases import Case, Proposal, Taken
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.transitions import Transition, actions_from, transition_of
from geodata.store.log import read_events
from geodata.store.queries.cases import CaseFilter, steps_of
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.operations.case_files import list_cases
from service.operations.cases import Cases, act, decide
from tests.operations.casework import AUDITOR, REVIEWER, opened, papered, person_for
from tests.operations.test_entries import FACTS, TODAY, take, ticking

GROUNDS = {
    CasePath.IDLE_LAND: FindingCode.SUSPECT_IDLE_1Y,
    CasePath.DAMAGES: FindingCode.OVERDUE_START,
    CasePath.RESCISSION: FindingCode.PAYMENT_OVERDUE,
}
UNPAID = {**FACTS, "instalments": [(TODAY - timedelta(days=900), 10**7, None, None)]}


@dataclass(frozen=True)
class Office:
    """Cases as the site reaches them, and a contract for each walk."""

    owner: sa.Engine
    cases: Cases
    numbers: Iterator[int]

    def contract(self) -> ContractKey:
        number = next(self.numbers)
        key = ContractKey(f"W{number}", "", f"P{number}")
        named = {"contract_no": key.contract_no, "parcel_code": key.parcel_code}
        take(self.owner, number, {**UNPAID, **named})
        return key


@pytest.fixture
def office(own_engine: sa.Engine, law: LawBook) -> Iterator[Office]:
    url = own_engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False)
    engine = site_engine(url)
    yield Office(own_engine, Cases(engine, law, ticking()), count(1))
    engine.dispose()


class Walk(RuleBasedStateMachine):
    """The cases of a contract, on every path, moved by whatever action on whatever page.

    The model is what the table and the law book say; beside it stands what was done.
    """

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.cases, self.key = self.office.cases, self.office.contract()
        self.known: dict[CasePath, Case] = {}
        self.taken: dict[CasePath, list[tuple[CaseState, CaseAction]]] = {}
        self.waits: dict[CasePath, Proposal] = {}

    @rule(path=st.sampled_from(sorted(GROUNDS)))
    def open(self, path: CasePath) -> None:
        is_there = path in self.known
        try:
            self.known[path] = opened(self.cases, path, GROUNDS[path], TODAY, self.key)
        except UsageError:
            assert is_there
        else:
            assert not is_there
            self.taken[path] = []

    @rule(
        path=st.sampled_from(sorted(GROUNDS)),
        drawn=st.integers(0, 1000),
        behind=st.sampled_from([0, 0, 0, 1]),
        is_any=st.sampled_from([False, False, True]),
    )
    def act(self, path: CasePath, drawn: int, behind: int, is_any: bool) -> None:
        """Mostly an action that leads on, sometimes any other, sometimes on an old page."""
        case = self.known.get(path)
        if case is None:
            return
        ways = actions_from(path, case.state)
        actions = list(CaseAction) if is_any else [way.action for way in ways]
        action = actions[drawn % len(actions)]
        way = transition_of(path, case.state, action)
        said = papered(self.cases, case, way or ways[0])
        if way is None:
            said = Taken(action, TODAY, "依法办理")
        person = person_for(way) if way else AUDITOR
        try:
            done = act(self.cases, person, case.case_id, case.version - behind, said)
        except UsageError:
            assert behind or self._is_barred(way, path)
            return
        assert way is not None
        assert not behind
        assert isinstance(done, Proposal) == way.is_of_two
        if isinstance(done, Proposal):
            self.waits[path] = done
        else:
            self._moved(path, way)

    @rule(path=st.sampled_from(sorted(GROUNDS)), agrees=st.booleans())
    def decide(self, path: CasePath, agrees: bool) -> None:
        asked = self.waits.get(path)
        if asked is None:
            return
        case = self.known[path]
        way = transition_of(path, case.state, asked.taken.action)
        try:
            done = decide(
                self.cases, REVIEWER, asked.proposal_id, agrees=agrees, decision="复核意见"
            )
        except UsageError:
            assert asked.version != case.version + 1
            return
        del self.waits[path]
        assert (done is not None) is agrees
        if agrees:
            assert way is not None
            self._moved(path, way)

    def _is_barred(self, way: Transition | None, path: CasePath) -> bool:
        """Everything happens on one day, so what has to wait for a period is barred."""
        if way is None or way.unless in self.cases.law.procedure:
            return True
        if way.is_of_two and path in self.waits:
            return True
        if way.action is CaseAction.RESCIND and way.from_state is CaseState.OPENED:
            return True
        return bool(way.after) or way.action is CaseAction.HOLD_HEARING

    def _moved(self, path: CasePath, way: Transition) -> None:
        self.taken[path].append((way.from_state, way.action))
        if way.to_state is CaseState.CLOSED:
            del self.known[path]
            self.waits.pop(path, None)
            return
        case = self.known[path]
        self.known[path] = replace(case, state=way.to_state, version=case.version + 1)

    @invariant()
    def the_database_stands_where_the_walk_does(self) -> None:
        found = list_cases(self.cases, AUDITOR, CaseFilter(is_open=True))
        rows = [row for row in found if row.key == self.key]
        assert {row.case.path: row.case for row in rows} == self.known
        with unit_of_work(self.cases.engine, EVERYTHING) as connection:
            steps = steps_of(connection, [row.case.case_id for row in rows])
            log = [e.event for e in read_events(connection, 10**6) if e.event.kind == "case_moved"]
        for row in rows:
            told = steps[row.case.case_id]
            assert [(s.from_state, s.taken.action) for s in told] == self.taken[row.case.path]
            assert [s.version for s in told] == list(range(1, row.case.version + 1))
            assert sum(e.subject_id == str(row.case.case_id) for e in log) == len(told)
            for step in told:
                way = transition_of(row.case.path, step.from_state, step.taken.action)
                assert way is not None
                assert (way.to_state, way.is_of_two) == (
                    step.to_state,
                    step.second_person is not None,
                )
                assert step.second_person != step.actor


def test_walks_end_nowhere_else_than_the_table_says(office):
    machine = type("Walks", (Walk,), {"office": office})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # shrinking would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
