"""Everything the page of one contract shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import numpy as np

from geodata.errors import NothingFoundError
from geodata.model.content import Row
from geodata.model.content.agreements import AGREEMENTS
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry
from geodata.store.engine import Connection
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.entries import entries_of
from geodata.store.queries.identities import contract_of_key
from geodata.store.queries.parcels import read_outlines
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import Explanation
from service.compliance.rules.remedies import Remedy
from service.compliance.rules.remedies import remedies as remedies_of_row
from service.compliance.rules.spans import Span, life_of
from service.maps.view import JudgedParcel
from service.operations.history import FactVersion, history_of
from service.operations.views import facts_of, judged_parcels
from service.reports.documents import Document, contract_document
from service.reports.explanations import TraceDocuments
from service.reports.remedies import remedy_document
from service.wording import Wording, cell_value

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
    agreements
        Investment agreements beside it, as typed rows: no rule judges them.
    entries, history
        What was entered about it by hand, and the versions of its facts, the newest first.
    """

    parcel: JudgedParcel
    explanation: Explanation
    remedies: tuple[Remedy, ...]
    life: tuple[Span, ...]
    agreements: tuple[Row, ...] = ()
    entries: tuple[Entry, ...] = ()
    history: tuple[FactVersion, ...] = ()


def dossier_document(found: Dossier, language: str) -> Document:
    """The dossier as the ledger contract writes an explained contract (`docs/ledger.md`).

    Added are ``life``, the verdicts from signing to some years ahead, and ``agreements``, cells by
    key as a table of investment agreements writes them.
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
    agreements = [
        {
            a.key: cell_value(a, row.get(a.key))
            for a in AGREEMENTS.attributes
            if row.get(a.key) is not None
        }
        for row in found.agreements
    ]
    return {**explained, "remedies": remedies, "life": life, "agreements": agreements}


def dossier(
    connection: Connection,
    law: LawBook,
    key: ContractKey,
    as_of: date,
    language: str,
    known_at: datetime | None = None,
) -> Dossier:
    """The dossier of one contract, also under a key it had before.

    Raises
    ------
    NothingFoundError
        When there is no such contract.
    """
    stored = stored_contract(connection, key, known_at)
    contract, shapes = stored.columns, read_outlines(connection, stored.contract_id, known_at)
    (parcel,) = judged_parcels(contract, Wording(law, language), as_of, shapes)
    contract_id = int(stored.contract_id[0])
    agreements = read_contract_rows(connection, ContentKind.AGREEMENTS, known_at, contract_id)
    entries = entries_of(connection, contract_id)
    return Dossier(
        parcel=replace(parcel, facts=(*facts_of(contract, 0), *stored.extras[0].items())),
        explanation=next(explanations(contract, law, as_of)),
        remedies=remedies_of_row(contract, law, as_of, 0),
        life=life_of(contract, law, date(as_of.year + _YEARS_AHEAD, 12, 31)),
        agreements=tuple(agreements.rows),
        entries=tuple(entries),
        history=history_of(connection, contract_id, known_at, entries),
    )


def stored_contract(
    connection: Connection, key: ContractKey, known_at: datetime | None = None
) -> StoredContracts:
    """The facts of one contract, also under a key it had before.

    Raises
    ------
    NothingFoundError
        When there is no such contract.
    """
    contract_id = contract_of_key(connection, key)
    if contract_id is not None:
        wanted = np.array([contract_id], dtype=np.int64)
        stored = read_contracts(connection, known_at=known_at, contract_ids=wanted)
        if len(stored.columns):
            return stored
    raise NothingFoundError(
        "There is no contract {contract_no} {phase} on parcel {parcel_code}.",
        "Look for it in the list of contracts.",
        contract_no=key.contract_no,
        phase=key.phase,
        parcel_code=key.parcel_code,
    )
