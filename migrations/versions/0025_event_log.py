"""The chained log of events, and evidence."""

from __future__ import annotations

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
