"""The table of transitions as a whole: what holds of every path."""

from __future__ import annotations

import pytest

from geodata.model.case_lists import CaseAction, CasePath, CaseState
from geodata.model.codelists import FindingCode
from geodata.model.roles import Permission, Role
from geodata.model.transitions import TRANSITIONS, actions_from, paths_of, transition_of


def reached(path: CasePath) -> set[CaseState]:
    """The states a case of a path can come to."""
    states, fresh = set(), {CaseState.OPENED}
    while fresh:
        states |= fresh
        fresh = {way.to_state for state in fresh for way in actions_from(path, state)} - states
    return states


def test_a_state_and_an_action_lead_to_one_state():
    names = [(way.path, way.from_state, way.action) for way in TRANSITIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", CasePath)
def test_every_case_can_be_closed_from_wherever_it_comes_to(path):
    states = reached(path)
    assert states >= {way.from_state for way in TRANSITIONS if way.path is path}
    for state in states - {CaseState.CLOSED}:
        seen, fresh = set(), {state}
        while fresh:
            seen |= fresh
            fresh = {way.to_state for one in fresh for way in actions_from(path, one)} - seen
        assert CaseState.CLOSED in seen
    assert actions_from(path, CaseState.CLOSED) == ()


def test_no_state_and_no_action_is_left_over():
    assert {way.to_state for way in TRANSITIONS} | {CaseState.OPENED} == set(CaseState)
    assert {way.action for way in TRANSITIONS} == set(CaseAction)


def test_what_closes_a_case_is_the_work_of_two_and_has_an_outcome():
    for way in TRANSITIONS:
        closes = way.to_state is CaseState.CLOSED
        assert closes == (way.outcome is not None)
        assert way.is_of_two or not closes


def test_who_takes_steps_does_not_agree_to_them():
    asked = {way.permission for way in TRANSITIONS}
    assert asked == {Permission.CASES, Permission.ISSUE}
    for role in Role:
        assert not (role.permissions & asked and Permission.AGREE in role.permissions)
        if role.is_of_parks:
            assert not role.permissions & {*asked, Permission.AGREE}


def test_only_findings_that_call_for_it_open_a_case():
    assert paths_of(FindingCode.SUSPECT_IDLE_2Y) == (CasePath.IDLE_LAND,)
    assert paths_of(FindingCode.SUSPECT_IDLE_SUSPENDED) == (CasePath.NEGOTIATED,)
    assert paths_of(FindingCode.DATA_GAP) == ()


def test_suspended_works_meet_neither_fee_nor_recovery():
    """Idle-land measures Art. 12, last paragraph (R1.32)."""
    ways = [way for way in TRANSITIONS if way.path is CasePath.NEGOTIATED]
    assert not {way.action for way in ways} & {CaseAction.APPROVE_FEE, CaseAction.APPROVE_RECOVERY}
    assert transition_of(CasePath.NEGOTIATED, CaseState.FILED, CaseAction.NEGOTIATE)
