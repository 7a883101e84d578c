"""Text handed through as the bytes the server sent: what nobody here reads is not decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from psycopg.adapt import Loader

if TYPE_CHECKING:
    from psycopg.abc import Buffer

AS_SENT: Final = "parcelwatch_text_as_sent"
"""Execution option of a statement whose texts come as UTF-8."""


class _AsSent(Loader):
    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def hand_through(_connection: sa.Connection, cursor: Any, *event: Any) -> None:
    """Before a statement is executed: leave its texts alone where that is its option."""
    context = event[2]
    if context.execution_options.get(AS_SENT):
        cursor.adapters.register_loader("text", _AsSent)
