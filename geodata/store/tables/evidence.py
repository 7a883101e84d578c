"""Evidence: files beside the database, each bound to a fact it proves."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)
_DEGREES = sa.Numeric(10, 7)

EVIDENCE = sa.Table(
    "evidence",
    schema.METADATA,
    sa.Column("evidence_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    schema.reference(
        "contract_id", "contract.contract_id", "the contract it is about", nullable=True, index=True
    ),
    schema.reference(
        "claim_id",
        "claim.claim_id",
        "the entry of inefficient land it is about",
        nullable=True,
        index=True,
    ),
    sa.Column("milestone", sa.Text, comment="履约节点 · the milestone it proves"),
    sa.Column("observed_on", sa.Date, comment="巡查日期 · day of the patrol it was taken on"),
    sa.Column("kind", sa.Text, nullable=False, comment="材料类别 · what it is"),
    sa.Column("sha256", sa.Text, nullable=False, comment="文件摘要 · SHA-256 of the file"),
    sa.Column("byte_count", sa.BigInteger, nullable=False, comment="size in bytes"),
    sa.Column("media_type", sa.Text, nullable=False, comment="what its bytes are"),
    sa.Column("file_name", sa.Text, nullable=False, comment="name it was given with"),
    sa.Column("note", sa.Text, nullable=False, comment="说明 · what was said of it"),
    sa.Column("added_by", sa.Text, nullable=False, comment="收存人 · name of the account"),
    sa.Column("added_at", _INSTANT, nullable=False, comment="收存时间 · when"),
    sa.Column("taken_at", _INSTANT, comment="拍摄时间 · by the clock of the camera"),
    sa.Column("located_at", _INSTANT, comment="定位时间 · by the satellites"),
    sa.Column("longitude_deg", _DEGREES, comment="经度 · longitude (WGS 84)"),
    sa.Column("latitude_deg", _DEGREES, comment="纬度 · latitude (WGS 84)"),
    sa.Column("bearing_deg", sa.Numeric(6, 2), comment="方位角 · where the camera looked"),
    sa.Column("preview", sa.Text, comment="SHA-256 of a small picture; null = none"),
    sa.CheckConstraint("(contract_id IS NULL) <> (claim_id IS NULL)", name="fact"),
    sa.CheckConstraint(
        "contract_id IS NOT NULL OR (milestone IS NULL AND observed_on IS NULL)", name="of_contract"
    ),
    sa.CheckConstraint(schema.one_of("kind", EvidenceKind), name="kind"),
    sa.CheckConstraint(schema.one_of("milestone", MilestoneKind), name="milestone"),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    sa.CheckConstraint("preview ~ '^[0-9a-f]{64}$'", name="preview"),
    sa.CheckConstraint("byte_count > 0", name="byte_count"),
    sa.CheckConstraint("file_name <> '' AND file_name !~ '[/\\\\]'", name="file_name"),
    # The same file proves the same fact once, however often a button is pressed.
    sa.UniqueConstraint(
        *("sha256", "contract_id", "claim_id", "milestone", "observed_on"),
        name="uq_evidence_fact",
        postgresql_nulls_not_distinct=True,
    ),
    comment="证据材料 · files kept under the digest of their bytes, and what they prove",
)
