"""What a case is asked for before it is opened or moved, and how the log remembers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np

from geodata.errors import UsageError
from geodata.model.case_lists import CaseAction, DocumentKind
from geodata.model.cases import Case, CaseStep, Taken
from geodata.model.chain import Event, EventKind, EventSubject
from geodata.model.codelists import FindingCode
from geodata.model.columns import Cell
from geodata.model.rows import row_cells
from geodata.model.transitions import Transition
from geodata.store.engine import Connection
from geodata.store.log import append
from geodata.store.queries.contracts import StoredContracts, read_contracts
from geodata.store.queries.documents import documents_of, services_of
from service.compliance.casework.arrears import unpaid_since
from service.compliance.law import LawBook
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.results import ContractResult, contract_results


def judged_on(law: LawBook, stored: StoredContracts, on: date) -> ContractResult:
    """What the rules make of one contract on a day."""
    (result,) = contract_results(stored.columns, evaluate(stored.columns, law, on))
    return result


def require_found(law: LawBook, stored: StoredContracts, ground: FindingCode, on: date) -> None:
    """Raise `UsageError` where a contract has no such finding on a day."""
    if all(finding.code is not ground for finding in judged_on(law, stored, on).findings):
        raise UsageError(
            "The contract had no such finding on {day}: {ground}.",
            "Look at its findings of that day, and open the case on one of them.",
            day=on,
            ground=ground,
        )


def require_past(on: date, today: date) -> None:
    """Raise `UsageError` for a day that has not come yet."""
    if on > today:
        raise UsageError("{day} has not come yet.", "Name the day on which it happened.", day=on)


def require_order(acted_on: date, last_on: date) -> None:
    """Raise `UsageError` for a day before the last step of a case."""
    if acted_on < last_on:
        raise UsageError(
            "{day} is before the last step of the case, {last_on}.",
            "Name a later day; a step that was forgotten is told in the reason of the next.",
            day=acted_on,
            last_on=last_on,
        )


def require_stated(way: Transition, taken: Taken) -> None:
    """Raise `UsageError` where an action lacks a document, an amount or a way of disposal."""
    for kind in way.documents:
        if not taken.documents.get(kind, "").strip():
            raise UsageError(
                "{action} needs a document on file: {document}.",
                "Give its number.",
                action=way.action,
                document=kind,
            )
    if way.asks_amount and (taken.amount_yuan is None or taken.amount_yuan < 0):
        raise UsageError("{action} states an amount.", "Give it in yuan.", action=way.action)
    if way.asks_option and taken.option is None:
        raise UsageError(
            "{action} states a way of disposal.", "Choose one from the list.", action=way.action
        )


def require_issued(
    connection: Connection, case: Case, way: Transition, taken: Taken, steps: Sequence[CaseStep]
) -> None:
    """Raise `UsageError` where an action rests on no issued document of the case.

    Where its receipt is asked for, the action has its day in law when the document was served.
    """
    documents = documents_of(connection, [case.case_id])[case.case_id]
    issued = {one.issue.number: one for one in documents if one.issue is not None}
    used = {number for step in steps for number in step.taken.documents.values()}
    for kind in way.documents:
        if kind is DocumentKind.SERVICE_RECEIPT:
            continue
        number = taken.documents[kind].strip()
        found = issued.get(number)
        if found is None or found.kind is not kind or number in used:
            raise UsageError(
                "No document {document} {number} was issued in this case for this step.",
                "Draft it, have it issued, and choose it from the list.",
                document=kind,
                number=number,
            )
        starts_on = found.issue.issued_on if found.issue else taken.acted_on
        if DocumentKind.SERVICE_RECEIPT in way.documents:
            served = services_of(connection, [found.document_id])[found.document_id]
            _require_served(number, [one.counts_on for one in served if one.counts_on], taken)
        elif taken.acted_on < starts_on:
            raise UsageError(
                "The document {number} was issued on {day} only.",
                "Name that day or a later one.",
                number=number,
                day=starts_on,
            )


def _require_served(number: str, days: Sequence[date], taken: Taken) -> None:
    if not days:
        raise UsageError(
            "The document {number} has not been served.",
            "Record how it was served first.",
            number=number,
        )
    if taken.acted_on != min(days):
        raise UsageError(
            "The document {number} was served on {day}, which is the day of this step.",
            "Name that day.",
            number=number,
            day=min(days),
        )


def require_unpaid(case: Case, way: Transition, cells: Mapping[str, Cell]) -> None:
    """Raise `UsageError` where a contract is rescinded for a payment that has been made."""
    is_for_payment = case.ground is FindingCode.PAYMENT_OVERDUE
    if way.action is CaseAction.RESCIND and is_for_payment and unpaid_since(cells) is None:
        raise UsageError(
            "No instalment is on record that is not paid.",
            "Close the case as performed, or enter what is still owed.",
        )


def cells_of(connection: Connection, cases: Sequence[Case]) -> dict[int, dict[str, Cell]]:
    """The facts of the contracts of some cases, by contract; unknown ones are left out."""
    if not cases:
        return {}
    wanted = np.array(sorted({case.contract_id for case in cases}), dtype=np.int64)
    stored = read_contracts(connection, contract_ids=wanted)
    numbers = enumerate(stored.contract_id.tolist())
    return {number: row_cells(stored.columns, row) for row, number in numbers}


def log_case(
    connection: Connection,
    kind: EventKind,
    case_id: UUID,
    actor: str,
    at: datetime,
    payload: Mapping[str, Any],
) -> None:
    """Write what became of a case to the event log; the last thing a transaction does."""
    append(connection, Event(at, actor, kind, EventSubject.CASE, str(case_id), payload))
