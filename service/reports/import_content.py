"""What an import changes, or would change: the content of its reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from shapely.geometry.base import BaseGeometry

from geodata.geometry.quality.issue import QualityIssue, QualityReport
from geodata.geometry.repair import OriginalShape, Repair
from geodata.importers.diff import Diff
from geodata.importers.issues import Issue
from geodata.model.attributes import Attribute
from geodata.model.changes import (
    GEOMETRY,
    Decision,
    FieldChange,
    ImportCounts,
    RowChange,
    header_of,
)
from geodata.model.codelists import IssueSeverity
from geodata.model.columns import Cell
from geodata.model.content_lists import ContentKind
from geodata.model.import_lists import ChangeKind
from service.i18n import translator
from service.maps.quality_map import QualityView
from service.wording import cell_text, cell_value

SHOWN = (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.VANISHED)
"""What a report lists; rows that say what is known are counted."""


class TableFile(Protocol):
    """A table as read: `ContentFile`, `LedgerFile`, or layers of a map."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def sha256(self) -> str:
        """Digest of the file."""
        ...

    @property
    def profile(self) -> str:
        """Name of the supplier profile it was read with."""
        ...

    @property
    def layer(self) -> str:
        """Sheet or layer; empty where there is only one."""
        ...

    @property
    def rejected(self) -> Sequence[Issue]:
        """Why rows were sent back."""
        ...

    @property
    def issues(self) -> Sequence[Issue]:
        """What was repaired or is worth noting."""
        ...

    @property
    def unknown_headers(self) -> Sequence[str]:
        """Headers that no profile column answers to."""
        ...

    @property
    def row_count(self) -> int:
        """Rows of the file, those sent back included."""
        ...

    @property
    def quality(self) -> Sequence[QualityIssue]:
        """What is wrong with its outlines and facts."""
        ...

    @property
    def repairs(self) -> Sequence[Repair]:
        """What was repaired of its outlines or could not be, by row of the file."""
        ...

    @property
    def originals(self) -> Sequence[OriginalShape]:
        """The shapes that were repaired, as the file has them."""
        ...


@dataclass(frozen=True, eq=False)
class ImportedTable:
    """One table of an import.

    Attributes
    ----------
    file, kind
        The table as read, and what its rows are about; None for the layers of a map.
    diff, decision
        Its rows against what is known, and what of it is accepted.
    counts
        What becomes of the rows.
    issues, quality
        What was repaired or is worth noting, and what is wrong with outlines and facts.
    """

    file: TableFile
    kind: ContentKind | None
    diff: Diff[Any]
    decision: Decision
    counts: ImportCounts
    issues: tuple[Issue, ...]
    quality: tuple[QualityIssue, ...]

    @property
    def name(self) -> str:
        """The file, with the sheet or layer that was read."""
        return " · ".join(filter(None, (self.file.path.name, self.file.layer)))

    def title(self, language: str) -> str:
        """What its rows are about."""
        _ = translator(language)
        return self.kind.label(language) if self.kind else _("Map layers")

    @property
    def keeps_other_columns(self) -> bool:
        """Whether columns that are not part of the kind are kept with the facts."""
        return self.kind not in (ContentKind.CLAIMS, ContentKind.PARKS, None)

    @cached_property
    def repaired_count(self) -> int:
        """Rows that were repaired, among those added and changed."""
        repaired = {i.row for i in self.issues if i.severity is IssueSeverity.REPAIRED}
        decided = self.diff.decide(self.decision).place
        counted = decided[self.diff.kinds[decided] != ChangeKind.UNCHANGED.position]
        return len(repaired & set(self.diff.found.row_no[counted].tolist()))

    def changes(self) -> Iterator[RowChange]:
        """What is new, other than known, or no longer there."""
        return self.diff.changes(SHOWN)

    def takes(self, change: RowChange, field: FieldChange | None = None) -> bool:
        """Whether a change, or one cell of it, is taken over; a new row is taken as a whole."""
        if change.row_no is None:
            return next(self.decision.retired([change.key]))
        is_cell = field is not None and change.kind is ChangeKind.CHANGED
        return self.decision.takes(change.row_no, field.key if field and is_cell else None)

    def report(self) -> QualityReport:
        """What is wrong with it, as the report on data quality tells it."""
        repairs = tuple(self.file.repairs)
        return QualityReport(self.name, len(self.diff.found), self.quality, repairs)

    def outlines(self) -> Mapping[str, BaseGeometry | None]:
        """The outlines of the file that issues concern, by the name the issues give them."""
        shapes = self.diff.found.shapes
        if shapes is None:
            return {}
        place = {int(row): at for at, row in enumerate(self.diff.found.row_no)}
        pairs = (
            (name, row)
            for issue in self.quality
            for name, row in zip(issue.parcels, issue.rows, strict=False)
        )
        return {name: shapes[place[row]] for name, row in pairs if row in place}

    def field_title(self, key: str, language: str) -> str:
        """What people call a column."""
        _ = translator(language)
        if key == GEOMETRY:
            return _("Outline (m²)")
        attribute: Attribute | None = self.diff.found.attributes.get(key)
        return attribute.title(language) if attribute else header_of(key) or key

    def cell_value(self, key: str, cell: Cell) -> str | None:
        """A cell as a file writes it, in no language; None where nothing is known."""
        attribute: Attribute | None = self.diff.found.attributes.get(key)
        if cell is None or attribute is None:
            return None if cell is None else _plain(cell)
        return cell_value(attribute, cell)

    def cell_text(self, key: str, cell: Cell, language: str) -> str:
        """A cell as people read it; empty where nothing is known."""
        attribute: Attribute | None = self.diff.found.attributes.get(key)
        if cell is None or attribute is None:
            return "" if cell is None else _plain(cell)
        return cell_text(attribute, cell, language)


@dataclass(frozen=True, slots=True, eq=False)
class ImportContent:
    """What the report on an import tells.

    Attributes
    ----------
    tables
        The tables, in the order in which they are taken over.
    at
        When they were; None while nothing is written.
    """

    language: str
    tables: tuple[ImportedTable, ...]
    at: datetime | None = None

    def view(self, district: str) -> QualityView:
        """What the map of everything that is wrong shows."""
        issues = chain.from_iterable(table.quality for table in self.tables)
        return QualityView(
            report=QualityReport(
                source=", ".join(table.name for table in self.tables),
                parcel_count=sum(len(table.diff.found) for table in self.tables),
                issues=tuple(issues),
            ),
            language=self.language,
            district=district,
            outlines=dict(chain.from_iterable(t.outlines().items() for t in self.tables)),
        )


def rejected_rows(file: TableFile) -> int:
    """Rows of a table that were sent back."""
    return len({issue.row for issue in file.rejected})


def _plain(cell: Cell) -> str:
    """A text of a column that is not part of the kind, or an area in m²."""
    return f"{float(cell):.2f}" if isinstance(cell, Fraction) else str(cell)
