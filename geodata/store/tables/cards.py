"""What lists and maps read: one wide row per contract, how it stands through time, saved views."""

from __future__ import annotations

import sqlalchemy as sa
from geoalchemy2 import Geometry

from geodata.geometry.crs import TILE_EPSG
from geodata.model.attributes import BY_KEY
from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict
from geodata.store.tables import ledger, schema

CARD_TEXTS = ("supervision_no", "project_name", "grantee", "uscc", "town", "park", "land_use")
"""The texts of a contract that a card repeats, beside its key."""


def group_column(group: Group) -> str:
    """Whether a contract stands in a group."""
    return f"in_{group.value}"


def _contract() -> sa.Column[int]:
    return schema.owner("contract_id", "the contract", primary_key=True)


def _text(key: str) -> sa.Column[str]:
    attribute = BY_KEY[key]
    return sa.Column(key, sa.Text, comment=ledger.title(attribute), info=ledger.told_of(attribute))


CONTRACT_CARD = sa.Table(
    "contract_card",
    schema.METADATA,
    _contract(),
    *(ledger.identity_column(key) for key in ledger.IDENTITY),
    *map(_text, CARD_TEXTS),
    sa.Column("area_m2", sa.Float, comment=ledger.title(BY_KEY["area_m2"], "rounded")),
    sa.Column(
        "next_change_on",
        sa.Date,
        comment="可能变化日期 · first day on which it can change that was not looked at yet;"
        " null = never",
    ),
    sa.Column(
        "search",
        sa.Text,
        nullable=False,
        comment="检索文本 · its names and numbers as searched, names in Latin letters too",
    ),
    sa.Column(
        "outline",
        Geometry("MULTIPOLYGON", srid=TILE_EPSG, spatial_index=False),
        comment=f"宗地界线 · outline of its parcel (EPSG:{TILE_EPSG})",
    ),
    sa.Column(
        "place",
        Geometry("POINT", srid=TILE_EPSG, spatial_index=False),
        sa.Computed("st_pointonsurface(outline)", persisted=True),
        comment=f"位置点 · a point within its outline (EPSG:{TILE_EPSG})",
    ),
    # LIKE is not leakproof: under a row policy that is no constant this index is of no use.
    sa.Index(
        "ix_contract_card_search",
        "search",
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    ),
    sa.Index("ix_contract_card_outline", "outline", postgresql_using="gist"),
    sa.Index("ix_contract_card_place", "place", postgresql_using="gist"),
    sa.Index("ix_contract_card_key", *ledger.IDENTITY),
    sa.Index("ix_contract_card_park", "park"),
    sa.Index("ix_contract_card_next_change_on", "next_change_on"),
    comment="合同卡片 · what lists and maps show of each contract known by now",
)

CARD_SPAN = sa.Table(
    "card_span",
    schema.METADATA,
    _contract(),
    sa.Column(
        "from_on", sa.Date, primary_key=True, autoincrement=False, comment="first day of the span"
    ),
    sa.Column(
        "until_on",
        sa.Date,
        nullable=False,
        comment="first day of the next span; infinity = none before the end of card_state.until_on",
    ),
    sa.Column("verdict", sa.Text, nullable=False, comment="结论 · verdict"),
    *(
        sa.Column(group_column(group), sa.Boolean, nullable=False, comment=f"{group.zh} · in group")
        for group in Group
    ),
    sa.Column("bucket", sa.Text, comment="供而未用时长 · how long it is supplied and unused"),
    sa.Column("milestone", sa.Text, comment="待履约节点 · first milestone not met yet"),
    sa.Column(
        "due_on",
        sa.Date,
        comment="下一到期日 · next day on which a milestone falls due",
    ),
    sa.Column(
        "since_on", sa.Date, comment="起始日期 · first day of the finding the verdict rests on"
    ),
    sa.Column(
        "worst_days",
        sa.Integer,
        nullable=False,
        comment="最长天数 · days for which the gravest matter had lasted on the first day",
    ),
    sa.Column(
        "is_running", sa.Boolean, nullable=False, comment="持续计日 · one more on every later day"
    ),
    sa.CheckConstraint("from_on < until_on", name="order"),
    sa.CheckConstraint(schema.one_of("verdict", Verdict), name="verdict"),
    sa.CheckConstraint(schema.one_of("bucket", UnusedBucket), name="bucket"),
    sa.CheckConstraint(schema.one_of("milestone", MilestoneKind), name="milestone"),
    sa.Index("ix_card_span_verdict", "verdict", "until_on", "from_on"),
    comment="合同时段 · how each contract stands from day to day, a year ahead too",
)

CARD_STATE = sa.Table(
    "card_state",
    schema.METADATA,
    sa.Column(
        "is_only",
        sa.Boolean,
        primary_key=True,
        server_default=sa.true(),
        comment="there is one row",
    ),
    sa.Column(
        "revision",
        sa.BigInteger,
        nullable=False,
        comment="版本 · one more with every change of a card or a span",
    ),
    sa.Column(
        "known_at", sa.DateTime(timezone=True), comment="instant whose knowledge the cards show"
    ),
    sa.Column("rule_digest", sa.Text, nullable=False, comment="digest of law book and rules"),
    sa.Column("until_on", sa.Date, nullable=False, comment="last day looked ahead to"),
    sa.CheckConstraint("is_only", name="is_only"),
    comment="卡片状态 · what the cards and their spans were made from",
)

SAVED_VIEW = sa.Table(
    "saved_view",
    schema.METADATA,
    schema.key("view_id", "number of the view"),
    sa.Column("account", sa.Text, nullable=False, comment="name of the account that saved it"),
    sa.Column("title", sa.Text, nullable=False, comment="名称 · what the account calls it"),
    sa.Column("query", sa.Text, nullable=False, comment="filters, order and columns of an address"),
    sa.UniqueConstraint("account", "title"),
    sa.CheckConstraint("title <> '' AND length(title) <= 80", name="title"),
    sa.CheckConstraint("length(query) <= 4000", name="query"),
    comment="保存的视图 · lists that accounts come back to",
)
