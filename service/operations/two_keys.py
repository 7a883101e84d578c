"""Two keys: a fact that rests on imagery needs a patrol or a document of its contract as well.

A convention of the product. The source of an entry is words; what stands beside it must be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from geodata.errors import UsageError
from geodata.model.codelists import MilestoneKind
from geodata.model.content import Row
from geodata.model.content_lists import ContentKind, EvidenceKind
from geodata.model.entries import LAST_SEEN, EntryKind
from geodata.model.evidence import ProvenFact
from geodata.store.engine import Connection
from geodata.store.queries.contract_rows import read_contract_rows
from geodata.store.queries.evidence import evidence_of
from service.compliance.casework.imagery_notes import names_imagery
from service.operations.entry_forms import EntryForm
from service.operations.fact_proofs import milestone_of

_NO_DOCUMENT: Final = frozenset({EvidenceKind.PHOTO, EvidenceKind.OTHER})
"""A photo may be the very picture that is to be confirmed."""


def require_second_key(connection: Connection, contract_id: int, form: EntryForm) -> None:
    """Refuse what rests on imagery where nothing else of the contract confirms it.

    A patrol confirms what it can have seen: milestones done by its day. A document confirms what
    it was added for: the contract as a whole, or a milestone the entry is about.

    Raises
    ------
    UsageError
        When imagery is among the sources, and there is neither.
    """
    if form.kind is EntryKind.OBSERVATION or not names_imagery(form.source):
        return
    kept = [one for one in evidence_of(connection, contract_id) if one.kind not in _NO_DOCUMENT]
    listed = read_contract_rows(connection, ContentKind.EVIDENCE, None, contract_id).rows
    patrols = read_contract_rows(connection, ContentKind.OBSERVATIONS, None, contract_id).rows
    days = [*(row[LAST_SEEN] for row in patrols), *(one.fact.observed_on for one in kept)]
    is_documented = any(_is_of(one.fact, form) for one in kept) or any(map(_is_document, listed))
    if not is_documented and not _is_seen(days, form):
        raise UsageError(
            "The source names imagery, and no patrol and no document of this contract confirms it.",
            "Record a patrol made since, or add the document as evidence; then enter it again.",
        )


def _is_seen(days: Iterable[object], form: EntryForm) -> bool:
    """Whether a patrol on one of the days can have seen what is stated."""
    stated = [cell for cell in form.said.values() if isinstance(cell, date)]
    stated_on = max(stated, default=date.min)
    is_visible = form.kind is EntryKind.MILESTONE
    return is_visible and any(isinstance(day, date) and day >= stated_on for day in days)


def _is_of(fact: ProvenFact, form: EntryForm) -> bool:
    """Whether a document is about the contract as a whole, or a milestone the entry is about."""
    position = form.said.get("milestone")
    about = (
        {MilestoneKind.at(position)}
        if isinstance(position, int)
        else {milestone_of(key) for key in form.said}
    )
    return fact.observed_on is None and fact.milestone in {None, *about}


def _is_document(row: Row) -> bool:
    return EvidenceKind.at(int(str(row["kind"]))) not in _NO_DOCUMENT
