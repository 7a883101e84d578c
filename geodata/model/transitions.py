"""How a case may move: every path as one table, which the database guards too.

No number of the law stands here: `Transition.act` names an entry of the procedure sheet of the law
book, which has its periods, their kind of days, and their articles. What is two people's work is a
convention of the product where the law does not say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from geodata.model.case_lists import CaseAction as Act
from geodata.model.case_lists import CaseOutcome, CasePath
from geodata.model.case_lists import CaseState as State
from geodata.model.case_lists import DocumentKind as Document
from geodata.model.codelists import FindingCode
from geodata.model.roles import Permission


@dataclass(frozen=True, slots=True)
class Transition:
    """One way to move a case of a path.

    Attributes
    ----------
    path, from_state, action, to_state
        A state and an action lead to one state only.
    permission
        What who takes the action has to be allowed.
    documents
        What has to be on file for it.
    act
        Act of the procedure sheet that the action is; its period is the deadline. Blank for one
        the sheet does not have.
    after
        Act of the procedure sheet whose period has to be over first.
    unless
        Act that a law book must not have for the action to be allowed: the way round a step that
        only some districts know.
    is_of_two
        Whether a second person has to agree before it is taken.
    asks_amount, asks_option
        Whether it states an amount, or a way of disposal.
    outcome
        What became of a case that it closes.
    """

    path: CasePath
    from_state: State
    action: Act
    to_state: State
    permission: Permission = Permission.CASES
    documents: tuple[Document, ...] = ()
    act: str = ""
    after: str = ""
    unless: str = ""
    is_of_two: bool = False
    asks_amount: bool = False
    asks_option: bool = False
    outcome: CaseOutcome | None = None


GROUNDS: Final[Mapping[CasePath, tuple[FindingCode, ...]]] = {
    CasePath.IDLE_LAND: (FindingCode.SUSPECT_IDLE_1Y, FindingCode.SUSPECT_IDLE_2Y),
    CasePath.NEGOTIATED: (FindingCode.IDLE_GOV, FindingCode.SUSPECT_IDLE_SUSPENDED),
    CasePath.RESCISSION: (
        FindingCode.OVERDUE_START,
        FindingCode.OVERDUE_COMPLETION,
        FindingCode.OVERDUE_PRODUCTION,
        FindingCode.OVERDUE_TARGET_OUTPUT,
        FindingCode.PAYMENT_OVERDUE,
    ),
    CasePath.DAMAGES: (
        FindingCode.OVERDUE_START,
        FindingCode.OVERDUE_COMPLETION,
        FindingCode.OVERDUE_PRODUCTION,
        FindingCode.OVERDUE_TARGET_OUTPUT,
        FindingCode.PAYMENT_OVERDUE,
        FindingCode.SHORTFALL_INVESTMENT,
        FindingCode.SHORTFALL_FAR,
        FindingCode.EXCESS_FAR,
        FindingCode.SHORTFALL_OUTPUT,
        FindingCode.SHORTFALL_TAX,
    ),
}
"""Which findings a case of a path is opened on."""


def paths_of(ground: FindingCode) -> tuple[CasePath, ...]:
    """The paths a case on a finding can follow; none where a finding calls for no case."""
    return tuple(path for path, grounds in GROUNDS.items() if ground in grounds)


def actions_from(path: CasePath, state: State) -> tuple[Transition, ...]:
    """Every way on from a state."""
    return tuple(one for one in TRANSITIONS if (one.path, one.from_state) == (path, state))


def transition_of(path: CasePath, state: State, action: Act) -> Transition | None:
    """The way on from a state by an action; None where there is none."""
    return next((one for one in actions_from(path, state) if one.action is action), None)


_RECEIPT: Final = Document.SERVICE_RECEIPT


def _investigation(path: CasePath) -> Iterator[Transition]:
    """From suspicion to determined, published and filed idle land (Arts. 5-11, 25)."""
    served = (Document.DETERMINATION, _RECEIPT)
    determine = Transition(
        path, State.EXPLAINED, Act.DETERMINE, State.DETERMINED, Permission.ISSUE, served,
        "determination", is_of_two=True,
    )  # fmt: skip
    yield Transition(
        path, State.OPENED, Act.NOTIFY_INVESTIGATION, State.INVESTIGATING, Permission.ISSUE,
        (Document.INVESTIGATION_NOTICE, _RECEIPT), "investigation_notice",
    )  # fmt: skip
    yield Transition(
        path, State.INVESTIGATING, Act.RECORD_EXPLANATION, State.EXPLAINED, act="explanation"
    )
    yield replace(determine, from_state=State.INVESTIGATING, after="explanation")
    yield determine
    for state in (State.OPENED, State.INVESTIGATING, State.EXPLAINED):
        yield _ended(path, state, Act.DROP, CaseOutcome.UNFOUNDED)
    yield Transition(path, State.DETERMINED, Act.PUBLISH, State.PUBLISHED, act="publication")
    yield Transition(path, State.PUBLISHED, Act.FILE, State.FILED, act="filing")
    yield Transition(path, State.FILED, Act.NEGOTIATE, State.NEGOTIATING, is_of_two=True)


def _hearing(path: CasePath) -> Iterator[Transition]:
    """The right to a hearing, before anything is decided (Art. 15)."""
    offered = (Document.HEARING_OFFER, _RECEIPT)
    yield Transition(
        path, State.FILED, Act.OFFER_HEARING, State.HEARING_OFFERED, Permission.ISSUE, offered,
        "hearing_offer",
    )  # fmt: skip
    yield Transition(
        path,
        State.HEARING_OFFERED,
        Act.REQUEST_HEARING,
        State.HEARING_REQUESTED,
        act="hearing_request",
    )
    yield Transition(path, State.HEARING_OFFERED, Act.FORGO_HEARING, State.HEARD)
    yield Transition(
        path,
        State.HEARING_OFFERED,
        Act.LET_HEARING_LAPSE,
        State.HEARD,
        after="hearing_request",
    )
    yield Transition(
        path, State.HEARING_REQUESTED, Act.CALL_HEARING, State.HEARING_CALLED, act="hearing_notice"
    )
    yield Transition(path, State.HEARING_CALLED, Act.HOLD_HEARING, State.HEARD, act="hearing")


def _decision(path: CasePath) -> Iterator[Transition]:
    """Approval and service of the fee or of the recovery (Art. 14)."""
    yield Transition(
        path, State.HEARD, Act.APPROVE_FEE, State.FEE_APPROVED, act="approval", is_of_two=True
    )
    yield Transition(
        path, State.FEE_APPROVED, Act.DECIDE_FEE, State.FEE_DECIDED, Permission.ISSUE,
        (Document.FEE_DECISION, _RECEIPT), "fee_decision", is_of_two=True, asks_amount=True,
    )  # fmt: skip
    yield Transition(
        path, State.HEARD, Act.ANNOUNCE_RECOVERY, State.ANNOUNCED, Permission.ISSUE,
        (Document.ANNOUNCEMENT,), "announcement",
    )  # fmt: skip
    approve = Transition(
        path, State.HEARD, Act.APPROVE_RECOVERY, State.RECOVERY_APPROVED, act="approval",
        unless="announcement", is_of_two=True,
    )  # fmt: skip
    yield approve
    yield replace(approve, from_state=State.ANNOUNCED, unless="")
    yield Transition(
        path, State.RECOVERY_APPROVED, Act.DECIDE_RECOVERY, State.RECOVERY_DECIDED,
        Permission.ISSUE, (Document.RECOVERY_DECISION, _RECEIPT), "recovery_decision",
        after="recovery_decision", is_of_two=True,
    )  # fmt: skip


def _performance(
    path: CasePath, decided: State, contested: State, demanded: State, in_court: State, done: State
) -> Iterator[Transition]:
    """What follows a decision: remedies, the demand, and the court (Arts. 17-18)."""
    yield Transition(path, decided, Act.CONTEST, contested, act="suit")
    yield Transition(path, contested, Act.UPHOLD, decided)
    yield _ended(path, contested, Act.ANNUL, CaseOutcome.ANNULLED)
    yield Transition(
        path, decided, Act.DEMAND, demanded, Permission.ISSUE,
        (Document.DEMAND_LETTER, _RECEIPT), "demand_letter",
    )  # fmt: skip
    yield Transition(
        path, demanded, Act.APPLY_TO_COURT, in_court, act="court_application",
        after="enforcement", is_of_two=True,
    )  # fmt: skip
    for state in (decided, demanded, in_court):
        yield from _performed(path, state, done)


def _performed(path: CasePath, state: State, done: State) -> Iterator[Transition]:
    if done is State.FEE_PAID:
        yield from _paid(path, state, done, "fee_payment")
    else:
        yield Transition(path, state, Act.DEREGISTER, done, act="deregistration")
        yield Transition(
            path, state, Act.CANCEL_REGISTRATION, done, Permission.ISSUE, (Document.ANNOUNCEMENT,),
            "cancellation", after="deregistration", is_of_two=True,
        )  # fmt: skip


def _paid(path: CasePath, state: State, done: State, act: str = "") -> Iterator[Transition]:
    yield Transition(path, state, Act.RECORD_PART_PAYMENT, state, asks_amount=True)
    yield Transition(path, state, Act.RECORD_PAYMENT, done, act=act, asks_amount=True)


def _negotiation(path: CasePath) -> Iterator[Transition]:
    """Disposal by agreement (Arts. 12-13)."""
    yield Transition(
        path, State.NEGOTIATING, Act.PLAN, State.PLANNED, act="disposal_plan", asks_option=True
    )
    yield Transition(path, State.PLANNED, Act.APPROVE_PLAN, State.PLAN_APPROVED, is_of_two=True)
    yield Transition(path, State.PLAN_APPROVED, Act.SIGN_AGREEMENT, State.AGREED, Permission.ISSUE)
    yield Transition(path, State.AGREED, Act.RECORD_PERFORMANCE, State.DISPOSED)
    yield _mortgagee(path, State.PLAN_APPROVED)
    for state in (State.NEGOTIATING, State.PLANNED, State.PLAN_APPROVED, State.AGREED):
        yield Transition(path, state, Act.RESUME, State.FILED)
    yield _ended(path, State.DISPOSED, Act.CLOSE, CaseOutcome.DISPOSED)


def _mortgagee(path: CasePath, state: State) -> Transition:
    return Transition(
        path, state, Act.INFORM_MORTGAGEE, state, Permission.ISSUE, act="mortgagee_copy"
    )


def _ended(path: CasePath, state: State, action: Act, outcome: CaseOutcome) -> Transition:
    """A case is closed by two people, whatever became of it."""
    return Transition(path, state, action, State.CLOSED, is_of_two=True, outcome=outcome)


def _idle_land() -> Iterator[Transition]:
    path = CasePath.IDLE_LAND
    yield from _investigation(path)
    yield from _hearing(path)
    yield from _decision(path)
    yield from _performance(
        path, State.FEE_DECIDED, State.FEE_CONTESTED, State.FEE_DEMANDED, State.FEE_IN_COURT,
        State.FEE_PAID,
    )  # fmt: skip
    yield from _performance(
        path, State.RECOVERY_DECIDED, State.RECOVERY_CONTESTED, State.RECOVERY_DEMANDED,
        State.RECOVERY_IN_COURT, State.RECOVERED,
    )  # fmt: skip
    yield _mortgagee(path, State.RECOVERY_DECIDED)
    yield from _negotiation(path)
    yield _ended(path, State.FEE_PAID, Act.CLOSE, CaseOutcome.FEE_PAID)
    yield _ended(path, State.RECOVERED, Act.CLOSE, CaseOutcome.RECOVERED)


def _negotiated() -> Iterator[Transition]:
    yield from _investigation(CasePath.NEGOTIATED)
    yield from _negotiation(CasePath.NEGOTIATED)


def _civil(path: CasePath) -> Iterator[Transition]:
    """What a claim under the contract begins with."""
    yield Transition(
        path, State.OPENED, Act.DEMAND, State.DEMANDED, Permission.ISSUE,
        (Document.DEMAND_LETTER, _RECEIPT), asks_amount=path is CasePath.DAMAGES,
    )  # fmt: skip
    for state in (State.OPENED, State.DEMANDED):
        yield _ended(path, state, Act.RECORD_CURE, CaseOutcome.CURED)
        yield _ended(path, state, Act.DROP, CaseOutcome.UNFOUNDED)


def _rescission() -> Iterator[Transition]:
    path = CasePath.RESCISSION
    yield from _civil(path)
    for state in (State.OPENED, State.DEMANDED):
        yield Transition(
            path, state, Act.RESCIND, State.RESCINDED, Permission.ISSUE,
            (Document.RESCISSION_NOTICE, _RECEIPT), "rescission_notice",
            after="payment_tolerance", is_of_two=True,
        )  # fmt: skip
    yield Transition(path, State.RESCINDED, Act.CONTEST, State.RESCISSION_CONTESTED)
    yield Transition(path, State.RESCISSION_CONTESTED, Act.UPHOLD, State.RESCINDED)
    yield _ended(path, State.RESCISSION_CONTESTED, Act.ANNUL, CaseOutcome.ANNULLED)
    yield Transition(
        path, State.RESCINDED, Act.REFUND, State.REFUNDED, is_of_two=True, asks_amount=True
    )
    yield _ended(path, State.REFUNDED, Act.CLOSE, CaseOutcome.RESCINDED)


def _damages() -> Iterator[Transition]:
    path = CasePath.DAMAGES
    yield from _civil(path)
    yield Transition(
        path, State.DEMANDED, Act.AGREE_INSTALMENTS, State.INSTALMENTS_AGREED, is_of_two=True
    )
    for state in (State.DEMANDED, State.INSTALMENTS_AGREED):
        yield Transition(path, state, Act.SUE, State.SUED, Permission.ISSUE)
    yield Transition(path, State.SUED, Act.RECORD_JUDGMENT, State.ADJUDGED, asks_amount=True)
    for state in (State.DEMANDED, State.INSTALMENTS_AGREED, State.SUED, State.ADJUDGED):
        yield from _paid(path, state, State.DAMAGES_PAID)
    for state in (State.OPENED, State.DEMANDED, State.INSTALMENTS_AGREED, State.SUED):
        yield replace(_ended(path, state, Act.WAIVE, CaseOutcome.WAIVED), asks_amount=True)
    yield _ended(path, State.DAMAGES_PAID, Act.CLOSE, CaseOutcome.DAMAGES_PAID)


TRANSITIONS: Final[tuple[Transition, ...]] = (
    *_idle_land(),
    *_negotiated(),
    *_rescission(),
    *_damages(),
)
"""Every way a case may move; the database has the same rows (table ``transition``)."""
