"""What of a contract is near on a day: milestones, deadlines of cases, and what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from geodata.model.case_lists import CaseAction, CaseFlag
from geodata.model.codelist import Codelist
from geodata.model.codelists import FindingCode, Group, MilestoneKind, MilestoneState
from geodata.model.contract_key import ContractKey
from geodata.model.reminder_lists import ReminderKind
from service.compliance.rules.results import ContractResult

_AHEAD = (MilestoneState.NOT_DUE, MilestoneState.DUE_SOON, MilestoneState.EXTENDED)


@dataclass(frozen=True, slots=True)
class NamedResult:
    """A judgement, and what people call the contract.

    Attributes
    ----------
    title
        Project, else grantee, else contract number.
    """

    result: ContractResult
    title: str
    park: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One day somebody should know of.

    Attributes
    ----------
    on
        The last day on which a milestone is reached, or a step of a case taken, in time; else the
        day from which something holds.
    days
        From the day asked about until then; negative once it passed.
    milestone, finding, action, flag
        What it is about: a milestone that falls due, a finding and its milestone if it has one, the
        next step of a case, or what has to be known about one.
    """

    kind: ReminderKind
    key: ContractKey
    title: str
    park: str
    on: date
    days: int
    milestone: MilestoneKind | None
    finding: FindingCode | None = None
    action: CaseAction | None = None
    flag: CaseFlag | None = None

    @property
    def about(self) -> Codelist:
        """What is near."""
        about = self.action or self.flag or self.finding or self.milestone
        assert about is not None, "a reminder is about something"
        return about

    def subject(self, language: str) -> str:
        """What is near, in ``zh`` or ``en``."""
        return self.about.label(language)


def reminders(
    contracts: Iterable[NamedResult], as_of: date, reach_days: int
) -> tuple[Reminder, ...]:
    """Everything near, the nearest first.

    Parameters
    ----------
    contracts
        As judged on the day.
    as_of
        The day asked about.
    reach_days
        How many days to look ahead for what falls due, and back for what is new.
    """
    reach = timedelta(days=reach_days)
    near = (
        reminder
        for contract in contracts
        for reminder in (*_falling_due(contract, as_of), *_found(contract, as_of))
        if abs(reminder.on - as_of) <= reach
    )
    return in_order(near)


def in_order(found: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """Reminders by kind, and within one the nearest first."""
    return tuple(sorted(found, key=_order))


def _order(reminder: Reminder) -> tuple[int, int, str]:
    return reminder.kind.position, reminder.days, reminder.key.slug


def _falling_due(contract: NamedResult, as_of: date) -> Iterator[Reminder]:
    for stone in contract.result.milestones:
        if stone.state in _AHEAD and stone.due_on is not None and stone.due_on >= as_of:
            yield _reminder(ReminderKind.DUE, contract, stone.due_on, as_of, stone.kind)


def _found(contract: NamedResult, as_of: date) -> Iterator[Reminder]:
    """What puts it into one of the three groups; other findings are no news."""
    codes = {code: group for group in contract.result.groups for code in group.codes}
    for finding in contract.result.findings:
        if finding.code in codes and finding.since_on is not None and finding.since_on <= as_of:
            is_late = codes[finding.code] is Group.OVERDUE
            kind = ReminderKind.LATE if is_late else ReminderKind.FOUND
            since = finding.since_on
            yield _reminder(kind, contract, since, as_of, finding.milestone, finding.code)


def _reminder(
    kind: ReminderKind,
    contract: NamedResult,
    on: date,
    as_of: date,
    milestone: MilestoneKind | None,
    finding: FindingCode | None = None,
) -> Reminder:
    return Reminder(
        kind=kind,
        key=contract.result.key,
        title=contract.title,
        park=contract.park,
        on=on,
        days=(on - as_of).days,
        milestone=milestone,
        finding=finding,
    )
