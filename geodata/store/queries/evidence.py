"""Evidence: added, and found by the fact it proves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.model.contract_key import ContractKey
from geodata.model.evidence import Evidence, PhotoFacts, ProvenFact
from geodata.store.tables import CLAIM, CONTRACT, EVIDENCE, ledger

_ROW: Final = EVIDENCE.c
_FACT: Final = ("contract_id", "claim_id", "milestone", "observed_on")
_PHOTO: Final = ("taken_at", "located_at", "longitude_deg", "latitude_deg", "bearing_deg")


def add_evidence(connection: sa.Connection, evidence: Evidence) -> bool:
    """Keep what a file proves; False where it proves that already."""
    row = asdict(evidence)
    row |= row.pop("fact") | (row.pop("photo") or {})
    added = insert(EVIDENCE).values(row).on_conflict_do_nothing()
    return connection.scalar(added.returning(_ROW.evidence_id)) is not None


def find_evidence(connection: sa.Connection, evidence_id: UUID) -> Evidence | None:
    """One piece of evidence; None where the transaction sees none of that number."""
    found = _read(connection, _ROW.evidence_id == evidence_id)
    return found[0] if found else None


def evidence_of(connection: sa.Connection, contract_id: int) -> list[Evidence]:
    """What proves facts of a contract, the newest first."""
    return _read(connection, _ROW.contract_id == contract_id)


def evidence_stretch(
    connection: sa.Connection, known_at: datetime | None, after: UUID | None, limit: int
) -> list[tuple[Evidence, ContractKey | None]]:
    """The evidence that comes after one with the contract it is about, at most `limit`."""
    query = sa.select(EVIDENCE, *(CONTRACT.c[part] for part in ledger.IDENTITY)).outerjoin(
        CONTRACT, CONTRACT.c.contract_id == _ROW.contract_id
    )
    if known_at is not None:
        query = query.where(_ROW.added_at <= known_at)
    if after is not None:
        query = query.where(_ROW.evidence_id > after)
    found = []
    for row in connection.execute(query.order_by(_ROW.evidence_id).limit(limit)).mappings():
        told = dict(row)
        key = ContractKey(*(told.pop(part) or "" for part in ledger.IDENTITY))
        found.append((_evidence(told), key if row["contract_id"] is not None else None))
    return found


def evidence_of_digest(connection: sa.Connection, sha256: str) -> list[Evidence]:
    """What a file is evidence of."""
    return _read(connection, _ROW.sha256 == sha256)


def kept_digests(connection: sa.Connection) -> list[str]:
    """Digests of all files that are kept as evidence."""
    return list(connection.scalars(sa.select(_ROW.sha256).distinct().order_by(_ROW.sha256)))


def keys_of_number(connection: sa.Connection, contract_no: str) -> list[ContractKey]:
    """Keys of the contracts of a number: one for each of its phases and parcels."""
    columns = [CONTRACT.c[part] for part in ledger.IDENTITY]
    query = sa.select(*columns).where(CONTRACT.c.contract_no == contract_no).order_by(*columns)
    return [ContractKey(*row) for row in connection.execute(query)]


def claim_of_code(connection: sa.Connection, claim_code: str) -> int | None:
    """Number of an entry of inefficient land."""
    query = sa.select(CLAIM.c.claim_id).where(CLAIM.c.claim_code == claim_code)
    number: int | None = connection.scalar(query)
    return number


def _read(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Evidence]:
    query = sa.select(EVIDENCE).where(condition)
    newest = query.order_by(_ROW.added_at.desc(), _ROW.file_name, _ROW.evidence_id)
    return [_evidence(dict(row)) for row in connection.execute(newest).mappings()]


def _evidence(row: dict[str, Any]) -> Evidence:
    fact = {name: row.pop(name) for name in _FACT}
    photo = {name: row.pop(name) for name in _PHOTO}
    milestone = fact.pop("milestone")
    is_photo = any(value is not None for value in photo.values())
    return Evidence(
        **{**row, "kind": EvidenceKind.of(row["kind"])},
        fact=ProvenFact(**fact, milestone=MilestoneKind.of(milestone) if milestone else None),
        photo=PhotoFacts(**photo) if is_photo else None,
    )
