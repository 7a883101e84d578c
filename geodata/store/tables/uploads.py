"""Files given on a page, and what people said of the columns of their suppliers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from geodata.model.content_lists import ContentKind
from geodata.model.uploads import UploadState
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)
_DOCUMENT = JSONB(none_as_null=True)

UPLOAD = sa.Table(
    "upload",
    schema.METADATA,
    sa.Column("upload_id", sa.Uuid, primary_key=True, comment="number of the upload, drawn"),
    sa.Column("account", sa.Text, nullable=False, comment="name of the account that gave it"),
    sa.Column("at", _INSTANT, nullable=False, comment="when it was given"),
    sa.Column("state", sa.Text, nullable=False, comment="how far it has come"),
    sa.Column("files", _DOCUMENT, nullable=False, comment="name, digest and bytes of each file"),
    sa.Column("choices", _DOCUMENT, nullable=False, comment="how each file is to be read"),
    sa.Column("recognised", _DOCUMENT, nullable=False, comment="what each file was found to be"),
    sa.Column("preview", _DOCUMENT, comment="where what it would change is kept, by language"),
    sa.Column("token", sa.Text, nullable=False, comment="what the preview rests on"),
    sa.Column("decisions", _DOCUMENT, nullable=False, comment="what is accepted, by table"),
    sa.Column("outcome", _DOCUMENT, comment="what it changed; null = nothing yet"),
    sa.Column("task_id", sa.Uuid, comment="what the worker was asked for last; null = nothing yet"),
    sa.CheckConstraint(schema.one_of("state", UploadState), name="state"),
    sa.CheckConstraint("(state = 'accepted') = (outcome IS NOT NULL)", name="outcome"),
    sa.Index("ix_upload_account_at", "account", "at"),
    comment="上传文件 · files given on a page on their way into the database",
)

SUPPLIER_PROFILE = sa.Table(
    "supplier_profile",
    schema.METADATA,
    sa.Column("name", sa.Text, primary_key=True, comment="名称 · name of the profile"),
    sa.Column("kind", sa.Text, nullable=False, comment="what its tables are about"),
    sa.Column("like", sa.Text, nullable=False, comment="profile it changes"),
    sa.Column("headers", ARRAY(sa.Text), nullable=False, comment="headers its tables have"),
    sa.Column("meanings", _DOCUMENT, nullable=False, comment="attribute and unit by header"),
    sa.Column("made_by", sa.Text, nullable=False, comment="account that told them last"),
    sa.Column("made_at", _INSTANT, nullable=False, comment="when"),
    sa.CheckConstraint("name <> '' AND length(name) <= 60", name="name"),
    sa.CheckConstraint(schema.one_of("kind", ContentKind), name="kind"),
    comment="供数方模板 · what people said of the columns of a supplier",
)
