"""What was found, told in the words of the law book: reasons, bases, next steps and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from geodata.model.attributes import BY_KEY, Attribute
from geodata.model.cells import CellError, write_cell
from geodata.model.codelists import Confidence, FindingCode
from geodata.model.columns import Cell
from service.compliance.law import LawBook
from service.compliance.rules.oddities import Oddity
from service.compliance.rules.results import ContractResult, FindingResult, IdleResult

_SETTLED: Final = (Confidence.VERIFIED, Confidence.CONVENTION)
_ODDITY_WORDS: Final = {"zh": ("未知", "有效期至"), "en": ("unknown", "expires on")}
_RESCISSION_OPEN: Final = {"zh": ("尚未成就", "已成就"), "en": ("is not open", "is open")}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """How one finding is told.

    Attributes
    ----------
    basis
        Instrument and article, one text each.
    confidence
        How sure the basis is.
    """

    reason: str
    basis: tuple[str, ...]
    confidence: Confidence
    next_step: str

    @property
    def to_be_confirmed(self) -> bool:
        """True where the law was not checked against its text."""
        return self.confidence not in _SETTLED


@dataclass(frozen=True)
class Wording:
    """The words of a law book in one language."""

    law: LawBook
    language: str

    @cached_property
    def _bases(self) -> Mapping[FindingCode, tuple[str, ...]]:
        return {
            code: tuple(citation.text(self.language) for citation in told.citations)
            for code, told in self.law.findings.items()
        }

    def finding(self, finding: FindingResult, contract: ContractResult) -> FindingWords:
        """A finding of a contract."""
        told = self.law.findings[finding.code]
        return FindingWords(
            reason=told.reason[self.language].format_map(self._values(finding, contract)),
            basis=self._bases[finding.code],
            confidence=told.confidence,
            next_step=told.next_step[self.language],
        )

    def _values(self, finding: FindingResult, contract: ContractResult) -> dict[str, Any]:
        """What a reason may name."""
        due_on = (each.due_on for each in contract.milestones if each.kind is finding.milestone)
        return {
            **{name: getattr(contract.idle, name, None) for name in IdleResult.__slots__},
            "due_on": next(due_on, None),
            "since_on": finding.since_on,
            "days": finding.days,
            "bucket": finding.bucket.label(self.language) if finding.bucket else "",
            "rescission": _RESCISSION_OPEN[self.language][bool(finding.rescission)],
        }

    def warning(self, oddity: Oddity) -> str:
        """What is odd, and what stands there."""
        joint, stop = ("：", "，") if self.language == "zh" else (": ", ", ")
        detail = stop.join(self._details(oddity))
        return oddity.code.label(self.language) + (joint + detail if detail else "")

    def _details(self, oddity: Oddity) -> Iterator[str]:
        unknown, expires = _ODDITY_WORDS[self.language]
        if oddity.instrument:
            text = oddity.instrument
            yield f"{text.title(self.language)} {expires} {text.expires_on}"
        for key, value in zip(oddity.columns, oddity.values, strict=True):
            written = unknown if value is None else fact_text(key, value)
            yield f"{BY_KEY[key].title(self.language)} {written}"


def cell_text(attribute: Attribute, cell: Cell, language: str) -> str:
    """A known cell as people read it: a code by its label."""
    if attribute.codelist and isinstance(cell, int):
        return attribute.codelist.at(cell).label(language)
    return cell_value(attribute, cell)


def cell_value(attribute: Attribute, cell: Cell) -> str:
    """A known cell as a file writes it."""
    try:
        return write_cell(attribute, cell)
    except CellError:
        return str(cell)  # an area in mu has no finite decimal form in m²: shown as a fraction


def fact_text(key: str, cell: Cell) -> str:
    """A known fact as the ledger writes it."""
    return cell_value(BY_KEY[key], cell)
