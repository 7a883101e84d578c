"""What the bureau decides and states about land and enterprises, and projects it has checked."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from geodata.model.codelists import Confidence
from geodata.model.land_lists import ConditionState, ProjectKind, Roll, SiteStatement
from geodata.model.personal import Personal
from geodata.store.tables import schema

_INSTANT: Final = sa.DateTime(timezone=True)


def _grounds() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("source", sa.Text, nullable=False, comment="依据 · document or statement"),
        sa.Column("reason", sa.Text, nullable=False, comment="理由 · why"),
    )


def _entered() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("entered_by", sa.Text, nullable=False, comment="录入人 · name of the account"),
        sa.Column("entered_at", _INSTANT, nullable=False, comment="录入时间 · when"),
    )


ROLL_ENTRY = sa.Table(
    "roll_entry",
    schema.METADATA,
    sa.Column("entry_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    sa.Column("roll", sa.Text, nullable=False, comment="清单 · what it is entered in"),
    sa.Column(
        "name",
        sa.Text,
        nullable=False,
        info={schema.PERSONAL: Personal.PARTY},
        comment="名称 · project or enterprise",
    ),
    sa.Column(
        "uscc",
        sa.Text,
        nullable=False,
        info={schema.PERSONAL: Personal.NUMBER},
        comment="统一社会信用代码 · credit code or blank",
    ),
    sa.Column("from_on", sa.Date, nullable=False, comment="起始日期 · first day"),
    *_grounds(),
    *_entered(),
    sa.Column("until_on", sa.Date, comment="终止日期 · last day; null = still standing"),
    sa.Column("ended_by", sa.Text, comment="移出人 · who set the last day"),
    sa.Column("ended_at", _INSTANT, comment="移出时间 · when"),
    sa.Column(
        "end_reason", sa.Text, server_default="", nullable=False, comment="移出理由 · why it ends"
    ),
    sa.CheckConstraint(schema.one_of("roll", Roll), name="roll"),
    sa.CheckConstraint("name <> '' OR uscc <> ''", name="subject"),
    sa.CheckConstraint("source <> '' AND reason <> ''", name="grounds"),
    sa.CheckConstraint("from_on <= until_on", name="order"),
    sa.CheckConstraint(
        "(until_on IS NULL) = (ended_at IS NULL) AND (until_on IS NULL) = (ended_by IS NULL)"
        " AND (until_on IS NULL) = (end_reason = '')",
        name="end",
    ),
    # Nobody stands twice in a roll at once, however often a button is pressed.
    sa.Index(
        "uq_roll_entry_standing",
        *("roll", "uscc", "name"),
        unique=True,
        postgresql_where=sa.text("until_on IS NULL"),
    ),
    comment="清单条目 · who was entered in which list or register, from when to when",
)

SITE_STATEMENT = sa.Table(
    "site_statement",
    schema.METADATA,
    schema.key("statement_id", "number of the statement"),
    schema.reference("contract_id", "contract.contract_id", "the contract whose land it is about"),
    sa.Column("statement", sa.Text, nullable=False, comment="事项 · what is stated"),
    sa.Column("holds", sa.Boolean, nullable=False, comment="是否 · yes or no"),
    sa.Column("since_on", sa.Date, comment="起始日期 · day since which it is so"),
    *_grounds(),
    *_entered(),
    sa.CheckConstraint(schema.one_of("statement", SiteStatement), name="statement"),
    sa.CheckConstraint("source <> '' AND reason <> ''", name="grounds"),
    sa.Index("ix_site_statement_contract_id", "contract_id", "statement", "entered_at"),
    comment="用地认定 · what offices state of the land of contracts, the last word counts",
)

PROJECT = sa.Table(
    "project",
    schema.METADATA,
    sa.Column("project_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    sa.Column("kind", sa.Text, nullable=False, comment="项目类型 · by what it gets its place"),
    sa.Column("name", sa.Text, nullable=False, comment="项目名称 · name of the project"),
    sa.Column("uscc", sa.Text, nullable=False, comment="统一社会信用代码 · credit code or blank"),
    sa.Column("park", sa.Text, nullable=False, comment="所属园区 · park, or blank"),
    sa.Column("said", JSONB, nullable=False, comment="指标 · its figures, as files write them"),
    sa.Column("checked_on", sa.Date, nullable=False, comment="核对日期 · day of the standard"),
    sa.Column("state", sa.Text, nullable=False, comment="结果 · what came out"),
    sa.Column("checks", JSONB, nullable=False, comment="逐项 · requirement by requirement"),
    sa.Column("basis", JSONB, nullable=False, comment="依据 · places of the papers"),
    sa.Column("confidence", sa.Text, comment="确定程度 · how sure these are"),
    sa.Column("book", sa.Text, nullable=False, comment="法规库 · law book"),
    sa.Column("digest", sa.Text, nullable=False, comment="摘要 · digest of the book"),
    sa.Column("source", sa.Text, nullable=False, comment="来源 · document with the figures"),
    *_entered(),
    sa.CheckConstraint(schema.one_of("kind", ProjectKind), name="kind"),
    sa.CheckConstraint(schema.one_of("state", ConditionState), name="state"),
    sa.CheckConstraint(schema.one_of("confidence", Confidence), name="confidence"),
    sa.CheckConstraint("name <> '' AND source <> ''", name="grounds"),
    sa.Index("ix_project_entered_at", "entered_at"),
    comment="准入项目 · projects recorded, and how each stood against the standard of its kind",
)
