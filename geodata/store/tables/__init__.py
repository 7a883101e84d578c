"""The tables of the store; importing this package completes `METADATA`."""

from __future__ import annotations

from geodata.store.tables.accounts import (
    ACCOUNT,
    ACCOUNT_EVENT,
    ACCOUNT_PARK,
    API_TOKEN,
    SESSION,
    SIGN_IN_FAILURE,
)
from geodata.store.tables.artefacts import ARTEFACT, ARTEFACT_PART
from geodata.store.tables.cards import CARD_SPAN, CARD_STATE, CONTRACT_CARD, SAVED_VIEW
from geodata.store.tables.cases import (
    CASE,
    CASE_COMMENT,
    CASE_PROPOSAL,
    CASE_STEP,
    TRANSITION,
)
from geodata.store.tables.choices import FIGURE_CHOICE
from geodata.store.tables.claims import CLAIM, CLAIM_FACT
from geodata.store.tables.content import CONTENT
from geodata.store.tables.contracts import (
    CONTRACT,
    CONTRACT_FACT,
    CONTRACT_PARK,
    EXTENSION_FACT,
    FORMER_KEY,
    INSTALMENT_FACT,
    PERIOD_FACT,
)
from geodata.store.tables.documents import CASE_DOCUMENT, DOCUMENT_SERVICE
from geodata.store.tables.entries import ENTRY
from geodata.store.tables.evidence import EVIDENCE
from geodata.store.tables.imports import IMPORT_BATCH, IMPORT_ISSUE
from geodata.store.tables.interfaces import IDEMPOTENCY_KEY
from geodata.store.tables.land import (
    MAP_FEATURE,
    ORIGINAL_SHAPE,
    PARCEL,
    PARCEL_FACT,
    PARCEL_LINEAGE,
    PARK,
)
from geodata.store.tables.log import EVENT
from geodata.store.tables.reviews import FINDING_REVIEW, RUN_SIGNOFF
from geodata.store.tables.runs import AUDIT_RUN, FINDING, JUDGEMENT
from geodata.store.tables.scenes import SCENE, SCENE_CHANGE, SCENE_MEASURE
from geodata.store.tables.schema import METADATA, SCHEMA
from geodata.store.tables.standing import DAILY_AUDIT, STANDING
from geodata.store.tables.supervised import PROJECT, ROLL_ENTRY, SITE_STATEMENT
from geodata.store.tables.tasks import TASK
from geodata.store.tables.tiles import CARD_CELL
from geodata.store.tables.uploads import SUPPLIER_PROFILE, UPLOAD

__all__ = [
    "ACCOUNT",
    "ACCOUNT_EVENT",
    "ACCOUNT_PARK",
    "API_TOKEN",
    "ARTEFACT",
    "ARTEFACT_PART",
    "AUDIT_RUN",
    "CARD_CELL",
    "CARD_SPAN",
    "CARD_STATE",
    "CASE",
    "CASE_COMMENT",
    "CASE_DOCUMENT",
    "CASE_PROPOSAL",
    "CASE_STEP",
    "CLAIM",
    "CLAIM_FACT",
    "CONTENT",
    "CONTRACT",
    "CONTRACT_CARD",
    "CONTRACT_FACT",
    "CONTRACT_PARK",
    "DAILY_AUDIT",
    "DOCUMENT_SERVICE",
    "ENTRY",
    "EVENT",
    "EVIDENCE",
    "EXTENSION_FACT",
    "FIGURE_CHOICE",
    "FINDING",
    "FINDING_REVIEW",
    "FORMER_KEY",
    "IDEMPOTENCY_KEY",
    "IMPORT_BATCH",
    "IMPORT_ISSUE",
    "INSTALMENT_FACT",
    "JUDGEMENT",
    "MAP_FEATURE",
    "METADATA",
    "ORIGINAL_SHAPE",
    "PARCEL",
    "PARCEL_FACT",
    "PARCEL_LINEAGE",
    "PARK",
    "PERIOD_FACT",
    "PROJECT",
    "ROLL_ENTRY",
    "RUN_SIGNOFF",
    "SAVED_VIEW",
    "SCENE",
    "SCENE_CHANGE",
    "SCENE_MEASURE",
    "SCHEMA",
    "SESSION",
    "SIGN_IN_FAILURE",
    "SITE_STATEMENT",
    "STANDING",
    "SUPPLIER_PROFILE",
    "TASK",
    "TRANSITION",
    "UPLOAD",
]
