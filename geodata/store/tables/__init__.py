"""The tables of the store; importing this package completes `METADATA`."""

from __future__ import annotations

from geodata.store.tables.artefacts import ARTEFACT, ARTEFACT_PART
from geodata.store.tables.claims import CLAIM, CLAIM_FACT
from geodata.store.tables.content import CONTENT
from geodata.store.tables.contracts import (
    CONTRACT,
    CONTRACT_FACT,
    EXTENSION_FACT,
    FORMER_KEY,
    INSTALMENT_FACT,
    PERIOD_FACT,
)
from geodata.store.tables.imports import IMPORT_BATCH, IMPORT_ISSUE
from geodata.store.tables.land import MAP_FEATURE, PARCEL, PARCEL_FACT, PARCEL_LINEAGE, PARK
from geodata.store.tables.runs import AUDIT_RUN, FINDING, JUDGEMENT
from geodata.store.tables.schema import METADATA, SCHEMA
from geodata.store.tables.standing import DAILY_AUDIT, STANDING, VERDICT_SPAN

__all__ = [
    "ARTEFACT",
    "ARTEFACT_PART",
    "AUDIT_RUN",
    "CLAIM",
    "CLAIM_FACT",
    "CONTENT",
    "CONTRACT",
    "CONTRACT_FACT",
    "DAILY_AUDIT",
    "EXTENSION_FACT",
    "FINDING",
    "FORMER_KEY",
    "IMPORT_BATCH",
    "IMPORT_ISSUE",
    "INSTALMENT_FACT",
    "JUDGEMENT",
    "MAP_FEATURE",
    "METADATA",
    "PARCEL",
    "PARCEL_FACT",
    "PARCEL_LINEAGE",
    "PARK",
    "PERIOD_FACT",
    "SCHEMA",
    "STANDING",
    "VERDICT_SPAN",
]
