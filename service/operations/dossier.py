"""Everything the page of one contract shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import numpy as np

from geodata.errors import NothingFoundError
from geodata.model.cases import Case
from geodata.model.content import Row
from geodata.model.content.agreements import AGREEMENTS
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import ContractKey
from geodata.model.entries import Entry
from geodata.model.evidence import Evidence
from geodata.model.rows import row_cells
from geodata.model.scenes import ParcelMeasure
from geodata.model.supervised import StatedSite, SupervisionRecord, last_words
from geodata.store.engine import Connection
from geodata.store.queries.cases import cases_of
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.entries import entries_of
from geodata.store.queries.evidence import evidence_of
from geodata.store.queries.identities import contract_of_key
from geodata.store.queries.parcels import read_outlines
from geodata.store.queries.scenes import measures_of
from geodata.store.queries.supervised import open_records, statements_of
from service.compliance.casework.flags import Raised, standing_flags
from service.compliance.law import LawBook
from service.compliance.rules.explain import explanations
from service.compliance.rules.explanation import Explanation
from service.compliance.rules.remedies import Remedy
from service.compliance.rules.remedies import remedies as remedies_of_row
from service.compliance.rules.spans import Span, life_of
from service.maps.view import JudgedParcel
from service.operations.history import FactVersion, history_of
from service.operations.noted_changes import NotedChange, noted_changes
from service.operations.rolls import watched
from service.operations.views import judged_parcels
from service.reports.documents import Document, contract_document
from service.reports.explanations import TraceDocuments
from service.reports.land_lists import hold_document
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
    records
        Open records of joint supervision about its grantee.
    statements, flags
        What offices stated of its land, the newest first, and what has to be known of it besides
        its findings.
    entries, history
        What was entered about it by hand, and the versions of its facts, the newest first.
    cases
        The cases about it, the one opened last first.
    evidence, listed_evidence
        The files kept as its evidence, the newest first, and what tables of evidence list of it.
    measures, changes
        What each scene shows of its land, in order of their days, and what pairs of them tell,
        the newest first.
    """

    parcel: JudgedParcel
    explanation: Explanation
    remedies: tuple[Remedy, ...]
    life: tuple[Span, ...]
    agreements: tuple[Row, ...] = ()
    records: tuple[SupervisionRecord, ...] = ()
    statements: tuple[StatedSite, ...] = ()
    flags: tuple[Raised, ...] = ()
    entries: tuple[Entry, ...] = ()
    history: tuple[FactVersion, ...] = ()
    cases: tuple[Case, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    listed_evidence: tuple[Row, ...] = ()
    measures: tuple[ParcelMeasure, ...] = ()
    changes: tuple[NotedChange, ...] = ()


def dossier_document(found: Dossier, language: str) -> Document:
    """The dossier as the ledger contract writes an explained contract (`docs/ledger.md`).

    Added are ``life``, the verdicts from signing to some years ahead, ``agreements``, cells by key
    as a table of investment agreements writes them, ``holds`` on the grantee, and ``supervision``,
    open records of joint supervision.
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
    return {
        **explained,
        "remedies": remedies,
        "life": life,
        "agreements": agreements,
        "holds": [hold_document(hold) for hold in found.parcel.holds],
        "supervision": [
            {
                "field": record.field.value,
                "record_no": record.record_no or None,
                "recorded_on": record.recorded_on.isoformat(),
                "agency": record.agency or None,
            }
            for record in found.records
        ],
    }


def dossier(
    connection: Connection,
    law: LawBook,
    key: ContractKey,
    as_of: date,
    language: str,
    known_at: datetime | None = None,
    *,
    asked_at: datetime | None = None,
) -> Dossier:
    """The dossier of one contract, also under a key it had before.

    Parameters
    ----------
    known_at
        Instant whose knowledge of the facts is wanted.
    asked_at
        The same of what the bureau has decided and stated, which waits for no cards.

    Raises
    ------
    NothingFoundError
        When there is no such contract.
    """
    stored = stored_contract(connection, key, known_at)
    contract, shapes = stored.columns, read_outlines(connection, stored.contract_id, known_at)
    held = watched(connection, law, as_of, asked_at)
    (parcel,) = judged_parcels(contract, Wording(law, language), as_of, shapes, held)
    contract_id = int(stored.contract_id[0])
    agreements = read_contract_rows(connection, ContentKind.AGREEMENTS, known_at, contract_id)
    listed = read_contract_rows(connection, ContentKind.EVIDENCE, known_at, contract_id)
    entries = entries_of(connection, contract_id)
    cells = row_cells(contract, 0)
    statements = tuple(statements_of(connection, contract_id, asked_at))
    cases = tuple(cases_of(connection, contract_id))
    return Dossier(
        parcel=replace(parcel, facts=(*cells.items(), *stored.extras[0].items())),
        explanation=next(explanations(contract, law, as_of)),
        remedies=remedies_of_row(contract, law, as_of, 0),
        life=life_of(contract, law, date(as_of.year + _YEARS_AHEAD, 12, 31)),
        agreements=tuple(agreements.rows),
        records=tuple(open_records(connection, as_of, asked_at, uscc=parcel.uscc)),
        statements=statements,
        flags=tuple(standing_flags(cells, cases, law, last_words(statements), as_of)),
        entries=tuple(entries),
        history=history_of(connection, contract_id, known_at, entries),
        cases=cases,
        evidence=tuple(evidence_of(connection, contract_id)),
        listed_evidence=tuple(listed.rows),
        measures=tuple(measures_of(connection, contract_id, asked_at)),
        changes=noted_changes(connection, contract_id, cells, asked_at),
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
