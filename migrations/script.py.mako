"""${message}.

While it runs, the version before may still be reading: add before you use, drop one release later.
Write out what it creates; nothing is taken from geodata.store.tables, which will change.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

SCHEMA = "parcelwatch"


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
