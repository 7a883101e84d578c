"""Inefficient land that was vacated or upgraded."""

from __future__ import annotations

import sqlalchemy as sa

from geodata.model.codelists import ClaimKind, ClaimStatus
from geodata.model.land_lists import Means
from geodata.store.tables import ledger, schema

CLAIM = sa.Table(
    "claim",
    schema.METADATA,
    schema.key("claim_id", "number of the entry"),
    sa.Column(
        "claim_code",
        sa.Text,
        nullable=False,
        unique=True,
        comment="编号 · the bureau's number of the entry",
    ),
    comment="低效用地条目 · entries of the inefficient-land register",
)

CLAIM_FACT = sa.Table(
    "claim_fact",
    schema.METADATA,
    *schema.versions("claim"),
    sa.Column("kind", sa.Text, nullable=False, comment="类型 · vacated or upgraded"),
    sa.Column("status", sa.Text, nullable=False, comment="状态 · how far it has come"),
    sa.Column("done_on", sa.Date, comment="完成日期 · day on which the evidence was complete"),
    sa.Column("reversed_on", sa.Date, comment="撤销日期 · day on which it was withdrawn"),
    sa.Column("area_m2_num", sa.BigInteger, nullable=False, comment="面积 · area, numerator (m2)"),
    sa.Column("area_m2_den", sa.BigInteger, nullable=False, comment="面积 · area, denominator"),
    sa.Column("town", sa.Text, nullable=False, comment="所属镇 · town"),
    sa.Column("park", sa.Text, nullable=False, comment="所属园区 · park"),
    sa.Column("evidence", sa.Text, nullable=False, comment="证明材料 · what proves it"),
    sa.Column("planned_on", sa.Date, comment="计划完成日期 · day on which it is to be done"),
    *ledger.exact_pair("cost_yuan", "所需资金 · cost, {} (yuan)"),
    sa.Column("means", sa.Text, comment="盘活方式 · by what means"),
    *schema.geometry("MULTIPOLYGON", "范围 · outline of the entry", nullable=True),
    *schema.version_rules("claim_fact", "claim"),
    *schema.geometry_rules("claim_fact"),
    sa.CheckConstraint(schema.one_of("kind", ClaimKind), name="kind"),
    sa.CheckConstraint(schema.one_of("status", ClaimStatus), name="status"),
    sa.CheckConstraint("area_m2_num >= 0 AND area_m2_den > 0", name="area_m2"),
    ledger.exact_rule("cost_yuan"),
    sa.CheckConstraint(schema.one_of("means", Means), name="means"),
    comment="低效用地 · facts of inefficient-land entries, every version known",
)
