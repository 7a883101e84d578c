"""Roads, water and outlines by layer, and the log of the files that brought them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SCHEMA = "parcelwatch"

KIND_BEFORE = "road, water, outline or a finer word"
KIND = "what the layer says of the feature; null = nothing"

SPLIT = """
UPDATE parcelwatch.map_feature SET
    layer = split_part(kind, '/', 1),
    kind = nullif(nullif(nullif(substr(kind, strpos(kind, '/') + 1), ''), 'nan'), 'None')
"""

JOIN = "UPDATE parcelwatch.map_feature SET kind = layer || '/' || coalesce(kind, '')"

FORGET_DISTRICTS = (
    "ALTER TABLE parcelwatch.import_batch DISABLE TRIGGER refuse_change",
    "DELETE FROM parcelwatch.import_batch WHERE kind = 'district'",
    "ALTER TABLE parcelwatch.import_batch ENABLE TRIGGER refuse_change",
)


def upgrade() -> None:
    op.add_column(
        "map_feature", sa.Column("layer", sa.Text(), comment="layer of the map"), schema=SCHEMA
    )
    op.alter_column(
        "map_feature",
        "kind",
        nullable=True,
        comment=KIND,
        existing_comment=KIND_BEFORE,
        schema=SCHEMA,
    )
    op.execute(SPLIT)
    op.alter_column("map_feature", "layer", nullable=False, schema=SCHEMA)
    op.create_check_constraint(
        op.f("ck_map_feature_layer"),
        "map_feature",
        "layer IN ('outline', 'roads', 'water')",
        schema=SCHEMA,
    )
    _allow_imports("'ledger', 'claims', 'district'")


def downgrade() -> None:
    for statement in FORGET_DISTRICTS:
        op.execute(statement)
    _allow_imports("'ledger', 'claims'")
    op.execute(JOIN)
    op.alter_column(
        "map_feature",
        "kind",
        nullable=False,
        comment=KIND_BEFORE,
        existing_comment=KIND,
        schema=SCHEMA,
    )
    op.drop_column("map_feature", "layer", schema=SCHEMA)


def _allow_imports(kinds: str) -> None:
    """Let the log hold these kinds from now on; imports of newer kinds stay in it."""
    op.drop_constraint(op.f("ck_import_batch_kind"), "import_batch", schema=SCHEMA)
    op.execute(
        f"ALTER TABLE {SCHEMA}.import_batch"
        f" ADD CONSTRAINT ck_import_batch_kind CHECK (kind IN ({kinds})) NOT VALID"
    )
