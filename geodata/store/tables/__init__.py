"""The tables of the store; importing this package completes `METADATA`."""

from __future__ import annotations

from geodata.store.tables.claims import CLAIM, CLAIM_FACT
from geodata.store.tables.contracts import (
    CONTRACT,
    CONTRACT_FACT,
    EXTENSION_FACT,
    INSTALMENT_FACT,
    PERIOD_FACT,
)
from geodata.store.tables.imports import IMPORT_BATCH, IMPORT_ISSUE
from geodata.store.tables.land import MAP_FEATURE, PARCEL, PARCEL_FACT, PARK
from geodata.store.tables.runs import AUDIT_RUN, FINDING, JUDGEMENT
from geodata.store.tables.schema import METADATA, SCHEMA

__all__ = [
    "AUDIT_RUN",
    "CLAIM",
    "CLAIM_FACT",
    "CONTRACT",
    "CONTRACT_FACT",
    "EXTENSION_FACT",
    "FINDING",
    "IMPORT_BATCH",
    "IMPORT_ISSUE",
    "INSTALMENT_FACT",
    "JUDGEMENT",
    "MAP_FEATURE",
    "METADATA",
    "PARCEL",
    "PARCEL_FACT",
    "PARK",
    "PERIOD_FACT",
    "SCHEMA",
]
