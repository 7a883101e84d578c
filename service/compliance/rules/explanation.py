"""Why a contract was judged as it was: facts, steps, rules and articles, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.model.attributes import BY_KEY
from geodata.model.codelists import FindingCode, MilestoneKind
from geodata.model.fact_standing import FactStanding
from service.compliance.law import Number, Version
from service.compliance.law.steps import StepLaw
from service.compliance.rules.trace import Measure

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A cell of the ledger, or a field of an entry in it, as it was given.

    Attributes
    ----------
    key
        Ledger column; a field of an entry is ``instalments[2].due_on``.
    value
        As it was written; None where nothing was.
    standing
        Whether it was given, and had happened by the day.
    """

    key: str
    value: str | None
    standing: FactStanding

    def title(self, language: str) -> str:
        """The column in ``zh`` or ``en``, with the entry and its field."""
        column, bracket, rest = self.key.partition("[")
        if bracket:
            entry, _, part = rest.partition("].")
            titled = _numbered(BY_KEY[column].title(language), entry, language)
            return f"{titled} {_PARTS[part][language != 'zh']}"
        if column in BY_KEY:
            return BY_KEY[column].title(language)
        split, _, kind = column.rpartition("_")
        return f"{BY_KEY[split].title(language)} {MilestoneKind.of(kind).label(language)}"


_PARTS: Final = {
    "due_on": ("应付日", "due on"),
    "amount": ("金额", "amount"),
    "paid_on": ("付款日", "paid on"),
    "demanded_on": ("催告日", "demanded on"),
    "approved_on": ("批准日", "approved on"),
    "extended_to": ("延至", "extended to"),
    "begins_on": ("开始日", "begins on"),
    "ends_on": ("结束日", "ends on"),
    "status": ("核实情况", "status"),
}


def _numbered(title: str, entry: str, language: str) -> str:
    return f"{title}（第{entry}项）" if language == "zh" else f"{title} (no. {entry})"


@dataclass(frozen=True, slots=True)
class NumberUse:
    """A legal number as it stood for a contract."""

    number: Number
    version: Version

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        return self.number.zh if language == "zh" else self.number.en


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step of the judgement of a contract.

    Attributes
    ----------
    name
        The step; one about an entry carries its number: ``payment.late_days[2]``.
    law
        Its title, rule and authority.
    value
        In the unit of `measure`; None = unknown or not applicable.
    arithmetic
        How the value comes out of its inputs; None where nothing was calculated.
    of, facts, numbers
        The steps, facts and legal numbers that were looked at.
    """

    name: str
    law: StepLaw
    measure: Measure
    value: Value
    arithmetic: str | None
    of: tuple[str, ...]
    facts: tuple[Fact, ...]
    numbers: tuple[NumberUse, ...]

    @property
    def entry(self) -> str:
        """Number of the entry it is about; empty where it is about the contract."""
        return self.name.partition("[")[2].rstrip("]")

    def title(self, language: str) -> str:
        """Title in ``zh`` or ``en``."""
        title = self.law.title(language)
        return _numbered(title, self.entry, language) if self.entry else title


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """What a finding rests on.

    Attributes
    ----------
    chain
        Names of steps, in the order in which they were taken.
    facts
        The facts at the beginning of the chain.
    """

    code: FindingCode
    milestone: MilestoneKind | None
    chain: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole way from the facts of one contract to its verdict.

    Attributes
    ----------
    steps
        By name, in the order in which they were taken; the last one is the verdict.
    findings
        In the order of the judgement's findings.
    """

    steps: Mapping[str, ExplainedStep]
    findings: tuple[ExplainedFinding, ...]

    def chain(self, finding: ExplainedFinding) -> tuple[ExplainedStep, ...]:
        """The steps a finding rests on."""
        return tuple(self.steps[name] for name in finding.chain)
