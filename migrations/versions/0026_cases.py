"""Reviews of findings, and cases."""

from __future__ import annotations

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
