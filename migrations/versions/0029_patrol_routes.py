"""What imagery asks patrols."""

from __future__ import annotations

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
