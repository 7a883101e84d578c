"""Cases: opened on a finding, moved step by step, some steps by two people, and spoken about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

from geodata.errors import NothingFoundError, OutdatedError, UsageError
from geodata.model.case_lists import CasePath, CaseState
from geodata.model.cases import Case, CaseStep, Comment, Proposal, ProposalState, Taken
from geodata.model.chain import EventKind
from geodata.model.codelists import FindingCode
from geodata.model.contract_key import ContractKey
from geodata.model.roles import Actor, Permission
from geodata.model.transitions import Transition, paths_of, transition_of
from geodata.store.engine import Connection, Engine
from geodata.store.queries import cases as rows
from geodata.store.queries.reviews import facts_digests
from geodata.store.scope import Scope
from geodata.store.session import unit_of_work
from service.clock import Clock, today
from service.compliance.casework.progress import days_of, require_open
from service.compliance.law import LawBook
from service.operations.case_checks import (
    cells_of,
    log_case,
    require_found,
    require_issued,
    require_order,
    require_past,
    require_stated,
    require_unpaid,
)
from service.operations.dossier import stored_contract
from service.operations.entry_forms import ground as grounds


@dataclass(frozen=True, slots=True)
class Cases:
    """Where cases are kept, the law that governs them, and the clock they live by."""

    engine: Engine
    law: LawBook
    clock: Clock


def open_case(
    cases: Cases,
    actor: Actor,
    key: ContractKey,
    ground: FindingCode,
    path: CasePath,
    opened_on: date,
    reason: str,
) -> Case:
    """Open a case on a finding that holds on the day it is opened.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor works on no cases, or sees no such contract.
    UsageError
        When the finding does not hold, does not lead onto the path, or has an open case already.
    """
    actor.require(Permission.CASES)
    told = grounds(reason)
    require_past(opened_on, today(cases.clock))
    if path not in paths_of(ground):
        raise UsageError(
            "“{ground}” does not lead to this procedure: {path}.",
            "Choose another procedure, or another finding.",
            ground=ground,
            path=path,
        )
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        stored = stored_contract(connection, key)
        require_found(cases.law, stored, ground, opened_on)
        contract_id = int(stored.contract_id[0])
        case = Case(
            case_id=uuid4(),
            contract_id=contract_id,
            ground=ground,
            path=path,
            state=CaseState.OPENED,
            version=0,
            opened_by=actor.name,
            opened_at=cases.clock(),
            opened_on=opened_on,
            reason=told,
            facts_digest=facts_digests(connection, [contract_id])[contract_id],
        )
        if not rows.add_case(connection, case):
            raise UsageError(
                "A case about this contract is open already on “{ground}”.",
                "Go on with that one; a new one is opened once it is closed.",
                ground=ground,
            )
        payload = {
            "contract_id": contract_id,
            "ground": ground,
            "path": path,
            "opened_on": opened_on,
            "reason": told,
            "facts_digest": case.facts_digest.hex(),
        }
        log_case(
            connection, EventKind.CASE_OPENED, case.case_id, actor.name, case.opened_at, payload
        )
    return case


def act(
    cases: Cases, actor: Actor, case_id: UUID, version: int, taken: Taken
) -> CaseStep | Proposal:
    """Move a case; where two have to, ask for it.

    Parameters
    ----------
    version
        Steps the case had when the actor looked at it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor may not take the action, or sees no such case.
    UsageError
        When the case has moved on, the action does not lead on from where it stands, something it
        needs is missing, or a period has to be over first.
    """
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        case = _kept(connection, actor, case_id, version)
        way = _way(cases, connection, case, taken)
        actor.require(way.permission)
        if way.is_of_two:
            return _ask(cases, connection, actor, case, taken)
        step = CaseStep(
            case_id, version + 1, case.state, way.to_state, taken, actor.name, cases.clock()
        )
        _take(connection, actor, step)
    return step


def decide(
    cases: Cases, actor: Actor, proposal_id: UUID, *, agrees: bool, decision: str = ""
) -> CaseStep | None:
    """Agree to a step somebody else asked for, which takes it, or refuse it.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor agrees to nothing, or sees no such step.
    UsageError
        When it is the actor's own, somebody has decided before, the case has moved on, or a
        refusal has no reason.
    """
    actor.require(Permission.AGREE)
    told = grounds(decision, is_needed=not agrees)
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        asked = rows.find_proposal(connection, proposal_id)
        if asked is None:
            raise NothingFoundError(
                "There is no step {number} that waits.", "Look at the case.", number=proposal_id
            )
        if asked.proposed_by == actor.name:
            raise UsageError(
                "Nobody agrees to what the same person asked for.", "Ask a second person."
            )
        case = _kept(connection, actor, asked.case_id, asked.version - 1)
        state = ProposalState.AGREED if agrees else ProposalState.REFUSED
        now = cases.clock()
        if not rows.decide_proposal(connection, proposal_id, state, actor.name, now, told):
            raise UsageError(
                "Somebody has decided about this step before.", "Look at the case as it stands."
            )
        if not agrees:
            payload = {"action": asked.taken.action, "refused": told}
            log_case(connection, EventKind.REFUSED, case.case_id, actor.name, now, payload)
            return None
        way = _way(cases, connection, case, asked.taken)
        ends = (case.case_id, asked.version, case.state, way.to_state)
        step = CaseStep(*ends, asked.taken, asked.proposed_by, now, actor.name)
        _take(connection, actor, step)
    return step


def comment(cases: Cases, actor: Actor, case_id: UUID, text: str) -> Comment:
    """Say something about a case that the actor sees.

    Raises
    ------
    NotAllowedError, NothingFoundError
        When the actor may not, or sees no such case.
    UsageError
        When nothing is said.
    """
    actor.require(Permission.COMMENT)
    said = Comment(uuid4(), case_id, actor.name, cases.clock(), grounds(text))
    with unit_of_work(cases.engine, Scope.of(actor)) as connection:
        found_case(connection, case_id)
        rows.add_comment(connection, said)
    return said


def found_case(connection: Connection, case_id: UUID, *, keep: bool = False) -> rows.CaseRow:
    """A case; where wanted, kept as it is until the transaction ends.

    Raises
    ------
    NothingFoundError
        When there is none that is seen.
    """
    found = rows.find_case(connection, case_id, keep=keep)
    if found is None:
        raise NothingFoundError(
            "There is no case {number}.", "Look in the list of cases.", number=case_id
        )
    return found


def _kept(connection: Connection, actor: Actor, case_id: UUID, version: int) -> Case:
    """A case nobody else moves now, as the actor had seen it."""
    found_case(connection, case_id)
    if not actor.sees_all:
        actor.require(Permission.CASES)
    case = found_case(connection, case_id, keep=True).case
    if case.version != version:
        steps = rows.steps_of(connection, [case_id])[case_id]
        raise OutdatedError(
            "The case has moved on meanwhile: it is “{state}” by now, after step {number} by"
            " {account}.",
            "Nothing was changed. Look at the case as it stands now.",
            state=case.state,
            number=case.version,
            account=steps[-1].actor if steps else case.opened_by,
        )
    return case


def _way(cases: Cases, connection: Connection, case: Case, taken: Taken) -> Transition:
    """The way an action leads on, once nothing bars it."""
    way = transition_of(case.path, case.state, taken.action)
    if way is None or way.unless in cases.law.procedure:
        raise UsageError(
            "A case that is “{state}” is not moved on by this: {action}.",
            "Choose one of the actions the case offers.",
            state=case.state,
            action=taken.action,
        )
    steps = rows.steps_of(connection, [case.case_id])[case.case_id]
    require_past(taken.acted_on, today(cases.clock))
    require_order(taken.acted_on, steps[-1].taken.acted_on if steps else case.opened_on)
    require_stated(way, taken)
    cells = cells_of(connection, [case]).get(case.contract_id, {})
    require_unpaid(case, way, cells)
    days = days_of(cases.law, case, steps, cells)
    require_open(cases.law, case, way, days, taken.acted_on)
    require_issued(connection, case, way, taken, steps)
    return way


def _ask(cases: Cases, connection: Connection, actor: Actor, case: Case, taken: Taken) -> Proposal:
    if not taken.reason:
        raise UsageError("A step of two people needs a reason.", "Say why it is to be taken.")
    asked = Proposal(uuid4(), case.case_id, case.version + 1, taken, actor.name, cases.clock())
    if not rows.add_proposal(connection, asked):
        raise UsageError(
            "A step of this case waits for a second person already.",
            "Have it decided about first.",
        )
    return asked


def _take(connection: Connection, actor: Actor, step: CaseStep) -> None:
    rows.add_step(connection, step)
    told = asdict(step)
    payload = {**told.pop("taken"), **told}
    for name in ("case_id", "at"):
        del payload[name]
    log_case(connection, EventKind.CASE_MOVED, step.case_id, actor.name, step.at, payload)
