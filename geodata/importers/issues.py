"""What an import has to say about a file: rows sent back, values repaired, things noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geodata.model.codelists import IssueSeverity


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark about a cell, a row, a column or the whole file.

    Attributes
    ----------
    severity
        Whether the row was sent back, repaired, or only noted.
    template, values
        English reason with ``{name}`` fields, the key of its translation, and what fills them.
    row, line
        Data row from 1 and line of the file; None for a remark about the whole file.
    column, header
        Attribute key, and the header as the file writes it; empty when no column is meant.
    value
        The cell as it is written.
    """

    severity: IssueSeverity
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    row: int | None = None
    line: int | None = None
    column: str = ""
    header: str = ""
    value: str = ""

    def text(self, template: str | None = None) -> str:
        """The reason with its fields filled, in English or in the wording given."""
        return (template or self.template).format(**self.values)
