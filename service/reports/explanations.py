"""Explanations as documents: the trace of a contract, and the chain of each finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from service.compliance.law.steps import StepLaw
from service.compliance.rules.explanation import ExplainedStep, Explanation, Fact, NumberUse
from service.compliance.rules.trace import Measure
from service.i18n import translator
from service.maps.figures import Figures

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TraceDocuments:
    """Writes explanations in ``zh`` or ``en``; what recurs is worded once."""

    language: str
    _laws: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _numbers: dict[tuple[str, object], Document] = field(default_factory=dict)

    def explained(self, contract: Document, explanation: Explanation) -> Document:
        """The document of a contract with its trace, and chain and facts of each finding."""
        findings = [
            finding | {"chain": list(told.chain), "facts": [_fact(fact) for fact in told.facts]}
            for finding, told in zip(contract["findings"], explanation.findings, strict=True)
        ]
        return contract | {"findings": findings, "trace": self.trace(explanation)}

    def trace(self, explanation: Explanation) -> list[Document]:
        """Every step of a contract, in order (`docs/ledger.md`)."""
        return [self._step(step) for step in explanation.steps.values()]

    def _step(self, step: ExplainedStep) -> Document:
        return {
            "name": step.name,
            "title": step.title(self.language),
            "value": step.value,
            "unit": step.measure.value,
            "parameters": [self._number(use) for use in step.numbers],
            "of": list(step.of),
            "facts": [_fact(fact) for fact in step.facts],
            **self._law(step.law),
            "arithmetic": step.arithmetic,
        }

    def _law(self, law: StepLaw) -> Mapping[str, Any]:
        if law.name not in self._laws:
            self._laws[law.name] = {
                "rule": law.rule[self.language],
                "basis": [citation.text(self.language) for citation in law.citations],
                "confidence": law.confidence.value,
            }
        return self._laws[law.name]

    def _number(self, use: NumberUse) -> Document:
        number, version = use.number, use.version
        key = (number.number_id, version.from_on)
        if key not in self._numbers:
            self._numbers[key] = {
                "id": number.number_id,
                "title": use.title(self.language),
                "value": str(version.value),
                "unit": number.unit,
                "from": version.from_on.isoformat(),
                "pack": number.pack,
                "basis": [citation.text(self.language) for citation in version.citations],
                "confidence": version.confidence.value,
            }
        return self._numbers[key]


def value_words(step: ExplainedStep, language: str) -> str:
    """The value of a step as people write it."""
    _ = translator(language)
    codelist, value = step.measure.codelist, step.value
    if codelist is not None:
        return codelist.of(str(value)).label(language)
    match step.measure:
        case Measure.FLAG:
            return _("yes") if value else _("no")
        case Measure.YUAN:
            return Figures(_).yuan(Decimal(str(value)))
        case Measure.DAYS:
            return _("{count} days").format(count=value)
        case Measure.M2:
            return f"{value} m²"
        case _:
            return str(value)


def _fact(fact: Fact) -> Document:
    return {"column": fact.key, "value": fact.value, "standing": fact.standing.value}
