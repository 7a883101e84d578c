"""Contracts: who they are, and every version of their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from geodata.model.codelists import GovernmentCause, MilestoneKind, PeriodStatus
from geodata.model.personal import Personal
from geodata.store.tables import ledger, schema

CONTRACT = sa.Table(
    "contract",
    schema.METADATA,
    schema.key("contract_id", "number of the contract, in order of first import"),
    *(ledger.identity_column(key) for key in ledger.IDENTITY),
    schema.reference("parcel_id", "parcel.parcel_id", "the parcel it is about", index=True),
    sa.UniqueConstraint(*ledger.IDENTITY),
    sa.CheckConstraint("contract_no <> ''", name="contract_no"),
    comment="出让合同 · contracts, or phases of contracts",
)

CONTRACT_PARK = sa.Table(
    "contract_park",
    schema.METADATA,
    # The trigger `keep_park` of the facts writes it; policies ask it whose a contract is.
    schema.owner("contract_id", "the contract", primary_key=True),
    sa.Column("park", sa.Text, comment="所属园区 · park it is of by now; null = of none"),
    comment="合同所属园区 · which park each contract is of",
)

FORMER_KEY = sa.Table(
    "former_key",
    schema.METADATA,
    schema.reference(
        "contract_id", "contract.contract_id", "the contract that had this key", primary_key=True
    ),
    sa.Column(
        "replaced_at",
        sa.DateTime(timezone=True),
        primary_key=True,
        comment="instant until which it was known under this key",
    ),
    *(ledger.identity_column(key) for key in ledger.IDENTITY),
    schema.reference("parcel_id", "parcel.parcel_id", "the parcel it was about"),
    schema.reference("import_id", "import_batch.import_id", "import that brought another key"),
    sa.Index("ix_former_key_contract_no", "contract_no"),
    comment="曾用合同编号 · keys that contracts had before a correction",
)

CONTRACT_FACT = sa.Table(
    "contract_fact",
    schema.METADATA,
    *schema.versions("contract"),
    sa.Column("row_no", sa.Integer, nullable=False, comment="data row of the imported file"),
    *ledger.fact_columns(),
    sa.Column(
        "extras",
        JSONB,
        server_default=sa.text("'{}'"),
        nullable=False,
        info={schema.PERSONAL: Personal.WORDS},
        comment="其他列 · other columns of the ledger, text by header",
    ),
    sa.CheckConstraint("jsonb_typeof(extras) = 'object'", name="extras"),
    sa.Index("ix_contract_fact_known_from", "known_from", postgresql_using="brin"),
    *schema.version_rules("contract_fact", "contract"),
    *ledger.fact_rules(),
    comment="合同事实 · facts of contracts, every version known",
)


def _part_of_fact() -> Iterator[sa.Column[Any]]:
    yield schema.owner("fact_id", "version of the facts it is part of", primary_key=True)


def _position() -> sa.Column[int]:
    return sa.Column("position", sa.Integer, primary_key=True, comment="place in the list, from 0")


INSTALMENT_FACT = sa.Table(
    "instalment_fact",
    schema.METADATA,
    *_part_of_fact(),
    _position(),
    sa.Column("due_on", sa.Date, comment="应付日期 · due on"),
    *ledger.exact_pair("amount", "金额 · amount, {} (yuan)"),
    sa.Column("paid_on", sa.Date, comment="付款日期 · paid on"),
    sa.Column("demanded_on", sa.Date, comment="催缴日期 · demanded on"),
    ledger.exact_rule("amount"),
    comment="分期付款 · instalments of the premium",
)

EXTENSION_FACT = sa.Table(
    "extension_fact",
    schema.METADATA,
    *_part_of_fact(),
    sa.Column("milestone", sa.Text, primary_key=True, comment="履约节点 · milestone extended"),
    _position(),
    sa.Column("applied_on", sa.Date, comment="申请日期 · applied for on"),
    sa.Column("approved_on", sa.Date, comment="批准日期 · approved on"),
    sa.Column("extended_to", sa.Date, nullable=False, comment="延期至 · extended to"),
    sa.CheckConstraint(schema.one_of("milestone", MilestoneKind), name="milestone"),
    comment="延期 · extensions of milestones",
)

PERIOD_FACT = sa.Table(
    "period_fact",
    schema.METADATA,
    *_part_of_fact(),
    _position(),
    sa.Column("begins_on", sa.Date, nullable=False, comment="起始日期 · first day"),
    sa.Column("ends_on", sa.Date, comment="终止日期 · last day; null = still open"),
    sa.Column("cause", sa.Text, nullable=False, comment="原因 · cause"),
    sa.Column("status", sa.Text, nullable=False, comment="核实状态 · whether it was verified"),
    sa.CheckConstraint("begins_on <= ends_on", name="order"),
    sa.CheckConstraint(schema.one_of("cause", GovernmentCause), name="cause"),
    sa.CheckConstraint(schema.one_of("status", PeriodStatus), name="status"),
    comment="政府原因期间 · periods of government causes",
)
