"""The rules as a person reads them: each finding with its law, steps, numbers and proofs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from geodata.errors import NothingFoundError
from geodata.model.codelists import FindingCode
from service.compliance.law import LawBook, Number
from service.compliance.law.book import FindingLaw
from service.compliance.law.sources import Instrument
from service.compliance.law.steps import StepLaw
from service.i18n import Translate

SHEET: Final = Path(__file__).with_name("rule_proofs.yaml")
_BLANK: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Case:
    """A contract a lawyer can judge, on which a finding is tested.

    Attributes
    ----------
    case_id
        Number in the rulebook, or a short name.
    zh, en
        What it is about.
    as_of
        Day on which the finding comes out.
    """

    case_id: str
    zh: str
    en: str
    as_of: str

    def title(self, language: str) -> str:
        """What it is about, in ``zh`` or ``en``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Rule:
    """What leads to one finding, and what shows that it does.

    Attributes
    ----------
    code, law
        The finding, its articles, reason and next step.
    steps
        The steps it can rest on, in the order in which they are taken.
    numbers
        The legal numbers those steps read, as far as the district has them.
    cases
        The tests in which it must come out.
    """

    code: FindingCode
    law: FindingLaw
    steps: tuple[StepLaw, ...]
    numbers: tuple[Number, ...]
    cases: tuple[Case, ...]

    def reason(self, language: str) -> str:
        """Why it is found; dots stand where a contract has its own days and figures."""
        return _BLANK.sub("…", self.law.reason[language])

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The texts it rests on, each once: those of the finding first."""
        cited = [*self.law.citations]
        cited += [citation for step in self.steps for citation in step.citations]
        cited += [
            citation
            for number in self.numbers
            for version in number.versions
            for citation in version.citations
        ]
        return tuple({each.instrument.instrument_id: each.instrument for each in cited}.values())


def rules(law: LawBook) -> tuple[Rule, ...]:
    """Every finding the product can make, gravest first, with what stands behind it."""
    return tuple(_rule(law, code) for code in FindingCode)


def rule(law: LawBook, code: str) -> Rule:
    """What stands behind one finding.

    Raises
    ------
    NothingFoundError
        When there is no such finding.
    """
    if code not in FindingCode.positions():
        raise NothingFoundError(
            "There is no rule {code}.", "Choose one from the list of rules.", code=code
        )
    return _rule(law, FindingCode.of(code))


def _rule(law: LawBook, code: FindingCode) -> Rule:
    proof = _proofs()[code.value]
    return Rule(
        code=code,
        law=law.findings[code],
        steps=tuple(law.steps[name] for name in proof["steps"]),
        numbers=tuple(law.numbers[name] for name in proof["numbers"] if name in law.numbers),
        cases=tuple(_case(case) for case in proof["cases"]),
    )


def _case(told: Mapping[str, str]) -> Case:
    return Case(told["id"], told["zh"], told["en"], told["as_of"])


@cache
def _proofs() -> Mapping[str, Mapping[str, Sequence[Any]]]:
    sheet: Mapping[str, Mapping[str, Sequence[Any]]] = yaml.safe_load(
        SHEET.read_text(encoding="utf-8")
    )
    return sheet


def unit_text(unit: str, translate: Translate) -> str:
    """The unit of a legal number in words."""
    _ = translate
    words = {
        "years": _("years"),
        "months": _("months"),
        "days": _("days"),
        "share": _("as a share"),
        "permille": "‰",
        "m2": "m²",
    }
    return words[unit]
