"""Facts entered by hand: what they state, who entered them, who else approved them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from geodata.model.entries import EntryKind, EntryState
from geodata.store.tables import schema

_INSTANT = sa.DateTime(timezone=True)
_OF_TWO: Final = schema.one_of("kind", [kind for kind in EntryKind if kind.needs_two])
_OPEN: Final = schema.one_of("state", [state for state in EntryState if state.is_open])
_PERSONAL: Final = {
    schema.PERSONAL: tuple(
        dict.fromkeys(a.key for kind in EntryKind for a in kind.fields if a.personal)
    )
}

ENTRY = sa.Table(
    "entry",
    schema.METADATA,
    sa.Column("entry_id", sa.Uuid, primary_key=True, comment="names it in addresses"),
    schema.reference("contract_id", "contract.contract_id", "the contract it is about", index=True),
    sa.Column("kind", sa.Text, nullable=False, comment="录入类别 · what is entered"),
    sa.Column(
        "said",
        JSONB,
        nullable=False,
        info=_PERSONAL,
        comment="录入内容 · what it states, as files write it, by key",
    ),
    sa.Column(
        "before",
        JSONB,
        nullable=False,
        info=_PERSONAL,
        comment="录入前 · what was known of the cells it changes, by key",
    ),
    sa.Column("source", sa.Text, nullable=False, comment="依据 · document or statement"),
    sa.Column("reason", sa.Text, nullable=False, comment="理由 · why it is entered"),
    sa.Column("entered_by", sa.Text, nullable=False, comment="录入人 · name of the account"),
    sa.Column("entered_at", _INSTANT, nullable=False, comment="录入时间 · when it was entered"),
    sa.Column("state", sa.Text, nullable=False, comment="状态 · where it stands"),
    sa.Column("decided_by", sa.Text, comment="复核人 · who approved or refused it"),
    sa.Column("decided_at", _INSTANT, comment="复核时间 · when"),
    sa.Column(
        "decision",
        sa.Text,
        server_default="",
        nullable=False,
        comment="复核意见 · why it was refused, or what was said of it",
    ),
    sa.Column(
        "problem", JSONB(none_as_null=True), comment="sentence: why it could not take effect"
    ),
    schema.reference(
        "import_id",
        "import_batch.import_id",
        "import by which it took effect",
        nullable=True,
        index=True,
    ),
    sa.CheckConstraint(schema.one_of("kind", EntryKind), name="kind"),
    sa.CheckConstraint(schema.one_of("state", EntryState), name="state"),
    sa.CheckConstraint("source <> '' AND reason <> ''", name="grounds"),
    sa.CheckConstraint("decided_by <> entered_by", name="four_eyes"),
    sa.CheckConstraint(
        "(decided_by IS NULL) = (decided_at IS NULL)"
        f" AND (decided_by IS NOT NULL) = ({_OF_TWO} AND state <> 'waiting')"
        f" AND ({_OF_TWO} OR state NOT IN ('waiting', 'refused'))",
        name="decided",
    ),
    sa.CheckConstraint("state <> 'refused' OR decision <> ''", name="refusal"),
    sa.CheckConstraint(
        "(state = 'applied') = (import_id IS NOT NULL)"
        " AND (state = 'failed') = (problem IS NOT NULL)",
        name="end",
    ),
    sa.Index("ix_entry_state", "state", "entered_at"),
    # The same is not entered twice before it takes effect, however often a button is pressed.
    sa.Index(
        "uq_entry_open",
        *("contract_id", "kind", "said"),
        unique=True,
        postgresql_where=sa.text(_OPEN),
    ),
    comment="人工录入 · facts that people entered, each a new version once it is in effect",
)
