"""Documents of cases: drafts, what was issued for good, and how it was served."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from geodata.model.case_documents import DocumentState
from geodata.model.case_lists import DocumentKind, ServiceWay
from geodata.model.personal import Personal
from geodata.store.tables import schema

_INSTANT: Final = sa.DateTime(timezone=True)
_ISSUED: Final = f"state = '{DocumentState.ISSUED}'"
_OF_ISSUE: Final = (
    *("number", "recipient", "issued_by", "issued_on", "issued_at"),
    *("content_digest", "pdf_digest", "facts_digest", "log_hash"),
)


def _word(
    name: str, comment: str, *, nullable: bool = False, personal: Personal | None = None
) -> sa.Column[str]:
    return sa.Column(
        name, sa.Text, nullable=nullable, comment=comment, info={schema.PERSONAL: personal}
    )


def _digest(name: str, comment: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, comment=comment)


CASE_DOCUMENT = sa.Table(
    "case_document",
    schema.METADATA,
    sa.Column("document_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    sa.Column(
        "case_id",
        sa.Uuid,
        sa.ForeignKey(f"{schema.SCHEMA}.case.case_id"),
        nullable=False,
        comment="案件 · the case",
    ),
    _word("kind", "文书种类 · which document it is"),
    _word("state", "状态 · where it stands"),
    sa.Column("version", sa.Integer, nullable=False, comment="修改次数 · number of changes"),
    _word("drafted_by", "起草人 · name of the account"),
    sa.Column("drafted_at", _INSTANT, nullable=False, comment="起草时间 · when"),
    _word("drafted", "起草内容 · the content as drafted from the facts, canonical JSON"),
    _word("content", "内容 · the content as it stands, canonical JSON"),
    _word("edited_by", "修改人 · who changed the text last", nullable=True),
    _word("approved_by", "复核人 · who agreed to the content", nullable=True),
    _word("number", "文号 · number given by the office", nullable=True),
    _word("recipient", "受送达人 · to whom it goes", nullable=True, personal=Personal.PARTY),
    _word("issued_by", "签发人 · name of the account", nullable=True),
    sa.Column("issued_on", sa.Date, comment="成文日期 · its day in law"),
    sa.Column("issued_at", _INSTANT, comment="签发时间 · when it was issued"),
    _digest("content_digest", "SHA-256 of the content issued"),
    _digest("pdf_digest", "SHA-256 of the PDF made of it then"),
    _digest("facts_digest", "SHA-256 of the facts of the contract at issue"),
    _digest("log_hash", "head of the event log, printed on every page"),
    sa.CheckConstraint(schema.one_of("kind", DocumentKind), name="kind"),
    sa.CheckConstraint(schema.one_of("state", DocumentState), name="state"),
    sa.CheckConstraint("version >= 0", name="version"),
    sa.CheckConstraint("number <> '' AND recipient <> ''", name="issue"),
    sa.CheckConstraint(
        "approved_by <> drafted_by AND approved_by <> edited_by AND approved_by <> issued_by",
        name="four_eyes",
    ),
    sa.CheckConstraint(
        f"num_nonnulls({', '.join(_OF_ISSUE)})"
        f" = CASE WHEN {_ISSUED} THEN {len(_OF_ISSUE)} ELSE 0 END",
        name="issued",
    ),
    sa.Index("ix_case_document_case_id", "case_id"),
    sa.Index("uq_case_document_number", "number", unique=True),
    comment="案件文书 · documents of cases; what is issued is never changed",
)

DOCUMENT_SERVICE = sa.Table(
    "document_service",
    schema.METADATA,
    sa.Column("service_id", sa.Uuid, primary_key=True, comment="number of the service"),
    sa.Column(
        "document_id",
        sa.Uuid,
        sa.ForeignKey(f"{schema.SCHEMA}.case_document.document_id"),
        nullable=False,
        comment="文书 · the document",
    ),
    _word("way", "送达方式 · how it was served, or not"),
    sa.Column("served_on", sa.Date, nullable=False, comment="送达、退回或公告日期 · its day"),
    sa.Column("counts_on", sa.Date, comment="视为送达日期 · on which it counts as served"),
    _word("receiver", "签收人 · who took it; may be blank", personal=Personal.WORDS),
    _word("evidence", "送达凭证 · receipt or record that proves it"),
    _word("recorded_by", "登记人 · name of the account"),
    sa.Column("recorded_at", _INSTANT, nullable=False, comment="登记时间 · when"),
    sa.CheckConstraint(schema.one_of("way", ServiceWay), name="way"),
    sa.CheckConstraint("evidence <> ''", name="evidence"),
    sa.CheckConstraint(
        f"(counts_on IS NULL) = (way = '{ServiceWay.RETURNED}') AND counts_on >= served_on",
        name="counts_on",
    ),
    sa.Index("ix_document_service_document_id", "document_id"),
    comment="文书送达 · services of issued documents; never changed",
)
