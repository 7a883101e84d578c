"""Everything the page of one contract shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from geodata.model.contract_key import ContractKey
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import Explanation
from service.compliance.rules.remedies import Remedy
from service.compliance.rules.remedies import remedies as remedies_of_row
from service.compliance.rules.spans import Span, life_of
from service.maps.view import JudgedParcel
from service.operations.mapping import JudgedDistrict
from service.operations.views import facts_of
from service.reports.documents import Document, contract_document
from service.reports.explanations import TraceDocuments
from service.reports.remedies import remedy_document

_YEARS_AHEAD: Final = 5
"""So far ahead the verdicts of a contract are told."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One contract with all that can be said about it.

    Attributes
    ----------
    parcel
        Its judgement with the facts, and whatever else its ledger says.
    explanation
        How the findings follow from the facts.
    remedies
        What would remove the adverse findings.
    life
        Its verdicts from signing to some years ahead.
    """

    parcel: JudgedParcel
    explanation: Explanation
    remedies: tuple[Remedy, ...]
    life: tuple[Span, ...]


def dossier_document(found: Dossier, language: str) -> Document:
    """The dossier as the ledger contract writes an explained contract (`docs/ledger.md`).

    ``life`` is added: the verdicts from signing to some years ahead.
    """
    contract = contract_document(found.parcel.result, found.parcel.wording)
    explained = TraceDocuments(language).explained(contract, found.explanation)
    life = [
        {
            "verdict": span.verdict.value,
            "from_on": span.from_on.isoformat(),
            "to_on": span.to_on.isoformat() if span.to_on else None,
        }
        for span in found.life
    ]
    remedies = [remedy_document(remedy, language) for remedy in found.remedies]
    return {**explained, "remedies": remedies, "life": life}


def dossier(judged: JudgedDistrict, law: LawBook, key: ContractKey, as_of: date) -> Dossier:
    """The dossier of one contract of a judged district.

    Raises
    ------
    NothingFoundError
        When there is no such contract.
    """
    row, stored = judged.row_of(key), judged.stored
    contract = stored.columns.take([row])
    facts = (*facts_of(stored.columns, row), *stored.extras[row].items())
    return Dossier(
        parcel=replace(judged.view.parcels[row], facts=facts),
        explanation=next(explanations(contract, law, as_of)),
        remedies=remedies_of_row(contract, law, as_of, 0),
        life=life_of(contract, law, date(as_of.year + _YEARS_AHEAD, 12, 31)),
    )
