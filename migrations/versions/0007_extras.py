"""Columns of a ledger that are none of its own, kept with the facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

SCHEMA = "parcelwatch"


def upgrade() -> None:
    op.add_column(
        "contract_fact",
        sa.Column(
            "extras",
            JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="其他列 · other columns of the ledger, text by header",
        ),
        schema=SCHEMA,
    )
    op.create_check_constraint(
        op.f("ck_contract_fact_extras"),
        "contract_fact",
        "jsonb_typeof(extras) = 'object'",
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_column("contract_fact", "extras", schema=SCHEMA)
